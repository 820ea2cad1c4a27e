package org.pledge.database;

import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the database, again and again until it succeeds, and offers it to the stores; takes it back, and opens it anew,
 * when a disk no longer confirms what is written.
 */
public final class DatabaseOpening {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOpening.class);
    private static final long PAUSE_SECONDS = 2;
    private static final long STOP_MILLIS = 5_000;

    private final BundleContext context;
    private final DataSource dataSource;
    private final EntityManagerFactory entities;
    private final DatabaseUnit unit;
    private final DatabaseFile.Opener files;
    private final CompletableFuture<Void> stopping = new CompletableFuture<>();
    private final Thread thread;

    /** Starts opening. */
    public DatabaseOpening(
            BundleContext context, DataSource dataSource, EntityManagerFactory entities, DatabaseUnit unit) {
        this(context, dataSource, entities, unit, DatabaseFile::open);
    }

    /** As above, with the files of another file system. */
    public DatabaseOpening(
            BundleContext context,
            DataSource dataSource,
            EntityManagerFactory entities,
            DatabaseUnit unit,
            DatabaseFile.Opener files) {
        this.context = context;
        this.dataSource = dataSource;
        this.entities = entities;
        this.unit = unit;
        this.files = files;
        this.thread = new Thread(this::run, unit.name() + "-database");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        String told = "";
        while (!stopping.isDone()) {
            try (Database database = Database.open(dataSource, entities, unit, files)) {
                told = "";
                offer(database);
            } catch (SqlFailure | UnsuitableDatabaseException e) {
                if (!told.equals(e.getMessage())) {
                    told = e.getMessage();
                    LOG.warn("The {} cannot be used yet, and is tried again: {}", unit.called(), told);
                }
            } catch (RuntimeException | LinkageError e) {
                // The edge: what a library throws must not end this thread, and may name what is kept.
                if (!told.equals(e.getClass().getName())) {
                    told = e.getClass().getName();
                    LOG.warn("The {} cannot be used yet, and is tried again: {}", unit.called(), told);
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
            ServiceRegistration<Database> offered = context.registerService(
                    Database.class, database, new Hashtable<>(Map.of(DatabaseUnit.PROPERTY, unit.name())));
            LOG.info("The {} is open: {}", unit.called(), database.dialect());
            CompletableFuture.anyOf(stopping, database.failure()).join();
            offered.unregister();
        }
        if (database.failure().isDone()) {
            LOG.error(
                    "The disk did not confirm what was written. The {} is opened anew; check the disk.", unit.called());
            while (!database.renew() && !stopping.isDone()) {
                pause();
            }
        }
    }

    /**
     * Stops opening, and withdraws what was opened; never by an interrupt, which would close an H2 file. A thread that is
     * just offering a database may wait for a lock of the framework's that whoever stops us holds: it ends by itself then.
     */
    public void stop() throws InterruptedException {
        stopping.complete(null);
        thread.join(STOP_MILLIS);
    }
}
