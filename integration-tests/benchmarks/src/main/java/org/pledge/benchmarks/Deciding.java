package org.pledge.benchmarks;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.pledge.SubjectId;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.consent.internal.ConsentTable;
import org.pledge.policy.Decision;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.internal.DefaultGate;
import org.pledge.sharing.internal.PartnerTable;
import org.pledge.store.memory.MemoryStore;

/** May this partner receive this person's email for this purpose now, when the person has given 20 consents? */
final class Deciding {
    private static final long MEGABYTES_FOR_TEN_TIMES = 5_500;
    private static final int MOST_ASKED = 1 << 20;
    private static final String PARTNER = People.PARTNERS.get(0);

    private final Path packs;
    private final Path configuration;
    private final Duration each;
    private final long people;

    Deciding(Path packs, Path configuration, Duration each, long people) {
        this.packs = packs;
        this.configuration = configuration;
        this.each = each;
        this.people = people;
    }

    void run(Table table) {
        List<String> grants = IntStream.range(0, 20)
                .mapToObj(i -> "partner" + i % 7 + "|marketing" + i + "|email")
                .toList();
        String asked = grants.get(grants.size() - 1);
        AuthzForce authzForce = new AuthzForce(configuration, grants, asked);
        Cedar cedar = new Cedar(grants, asked);
        if (!authzForce.permits() || !cedar.permits()) {
            throw new IllegalStateException("a peer gives another answer");
        }
        Callable<Decision> ours = asking(people);
        List<Blocks.Cost> costs = Blocks.measure(each, List.of(ours, authzForce, cedar));
        String at = "decision, " + Table.number(people) + " people, ";
        Blocks.Cost own = costs.get(0);
        table.value(at + "p5", own.p5() / 1000, " us", Goal.atMost(0.5, " us"));
        table.value(at + "allocated", own.allocated(), " B", Goal.atMost(0.5, " B"));
        table.ratio(at + "p5", own.p5(), "AuthzForce", costs.get(1).p5(), " ns", Goal.atMost(1 / 8.0, "x"));
        table.ratio(at + "CPU", own.cpu(), "AuthzForce", costs.get(1).cpu(), " ns", Goal.atMost(1 / 8.0, "x"));
        table.ratio(at + "p5", own.p5(), "Cedar-java", costs.get(2).p5(), " ns", Goal.atMost(1 / 80.0, "x"));
        table.ratio(at + "CPU", own.cpu(), "Cedar-java", costs.get(2).cpu(), " ns", Goal.atMost(1 / 80.0, "x"));
        runTenTimes(table, ours);
    }

    private void runTenTimes(Table table, Callable<Decision> ours) {
        String at = "decision, " + Table.number(10.0 * people) + " people, ";
        long megabytes = MEGABYTES_FOR_TEN_TIMES * people / 1_000_000;
        if (Runtime.getRuntime().maxMemory() >> 20 < megabytes || Usage.availableMegabytes() < megabytes) {
            table.skipped(at + "p5", "it needs " + megabytes + " MB of free memory");
            return;
        }
        List<Blocks.Cost> costs = Blocks.measure(each, List.of(asking(10 * people), ours));
        String against = Table.number(people) + " people";
        table.ratio(at + "p5", costs.get(0).p5(), against, costs.get(1).p5(), " ns", Goal.atMost(2, "x"));
        table.ratio(at + "CPU", costs.get(0).cpu(), against, costs.get(1).cpu(), " ns", Goal.atMost(2, "x"));
    }

    /** Our bundles over so many people, asked about another one of them each time. */
    private Callable<Decision> asking(long count) {
        MemoryStore store = new MemoryStore();
        DefaultPolicyService policies = new DefaultPolicyService(store, store, new DefaultAuditLog(store, store));
        Korax.install(policies, packs);
        store.required(() -> store.putPartner(partner()));
        ConsentTable consents = new ConsentTable(new People(Korax.TENANT, count), store);
        DefaultGate gate = new DefaultGate(policies, consents, new PartnerTable(store, store));
        Gate.Question question = gate.prepare(Korax.TENANT, PARTNER, People.PURPOSE, List.of("email"));
        SubjectId[] asked = asked(count);
        for (SubjectId subject : asked) {
            if (!(question.decide(subject) instanceof Decision.Permitted)) {
                throw new IllegalStateException("our own answer is another one: " + question.decide(subject));
            }
        }
        return new Callable<>() {
            private int next;

            @Override
            public Decision call() {
                return question.decide(asked[next++ & asked.length - 1]);
            }
        };
    }

    /** As many people as fit, drawn at random, so that every decision finds memory cold that is not in a cache. */
    private static SubjectId[] asked(long count) {
        SplittableRandom random = new SplittableRandom(1);
        int size = (int) Math.min(MOST_ASKED, Long.highestOneBit(count));
        List<SubjectId> asked = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            asked.add(People.person(random.nextLong(count)));
        }
        return asked.toArray(SubjectId[]::new);
    }

    private static Partner partner() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return new Partner(
                Korax.TENANT,
                PARTNER,
                "marketing-partner",
                new Partner.Agreement(
                        Set.of("email"),
                        Set.of(People.PURPOSE),
                        "CA",
                        today.minusDays(1),
                        today.plusYears(1),
                        Optional.empty()),
                URI.create("https://mailhaus.example/in"),
                false,
                1);
    }
}
