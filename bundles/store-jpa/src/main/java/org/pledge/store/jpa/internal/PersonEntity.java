package org.pledge.store.jpa.internal;

import java.util.UUID;
import javax.persistence.Convert;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.Table;
import org.pledge.SubjectId;
import org.pledge.database.Names;
import org.pledge.database.RowId;
import org.pledge.database.UuidConverter;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** A row of {@code person}. */
@Entity
@Table(name = "person")
public class PersonEntity {
    @EmbeddedId
    private RowId key;

    @Convert(converter = UuidConverter.class)
    private UUID account;

    private String roles;
    private int ordinal;

    protected PersonEntity() {}

    static PersonEntity from(StoredPerson person) {
        PersonEntity entity = new PersonEntity();
        entity.key = RowId.of(person.tenant(), person.id().toUuid());
        entity.account = person.account().toUuid();
        entity.roles = Names.join(person.roles());
        entity.ordinal = person.ordinal();
        return entity;
    }

    StoredPerson toValue() {
        return new StoredPerson(key.tenant(), key.subject(), SubjectId.of(account), Names.set(roles), ordinal);
    }
}
