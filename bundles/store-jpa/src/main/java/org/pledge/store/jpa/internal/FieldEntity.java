package org.pledge.store.jpa.internal;

import javax.persistence.Column;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.Table;

/** A row of {@code person_field}. */
@Entity
@Table(name = "person_field")
public class FieldEntity {
    @EmbeddedId
    private FieldId key;

    private byte[] sealed;

    @Column(insertable = false, updatable = false)
    private boolean ended;

    protected FieldEntity() {}

    static FieldEntity from(FieldId key, byte[] sealed) {
        FieldEntity entity = new FieldEntity();
        entity.key = key;
        entity.sealed = sealed.clone();
        return entity;
    }

    String category() {
        return key.category();
    }

    boolean ended() {
        return ended;
    }

    byte[] sealed() {
        return sealed.clone();
    }
}
