package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.store.memory.MemoryStore;

class ConsentLawTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final Caller DESK = new Caller(TENANT, "desk", Set.of(Role.OPERATOR));
    private static final Instant NOW = Instant.parse("2026-11-05T10:00:00Z");
    private static final List<SubjectId> PEOPLE = List.of(SubjectId.random(), SubjectId.random());
    private static final List<String> PURPOSES = List.of("marketing", "shipping");
    private static final List<String> RECIPIENTS = List.of("acme", "post");
    private static final List<String> CATEGORIES = List.of("email", "name", "phone");
    private static final List<String> JURISDICTIONS = List.of("US-CA", "DE");

    private record Scope(SubjectId subject, String purpose, String recipient, String category) {}

    private record Consent(int level, long end) {}

    private record Standing(int version, String jurisdiction) {}

    /** What should be, kept in the plainest way. */
    private record Model(
            Map<Scope, Consent> consents, Map<SubjectId, Standing> standings, Map<SubjectId, Long> epochs) {
        Model() {
            this(new HashMap<>(), new HashMap<>(), new HashMap<>());
        }
    }

    /** One act, on the service and on the model. */
    private interface Step {
        void play(DefaultConsentService service, Model model);
    }

    @Property(tries = 300)
    void theTableSaysWhatTheHistorySaysAndSoDoesOneMadeFromTheLog(@ForAll("steps") List<Step> steps) {
        MemoryStore store = new MemoryStore();
        ConsentTable table = new ConsentTable(store, store);
        Model model = play(steps, store, table);

        assertEqual(table, model);
        assertEqual(new ConsentTable(store, store), model);
    }

    @Property(tries = 100)
    void theOrderInWhichPeoplesChangesAreMixedDoesNotMatter(@ForAll("steps") List<Step> steps, @ForAll long seed) {
        MemoryStore store = new MemoryStore();
        Model model = play(steps, store, Events.emptyTable());
        List<Event> log = new ArrayList<>(store.required(() -> store.log(0, Integer.MAX_VALUE)));
        Random random = new Random(seed);
        ConsentTable mixed = Events.emptyTable();
        while (!log.isEmpty()) {
            Event event = log.get(random.nextInt(log.size()));
            if (mixed.apply(event) && random.nextBoolean()) {
                log.remove(event);
            }
        }
        assertEqual(mixed, model);
    }

    private static Model play(List<Step> steps, MemoryStore store, ConsentTable table) {
        FakePolicies policies = new FakePolicies(
                List.of(
                        new FakePolicy(TENANT, 1, Set.copyOf(PURPOSES), Set.copyOf(CATEGORIES)),
                        new FakePolicy(TENANT, 2, Set.copyOf(PURPOSES), Set.copyOf(CATEGORIES))),
                Set.of());
        PEOPLE.forEach(person -> Events.register(store, TENANT, person));
        DefaultConsentService service = new DefaultConsentService(
                table, store, store, policies, new FakeAudit(store), store, List::of, Clock.fixed(NOW, ZoneOffset.UTC));
        Model model = new Model();
        steps.forEach(step -> step.play(service, model));
        return model;
    }

    private static void assertEqual(ConsentTable table, Model model) {
        for (SubjectId subject : PEOPLE) {
            assertThat(table.epoch(TENANT, subject)).isEqualTo(model.epochs().getOrDefault(subject, 0L));
            long standing = table.standing(TENANT, subject);
            if (model.standings().containsKey(subject)) {
                Standing expected = model.standings().get(subject);
                assertThat(ConsentView.version(standing)).isEqualTo(expected.version());
                assertThat(table.jurisdiction(ConsentView.jurisdictionOf(standing)))
                        .isEqualTo(expected.jurisdiction());
            } else {
                assertThat(standing).isEqualTo(ConsentView.UNKNOWN);
            }
            for (String purpose : PURPOSES) {
                for (String recipient : RECIPIENTS) {
                    for (String category : CATEGORIES) {
                        Consent consent = model.consents()
                                .getOrDefault(new Scope(subject, purpose, recipient, category), new Consent(0, 0));
                        long scope = table.scope(TENANT, purpose, recipient, category);
                        for (long later = 0; later < 5; later++) {
                            long now = NOW.getEpochSecond() + later;
                            assertThat(Events.level(table, subject, scope, now))
                                    .isEqualTo(now < consent.end() ? consent.level() : ConsentView.NONE);
                        }
                    }
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.frequencyOf(Tuple.of(5, grants()), Tuple.of(3, withdrawals()), Tuple.of(1, acceptances()))
                .list()
                .ofMaxSize(25);
    }

    private static Arbitrary<Step> grants() {
        return Combinators.combine(
                        Arbitraries.of(PEOPLE),
                        Arbitraries.of(PURPOSES),
                        Arbitraries.of(RECIPIENTS),
                        Arbitraries.subsetOf(CATEGORIES).filter(some -> !some.isEmpty()),
                        Arbitraries.of(Level.class),
                        Arbitraries.integers().between(1, 4).optional())
                .as((subject, purpose, recipient, categories, level, seconds) -> (service, model) -> {
                    Optional<Instant> end = seconds.map(NOW::plusSeconds);
                    service.grant(DESK, subject, new Grant(purpose, recipient, categories, level, end, Events.WORDING));
                    Consent consent = new Consent(
                            level == Level.OPT_IN ? ConsentView.OPT_IN : ConsentView.IMPLIED,
                            end.map(Instant::getEpochSecond).orElse(Long.MAX_VALUE));
                    categories.forEach(category ->
                            model.consents().put(new Scope(subject, purpose, recipient, category), consent));
                    model.epochs().merge(subject, 1L, Long::sum);
                });
    }

    private static Arbitrary<Step> withdrawals() {
        return Combinators.combine(
                        Arbitraries.of(PEOPLE),
                        Arbitraries.of(PURPOSES).optional(),
                        Arbitraries.of(RECIPIENTS).optional(),
                        Arbitraries.subsetOf(CATEGORIES))
                .as((subject, purpose, recipient, categories) -> (service, model) -> {
                    service.withdraw(DESK, subject, new Withdrawal(purpose, recipient, categories, "web"));
                    model.consents()
                            .keySet()
                            .removeIf(scope -> scope.subject().equals(subject)
                                    && purpose.filter(each -> !each.equals(scope.purpose()))
                                            .isEmpty()
                                    && recipient
                                            .filter(each -> !each.equals(scope.recipient()))
                                            .isEmpty()
                                    && (categories.isEmpty() || categories.contains(scope.category())));
                    model.epochs().merge(subject, 1L, Long::sum);
                });
    }

    private static Arbitrary<Step> acceptances() {
        return Combinators.combine(
                        Arbitraries.of(PEOPLE), Arbitraries.integers().between(1, 2), Arbitraries.of(JURISDICTIONS))
                .as((subject, version, jurisdiction) -> (service, model) -> {
                    Standing accepted = new Standing(version, jurisdiction);
                    Standing before = model.standings().getOrDefault(subject, new Standing(0, ""));
                    if (version < before.version()) {
                        assertThatThrownBy(() -> service.accept(
                                        DESK, subject, version, Level.OPT_IN, jurisdiction, Events.WORDING))
                                .isInstanceOf(PledgeException.class);
                        return;
                    }
                    service.accept(DESK, subject, version, Level.OPT_IN, jurisdiction, Events.WORDING);
                    model.standings().put(subject, accepted);
                    model.epochs().merge(subject, accepted.equals(before) ? 0L : 1L, Long::sum);
                });
    }
}
