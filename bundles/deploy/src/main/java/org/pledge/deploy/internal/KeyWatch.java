package org.pledge.deploy.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.pledge.deploy.ArtifactTrust.Signed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the audit record, once, when a key that signed something active is no longer trusted. */
final class KeyWatch {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
    private static final int SECONDS = 2;

    private final DefaultArtifactTrust trust;
    private final Records records;
    private final DurableText file;
    /** Each key with what its leaf is called as long as that waits. */
    private final Map<String, String> lapsed = new TreeMap<>();
    /** The keys in the file. */
    private Set<String> kept = Set.of();

    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledge-deploy-keys");
        thread.setDaemon(true);
        return thread;
    });

    KeyWatch(DefaultArtifactTrust trust, Records records, Path data) {
        this.trust = trust;
        this.records = records;
        this.file = new DurableText(data.resolve("lapsed"));
        try {
            file.read().ifPresent(text -> kept = text.lines().collect(Collectors.toSet()));
            kept.forEach(key -> lapsed.put(key, ""));
        } catch (IOException e) {
            LOG.warn("Which keys had lapsed cannot be read: {}", e.getClass().getSimpleName());
        }
    }

    void start() {
        poller.scheduleWithFixedDelay(this::lookSafely, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    void stop() {
        poller.shutdownNow();
    }

    private void lookSafely() {
        try {
            look();
        } catch (IOException | RuntimeException e) {
            // The edge: a look that fails must not end the watch.
            LOG.warn("The deploy keys could not be looked through and will be again: {}", e.toString());
        }
    }

    /**
     * Looks once; a key that is trusted again is told again when it lapses again.
     *
     * <p>A key is kept in the file once its leaf is in the audit record: until then, the next start tells it again.
     */
    synchronized void look() throws IOException {
        Map<String, Long> now = trust.active().stream()
                .filter(each -> !each.trusted())
                .collect(Collectors.groupingBy(Signed::key, TreeMap::new, Collectors.counting()));
        lapsed.keySet().retainAll(now.keySet());
        now.forEach((key, artifacts) -> {
            if (!lapsed.containsKey(key)) {
                LOG.warn(
                        "Deploy key {}, which signed {} active artifact(s), is no longer trusted. They are refused at"
                                + " their next change or the next start: see deploy:list, and sign them with a trusted"
                                + " key",
                        key,
                        artifacts);
                lapsed.put(key, records.lapsed(key, artifacts));
            }
        });
        Set<String> written = lapsed.entrySet().stream()
                .filter(each -> !records.waits(each.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!written.equals(kept)) {
            file.write(written.stream().map(key -> key + "\n").collect(Collectors.joining()));
            kept = written;
        }
    }
}
