package org.pledge.store.jpa.internal;

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

/** Keeps the main database open. */
@Component(service = {})
@Capability(
        namespace = "osgi.service",
        attribute = {"objectClass:List<String>=\"org.pledge.database.Database\"", "unit=pledge"},
        effective = "active")
public final class MainDatabase {
    static final DatabaseUnit UNIT = DatabaseUnit.MAIN;
    static final String TARGET = "(unit=pledge)";

    private final DatabaseOpening opening;

    /** Starts opening it. */
    @Activate
    public MainDatabase(
            BundleContext context,
            @Reference(target = "(osgi.jndi.service.name=pledge)") DataSource dataSource,
            @Reference(target = "(osgi.unit.name=pledge)") EntityManagerFactory entities) {
        this.opening = new DatabaseOpening(context, dataSource, entities, UNIT);
    }

    /** Withdraws and closes it. */
    @Deactivate
    public void stop() throws InterruptedException {
        opening.stop();
    }
}
