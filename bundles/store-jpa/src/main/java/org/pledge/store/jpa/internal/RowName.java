package org.pledge.store.jpa.internal;

import java.io.Serializable;
import java.util.Objects;
import javax.persistence.Embeddable;
import org.pledge.TenantId;

/** The key of a row that has a name. */
@Embeddable
public class RowName implements Serializable {
    private static final long serialVersionUID = 1L;

    private String tenant;
    private String name;

    protected RowName() {}

    static RowName of(TenantId tenant, String name) {
        RowName key = new RowName();
        key.tenant = tenant.value();
        key.name = name;
        return key;
    }

    TenantId tenant() {
        return new TenantId(tenant);
    }

    String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowName key && key.tenant.equals(tenant) && key.name.equals(name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, name);
    }
}
