package org.pledge.store.jpa.internal;

import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;
import javax.persistence.Convert;
import javax.persistence.Embeddable;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.UuidConverter;

/** The key of a person's field. */
@Embeddable
public class FieldId implements Serializable {
    private static final long serialVersionUID = 1L;

    private String tenant;

    @Convert(converter = UuidConverter.class)
    private UUID person;

    private String category;

    protected FieldId() {}

    static FieldId of(TenantId tenant, SubjectId person, String category) {
        FieldId key = new FieldId();
        key.tenant = tenant.value();
        key.person = person.toUuid();
        key.category = category;
        return key;
    }

    String category() {
        return category;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldId key
                && key.tenant.equals(tenant)
                && key.person.equals(person)
                && key.category.equals(category);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, person, category);
    }
}
