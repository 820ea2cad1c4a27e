package org.pledge.retention.internal;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps again and again, and watches from another thread that this happens. */
@Component(
        immediate = true,
        configurationPid = "org.pledge.retention",
        service = {})
public final class SweepTimer {
    private static final Logger LOG = LoggerFactory.getLogger(SweepTimer.class);
    private static final long FIRST_SECONDS = 60;

    private final ScheduledExecutorService timer;

    /** Begins after a minute; setting the clock does not move the next sweep. */
    @Activate
    public SweepTimer(@Reference DefaultRetentionService retention, DefaultRetentionService.Config config) {
        timer = Executors.newScheduledThreadPool(2, work -> {
            Thread thread = new Thread(work, "pledge-retention");
            thread.setDaemon(true);
            return thread;
        });
        long seconds = DefaultRetentionService.interval(config).toSeconds();
        timer.scheduleWithFixedDelay(() -> attempt(retention::sweep), FIRST_SECONDS, seconds, TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(() -> attempt(retention::watch), 2 * FIRST_SECONDS, seconds, TimeUnit.SECONDS);
    }

    /** Does not interrupt what runs, because that could close the database's files; it ends with its batch. */
    @Deactivate
    void stop() {
        timer.shutdown();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "A sweep could not begin ({}); this is tried again.",
                    e.getClass().getName());
        }
    }
}
