package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.UnreliableDisk;

/** Threads that write consents until the first failure, and remember every one that was acknowledged. */
final class Writers {
    static final int ACKNOWLEDGED_BEFORE_HARM = 50;

    private static final TenantId TENANT = new TenantId("kx");
    private static final int THREADS = 4;

    private final Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<RuntimeException> failures = new ArrayList<>();

    /** Does the harm while they write, and returns when each of them has failed. */
    void writeUntil(Stores stores, Runnable harm) {
        int before = acknowledged.size();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> write(stores));
            threads.add(thread);
            thread.start();
        }
        await().atMost(Duration.ofMinutes(5)).until(() -> acknowledged.size() >= before + ACKNOWLEDGED_BEFORE_HARM);
        harm.run();
        await().atMost(Duration.ofMinutes(5)).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    private void write(Stores stores) {
        try {
            while (true) {
                write(stores, UUID.randomUUID());
            }
        } catch (RuntimeException e) {
            synchronized (failures) {
                failures.add(e);
            }
        }
    }

    /** Writes one, and remembers it. */
    void write(Stores stores, UUID id) {
        stores.transactions().required(() -> append(stores, id));
        acknowledged.add(id);
    }

    static void append(Stores stores, UUID id) {
        SubjectId subject = SubjectId.random();
        stores.consents()
                .append(new Event(
                        0,
                        id,
                        TENANT,
                        subject,
                        Kind.GRANTED,
                        Instant.EPOCH,
                        stores.consents().nextEpoch(TENANT, subject),
                        "marketing",
                        "acme",
                        Set.of("email"),
                        Optional.of(Level.OPT_IN),
                        Optional.empty(),
                        1,
                        "",
                        new Wording("web", "newsletter-1", "00".repeat(32)),
                        "robot"));
        stores.audit().add(TENANT, new byte[300]);
    }

    static Set<UUID> kept(Stores stores) {
        return stores.transactions().required(() -> stores.consents().log(0, Integer.MAX_VALUE).stream()
                .map(Event::id)
                .collect(Collectors.toSet()));
    }

    List<RuntimeException> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    Set<UUID> acknowledged() {
        return acknowledged;
    }

    /** Opens the database, as after a start, and looks for everything. */
    void assertAllAreKept(Path folder) {
        try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder);
                Database database = test.open()) {
            assertThat(kept(TestStores.on(database))).containsAll(acknowledged);
        }
    }
}
