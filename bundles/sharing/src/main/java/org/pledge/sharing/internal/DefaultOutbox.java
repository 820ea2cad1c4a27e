package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.internal.DisclosureRules.Judgement;
import org.pledge.sharing.internal.DisclosureRules.Matter;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;

/** Hands queued disclosures out, decides again before each step, and records how they end. */
@Component(
        service = {Outbox.class, PartnerListener.class, DefaultOutbox.class},
        configurationPid = "org.pledge.sharing")
@Designate(ocd = DefaultOutbox.Config.class)
public final class DefaultOutbox implements Outbox, PartnerListener {
    /** How long and how often sending is tried. */
    @ObjectClassDefinition(name = "Pledge sharing", description = "How long and how often a disclosure is tried.")
    public @interface Config {
        /** Hours after which a disclosure that was not delivered is cancelled. */
        @AttributeDefinition(description = "Hours after which a disclosure that was not delivered is cancelled")
        int deadlineHours() default 24;

        /** Tries after which a disclosure is parked. */
        @AttributeDefinition(description = "Tries after which a disclosure is parked")
        int maxAttempts() default 8;

        /** Seconds before the second try. */
        @AttributeDefinition(description = "Seconds before the second try; doubles with each further one")
        int backoffInitialSeconds() default 1;

        /** Most seconds between two tries. */
        @AttributeDefinition(description = "Most seconds between two tries")
        int backoffMaxSeconds() default 300;

        /** Seconds after which a try that was not completed may be repeated. */
        @AttributeDefinition(description = "Seconds after which a try that was not completed may be repeated")
        int claimSeconds() default 60;
    }

    /** The configuration, checked. */
    record Timing(Duration deadline, int maxAttempts, Duration backoffInitial, Duration backoffMax, Duration claim) {
        Timing {
            require(deadline, "deadlineHours");
            require(backoffInitial, "backoffInitialSeconds");
            require(backoffMax, "backoffMaxSeconds");
            require(claim, "claimSeconds");
            if (maxAttempts < 1) {
                throw new IllegalArgumentException("maxAttempts in org.pledge.sharing must be at least 1");
            }
        }

        static Timing of(Config config) {
            return new Timing(
                    Duration.ofHours(config.deadlineHours()),
                    config.maxAttempts(),
                    Duration.ofSeconds(config.backoffInitialSeconds()),
                    Duration.ofSeconds(config.backoffMaxSeconds()),
                    Duration.ofSeconds(config.claimSeconds()));
        }

        private static void require(Duration duration, String key) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(key + " in org.pledge.sharing must be at least 1");
            }
        }

        /** Between half of and the whole back-off, so that those that failed together do not come back together. */
        Duration backoff(int attempt) {
            int doublings = Math.min(attempt - 1, 30);
            Duration whole = backoffInitial.multipliedBy(1L << doublings);
            long most = (whole.compareTo(backoffMax) > 0 ? backoffMax : whole).toMillis();
            return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
        }
    }

    private final Transactions transactions;
    private final SharingStore store;
    private final AuditLog audit;
    private final SubjectService subjects;
    private final SubjectStore people;
    private final PartnerTable partners;
    private final DisclosureRules rules;
    private final SuppliedValues supplied;
    private final Clock clock;
    private final Timing timing;
    private final WorkSignal signal;

    /** In the container. */
    @Activate
    public DefaultOutbox(
            Config config,
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference AuditLog audit,
            @Reference Sealer sealer,
            @Reference SubjectService subjects,
            @Reference SubjectStore people,
            @Reference PartnerTable partners,
            @Reference DisclosureRules rules) {
        this(
                transactions,
                store,
                audit,
                sealer,
                subjects,
                people,
                partners,
                rules,
                Clock.systemUTC(),
                Timing.of(config));
    }

    DefaultOutbox(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            Sealer sealer,
            SubjectService subjects,
            SubjectStore people,
            PartnerTable partners,
            DisclosureRules rules,
            Clock clock,
            Timing timing) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.subjects = subjects;
        this.people = people;
        this.partners = partners;
        this.rules = rules;
        this.supplied = new SuppliedValues(sealer);
        this.clock = clock;
        this.timing = timing;
        this.signal = new WorkSignal(this::nextDue, clock);
        signal.start();
    }

    /** Ends the thread that looks for due work. */
    @Deactivate
    public void close() {
        signal.end();
    }

    @Override
    public AutoCloseable onWork(Runnable action) {
        return signal.onWork(action);
    }

    /** Says that something may have become due. */
    void wake() {
        signal.announce();
    }

    @Override
    public void changed(Partner partner) {
        wake();
    }

    private Optional<Instant> nextDue() {
        List<Partner> open =
                partners.all().stream().filter(partner -> !partner.suspended()).toList();
        return transactions.required(() -> open.stream()
                .flatMap(partner -> store.nextDue(partner.tenant(), partner.name()).stream())
                .min(Instant::compareTo));
    }

    @Override
    public List<Delivery> claim(TenantId tenant, String partner, int limit) {
        if (partners.find(tenant, partner).filter(one -> !one.suspended()).isEmpty()) {
            return List.of();
        }
        return transactions.required(() -> {
            Instant now = now();
            List<Delivery> claimed = new ArrayList<>();
            for (StoredDisclosure stored : store.lockDue(tenant, partner, now, limit)) {
                Disclosure disclosure = stored.disclosure();
                if (!now.isBefore(disclosure.deadline())) {
                    cancel(stored, "DEADLINE", disclosure.promises(), now);
                } else if (disclosure.state() == State.SENDING && disclosure.attempts() >= timing.maxAttempts()) {
                    park(stored, disclosure.answer(), now);
                } else {
                    if (disclosure.state() == State.SENDING) {
                        audit.append(leaf(Leaf.Act.DISCLOSURE_FAILED, disclosure, now, status(OptionalInt.empty())));
                    }
                    StoredDisclosure sending = Disclosures.claimed(stored, now.plus(timing.claim()));
                    store.putDisclosure(sending);
                    claimed.add(delivery(sending.disclosure()));
                }
            }
            return claimed;
        });
    }

    private static Delivery delivery(Disclosure disclosure) {
        return new Delivery(
                disclosure.id(),
                disclosure.tenant(),
                disclosure.subject(),
                disclosure.partner(),
                disclosure.purpose(),
                disclosure.id().toString(),
                disclosure.attempts());
    }

    @Override
    public Optional<Map<String, List<String>>> load(Delivery delivery) {
        return rules.whileConsentHolds(delivery.tenant(), delivery.subject(), () -> lockSending(delivery)
                .flatMap(this::values));
    }

    @Override
    public boolean release(Delivery delivery) {
        return rules.whileConsentHolds(delivery.tenant(), delivery.subject(), () -> lockSending(delivery)
                .filter(this::isWhollyPermitted)
                .isPresent());
    }

    /** The disclosure, if this delivery is still the one that sends it. */
    private Optional<StoredDisclosure> lockSending(Delivery delivery) {
        Instant now = now();
        return store.lockDisclosure(delivery.tenant(), delivery.disclosure())
                .filter(stored -> stored.disclosure().state() == State.SENDING
                        && stored.disclosure().attempts() == delivery.attempt()
                        && stored.claimedUntil().filter(now::isBefore).isPresent());
    }

    private boolean isWhollyPermitted(StoredDisclosure stored) {
        Instant now = now();
        Disclosure disclosure = stored.disclosure();
        Judgement judgement = rules.judge(matter(disclosure));
        Decision decision = judgement.decision();
        Optional<String> against = Optional.empty();
        if (!now.isBefore(disclosure.deadline())) {
            against = Optional.of("DEADLINE");
        } else if (!(decision instanceof Decision.Permitted permitted
                && permitted.fields().containsAll(disclosure.fields()))) {
            against = Optional.of(reason(decision));
        } else if (isOfRemovedPerson(disclosure, judgement.policy())) {
            against = Optional.of(Code.NO_VALUE.name());
        }
        against.ifPresent(reason -> cancel(stored, reason, decision.promises(), now));
        return against.isEmpty();
    }

    /** Values that are held are held of a person; those that came with the request need none. */
    private boolean isOfRemovedPerson(Disclosure disclosure, Policy policy) {
        return !disclosure.fields().stream().allMatch(field -> isSupplied(policy, field))
                && people.person(disclosure.tenant(), disclosure.subject()).isEmpty();
    }

    private static boolean isSupplied(Policy policy, String field) {
        return policy.category(field).map(Policy.Category::supplied).orElse(false);
    }

    private Optional<Map<String, List<String>>> values(StoredDisclosure stored) {
        Instant now = now();
        Disclosure disclosure = stored.disclosure();
        Judgement judgement = rules.judge(matter(disclosure));
        if (!now.isBefore(disclosure.deadline())) {
            cancel(stored, "DEADLINE", disclosure.promises(), now);
            return Optional.empty();
        }
        if (!(judgement.decision() instanceof Decision.Permitted permitted)) {
            cancel(stored, reason(judgement.decision()), judgement.decision().promises(), now);
            return Optional.empty();
        }
        Set<String> fields = new TreeSet<>(disclosure.fields());
        fields.retainAll(permitted.fields());
        Map<String, List<String>> held = held(stored, fields, judgement.policy());
        Map<String, List<String>> values =
                disclosure.legalCase().isPresent() ? held : withObligationsMet(held, disclosure, judgement.policy());
        if (values.isEmpty()) {
            cancel(stored, (held.isEmpty() ? Code.NO_VALUE : Code.TOO_FEW).name(), permitted.promises(), now);
            return Optional.empty();
        }
        if (!values.keySet().equals(disclosure.fields())) {
            store.putDisclosure(Disclosures.narrowed(stored, values.keySet()));
        }
        return Optional.of(Map.copyOf(values));
    }

    private Map<String, List<String>> held(StoredDisclosure stored, Set<String> fields, Policy policy) {
        Disclosure disclosure = stored.disclosure();
        Set<String> kept = new HashSet<>(fields);
        kept.removeIf(field -> isSupplied(policy, field));
        Map<String, List<String>> values = new TreeMap<>();
        if (!kept.isEmpty()) {
            subjects.values(disclosure.tenant(), disclosure.subject(), kept).forEach((field, found) -> {
                if (kept.contains(field) && !found.isEmpty()) {
                    values.put(field, List.copyOf(found));
                }
            });
        }
        if (kept.size() < fields.size()) {
            supplied(stored).forEach((field, value) -> {
                if (fields.contains(field)) {
                    values.put(field, List.of(value));
                }
            });
        }
        return values;
    }

    private Map<String, String> supplied(StoredDisclosure stored) {
        Disclosure disclosure = stored.disclosure();
        try {
            return supplied.open(disclosure.tenant(), disclosure.subject(), disclosure.id(), stored.supplied());
        } catch (PledgeException e) {
            if (e.kind() == PledgeException.Kind.NOT_FOUND) {
                return Map.of();
            }
            throw e;
        }
    }

    private Map<String, List<String>> withObligationsMet(
            Map<String, List<String>> values, Disclosure disclosure, Policy policy) {
        String recipient = partners.find(disclosure.tenant(), disclosure.partner())
                .map(Partner::recipient)
                .orElse(disclosure.partner());
        Map<String, List<String>> kept = new TreeMap<>();
        values.forEach((field, found) -> {
            List<String> left = found;
            for (Obligation obligation :
                    policy.ruling(recipient, disclosure.purpose(), field).obligations()) {
                if (obligation.name().equals("k-anonymity")) {
                    int k = Aggregates.smallest(obligation).orElse(Integer.MAX_VALUE);
                    left = left.stream()
                            .flatMap(text -> Aggregates.atLeast(k, text).stream())
                            .toList();
                }
            }
            if (!left.isEmpty()) {
                kept.put(field, left);
            }
        });
        return kept;
    }

    @Override
    public void complete(Delivery delivery, Result result, int status) {
        OptionalInt answer = status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
        boolean done = transactions.required(() -> {
            Instant now = now();
            Optional<StoredDisclosure> stored = store.lockDisclosure(delivery.tenant(), delivery.disclosure());
            if (result == Result.DELIVERED) {
                stored.filter(one -> wasSent(one.disclosure(), delivery)).ifPresent(one -> deliver(one, answer, now));
                return stored.isPresent();
            }
            Optional<StoredDisclosure> mine =
                    stored.filter(one -> one.disclosure().state() == State.SENDING
                            && one.disclosure().attempts() == delivery.attempt());
            mine.ifPresent(one -> fail(one, result, answer, now));
            return mine.isPresent();
        });
        if (done && result == Result.FAILED) {
            wake();
        }
    }

    /** What a partner confirms did reach it, whatever became of the disclosure here meanwhile. */
    private static boolean wasSent(Disclosure disclosure, Delivery delivery) {
        return disclosure.state() != State.DELIVERED
                && delivery.attempt() >= 1
                && delivery.attempt() <= disclosure.attempts();
    }

    private void deliver(StoredDisclosure stored, OptionalInt answer, Instant now) {
        StoredDisclosure delivered = Disclosures.delivered(stored, answer, now);
        store.putDisclosure(delivered);
        audit.append(leaf(Leaf.Act.DISCLOSURE_DELIVERED, delivered.disclosure(), now, status(answer)));
    }

    private void fail(StoredDisclosure stored, Result result, OptionalInt answer, Instant now) {
        int attempts = stored.disclosure().attempts();
        if (result == Result.REFUSED || attempts >= timing.maxAttempts()) {
            park(stored, answer, now);
        } else {
            Instant next = now.plus(timing.backoff(attempts));
            store.putDisclosure(
                    Disclosures.queued(stored, answer, next, stored.disclosure().deadline()));
            audit.append(leaf(Leaf.Act.DISCLOSURE_FAILED, stored.disclosure(), now, status(answer)));
        }
    }

    private void park(StoredDisclosure stored, OptionalInt answer, Instant now) {
        StoredDisclosure parked = Disclosures.parked(stored, answer);
        store.putDisclosure(parked);
        audit.append(leaf(Leaf.Act.DISCLOSURE_PARKED, parked.disclosure(), now, status(answer)));
    }

    private void cancel(StoredDisclosure stored, String reason, Collection<String> promises, Instant now) {
        store.putDisclosure(Disclosures.ended(stored, State.CANCELLED));
        audit.append(Disclosures.leaf(
                Leaf.Act.DISCLOSURE_CANCELLED,
                stored.disclosure(),
                Disclosures.SYSTEM,
                List.copyOf(promises),
                now,
                Map.of("reason", reason)));
    }

    private static Leaf leaf(Leaf.Act act, Disclosure disclosure, Instant now, Map<String, String> more) {
        return Disclosures.leaf(act, disclosure, Disclosures.SYSTEM, disclosure.promises(), now, more);
    }

    private static Map<String, String> status(OptionalInt answer) {
        return Map.of("status", answer.isPresent() ? Integer.toString(answer.getAsInt()) : "none");
    }

    private static String reason(Decision decision) {
        List<Decision.Reason> reasons = decision instanceof Decision.Denied denied
                ? denied.reasons()
                : ((Decision.Permitted) decision).withheld();
        return reasons.get(0).code().name();
    }

    private static Matter matter(Disclosure disclosure) {
        return new Matter(
                disclosure.tenant(),
                disclosure.subject(),
                disclosure.partner(),
                disclosure.purpose(),
                List.copyOf(new TreeSet<>(disclosure.fields())),
                disclosure.legalCase());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
