package org.pledge.sharing.internal;

import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.spi.Connector;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** The sharing bundle, put together over stores in memory, with one policy, its partners and one person. */
final class World implements AutoCloseable {
    static final TenantId KORAX = new TenantId("korax");
    static final Obligation TWENTY = new Obligation("k-anonymity", Map.of("k", "20"));
    static final Obligation NO_RETENTION = new Obligation("attestation", Map.of("statement", "no-retention"));

    final TestClock clock = new TestClock();
    final MemoryStore store = new MemoryStore();
    final FakePolicies policies = new FakePolicies();
    final FakeConsents consents = new FakeConsents(store, store);
    final FakeSubjects subjects = new FakeSubjects();
    final FakeAudit audit = new FakeAudit(store);
    final FakeSealer sealer = new FakeSealer();
    final List<PartnerListener> listeners = new CopyOnWriteArrayList<>();
    final List<Connector> connectors = new CopyOnWriteArrayList<>();
    final FakeSecrets secrets = new FakeSecrets();
    final PartnerTable table = new PartnerTable(store, store);
    final DefaultPartnerService partners = new DefaultPartnerService(
            store, store, audit, policies, table, clock, () -> listeners, () -> connectors, () -> List.of(secrets));
    final DefaultGate gate = new DefaultGate(policies, consents, table, clock);
    final DisclosureRules rules;
    final DefaultOutbox outbox;
    final EarlierRecipients recipients;
    final DefaultNoticeService notices;
    final DefaultSharingService sharing;
    final DefaultLegalCaseService cases = new DefaultLegalCaseService(store, store, audit, policies, table, clock);

    final Caller operator = caller("olga", Role.OPERATOR);
    final Caller integrator = caller("ines", Role.INTEGRATOR);
    final Caller officer = caller("oscar", Role.OFFICER);
    final Caller otherOfficer = caller("otto", Role.OFFICER);
    final SubjectId anna = SubjectId.random();

    World() {
        this(Duration.ofMillis(50));
    }

    /** A world that waits so long for stored consents to be seen. */
    World(Duration patience) {
        rules = new DisclosureRules(store, store, store, consents, policies, table, gate, clock, patience);
        outbox = new DefaultOutbox(
                store,
                store,
                store,
                audit,
                sealer,
                subjects,
                store,
                table,
                rules,
                clock,
                new Timing(
                        Duration.ofHours(24),
                        3,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(60)));
        recipients = new EarlierRecipients(store, store, store, audit, policies, outbox::wake, clock);
        notices = new DefaultNoticeService(store, store, audit, table, recipients, outbox::wake, clock);
        sharing = new DefaultSharingService(
                store, store, audit, sealer, table, rules, outbox, clock, Duration.ofHours(24));
        policies.add(policy(1));
        consents.listener(new DisclosureWithdrawals(store, audit, recipients, clock));
        listeners.add(outbox);
        put(partner("mailhaus", "marketing-partner", Set.of("name", "email", "phone"), Set.of("newsletter")));
        put(partner("cardclear", "clearing-house", Set.of("name", "payment-amount"), Set.of("payment")));
        put(partner("countly", "analytics-partner", Set.of("visitor-statistics"), Set.of("traffic-analysis")));
        put(partner("court", "court", Set.of("name", "email", "phone"), Set.of("legal-order")));
        register(anna);
    }

    /** One that reminds after a week and escalates after three reminders. */
    NoticeClock noticeClock() {
        return new NoticeClock(store, store, audit, policies, table, clock, Reminders.Pace.of(7, 3), outbox);
    }

    static FakePolicy policy(int version) {
        return new FakePolicy(
                        KORAX,
                        version,
                        Set.of("name", "email", "phone", "payment-amount", "visitor-statistics"),
                        Set.of("payment-amount"),
                        Set.of("newsletter", "payment", "traffic-analysis", "legal-order"),
                        Set.of("marketing-partner", "clearing-house", "analytics-partner", "court"))
                .rule("marketing-partner", "newsletter", "name", Need.OPT_IN, "KX-1")
                .rule("marketing-partner", "newsletter", "email", Need.OPT_IN, "KX-1")
                .rule("marketing-partner", "newsletter", "phone", Need.NEVER, "KX-2")
                .rule("clearing-house", "payment", "name", Need.NOTHING, "KX-13")
                .rule("clearing-house", "payment", "payment-amount", Need.NOTHING, "KX-13")
                .rule("analytics-partner", "traffic-analysis", "visitor-statistics", Need.NOTHING, "KX-21", TWENTY)
                .legal(Ground.LAW, "court", "name", CaseState.PERMITTED, "KX-22")
                .legal(Ground.LAW, "court", "email", CaseState.LOCKED, "KX-1")
                .legal(Ground.LAW, "court", "phone", CaseState.PROHIBITED, "KX-2");
    }

    static Partner partner(String name, String recipient, Set<String> fields, Set<String> purposes) {
        return new Partner(
                KORAX,
                name,
                recipient,
                new Partner.Agreement(
                        fields, purposes, "CA", LocalDate.of(2026, 1, 1), LocalDate.of(2026, 12, 31), Optional.empty()),
                URI.create("https://" + name + ".example/in"),
                false,
                0);
    }

    static Partner until(Partner partner, LocalDate until) {
        Partner.Agreement agreed = partner.agreement();
        return new Partner(
                partner.tenant(),
                partner.name(),
                partner.recipient(),
                new Partner.Agreement(
                        agreed.fields(),
                        agreed.purposes(),
                        agreed.region(),
                        agreed.from(),
                        until,
                        agreed.attestation()),
                partner.endpoint(),
                partner.suspended(),
                partner.version());
    }

    static Partner attesting(Partner partner, String statement, LocalDate until) {
        Partner.Agreement agreed = partner.agreement();
        return new Partner(
                partner.tenant(),
                partner.name(),
                partner.recipient(),
                new Partner.Agreement(
                        agreed.fields(),
                        agreed.purposes(),
                        agreed.region(),
                        agreed.from(),
                        agreed.until(),
                        Optional.of(new Partner.Attestation(statement, until))),
                partner.endpoint(),
                partner.suspended(),
                partner.version());
    }

    Caller caller(String name, Role... roles) {
        return new Caller(KORAX, name, Set.of(roles));
    }

    Partner put(Partner partner) {
        return partners.put(integrator, partner, OptionalLong.empty());
    }

    void register(SubjectId subject) {
        store.required(() -> {
            store.addAccount(new StoredAccount(KORAX, subject, "standard", Holder.INDIVIDUAL, "CA", 1));
            store.addPerson(new StoredPerson(KORAX, subject, subject, Set.of(), 0));
        });
        consents.accept(KORAX, subject, 1, "CA");
        subjects.hold(
                subject,
                Map.of(
                        "name", List.of("Anna Example"),
                        "email", List.of("anna@example.org", "a@example.org"),
                        "phone", List.of("+1 555 0100")));
    }

    void optIn(String... categories) {
        consents.grant(KORAX, anna, "newsletter", "mailhaus", Set.of(categories), ConsentView.OPT_IN);
    }

    Request request(String partner, String purpose, String... fields) {
        return new Request(anna, partner, purpose, List.of(fields), Optional.empty(), Map.of());
    }

    Outcome.Queued shareNewsletter(String... fields) {
        return (Outcome.Queued) sharing.share(operator, request("mailhaus", "newsletter", fields));
    }

    Delivery claimOne(String partner) {
        List<Delivery> claimed = outbox.claim(KORAX, partner, 10);
        if (claimed.size() != 1) {
            throw new AssertionError("claimed " + claimed.size());
        }
        return claimed.get(0);
    }

    @Override
    public void close() {
        outbox.close();
    }
}
