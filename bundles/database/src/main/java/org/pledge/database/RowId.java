package org.pledge.database;

import java.io.Serializable;
import java.util.Objects;
import java.util.UUID;
import javax.persistence.Convert;
import javax.persistence.Embeddable;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** The key of a row that has an identifier. */
@Embeddable
public class RowId implements Serializable {
    private static final long serialVersionUID = 1L;

    private String tenant;

    @Convert(converter = UuidConverter.class)
    private UUID id;

    protected RowId() {}

    public static RowId of(TenantId tenant, UUID id) {
        RowId key = new RowId();
        key.tenant = tenant.value();
        key.id = id;
        return key;
    }

    public TenantId tenant() {
        return new TenantId(tenant);
    }

    public UUID id() {
        return id;
    }

    public SubjectId subject() {
        return SubjectId.of(id);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowId key && key.tenant.equals(tenant) && key.id.equals(id);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, id);
    }
}
