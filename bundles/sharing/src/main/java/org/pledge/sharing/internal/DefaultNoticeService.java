package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.sharing.spi.SharingStore.Position;
import org.pledge.store.Transactions;

/** Shows notices, and records what partners and operators say about them. */
@Component
public final class DefaultNoticeService implements NoticeService {
    private static final String PARTNER = "partner";

    private final Transactions transactions;
    private final NoticeStore store;
    private final AuditLog audit;
    private final Answers answers;
    private final PartnerTable partners;
    private final EarlierRecipients recipients;
    private final Runnable wake;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultNoticeService(
            @Reference Transactions transactions,
            @Reference NoticeStore store,
            @Reference AuditLog audit,
            @Reference PartnerTable partners,
            @Reference EarlierRecipients recipients,
            @Reference DefaultOutbox outbox) {
        this(transactions, store, audit, partners, recipients, outbox::wake, Clock.systemUTC());
    }

    DefaultNoticeService(
            Transactions transactions,
            NoticeStore store,
            AuditLog audit,
            PartnerTable partners,
            EarlierRecipients recipients,
            Runnable wake,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.answers = new Answers(store, partners);
        this.partners = partners;
        this.recipients = recipients;
        this.wake = wake;
        this.clock = clock;
    }

    @Override
    public Notice notice(Caller caller, UUID id) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR, Role.PARTNER);
        boolean all = caller.roles().stream().anyMatch(Set.of(Role.OPERATOR, Role.OFFICER, Role.AUDITOR)::contains);
        return transactions
                .required(() -> store.notice(caller.tenant(), id))
                .map(StoredNotice::notice)
                .filter(found -> all || found.partner().equals(caller.name()))
                .orElseThrow(DefaultNoticeService::notFound);
    }

    @Override
    public Page<Notice> ofSubject(Caller caller, SubjectId subject, Optional<String> cursor, int limit) {
        requireReader(caller, limit);
        Optional<Position> before = cursor.map(Positions::read);
        return page(
                transactions.required(() -> store.noticesOfSubject(caller.tenant(), subject, before, limit + 1)),
                limit);
    }

    /** A page of what was found; one more than its limit was asked for. */
    private static Page<Notice> page(List<Notice> found, int limit) {
        if (found.size() <= limit) {
            return new Page<>(found, Optional.empty());
        }
        Notice last = found.get(limit - 1);
        return new Page<>(
                found.subList(0, limit), Optional.of(Positions.write(new Position(last.created(), last.id()))));
    }

    @Override
    public Page<Notice> inState(Caller caller, State state, Optional<String> cursor, int limit) {
        requireReader(caller, limit);
        Optional<Position> after = cursor.map(Positions::read);
        return page(transactions.required(() -> store.noticesInState(caller.tenant(), state, after, limit + 1)), limit);
    }

    @Override
    public List<Notice> overdue(Caller caller, int limit) {
        requireReader(caller, limit);
        return transactions.required(() -> store.overdueNotices(caller.tenant(), now(), limit));
    }

    private static void requireReader(Caller caller, int limit) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        Positions.requireLimit(limit);
    }

    @Override
    public Notice acknowledge(Caller caller, UUID id) {
        caller.require(Role.PARTNER);
        return transactions.required(() -> confirm(caller, sentToCaller(caller, id), PARTNER));
    }

    private StoredNotice sentToCaller(Caller caller, UUID id) {
        StoredNotice stored = store.lockNotice(caller.tenant(), id)
                .filter(found -> found.notice().partner().equals(caller.name()))
                .orElseThrow(DefaultNoticeService::notFound);
        if (stored.notice().attempts() == 0 && stored.notice().confirmed().isEmpty()) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the notice was not sent yet")
                    .remedy("Answer it once it has arrived and was acted on.");
        }
        return stored;
    }

    @Override
    public Notice acknowledge(Caller caller, UUID id, String channel) {
        caller.require(Role.OPERATOR);
        requireChannel(channel);
        return transactions.required(() -> confirm(caller, locked(caller.tenant(), id), channel));
    }

    @Override
    public Notice refuse(Caller caller, UUID id, Exemption ground) {
        caller.require(Role.PARTNER);
        return transactions.required(() -> refuse(caller, sentToCaller(caller, id), ground, PARTNER));
    }

    @Override
    public Notice refuse(Caller caller, UUID id, Exemption ground, String channel) {
        caller.require(Role.OFFICER);
        requireChannel(channel);
        return transactions.required(() -> refuse(caller, locked(caller.tenant(), id), ground, channel));
    }

    private Notice refuse(Caller caller, StoredNotice stored, Exemption ground, String channel) {
        if (stored.notice().answered()) {
            return stored.notice();
        }
        Instant now = now();
        return put(
                caller,
                Notices.refused(stored, now, channel, ground),
                Leaf.Act.NOTICE_REFUSED,
                now,
                Map.of("channel", channel, "ground", ground.name()));
    }

    @Override
    public List<Recipient> recipients(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> answers.of(caller.tenant(), subject, now()));
    }

    @Override
    public List<Recipient> told(Caller caller, SubjectId subject, Kind kind, Instant from, Instant until) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> answers.told(caller.tenant(), subject, kind, from, until, now()));
    }

    @Override
    public List<Recipient> restricted(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> answers.restricted(caller.tenant(), subject, now()));
    }

    @Override
    public void ask(Caller caller, SubjectId subject, Kind kind, UUID request) {
        caller.require(Role.OPERATOR);
        transactions.required(() -> recipients.ask(caller.tenant(), subject, kind, request, partners));
    }

    @Override
    public List<Recipient> asked(Caller caller, SubjectId subject, UUID request) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> answers.asked(caller.tenant(), subject, request, now()));
    }

    @Override
    public void endAsking(Caller caller, SubjectId subject, UUID request) {
        caller.require(Role.OPERATOR);
        transactions.required(() -> recipients.endAsking(caller.tenant(), subject, request));
    }

    private Notice confirm(Caller caller, StoredNotice stored, String channel) {
        if (stored.notice().answered()) {
            return stored.notice();
        }
        Instant now = now();
        StoredNotice confirmed = Notices.confirmed(stored, now, channel);
        return put(caller, confirmed, Leaf.Act.NOTICE_CONFIRMED, now, Map.of("channel", channel));
    }

    private static void requireChannel(String channel) {
        if (Names.token("channel", channel).equals(PARTNER)) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID, "channel: \"partner\" is for confirmations of partners")
                    .remedy("Say how the partner confirmed it, such as phone or letter.");
        }
    }

    @Override
    public Notice retry(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            StoredNotice parked = lockedParked(caller.tenant(), id);
            Instant now = now();
            transactions.afterCommit(wake);
            return put(
                    caller,
                    Notices.queued(parked, parked.notice().answer(), now, now),
                    Leaf.Act.NOTICE_RETRIED,
                    now,
                    Map.of());
        });
    }

    @Override
    public Notice drop(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            StoredNotice parked = lockedParked(caller.tenant(), id);
            return put(caller, Notices.dropped(parked), Leaf.Act.NOTICE_DROPPED, now(), Map.of());
        });
    }

    private StoredNotice lockedParked(TenantId tenant, UUID id) {
        StoredNotice stored = locked(tenant, id);
        if (stored.notice().state() != State.PARKED) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the notice is not parked")
                    .remedy("Look at its state; only parked notices can be retried or dropped.");
        }
        return stored;
    }

    private StoredNotice locked(TenantId tenant, UUID id) {
        return store.lockNotice(tenant, id).orElseThrow(DefaultNoticeService::notFound);
    }

    private Notice put(Caller caller, StoredNotice changed, Leaf.Act act, Instant now, Map<String, String> more) {
        store.putNotice(changed);
        audit.append(Notices.leaf(act, changed.notice(), caller.name(), List.of(), now, more));
        return changed.notice();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static PledgeException notFound() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no such notice")
                .remedy("Check the identifier.");
    }
}
