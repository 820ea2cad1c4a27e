package org.pledge.store.jpa.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.database.Database;
import org.pledge.database.Dialect;
import org.pledge.lookup.Lookup;
import org.pledge.store.Follower;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets who keeps a part of the database in memory follow other nodes; an H2 file belongs to one process. */
@Component(
        immediate = true,
        service = {})
public final class OtherNodes {
    private static final Logger LOG = LoggerFactory.getLogger(OtherNodes.class);
    private static final long EVERY_SECONDS = 1;

    private final Supplier<List<Follower>> followers;
    private final Runnable close;
    private final Set<String> behind = new HashSet<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "pledge-other-nodes");
        made.setDaemon(true);
        return made;
    });

    /** Looks every second. */
    @Activate
    public OtherNodes(BundleContext context, @Reference(target = MainDatabase.TARGET) Database database) {
        this(Lookup.opened(context, Follower.class));
        if (database.dialect() == Dialect.POSTGRESQL) {
            thread.scheduleWithFixedDelay(this::look, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private OtherNodes(Lookup<Follower> lookup) {
        this(lookup, lookup::close);
    }

    OtherNodes(Supplier<List<Follower>> followers, Runnable close) {
        this.followers = followers;
        this.close = close;
    }

    /** Does not interrupt what runs. */
    @Deactivate
    void stop() {
        thread.shutdown();
        close.run();
    }

    /** The edge of a thread of our own: what fails now is tried again next time, and said once. */
    void look() {
        for (Follower follower : followers.get()) {
            String name = follower.getClass().getSimpleName();
            try {
                follower.follow();
                if (behind.remove(name)) {
                    LOG.info("{} follows other nodes again.", name);
                }
            } catch (RuntimeException | LinkageError e) {
                if (behind.add(name)) {
                    LOG.warn(
                            "{} cannot take over what other nodes change ({}); this is tried again every second.",
                            name,
                            e.getClass().getName());
                }
            }
        }
    }
}
