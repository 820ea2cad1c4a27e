package org.pledge.store.jpa.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database, again and again until it succeeds, and offers it to the stores; takes it back, and opens it anew,
 * when a disk no longer confirms what is written.
 */
@Component(service = {})
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.pledge.store.jpa.internal.Database\"",
        effective = "active")
public final class DatabaseOpening {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOpening.class);
    private static final long PAUSE_SECONDS = 2;

    private final BundleContext context;
    private final DataSource dataSource;
    private final EntityManagerFactory entities;
    private final DatabaseFile.Opener files;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "pledge-database");

    /** Starts opening. */
    @Activate
    public DatabaseOpening(
            BundleContext context,
            @Reference(target = "(osgi.jndi.service.name=pledge)") DataSource dataSource,
            @Reference(target = "(osgi.unit.name=pledge)") EntityManagerFactory entities) {
        this(context, dataSource, entities, DatabaseFile::open);
    }

    DatabaseOpening(
            BundleContext context, DataSource dataSource, EntityManagerFactory entities, DatabaseFile.Opener files) {
        this.context = context;
        this.dataSource = dataSource;
        this.entities = entities;
        this.files = files;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        String told = "";
        while (!stopping.isDone()) {
            try (Database database = Database.open(dataSource, entities, files)) {
                told = "";
                offer(database);
            } catch (SqlFailure | UnsuitableDatabaseException e) {
                if (!told.equals(e.getMessage())) {
                    told = e.getMessage();
                    LOG.warn("The database cannot be used yet, and is tried again: {}", told);
                }
            } catch (RuntimeException e) {
                // The edge: what a library throws must not end this thread, and may name what is kept.
                if (!told.equals(e.getClass().getName())) {
                    told = e.getClass().getName();
                    LOG.warn("The database cannot be used yet, and is tried again: {}", told);
                }
            }
            pause();
        }
    }

    private void pause() {
        stopping.copy().completeOnTimeout(null, PAUSE_SECONDS, TimeUnit.SECONDS).join();
    }

    private void offer(Database database) {
        if (database.isDurable()) {
            ServiceRegistration<Database> offered = context.registerService(Database.class, database, null);
            LOG.info("The database is open: {}", database.dialect());
            CompletableFuture.anyOf(stopping, database.failure()).join();
            offered.unregister();
        }
        if (database.failure().isDone()) {
            LOG.error("The disk did not confirm what was written. The database is opened anew; check the disk.");
            while (!database.renew() && !stopping.isDone()) {
                pause();
            }
        }
    }

    /** Stops opening, and withdraws what was opened; never by an interrupt, which would close an H2 file. */
    @Deactivate
    public void stop() throws InterruptedException {
        stopping.complete(null);
        thread.join();
    }
}
