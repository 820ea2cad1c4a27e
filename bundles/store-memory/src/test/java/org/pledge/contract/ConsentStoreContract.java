package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.rights.RightsService.Evidence;

/** What a store of consents promises. */
public abstract class ConsentStoreContract extends StoreContract {
    private static final Wording WORDING = new Wording("web", "newsletter-3", "ab".repeat(32));

    private final SubjectId subject = SubjectId.random();

    private ConsentStore consents() {
        return stores().consents();
    }

    private static Event granted(TenantId tenant, SubjectId subject, long epoch) {
        return new Event(
                0,
                UUID.randomUUID(),
                tenant,
                subject,
                Kind.GRANTED,
                NOW,
                epoch,
                "marketing",
                "acme",
                Set.of("email", "name"),
                Optional.of(Level.OPT_IN),
                Optional.of(NOW.plusSeconds(3600)),
                3,
                "",
                WORDING,
                "robot");
    }

    private static Event withSequence(Event event, long sequence) {
        return new Event(
                sequence,
                event.id(),
                event.tenant(),
                event.subject(),
                event.kind(),
                event.at(),
                event.epoch(),
                event.purpose(),
                event.recipient(),
                event.categories(),
                event.level(),
                event.expires(),
                event.policyVersion(),
                event.jurisdiction(),
                event.wording(),
                event.actor());
    }

    private Event change(SubjectId of) {
        return in(() -> {
            Event event = granted(tenant, of, consents().nextEpoch(tenant, of));
            consents().append(event);
            return event;
        });
    }

    private long end() {
        Event last = change(SubjectId.random());
        return in(() -> consents().history(tenant, last.subject())).get(0).sequence();
    }

    @Test
    void epochsCountFromOnePerPersonAndTenant() {
        SubjectId other = SubjectId.random();
        assertThat(in(() -> consents().lockEpoch(tenant, subject))).isEmpty();
        assertThat(in(() -> consents().nextEpoch(tenant, subject))).isEqualTo(1);
        assertThat(in(() -> consents().nextEpoch(tenant, subject))).isEqualTo(2);
        assertThat(in(() -> consents().nextEpoch(tenant, other))).isEqualTo(1);
        assertThat(in(() -> consents().nextEpoch(otherTenant, subject))).isEqualTo(1);
        assertThat(in(() -> consents().lockEpoch(tenant, subject))).isEqualTo(OptionalLong.of(2));
    }

    @Test
    void aRolledBackEpochIsGivenAgain() {
        rollBack(() -> consents().nextEpoch(tenant, subject));
        assertThat(in(() -> consents().nextEpoch(tenant, subject))).isEqualTo(1);
        rollBack(() -> consents().nextEpoch(tenant, subject));
        assertThat(in(() -> consents().lockEpoch(tenant, subject))).isEqualTo(OptionalLong.of(1));
    }

    @Test
    void neverGivesAnEpochTwice() {
        int threads = 4;
        int rounds = 10;
        List<List<Long>> given = atOnce(threads, thread -> LongStream.range(0, rounds)
                .mapToObj(round -> in(() -> consents().nextEpoch(tenant, subject)))
                .toList());
        assertThat(given.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, threads * rounds).boxed().toList());
    }

    @Test
    void whoLocksTheEpochKeepsAChangeOut() {
        change(subject);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch changing = new CountDownLatch(1);
        List<Long> seen = atOnce(2, thread -> {
            if (thread == 0) {
                return in(() -> {
                    long first = consents().lockEpoch(tenant, subject).orElseThrow();
                    locked.countDown();
                    await(changing);
                    long again = consents().lockEpoch(tenant, subject).orElseThrow();
                    assertThat(again).isEqualTo(first);
                    return again;
                });
            }
            await(locked);
            changing.countDown();
            return in(() -> consents().nextEpoch(tenant, subject));
        });
        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void locksTheEpochsOfThoseWhoHaveOne() {
        SubjectId second = SubjectId.random();
        change(subject);
        change(subject);
        change(second);
        run(() -> consents().nextEpoch(otherTenant, subject));
        assertThat(in(() -> consents().lockEpochs(tenant, Set.of(subject, second, SubjectId.random()))))
                .containsOnly(Map.entry(subject, 2L), Map.entry(second, 1L));
        assertThat(in(() -> consents().lockEpochs(tenant, Set.of()))).isEmpty();
    }

    @Test
    void whoLocksManyEpochsKeepsAChangeOfEachOut() {
        List<SubjectId> people = Stream.generate(SubjectId::random).limit(50).toList();
        people.forEach(this::change);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch changing = new CountDownLatch(1);
        List<Long> seen = atOnce(2, thread -> {
            if (thread == 0) {
                return in(() -> {
                    consents().lockEpochs(tenant, Set.copyOf(people));
                    locked.countDown();
                    await(changing);
                    return consents().lockEpoch(tenant, people.get(31)).orElseThrow();
                });
            }
            await(locked);
            changing.countDown();
            return in(() -> consents().nextEpoch(tenant, people.get(31)));
        });
        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void whoLocksTheSamePeopleAtTheSameTimeWaitsAtMost() {
        List<SubjectId> people = Stream.generate(SubjectId::random).limit(100).toList();
        people.forEach(this::change);
        AtomicInteger runs = new AtomicInteger();
        int threads = 4;
        int rounds = 10;
        atOnce(threads, thread -> {
            List<SubjectId> own = new ArrayList<>(people);
            Collections.shuffle(own, new Random(thread));
            for (int i = 0; i < rounds; i++) {
                in(() -> {
                    runs.incrementAndGet();
                    return consents().lockEpochs(tenant, new LinkedHashSet<>(own));
                });
                change(own.get(i));
            }
            return thread;
        });
        assertThat(runs).as("no transaction was the victim of a deadlock").hasValue(threads * rounds);
    }

    @Test
    void whoLocksTheEpochExclusivelyKeepsAChangeOut() {
        assertThat(in(() -> consents().lockEpochExclusively(tenant, subject))).isEmpty();
        change(subject);
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch changing = new CountDownLatch(1);
        List<Long> seen = atOnce(2, thread -> {
            if (thread == 0) {
                return in(() -> {
                    long first =
                            consents().lockEpochExclusively(tenant, subject).orElseThrow();
                    locked.countDown();
                    await(changing);
                    return first + consents().nextEpoch(tenant, subject);
                });
            }
            await(locked);
            changing.countDown();
            return in(() -> consents().nextEpoch(tenant, subject));
        });
        assertThat(seen).containsExactly(3L, 3L);
        assertThat(in(() -> consents().lockEpochExclusively(tenant, subject))).isEqualTo(OptionalLong.of(3));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void keepsEveryPartOfAnEvent() {
        Event grant = change(subject);
        Event withdrawal = new Event(
                0,
                UUID.randomUUID(),
                tenant,
                subject,
                Kind.WITHDRAWN,
                NOW.plusNanos(1000),
                2,
                "",
                "",
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                4,
                "",
                new Wording("phone", "", ""),
                "desk");
        Event acceptance = new Event(
                0,
                UUID.randomUUID(),
                tenant,
                subject,
                Kind.ACCEPTED,
                Instant.parse("2026-12-31T23:59:59.999999Z"),
                3,
                "",
                "",
                Set.of(),
                Optional.of(Level.IMPLIED),
                Optional.empty(),
                5,
                "US-CA",
                WORDING,
                "desk");
        run(() -> {
            consents().nextEpoch(tenant, subject);
            consents().append(withdrawal);
            consents().nextEpoch(tenant, subject);
            consents().append(acceptance);
        });
        List<Event> history = in(() -> consents().history(tenant, subject));
        assertThat(history)
                .containsExactly(
                        withSequence(grant, history.get(0).sequence()),
                        withSequence(withdrawal, history.get(1).sequence()),
                        withSequence(acceptance, history.get(2).sequence()));
        assertThat(history).extracting(Event::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(in(() -> consents().history(otherTenant, subject))).isEmpty();
        assertThat(in(() -> consents().history(tenant, subject, Optional.empty(), 2)))
                .isEqualTo(history.subList(0, 2));
        assertThat(in(() -> consents().history(tenant, subject, Optional.of(history.get(1)), 2)))
                .isEqualTo(history.subList(2, 3));
        assertThat(in(() -> consents().history(tenant, subject, Optional.of(history.get(2)), 2)))
                .isEmpty();
    }

    @Test
    void theLogHoldsEverybodysEventsInOrder() {
        long start = end();
        SubjectId second = SubjectId.random();
        List<UUID> made = List.of(
                change(subject).id(),
                change(second).id(),
                change(subject).id(),
                change(second).id());
        List<Event> log = in(() -> consents().log(start, 100));
        assertThat(log).extracting(Event::id).containsExactlyElementsOf(made);
        assertThat(log).extracting(Event::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(log).allMatch(event -> event.sequence() > start);
        assertThat(in(() -> consents().log(start, 3))).isEqualTo(log.subList(0, 3));
        assertThat(in(() -> consents().log(log.get(1).sequence(), 100))).isEqualTo(log.subList(2, 4));
        assertThat(in(() -> consents().log(log.get(3).sequence(), 100))).isEmpty();
    }

    @Test
    void anEventThatWasRolledBackIsNotInTheLog() {
        long start = end();
        rollBack(() -> consents().append(granted(tenant, subject, consents().nextEpoch(tenant, subject))));
        assertThat(in(() -> consents().log(start, 100))).isEmpty();
        assertThat(in(() -> consents().history(tenant, subject))).isEmpty();
    }

    @Test
    void concurrentChangesAreAllInTheLogOnce() {
        long start = end();
        List<List<UUID>> made = atOnce(4, thread -> {
            SubjectId own = SubjectId.random();
            return LongStream.range(0, 10).mapToObj(i -> change(own).id()).toList();
        });
        assertThat(in(() -> consents().log(start, 1000)))
                .extracting(Event::id)
                .containsExactlyInAnyOrderElementsOf(
                        made.stream().flatMap(List::stream).toList());
    }

    private static Authorisation authorised(TenantId tenant, SubjectId child, String purpose, long endsIn) {
        return new Authorisation(
                tenant,
                child,
                purpose,
                SubjectId.random(),
                Evidence.OFFICIAL_DECISION,
                NOW,
                "desk",
                NOW.plusSeconds(endsIn),
                Optional.empty());
    }

    private Authorisation put(Authorisation authorisation) {
        run(() -> consents().putAuthorisation(authorisation));
        return authorisation;
    }

    private static Authorisation takenBack(Authorisation one) {
        return new Authorisation(
                one.tenant(),
                one.child(),
                one.purpose(),
                one.guardian(),
                Evidence.CALL,
                one.given(),
                "olga",
                one.until(),
                Optional.of(NOW.plusSeconds(7)));
    }

    @Test
    void keepsEveryPartOfAnAuthorisationAndTheLastForEachPurpose() {
        Authorisation surveys = put(authorised(tenant, subject, "surveys", 60));
        Authorisation marketing = put(authorised(tenant, subject, "marketing", 60));
        put(authorised(tenant, SubjectId.random(), "marketing", 60));
        assertThat(in(() -> consents().authorisations(tenant, subject))).containsExactly(marketing, surveys);
        Authorisation withdrawn = put(takenBack(surveys));
        assertThat(in(() -> consents().authorisations(tenant, subject))).containsExactly(marketing, withdrawn);
        assertThat(in(() -> consents().authorisations(otherTenant, subject))).isEmpty();
    }

    @Test
    void findsWhatAGuardianAuthorised() {
        Authorisation surveys = put(authorised(tenant, subject, "surveys", 60));
        Authorisation another =
                put(takenBack(by(surveys.guardian(), authorised(tenant, SubjectId.random(), "news", 1))));
        put(authorised(tenant, subject, "marketing", 60));
        assertThat(in(() -> consents().authorisationsBy(tenant, surveys.guardian())))
                .containsExactlyInAnyOrder(surveys, another);
        assertThat(in(() -> consents().authorisationsBy(otherTenant, surveys.guardian())))
                .isEmpty();
        assertThat(in(() -> consents().authorisationsBy(tenant, subject))).isEmpty();
    }

    private static Authorisation by(SubjectId guardian, Authorisation one) {
        return new Authorisation(
                one.tenant(),
                one.child(),
                one.purpose(),
                guardian,
                one.evidence(),
                one.given(),
                one.givenBy(),
                one.until(),
                one.withdrawn());
    }

    @Test
    void removesTheAuthorisationsOfOneChild() {
        put(authorised(tenant, subject, "surveys", 60));
        put(authorised(tenant, subject, "marketing", 60));
        SubjectId other = SubjectId.random();
        Authorisation others = put(authorised(tenant, other, "marketing", 60));
        Authorisation elsewhere = put(authorised(otherTenant, subject, "marketing", 60));
        rollBack(() -> consents().removeAuthorisations(tenant, subject));
        assertThat(in(() -> consents().authorisations(tenant, subject))).hasSize(2);
        run(() -> consents().removeAuthorisations(tenant, subject));
        assertThat(in(() -> consents().authorisations(tenant, subject))).isEmpty();
        assertThat(in(() -> consents().authorisations(tenant, other))).containsExactly(others);
        assertThat(in(() -> consents().authorisations(otherTenant, subject))).containsExactly(elsewhere);
    }

    @Test
    void removesAuthorisationsThatEndedAndTellsWhich() {
        Authorisation later = put(authorised(tenant, subject, "marketing", 61));
        Authorisation second = put(authorised(tenant, subject, "surveys", 60));
        Authorisation first = put(takenBack(authorised(tenant, SubjectId.random(), "surveys", 59)));
        put(authorised(otherTenant, subject, "surveys", 59));
        Instant end = NOW.plusSeconds(60);
        assertThat(in(() -> consents().countEndedAuthorisations(tenant, end, Set.of())))
                .isEqualTo(2);
        assertThat(in(() -> consents().removeEndedAuthorisations(tenant, end, Set.of(), 1)))
                .containsExactly(first);
        assertThat(in(() -> consents().removeEndedAuthorisations(tenant, end, Set.of(), 10)))
                .containsExactly(second);
        assertThat(in(() -> consents().removeEndedAuthorisations(tenant, end, Set.of(), 10)))
                .isEmpty();
        assertThat(in(() -> consents().authorisations(tenant, subject))).containsExactly(later);
        assertThat(in(() -> consents().countEndedAuthorisations(otherTenant, end, Set.of())))
                .isOne();
    }

    @Test
    void keepsWhatEndedOfAChildOrAGuardianWhoIsHeld() {
        Authorisation ofHeldChild = put(authorised(tenant, subject, "surveys", 60));
        Authorisation byHeldGuardian = put(authorised(tenant, SubjectId.random(), "marketing", 60));
        Authorisation free = put(authorised(tenant, SubjectId.random(), "marketing", 60));
        Instant end = NOW.plusSeconds(60);
        Set<SubjectId> held = Set.of(subject, byHeldGuardian.guardian());
        assertThat(in(() -> consents().countEndedAuthorisations(tenant, end, held)))
                .isOne();
        assertThat(in(() -> consents().removeEndedAuthorisations(tenant, end, held, 10)))
                .containsExactly(free);
        assertThat(in(() -> consents().removeEndedAuthorisations(tenant, end, Set.of(), 10)))
                .containsExactlyInAnyOrder(ofHeldChild, byHeldGuardian);
    }
}
