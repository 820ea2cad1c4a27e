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
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision;
import org.pledge.policy.Decision.Code;
import org.pledge.policy.Policy;
import org.pledge.sharing.DutyMail;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.internal.DisclosureRules.Judgement;
import org.pledge.sharing.internal.DisclosureRules.Matter;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;

/** The disclosures of the outbox: decided again before each step. */
final class DisclosureDeliveries implements Deliveries {
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

    DisclosureDeliveries(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            SubjectService subjects,
            SubjectStore people,
            PartnerTable partners,
            DisclosureRules rules,
            SuppliedValues supplied,
            Clock clock,
            Timing timing) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.subjects = subjects;
        this.people = people;
        this.partners = partners;
        this.rules = rules;
        this.supplied = supplied;
        this.clock = clock;
        this.timing = timing;
    }

    @Override
    public Optional<Instant> nextDue(TenantId tenant, String partner) {
        return store.nextDue(tenant, partner);
    }

    @Override
    public List<Delivery> claim(TenantId tenant, String partner, int limit) {
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
    }

    private static Delivery delivery(Disclosure disclosure) {
        return new Delivery(
                disclosure.id(),
                disclosure.tenant(),
                disclosure.subject(),
                disclosure.partner(),
                disclosure.purpose(),
                disclosure.id().toString(),
                disclosure.attempts(),
                Kind.DISCLOSURE,
                disclosure.created());
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
                .filter(stored -> isSentBy(stored.disclosure(), delivery)
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
                && !people.knows(disclosure.tenant(), disclosure.subject());
    }

    private static boolean isSupplied(Policy policy, String field) {
        return policy.category(field).map(Policy.Category::supplied).orElse(false);
    }

    private Optional<Map<String, List<String>>> values(StoredDisclosure stored) {
        Instant now = now();
        Disclosure disclosure = stored.disclosure();
        Judgement judgement = rules.judge(matter(disclosure));
        if (!now.isBefore(disclosure.deadline())) {
            cancelUnsent(stored, "DEADLINE", disclosure.promises(), now);
            return Optional.empty();
        }
        if (!(judgement.decision() instanceof Decision.Permitted permitted)) {
            cancelUnsent(
                    stored, reason(judgement.decision()), judgement.decision().promises(), now);
            return Optional.empty();
        }
        Set<String> fields = new TreeSet<>(disclosure.fields());
        fields.retainAll(permitted.fields());
        Map<String, List<String>> held = held(stored, fields, judgement.policy());
        Map<String, List<String>> values =
                disclosure.legalCase().isPresent() ? held : withObligationsMet(disclosure, held, judgement.policy());
        if (values.isEmpty()) {
            cancelUnsent(stored, (held.isEmpty() ? Code.NO_VALUE : Code.TOO_FEW).name(), permitted.promises(), now);
            return Optional.empty();
        }
        if (!values.keySet().equals(disclosure.fields())) {
            store.putDisclosure(Disclosures.narrowed(stored, values.keySet()));
        }
        return Optional.of(Map.copyOf(values));
    }

    private Map<String, List<String>> withObligationsMet(
            Disclosure disclosure, Map<String, List<String>> held, Policy policy) {
        String recipient = partners.find(disclosure.tenant(), disclosure.partner())
                .map(Partner::recipient)
                .orElse(disclosure.partner());
        return Aggregates.met(policy, recipient, disclosure.purpose(), held);
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

    @Override
    public boolean complete(Delivery delivery, Result result, OptionalInt answer, Duration wait) {
        return transactions.required(() -> {
            Instant now = now();
            Optional<StoredDisclosure> stored = store.lockDisclosure(delivery.tenant(), delivery.disclosure());
            if (result == Result.DELIVERED) {
                stored.filter(one -> wasSent(one.disclosure(), delivery)).ifPresent(one -> deliver(one, answer, now));
                return stored.isPresent();
            }
            Optional<StoredDisclosure> mine = stored.filter(one -> isSentBy(one.disclosure(), delivery));
            mine.ifPresent(one -> fail(one, result, answer, wait, now));
            return mine.isPresent();
        });
    }

    @Override
    public void giveBack(Delivery delivery) {
        transactions.required(() -> store.lockDisclosure(delivery.tenant(), delivery.disclosure())
                .filter(one -> isSentBy(one.disclosure(), delivery))
                .map(one -> {
                    store.putDisclosure(Disclosures.givenBack(one, now().plus(timing.backoff(1))));
                    return one;
                }));
    }

    private static boolean isSentBy(Disclosure disclosure, Delivery delivery) {
        return disclosure.state() == State.SENDING && disclosure.attempts() == delivery.attempt();
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

    private void fail(StoredDisclosure stored, Result result, OptionalInt answer, Duration wait, Instant now) {
        int attempts = stored.disclosure().attempts();
        if (result == Result.REFUSED || attempts >= timing.maxAttempts()) {
            park(stored, answer, now);
        } else {
            Instant next = now.plus(timing.pause(attempts, wait));
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
        tellCancelled(stored, reason, promises, now);
    }

    private void cancelUnsent(StoredDisclosure stored, String reason, Collection<String> promises, Instant now) {
        store.putDisclosure(Disclosures.unsent(stored));
        tellCancelled(stored, reason, promises, now);
    }

    private void tellCancelled(StoredDisclosure stored, String reason, Collection<String> promises, Instant now) {
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
                disclosure.legalCase(),
                disclosure.basis().equals(DutyMail.BASIS));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
