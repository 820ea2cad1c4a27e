package org.pledge.store.vault.internal;

import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.database.DatabaseOpening;
import org.pledge.database.DatabaseUnit;

/** Keeps the vault's database open. */
@Component(service = {})
@Capability(
        namespace = "osgi.service",
        attribute = {"objectClass:List<String>=\"org.pledge.database.Database\"", "unit=pledge-vault"},
        effective = "active")
public final class VaultDatabase {
    static final DatabaseUnit UNIT = DatabaseUnit.VAULT;
    static final String TARGET = "(unit=pledge-vault)";

    private final DatabaseOpening opening;

    /** Starts opening it. */
    @Activate
    public VaultDatabase(
            BundleContext context,
            @Reference(target = "(osgi.jndi.service.name=pledge-vault)") DataSource dataSource,
            @Reference(target = "(osgi.unit.name=pledge-vault)") EntityManagerFactory entities) {
        this.opening = new DatabaseOpening(context, dataSource, entities, UNIT);
    }

    /** Withdraws and closes it. */
    @Deactivate
    public void stop() throws InterruptedException {
        opening.stop();
    }
}
