package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService.Told;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.RecipientKind;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;
import org.pledge.subject.CorrectionListener;

/** Queues notices to those whom the accounting names as earlier recipients, in the transaction of the change. */
@Component(service = {EarlierRecipients.class, CorrectionListener.class})
public final class EarlierRecipients implements CorrectionListener {
    private static final int MOST_DISCLOSURES = 100;
    /** The setting of a partner that is asked what it holds about a person. */
    private static final String ASKED = "access";

    /** A disclosure, with those of its fields that the change concerns. */
    private record Concern(UUID disclosure, String partner, Set<String> fields) {}

    private final Transactions transactions;
    private final NoticeStore store;
    private final UnfinishedDisclosures unfinished;
    private final AuditLog audit;
    private final PolicyService policies;
    private final Runnable wake;
    private final Clock clock;

    /** In the container. */
    @Activate
    public EarlierRecipients(
            @Reference Transactions transactions,
            @Reference NoticeStore store,
            @Reference SharingStore disclosures,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference DefaultOutbox outbox) {
        this(transactions, store, disclosures, audit, policies, outbox::wake, Clock.systemUTC());
    }

    EarlierRecipients(
            Transactions transactions,
            NoticeStore store,
            SharingStore disclosures,
            AuditLog audit,
            PolicyService policies,
            Runnable wake,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.unfinished = new UnfinishedDisclosures(disclosures, audit, clock);
        this.audit = audit;
        this.policies = policies;
        this.wake = wake;
        this.clock = clock;
    }

    /** Needs the person's exclusive lock, so that nothing can begin to leave meanwhile. */
    List<Told> withdrawn(TenantId tenant, SubjectId subject, Withdrawal withdrawal) {
        List<Concern> concerns = store.sent(tenant, subject).stream()
                .filter(disclosure -> DisclosureWithdrawals.covers(withdrawal, disclosure))
                .map(disclosure -> concern(
                        disclosure, withdrawal.categories().isEmpty() ? disclosure.fields() : withdrawal.categories()))
                .toList();
        if (concerns.isEmpty()) {
            return List.of();
        }
        List<StoredNotice> already = store.lockNotices(tenant, subject, Kind.WITHDRAWAL).stream()
                .filter(stored -> stored.notice().state() != State.SUPERSEDED)
                .toList();
        return tell(Kind.WITHDRAWAL, tenant, subject, concerns, already);
    }

    @Override
    public void corrected(TenantId tenant, SubjectId person, Set<String> fields) {
        store.lockPerson(tenant, person);
        List<Concern> concerns = store.sent(tenant, person).stream()
                .map(disclosure -> concern(disclosure, fields))
                .filter(concern -> !concern.fields().isEmpty())
                .toList();
        tellCorrected(tenant, person, concerns);
    }

    private void tellCorrected(TenantId tenant, SubjectId person, List<Concern> concerns) {
        if (!concerns.isEmpty()) {
            List<StoredNotice> fresh = store.lockNotices(tenant, person, Kind.CORRECTION).stream()
                    .filter(EarlierRecipients::isFresh)
                    .toList();
            tell(Kind.CORRECTION, tenant, person, concerns, fresh);
        }
    }

    /** One that was never tried takes the newest values with it when it is. */
    private static boolean isFresh(StoredNotice stored) {
        return stored.notice().state() == State.QUEUED && stored.notice().attempts() == 0;
    }

    /**
     * Values that came with a disclosure were not held, and whoever got them is told all the same. What was said before
     * is not repeated: it would mean the removal now, under a key that meant something else.
     */
    @Override
    public void removed(TenantId tenant, SubjectId person, Set<String> held) {
        store.lockPerson(tenant, person);
        Stream.of(Kind.RESTRICTION, Kind.RESTRICTION_LIFTED, Kind.WITHDRAWAL, Kind.ACCESS, Kind.PORTABILITY)
                .forEach(kind -> supersede(store.lockNotices(tenant, person, kind)));
        supersede(store.lockNotices(tenant, person, Kind.CORRECTION).stream()
                .filter(stored -> !isFresh(stored))
                .toList());
        unfinished.stop(tenant, person, disclosure -> disclosure.legalCase().isEmpty(), "REMOVED");
        tellCorrected(tenant, person, concerns(tenant, person, any -> true));
    }

    /** Asks each processor once for a request; many disclosures are summed up in the newest of them. */
    void ask(TenantId tenant, SubjectId person, Kind kind, UUID request, PartnerTable partners) {
        Map<String, List<Concern>> byPartner = concerns(tenant, person, any -> true).stream()
                .collect(Collectors.groupingBy(Concern::partner, TreeMap::new, Collectors.toList()));
        if (byPartner.isEmpty()) {
            return;
        }
        Policy policy = policies.current(tenant);
        byPartner.keySet().removeIf(partner -> partners.find(tenant, partner)
                .filter(one -> isAsked(one, policy))
                .isEmpty());
        byPartner.forEach((partner, all) -> {
            UUID id = Notices.question(request, partner);
            if (store.notice(tenant, id).isEmpty()) {
                List<Concern> newest = all.subList(Math.max(0, all.size() - MOST_DISCLOSURES), all.size());
                queue(id, kind, tenant, person, partner, newest, policy);
            }
        });
        transactions.afterCommit(wake);
    }

    private static boolean isAsked(Partner partner, Policy policy) {
        return "true".equals(partner.settings().get(ASKED))
                && policy.recipient(partner.recipient())
                        .filter(recipient -> recipient.kind() == RecipientKind.PROCESSOR)
                        .isPresent();
    }

    void endAsking(TenantId tenant, SubjectId person, UUID request) {
        Stream.of(Kind.ACCESS, Kind.PORTABILITY)
                .forEach(kind -> supersede(store.lockNotices(tenant, person, kind).stream()
                        .filter(stored -> Notices.isQuestion(stored.notice(), request))
                        .toList()));
    }

    @Override
    public void restricted(TenantId tenant, SubjectId person) {
        store.lockPerson(tenant, person);
        tellOpposite(Kind.RESTRICTION, Kind.RESTRICTION_LIFTED, tenant, person, concerns(tenant, person, any -> true));
    }

    /** Whoever never heard of the restriction need not hear of its end. */
    @Override
    public void lifted(TenantId tenant, SubjectId person) {
        store.lockPerson(tenant, person);
        Set<UUID> heard = heardLast(tenant, person, Kind.RESTRICTION);
        tellOpposite(
                Kind.RESTRICTION_LIFTED, Kind.RESTRICTION, tenant, person, concerns(tenant, person, heard::contains));
    }

    /** The disclosures about which the last that may have arrived of restrictions and their ends is of this kind. */
    private Set<UUID> heardLast(TenantId tenant, SubjectId person, Kind kind) {
        Map<UUID, Kind> last = new HashMap<>();
        Stream.of(Kind.RESTRICTION, Kind.RESTRICTION_LIFTED)
                .flatMap(one -> store.lockNotices(tenant, person, one).stream())
                .map(StoredNotice::notice)
                .filter(notice -> notice.attempts() > 0)
                .sorted(Comparator.comparing(Notice::created))
                .forEach(notice -> notice.disclosures().forEach(disclosure -> last.put(disclosure, notice.kind())));
        last.values().removeIf(any -> any != kind);
        return last.keySet();
    }

    private List<Concern> concerns(TenantId tenant, SubjectId person, Predicate<UUID> which) {
        return store.sent(tenant, person).stream()
                .filter(disclosure -> which.test(disclosure.id()))
                .map(disclosure -> new Concern(disclosure.id(), disclosure.partner(), disclosure.fields()))
                .toList();
    }

    /** Takes back what says the opposite and has no answer; what was said again since then is not repeated. */
    private void tellOpposite(Kind kind, Kind opposite, TenantId tenant, SubjectId person, List<Concern> concerns) {
        List<StoredNotice> before = store.lockNotices(tenant, person, opposite);
        supersede(before);
        Instant since = before.stream()
                .map(stored -> stored.notice().created())
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        List<StoredNotice> already = store.lockNotices(tenant, person, kind).stream()
                .filter(stored -> stored.notice().state() != State.SUPERSEDED
                        && stored.notice().created().isAfter(since))
                .toList();
        tell(kind, tenant, person, concerns, already);
    }

    /** One that is being sent is looked at again before it is repeated. */
    private void supersede(List<StoredNotice> notices) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        notices.stream()
                .filter(stored -> !stored.notice().settled() && stored.notice().state() != State.SENDING)
                .forEach(stored -> {
                    store.putNotice(Notices.superseded(stored));
                    audit.append(Notices.supersededLeaf(stored.notice(), now));
                });
    }

    private static Concern concern(Disclosure disclosure, Set<String> changed) {
        Set<String> fields = new HashSet<>(disclosure.fields());
        fields.retainAll(changed);
        return new Concern(disclosure.id(), disclosure.partner(), fields);
    }

    /** Queues what the notices that are there do not say already. */
    private List<Told> tell(
            Kind kind, TenantId tenant, SubjectId subject, List<Concern> concerns, List<StoredNotice> already) {
        Map<UUID, Set<String>> known = new HashMap<>();
        already.forEach(stored -> stored.notice().disclosures().forEach(disclosure -> known.computeIfAbsent(
                        disclosure, any -> new HashSet<>())
                .addAll(stored.notice().fields())));
        Map<String, List<Concern>> newByPartner = concerns.stream()
                .filter(concern ->
                        !known.getOrDefault(concern.disclosure(), Set.of()).containsAll(concern.fields()))
                .collect(Collectors.groupingBy(Concern::partner, TreeMap::new, Collectors.toList()));
        if (newByPartner.isEmpty()) {
            return List.of();
        }
        Policy policy = policies.current(tenant);
        List<Told> told = new ArrayList<>();
        newByPartner.forEach((partner, all) -> {
            for (int from = 0; from < all.size(); from += MOST_DISCLOSURES) {
                List<Concern> part = all.subList(from, Math.min(all.size(), from + MOST_DISCLOSURES));
                UUID id = UUID.randomUUID();
                queue(id, kind, tenant, subject, partner, part, policy);
                told.add(new Told(id, partner));
            }
        });
        transactions.afterCommit(wake);
        return told;
    }

    private void queue(
            UUID id,
            Kind kind,
            TenantId tenant,
            SubjectId subject,
            String partner,
            List<Concern> concerns,
            Policy policy) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Notice notice = new Notice(
                id,
                tenant,
                subject,
                partner,
                kind,
                concerns.stream().map(Concern::disclosure).collect(Collectors.toSet()),
                concerns.stream().flatMap(concern -> concern.fields().stream()).collect(Collectors.toSet()),
                State.QUEUED,
                0,
                OptionalInt.empty(),
                now,
                Notices.due(policy, now),
                Notices.legallyDue(now),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        store.addNotice(Notices.queued(notice, now, now));
        audit.append(Notices.leaf(
                Leaf.Act.NOTICE_QUEUED,
                notice,
                Disclosures.SYSTEM,
                Notices.promises(policy),
                now,
                Notices.about(notice)));
    }
}
