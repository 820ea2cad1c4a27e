package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.consent.internal.Events.TENANT;
import static org.pledge.consent.internal.Events.accepted;
import static org.pledge.consent.internal.Events.granted;
import static org.pledge.consent.internal.Events.inquiryClosed;
import static org.pledge.consent.internal.Events.inquiryOpened;
import static org.pledge.consent.internal.Events.withdrawn;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentView;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.consent.spi.ConsentStore.Reach;
import org.pledge.store.memory.MemoryStore;

class ConsentTableTest {
    private static final SubjectId ADA = new SubjectId(1, 2);
    private static final int MILLION = 1_000_000;
    private static final long NOW = 1_800_000_000;

    private final ConsentTable table = Events.emptyTable();
    private final long email = table.scope(TENANT, "marketing", "acme", "email");
    private final long name = table.scope(TENANT, "marketing", "acme", "name");

    @Test
    void knowsNobodyAtFirst() {
        assertThat(Events.level(table, ADA, email, NOW)).isEqualTo(ConsentView.NONE);
        assertThat(table.standing(TENANT, ADA)).isEqualTo(ConsentView.UNKNOWN);
    }

    @Test
    void aNameKeepsItsNumber() {
        assertThat(table.scope(TENANT, "marketing", "acme", "email"))
                .isEqualTo(email)
                .isNotEqualTo(name);
        assertThat(table.scope(new TenantId("an"), "marketing", "acme", "email"))
                .isNotEqualTo(email);
        int california = table.jurisdiction("US-CA");
        assertThat(table.jurisdiction("DE")).isNotEqualTo(california);
        assertThat(table.jurisdiction("US-CA")).isEqualTo(california);
        assertThat(table.jurisdiction(california)).isEqualTo("US-CA");
        assertThat(table.jurisdiction(4000)).isEmpty();
        assertThat(table.jurisdiction("nowhere")).isZero();
    }

    @Test
    void aStandingTellsVersionJurisdictionAndEpoch() {
        table.apply(accepted(ADA, 1));
        table.apply(granted(ADA, 2, Level.IMPLIED, "email"));

        long standing = table.standing(TENANT, ADA);
        assertThat(ConsentView.version(standing)).isEqualTo(3);
        assertThat(table.jurisdiction(ConsentView.jurisdictionOf(standing))).isEqualTo("US-CA");
        assertThat(ConsentView.epoch(standing)).isEqualTo(2);
        assertThat(Events.level(table, ADA, email, NOW)).isEqualTo(ConsentView.IMPLIED);
        assertThat(Events.level(table, ADA, name, NOW)).isEqualTo(ConsentView.NONE);
    }

    @Test
    void anAnswerTellsVersionJurisdictionAndEachConsentFromWhereItWasAsked() {
        table.apply(granted(ADA, 1, Level.IMPLIED, "email"));
        long[] asked = new long[18];
        asked[2] = email;
        asked[15] = email;
        asked[17] = email;
        assertThat(table.ask(TENANT, ADA, asked, 0, NOW)).isEqualTo(1L << 36 | 1L << 62);
        table.apply(accepted(ADA, 2));
        table.apply(granted(ADA, 3, Level.OPT_IN, "email", "name"));

        long first = table.ask(TENANT, ADA, asked, 0, NOW);
        assertThat(ConsentView.version(first)).isEqualTo(3);
        assertThat(table.jurisdiction(ConsentView.jurisdictionOf(first))).isEqualTo("US-CA");
        assertThat(first >>> 32).isEqualTo(2L << 4 | 2L << 30);
        assertThat(table.ask(TENANT, ADA, asked, 16, NOW) >>> 32).isEqualTo(2L << 2);
        assertThat(table.ask(TENANT, ADA, new long[0], 0, NOW)).isEqualTo(first & 0xFFFF_FFFFL);
    }

    @Test
    void anOlderChangeNeverUndoesANewerOne() {
        assertThat(table.apply(granted(ADA, 1, Level.OPT_IN, "email"))).isTrue();
        assertThat(table.apply(withdrawn(ADA, 2))).isTrue();
        assertThat(table.apply(granted(ADA, 1, Level.OPT_IN, "email"))).isTrue();

        assertThat(Events.level(table, ADA, email, NOW)).isEqualTo(ConsentView.NONE);
    }

    @Test
    void followsWhatAnotherNodeAddsToTheLog() {
        MemoryStore store = new MemoryStore();
        ConsentTable here = new ConsentTable(store, store);
        long scope = here.scope(TENANT, "marketing", "acme", "email");
        store.required(() -> {
            store.append(accepted(ADA, 1));
            store.append(granted(ADA, 2, Level.OPT_IN, "email"));
        });
        here.follow();
        assertThat(Events.level(here, ADA, scope, NOW)).isEqualTo(ConsentView.OPT_IN);
        assertThat(here.epoch(TENANT, ADA)).isEqualTo(2);
        store.required(() -> store.append(withdrawn(ADA, 3)));
        here.follow();
        assertThat(Events.level(here, ADA, scope, NOW)).isEqualTo(ConsentView.NONE);
    }

    @Test
    void takesOverOnePersonButNothingThatMayYetBeUndone() {
        MemoryStore store = new MemoryStore();
        ConsentTable here = new ConsentTable(store, store);
        store.required(() -> {
            store.append(accepted(ADA, 1));
            here.follow(TENANT, ADA);
        });
        assertThat(here.epoch(TENANT, ADA)).isZero();
        here.follow(TENANT, ADA);
        assertThat(here.epoch(TENANT, ADA)).isEqualTo(1);
    }

    @Test
    void refusesToAnswerTenSecondsAfterItLastHeardOfOtherNodes() {
        MemoryStore store = new MemoryStore();
        AtomicLong seconds = new AtomicLong(Long.MAX_VALUE / 1_000_000_000L);
        AtomicBoolean reachable = new AtomicBoolean(true);
        ConsentStore log = (ConsentStore) Proxy.newProxyInstance(
                ConsentStore.class.getClassLoader(),
                new Class<?>[] {ConsentStore.class},
                (proxy, method, arguments) -> {
                    if (!reachable.get()) {
                        throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "no database");
                    }
                    seconds.addAndGet(4); // what was committed since it was asked for may be missing
                    return method.getName().equals("reach") ? new Reach(0, 1, 1) : List.of();
                });
        ConsentTable here = new ConsentTable(log, store, () -> seconds.get() * 1_000_000_000L);
        seconds.addAndGet(3600);
        assertThatCode(here::requireCurrent).as("alone").doesNotThrowAnyException();

        here.follow();
        seconds.addAndGet(2);
        assertThatCode(here::requireCurrent).doesNotThrowAnyException();
        reachable.set(false);
        seconds.addAndGet(1);
        assertThatThrownBy(here::follow).isInstanceOf(PledgeException.class);
        assertThatThrownBy(here::requireCurrent)
                .isInstanceOf(PledgeException.class)
                .hasMessageContaining("could not be read for 10 seconds");

        reachable.set(true);
        here.follow();
        assertThatCode(here::requireCurrent).doesNotThrowAnyException();
    }

    /** What settles is read no more, and nothing before that is left out. */
    @Test
    void readsAgainWhatMayYetBeAddedToBelow() {
        MemoryStore store = new MemoryStore();
        AtomicReference<Reach> reach = new AtomicReference<>(new Reach(0, 1, 1));
        List<Long> read = new ArrayList<>();
        ConsentStore log = (ConsentStore) Proxy.newProxyInstance(
                ConsentStore.class.getClassLoader(),
                new Class<?>[] {ConsentStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("reach")) {
                        return reach.get();
                    }
                    read.add((Long) arguments[0]);
                    return List.of();
                });
        ConsentTable here = new ConsentTable(log, store);
        reach.set(new Reach(20, 5, 7)); // 5 or 6 may yet add below 20
        here.follow();
        reach.set(new Reach(30, 6, 9));
        here.follow();
        reach.set(new Reach(40, 7, 10));
        here.follow();
        reach.set(new Reach(50, 10, 10));
        here.follow();
        here.follow();
        assertThat(read).containsExactly(0L, 0L, 0L, 0L, 20L, 40L);
    }

    @Test
    void anInquiryIsOpenFromItsFirstOpeningToItsEndWhateverIsWithdrawn() {
        long inquiry = table.inquiryScope(TENANT);
        table.apply(granted(ADA, 1, Level.OPT_IN, "email"));
        assertThat(Events.level(table, ADA, inquiry, NOW)).isEqualTo(ConsentView.NONE);
        table.apply(inquiryOpened(ADA, 2));
        assertThat(Events.level(table, ADA, inquiry, NOW)).isEqualTo(ConsentView.IMPLIED);
        assertThat(Events.level(table, ADA, table.inquiryScope(new TenantId("an")), NOW))
                .isEqualTo(ConsentView.NONE);
        table.apply(withdrawn(ADA, 3));
        assertThat(Events.level(table, ADA, inquiry, NOW)).isEqualTo(ConsentView.IMPLIED);
        assertThat(Events.level(table, ADA, email, NOW)).isEqualTo(ConsentView.NONE);
        table.apply(granted(ADA, 4, Level.OPT_IN, "email"));
        table.apply(inquiryClosed(ADA, 5));
        assertThat(Events.level(table, ADA, inquiry, NOW)).isEqualTo(ConsentView.NONE);
        assertThat(Events.level(table, ADA, email, NOW)).isEqualTo(ConsentView.OPT_IN);
        table.apply(inquiryOpened(ADA, 6));
        assertThat(Events.level(table, ADA, inquiry, NOW)).isEqualTo(ConsentView.IMPLIED);
    }

    @Test
    void turnsAwayAChangeThatComesBeforeAnEarlierOne() {
        assertThat(table.apply(granted(ADA, 2, Level.OPT_IN, "email"))).isFalse();
        assertThat(Events.level(table, ADA, email, NOW)).isEqualTo(ConsentView.NONE);
        assertThat(table.epoch(TENANT, ADA)).isZero();
    }

    @Test
    void theSamePersonOfAnotherTenantHasNoConsent() {
        TenantId other = new TenantId("an");
        table.apply(accepted(ADA, 1));
        table.apply(granted(ADA, 2, Level.OPT_IN, "email"));

        long theirs = table.scope(other, "marketing", "acme", "email");
        assertThat(table.ask(other, ADA, new long[] {theirs, email}, 0, NOW)).isEqualTo(ConsentView.UNKNOWN);
        assertThat(Events.level(table, ADA, theirs, NOW)).isEqualTo(ConsentView.NONE);
        assertThat(table.standing(other, ADA)).isEqualTo(ConsentView.UNKNOWN);
    }

    @Test
    void aNameThatGotNoNumberHasNoConsent() {
        long nowhere = table.scope(TENANT, "marketing", "x".repeat(1000), "email");
        assertThat(nowhere).isZero();
        assertThat(Events.level(table, ADA, nowhere, NOW)).isEqualTo(ConsentView.NONE);
    }

    @Test
    void namesBeyondTheirBitsGetNoNumber() {
        Numbers numbers = new Numbers(2);
        assertThat(List.of(numbers.of("a"), numbers.of("b"), numbers.of("c"), numbers.of("d"), numbers.of("b")))
                .containsExactly(1, 2, 3, 0, 2);
        Scopes scopes = new Scopes(2);
        assertThat(List.of(scopes.of(70), scopes.of(80), scopes.of(90), scopes.of(60), scopes.of(80)))
                .containsExactly(1, 2, 3, 0, 2);
        assertThat(scopes.combinations()).startsWith(0, 70, 80, 90);
    }

    @Test
    void aMillionConsentsTakeAtMost64BytesEachAndReadingThemAllocatesNothing() {
        for (int i = 0; i < MILLION; i++) {
            SubjectId subject = subject(i);
            table.apply(accepted(subject, 1));
            table.apply(granted(subject, 2, Level.OPT_IN, "email"));
        }
        assertThat(table.people()).isEqualTo(MILLION);
        assertThat(table.bytes()).isBetween(40L * MILLION, 64L * MILLION);

        SubjectId[] people = new SubjectId[1024];
        for (int i = 0; i < people.length; i++) {
            people[i] = subject(i * 977);
        }
        assertThat(countGranted(people, MILLION)).isEqualTo(MILLION);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(thread);
        long before = threads.getThreadAllocatedBytes(thread);
        long granted = countGranted(people, MILLION);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(granted).isEqualTo(MILLION);
        assertThat(allocated).as("bytes in a million reads").isLessThan(10_000);
    }

    private long countGranted(SubjectId[] people, int calls) {
        long granted = 0;
        long[] asked = {name, email};
        for (int i = 0; i < calls; i++) {
            SubjectId subject = people[i & people.length - 1];
            long answer = table.ask(TENANT, subject, asked, 0, NOW);
            if (ConsentView.level(answer, 1) == ConsentView.OPT_IN && table.standing(TENANT, subject) != 0) {
                granted++;
            }
        }
        return granted;
    }

    @Test
    void readersSeeWholeChangesWhileTheTableGrows() throws InterruptedException, ExecutionException {
        SubjectId settled = subject(-1);
        SubjectId changing = subject(-2);
        table.apply(accepted(settled, 1));
        table.apply(granted(settled, 2, Level.OPT_IN, "email", "name"));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Long> reader = () -> {
                long reads = 0;
                long last = 0;
                while (!done.get()) {
                    assertThat(Events.level(table, settled, email, NOW)).isEqualTo(ConsentView.OPT_IN);
                    assertThat(Events.level(table, settled, name, NOW)).isEqualTo(ConsentView.OPT_IN);
                    assertThat(ConsentView.epoch(table.standing(TENANT, settled)))
                            .isEqualTo(2);
                    long before = table.epoch(TENANT, changing);
                    int level = Events.level(table, changing, email, NOW);
                    long after = table.epoch(TENANT, changing);
                    assertThat(before).isGreaterThanOrEqualTo(last);
                    if (before == after) {
                        assertThat(level).isEqualTo(before % 2 == 0 ? ConsentView.NONE : ConsentView.OPT_IN);
                    }
                    last = after;
                    reads++;
                }
                return reads;
            };
            Future<Long> first = threads.submit(reader);
            Future<Long> second = threads.submit(reader);
            Future<?> growing = threads.submit(() -> {
                for (int i = 0; i < 200_000; i++) {
                    table.apply(granted(subject(i), 1, Level.OPT_IN, "email"));
                }
            });
            Future<?> toggling = threads.submit(() -> {
                for (int epoch = 1; epoch <= 200_000; epoch++) {
                    table.apply(
                            epoch % 2 == 0
                                    ? withdrawn(changing, epoch)
                                    : granted(changing, epoch, Level.OPT_IN, "email"));
                }
            });
            growing.get();
            toggling.get();
            done.set(true);
            assertThat(first.get() + second.get()).isPositive();
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
        List<SubjectId> missing = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            if (Events.level(table, subject(i), email, NOW) != ConsentView.OPT_IN) {
                missing.add(subject(i));
            }
        }
        assertThat(missing).isEmpty();
        assertThat(table.epoch(TENANT, changing)).isEqualTo(200_000);
    }

    private static SubjectId subject(int number) {
        return new SubjectId(number * 0x9E3779B97F4A7C15L, number);
    }
}
