package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.internal.DisclosureRules.Judgement;
import org.pledge.sharing.internal.DisclosureRules.Matter;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Mark;

/** The notices of the outbox: a correction carries the values that may leave now, the others names only. */
final class NoticeDeliveries implements Deliveries {
    private static final int MOST = 1000;
    /** Three months, with every extension: a question that is older belongs to no request that is open. */
    private static final Duration LONGEST_CLOCK = Duration.ofDays(92);

    private final Transactions transactions;
    private final NoticeStore store;
    private final AuditLog audit;
    private final SubjectService subjects;
    private final SubjectStore people;
    private final PartnerTable partners;
    private final DisclosureRules rules;
    private final Clock clock;
    private final Timing timing;

    NoticeDeliveries(
            Transactions transactions,
            NoticeStore store,
            AuditLog audit,
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
        this.clock = clock;
        this.timing = timing;
    }

    @Override
    public Optional<Instant> nextDue(TenantId tenant, String partner) {
        return store.nextDueNotice(tenant, partner);
    }

    @Override
    public List<Delivery> claim(TenantId tenant, String partner, int limit) {
        Instant now = now();
        List<Delivery> claimed = new ArrayList<>();
        for (StoredNotice stored : store.lockDueNotices(tenant, partner, now, limit)) {
            Notice notice = stored.notice();
            if (isVoid(notice)) {
                supersede(stored, now);
            } else if (notice.state() == State.SENDING && notice.attempts() >= timing.maxAttempts()) {
                park(stored, notice.answer(), now);
            } else {
                if (notice.state() == State.SENDING) {
                    audit.append(leaf(Leaf.Act.NOTICE_FAILED, notice, now, OptionalInt.empty()));
                }
                StoredNotice sending = Notices.claimed(stored, now.plus(timing.claim()));
                store.putNotice(sending);
                claimed.add(delivery(sending.notice()));
            }
        }
        return claimed;
    }

    /** Whether it would restrict what is not restricted, end what is, or say again of a removed person what they were told. */
    private boolean isVoid(Notice notice) {
        return switch (notice.kind()) {
            case RESTRICTION -> !isKnown(notice) || !isRestricted(notice);
            case RESTRICTION_LIFTED -> !isKnown(notice) || isRestricted(notice);
            case WITHDRAWAL, CORRECTION -> !isKnown(notice) && isToldLater(notice);
            case ACCESS, PORTABILITY ->
                !isKnown(notice) || now().isAfter(notice.created().plus(LONGEST_CLOCK));
            case DISCLOSURE -> false;
        };
    }

    /** Whether those of the removal, the newest ones, tell as much. */
    private boolean isToldLater(Notice notice) {
        List<Notice> later = store.noticesOfSubject(notice.tenant(), notice.subject(), Optional.empty(), MOST).stream()
                .filter(other -> other.kind() == Kind.CORRECTION
                        && other.state() != State.SUPERSEDED
                        && other.created().isAfter(notice.created()))
                .toList();
        return !later.isEmpty()
                && told(notice).entrySet().stream().allMatch(one -> later.stream()
                        .filter(other ->
                                other.disclosures().contains(one.getKey().id()))
                        .flatMap(other -> other.fields().stream())
                        .collect(Collectors.toSet())
                        .containsAll(one.getValue()));
    }

    /** The disclosures it is about, each with those of its fields that it tells of. */
    private Map<Disclosure, Set<String>> told(Notice notice) {
        Map<Disclosure, Set<String>> told = new HashMap<>();
        for (Disclosure disclosure : store.sent(notice.tenant(), notice.subject())) {
            if (notice.disclosures().contains(disclosure.id())) {
                Set<String> fields = new TreeSet<>(disclosure.fields());
                fields.retainAll(notice.fields());
                if (!fields.isEmpty()) {
                    told.put(disclosure, fields);
                }
            }
        }
        return told;
    }

    private boolean isKnown(Notice notice) {
        return people.knows(notice.tenant(), notice.subject());
    }

    private boolean isRestricted(Notice notice) {
        return people.marks(notice.tenant(), notice.subject()).contains(Mark.RESTRICTED);
    }

    private void supersede(StoredNotice stored, Instant now) {
        store.putNotice(Notices.superseded(stored));
        audit.append(Notices.supersededLeaf(stored.notice(), now));
    }

    /** A notice is about disclosures for several purposes, so it names none. */
    private static Delivery delivery(Notice notice) {
        return new Delivery(
                notice.id(),
                notice.tenant(),
                notice.subject(),
                notice.partner(),
                "",
                notice.id().toString(),
                notice.attempts(),
                notice.kind(),
                notice.created());
    }

    @Override
    public Optional<Map<String, List<String>>> load(Delivery delivery) {
        return asItStands(delivery, () -> lockSending(delivery)
                .filter(stored -> !isReopened(stored))
                .map(stored -> stored.notice().kind() == Kind.CORRECTION
                        ? correction(stored)
                        : Map.copyOf(names("fields", stored.notice(), Set.of()))));
    }

    /** What consents have a say in is asked while they cannot change; the first word of a withdrawal always leaves. */
    private <T> T asItStands(Delivery delivery, Supplier<T> work) {
        return delivery.kind() == Kind.CORRECTION || delivery.kind() == Kind.WITHDRAWAL && delivery.attempt() > 1
                ? rules.whileConsentHolds(delivery.tenant(), delivery.subject(), work)
                : transactions.required(work);
    }

    /**
     * Whether the person consented again to something of a withdrawal that was tried before. A partner that hears of it
     * now would stop what is allowed again, so the rest is told under a key of its own. Needs the person's lock.
     */
    private boolean isReopened(StoredNotice stored) {
        Notice notice = stored.notice();
        if (notice.kind() != Kind.WITHDRAWAL || notice.attempts() < 2) {
            return false;
        }
        boolean reopened = false;
        Map<Set<String>, Set<UUID>> rest = new HashMap<>();
        for (Map.Entry<Disclosure, Set<String>> told : told(notice).entrySet()) {
            Set<String> withdrawn = told.getValue();
            reopened |= withdrawn.removeAll(consentedAgain(told.getKey(), withdrawn));
            if (!withdrawn.isEmpty()) {
                rest.computeIfAbsent(withdrawn, any -> new HashSet<>())
                        .add(told.getKey().id());
            }
        }
        if (reopened) {
            Instant now = now();
            supersede(stored, now);
            rest.forEach((fields, disclosures) -> queueRest(Notices.rest(notice, disclosures, fields), now));
        }
        return reopened;
    }

    /** Only what rests on the same basis as before the withdrawal was consented to again. */
    private Set<String> consentedAgain(Disclosure disclosure, Set<String> withdrawn) {
        Judgement judgement = rules.judge(new Matter(
                disclosure.tenant(),
                disclosure.subject(),
                disclosure.partner(),
                disclosure.purpose(),
                List.copyOf(withdrawn),
                Optional.empty()));
        return judgement.decision() instanceof Decision.Permitted permitted
                        && judgement.basis().equals(disclosure.basis())
                ? Set.copyOf(permitted.fields())
                : Set.of();
    }

    private void queueRest(Notice rest, Instant now) {
        store.addNotice(Notices.queued(rest, now, now));
        audit.append(Notices.leaf(
                Leaf.Act.NOTICE_QUEUED,
                rest,
                Disclosures.SYSTEM,
                Notices.promises(rules.policy(rest.tenant())),
                now,
                Notices.about(rest)));
    }

    private Map<String, List<String>> correction(StoredNotice stored) {
        Notice notice = stored.notice();
        Map<String, List<String>> values = permittedValues(notice);
        if (!values.isEmpty()) {
            store.putNotice(Notices.carrying(stored, values.keySet()));
        }
        Map<String, List<String>> sent = names("stale", notice, values.keySet());
        sent.putAll(values);
        return Map.copyOf(sent);
    }

    /** The disclosures, and under {@code name} the names of the fields, but for those that are left out. */
    private static Map<String, List<String>> names(String name, Notice notice, Set<String> without) {
        Map<String, List<String>> names = new HashMap<>();
        names.put(
                "disclosures",
                notice.disclosures().stream().map(Object::toString).sorted().toList());
        Set<String> fields = new TreeSet<>(notice.fields());
        fields.removeAll(without);
        if (!fields.isEmpty()) {
            names.put(name, List.copyOf(fields));
        }
        return names;
    }

    /** The values, held now, of what the partner may receive for a purpose for which it received it before. */
    private Map<String, List<String>> permittedValues(Notice notice) {
        Map<String, List<String>> permitted = new TreeMap<>();
        fieldsByPurpose(notice).forEach((purpose, fields) -> {
            Judgement judgement = rules.judge(new Matter(
                    notice.tenant(),
                    notice.subject(),
                    notice.partner(),
                    purpose,
                    List.copyOf(fields),
                    Optional.empty()));
            if (judgement.decision() instanceof Decision.Permitted decision) {
                Set<String> wanted = new TreeSet<>(fields);
                wanted.retainAll(decision.fields());
                String recipient = partners.find(notice.tenant(), notice.partner())
                        .map(Partner::recipient)
                        .orElse(notice.partner());
                permitted.putAll(Aggregates.met(judgement.policy(), recipient, purpose, held(notice, wanted)));
            }
        });
        return permitted;
    }

    private Map<String, List<String>> held(Notice notice, Set<String> fields) {
        Map<String, List<String>> held = new TreeMap<>();
        subjects.values(notice.tenant(), notice.subject(), fields).forEach((field, values) -> {
            if (fields.contains(field) && !values.isEmpty()) {
                held.put(field, List.copyOf(values));
            }
        });
        return held;
    }

    /** What was disclosed because of a legal case is corrected by name alone. */
    private Map<String, Set<String>> fieldsByPurpose(Notice notice) {
        Map<String, Set<String>> fields = new TreeMap<>();
        told(notice).forEach((disclosure, changed) -> {
            if (disclosure.legalCase().isEmpty()) {
                fields.computeIfAbsent(disclosure.purpose(), any -> new TreeSet<>())
                        .addAll(changed);
            }
        });
        return fields;
    }

    @Override
    public boolean release(Delivery delivery) {
        return asItStands(delivery, () -> lockSending(delivery)
                .filter(stored -> !isReopened(stored))
                .filter(stored -> mayLeave(
                        stored,
                        stored.carried().isEmpty()
                                || permittedValues(stored.notice()).keySet().containsAll(stored.carried())))
                .isPresent());
    }

    /** A notice that may not leave as it was loaded is queued again, to be loaded anew. */
    private boolean mayLeave(StoredNotice stored, boolean permitted) {
        Notice notice = stored.notice();
        if (isVoid(notice)) {
            supersede(stored, now());
            return false;
        }
        boolean reachable = partners.find(notice.tenant(), notice.partner())
                .filter(partner -> !partner.suspended())
                .isPresent();
        if (reachable && permitted) {
            return true;
        }
        Instant now = now();
        store.putNotice(Notices.queued(stored, notice.answer(), now, now));
        audit.append(leaf(Leaf.Act.NOTICE_FAILED, notice, now, OptionalInt.empty()));
        return false;
    }

    /** The notice, if this delivery is still the one that sends it. */
    private Optional<StoredNotice> lockSending(Delivery delivery) {
        Instant now = now();
        return store.lockNotice(delivery.tenant(), delivery.disclosure())
                .filter(stored -> isSentBy(stored.notice(), delivery)
                        && stored.claimedUntil().filter(now::isBefore).isPresent());
    }

    private static boolean isSentBy(Notice notice, Delivery delivery) {
        return notice.state() == State.SENDING && notice.attempts() == delivery.attempt();
    }

    @Override
    public boolean complete(Delivery delivery, Result result, OptionalInt answer, Duration wait) {
        return transactions.required(() -> {
            Instant now = now();
            Optional<StoredNotice> stored = store.lockNotice(delivery.tenant(), delivery.disclosure());
            if (result == Result.DELIVERED) {
                stored.filter(one -> wasSent(one.notice(), delivery)).ifPresent(one -> deliver(one, answer, now));
                return stored.isPresent();
            }
            Optional<StoredNotice> mine = stored.filter(one -> isSentBy(one.notice(), delivery));
            mine.ifPresent(one -> fail(one, result, answer, wait, now));
            return mine.isPresent();
        });
    }

    @Override
    public void giveBack(Delivery delivery) {
        transactions.required(() -> store.lockNotice(delivery.tenant(), delivery.disclosure())
                .filter(one -> isSentBy(one.notice(), delivery))
                .map(one -> {
                    Instant now = now();
                    end(Notices.givenBack(one, now.plus(timing.backoff(1)), now), now);
                    return one;
                }));
    }

    /** A confirmation says more than a delivery, and may come before it is recorded. */
    private static boolean wasSent(Notice notice, Delivery delivery) {
        return notice.state() != State.DELIVERED
                && !notice.settled()
                && delivery.attempt() >= 1
                && delivery.attempt() <= notice.attempts();
    }

    /** Claims of senders that are gone, which nobody takes over while the partner is suspended. */
    void endLostClaims(TenantId tenant) {
        transactions
                .required(() -> store.noticesInState(tenant, State.SENDING, Optional.empty(), MOST))
                .forEach(sending -> transactions.required(() -> endIfLost(tenant, sending.id())));
    }

    private void endIfLost(TenantId tenant, UUID id) {
        Instant now = now();
        store.lockNotice(tenant, id)
                .filter(stored -> stored.notice().state() == State.SENDING
                        && stored.claimedUntil().filter(now::isBefore).isEmpty())
                .ifPresent(lost -> fail(lost, Result.FAILED, lost.notice().answer(), Duration.ZERO, now));
    }

    private void deliver(StoredNotice stored, OptionalInt answer, Instant now) {
        StoredNotice delivered = Notices.delivered(stored, answer, now);
        audit.append(leaf(Leaf.Act.NOTICE_DELIVERED, delivered.notice(), now, answer));
        end(delivered, now);
    }

    private void fail(StoredNotice stored, Result result, OptionalInt answer, Duration wait, Instant now) {
        int attempts = stored.notice().attempts();
        if (result == Result.REFUSED || attempts >= timing.maxAttempts()) {
            park(stored, answer, now);
        } else {
            audit.append(leaf(Leaf.Act.NOTICE_FAILED, stored.notice(), now, answer));
            end(Notices.queued(stored, answer, now.plus(timing.pause(attempts, wait)), now), now);
        }
    }

    private void park(StoredNotice stored, OptionalInt answer, Instant now) {
        StoredNotice parked = Notices.parked(stored, answer, now);
        audit.append(leaf(Leaf.Act.NOTICE_PARKED, parked.notice(), now, answer));
        end(parked, now);
    }

    /** What was overtaken while it was being sent is not awaited. */
    private void end(StoredNotice sent, Instant now) {
        store.putNotice(sent);
        if (isVoid(sent.notice())) {
            supersede(sent, now);
        }
    }

    private static Leaf leaf(Leaf.Act act, Notice notice, Instant now, OptionalInt answer) {
        String status = answer.isPresent() ? Integer.toString(answer.getAsInt()) : "none";
        return Notices.leaf(act, notice, Disclosures.SYSTEM, List.of(), now, Map.of("status", status));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
