package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Approvals;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.spi.OwnershipStore;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Takes transfers with a change of ownership from their notice to their last disclosure. */
@Component(service = OwnershipService.class)
public final class DefaultOwnershipService implements OwnershipService {
    private static final Role[] READERS = {Role.OPERATOR, Role.OFFICER, Role.AUDITOR};

    private final Transactions transactions;
    private final OwnershipStore store;
    private final SubjectStore people;
    private final PolicyService policies;
    private final PartnerTable partners;
    private final DefaultSharingService sharing;
    private final AuditLog audit;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultOwnershipService(
            @Reference Transactions transactions,
            @Reference OwnershipStore store,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference PartnerTable partners,
            @Reference DefaultSharingService sharing,
            @Reference AuditLog audit) {
        this(transactions, store, people, policies, partners, sharing, audit, Clock.systemUTC());
    }

    DefaultOwnershipService(
            Transactions transactions,
            OwnershipStore store,
            SubjectStore people,
            PolicyService policies,
            PartnerTable partners,
            DefaultSharingService sharing,
            AuditLog audit,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.people = people;
        this.policies = policies;
        this.partners = partners;
        this.sharing = sharing;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Transfer open(Caller caller, Scope scope) {
        caller.require(Role.OFFICER);
        Policy policy = policies.current(caller.tenant());
        refuseUnannounced(caller, policy);
        check(scope, policy);
        requireBound(policy, scope.successor());
        Instant now = now();
        Transfer opened = new Transfer(
                UUID.randomUUID(),
                caller.tenant(),
                scope,
                policy.version(),
                now,
                State.OPEN,
                Set.of(),
                Optional.empty(),
                Optional.empty());
        return transactions.required(() -> {
            save(
                    caller,
                    opened,
                    Leaf.Act.OWNERSHIP_OPENED,
                    Map.of(
                            "notice", scope.notice().toString(),
                            "objections", scope.objections().toString()));
            return opened;
        });
    }

    /** What the policy did not announce does not happen; the silence is a promise of its own. */
    private void refuseUnannounced(Caller caller, Policy policy) {
        if (policy.announcesOwnershipTransfer()) {
            return;
        }
        List<String> announcing = policy.promisesOf(CONTROL);
        List<String> promises =
                announcing.isEmpty() ? policy.ruling("", PURPOSE, "").promises() : announcing;
        transactions.required(() -> audit.append(new Leaf(
                caller.tenant(),
                now(),
                Leaf.Act.REFUSED,
                caller.name(),
                Optional.empty(),
                promises,
                Map.of("purpose", PURPOSE, "policyVersion", Integer.toString(policy.version())))));
        throw new PledgeException(
                        Kind.DENIED,
                        "version " + policy.version() + " of the policy never announced that data goes along with the "
                                + "company (" + String.join(", ", promises) + ")")
                .because(promises)
                .remedy("Nothing can be transferred of people who accepted it; a new version that announces it binds "
                        + "only those who accept that.");
    }

    private void check(Scope scope, Policy policy) {
        require(
                !scope.categories().isEmpty()
                        && scope.categories().stream().allMatch(name -> policy.category(name)
                                .filter(known -> !known.supplied())
                                .isPresent()),
                "categories must be some of those that the policy holds about people",
                "See policy:show for them.");
        require(
                scope.tier().filter(name -> !policy.tiers().contains(name)).isEmpty(),
                "tier is not one of the policy's tiers",
                "Use one of: "
                        + String.join(", ", policy.tiers().stream().sorted().toList()) + ".");
        require(
                !scope.notice().isBefore(today()),
                "notice must be today or later",
                "Give the day on which people are told.");
        Period least = OwnershipService.leastNotice(policy);
        require(
                !scope.objections().isBefore(scope.notice().plus(least)),
                "people must have at least " + least + " after the notice to object",
                "Let the last day to object be " + scope.notice().plus(least) + " or later.");
    }

    /** The successor keeps the same promises: it attested the digest of the very pack. */
    private void requireBound(Policy policy, String successor) {
        Partner partner = partners.find(policy.tenant(), successor)
                .orElseThrow(() -> invalid(
                        "successor is not registered as a partner of this tenant",
                        "Register it with its agreement first."));
        boolean bound = partner.agreement()
                .attestation()
                .filter(one -> one.statement().equals(policy.digest()) && !today().isAfter(one.until()))
                .isPresent();
        if (partner.suspended() || !bound) {
            throw conflict(
                    successor + " is not bound by version " + policy.version() + " of the policy",
                    "Have it sign that it keeps this version, and put the partner again with the attestation "
                            + policy.digest() + ".");
        }
    }

    @Override
    public Transfer approve(Caller caller, UUID id) {
        caller.require(Role.OFFICER);
        Approvals.requireHolder(caller);
        return transactions.required(() -> {
            Transfer present = going(caller, id);
            Set<String> approvals = Approvals.with(
                    present.approvals(),
                    caller,
                    "the holder of this credential has approved already",
                    "Have another officer do it; another credential of the same holder does not count.");
            Transfer approved = changed(present, present.state(), approvals, present.cursor(), Optional.empty());
            save(
                    caller,
                    approved,
                    Leaf.Act.OWNERSHIP_APPROVED,
                    Map.of("holder", caller.holder(), "approvals", Integer.toString(approvals.size())));
            return approved;
        });
    }

    @Override
    public Objection object(Caller caller, UUID id, SubjectId subject) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            going(caller, id);
            TenantId tenant = caller.tenant();
            if (!people.knows(tenant, subject)) {
                throw new PledgeException(Kind.NOT_FOUND, "no such person; nothing was recorded")
                        .remedy("Check the identifier.");
            }
            if (store.result(tenant, id, subject)
                    .filter(Result.DISCLOSED::equals)
                    .isPresent()) {
                throw conflict(
                        "the person's data is on its way or went already",
                        "Cancel it while it is queued, or have the successor erase it: rights:open.");
            }
            Objection objection = new Objection(subject, now());
            if (!store.object(tenant, id, objection)) {
                return store.objection(tenant, id, subject).orElseThrow();
            }
            leaf(caller, id, Leaf.Act.OWNERSHIP_OBJECTED, Optional.of(subject), Map.of());
            return objection;
        });
    }

    @Override
    public Page<Objection> objections(Caller caller, UUID id, Optional<String> cursor, int limit) {
        transfer(caller, id);
        checkLimit(limit);
        List<Objection> found = transactions.required(
                () -> store.objections(caller.tenant(), id, cursor.map(SubjectId::parse), limit + 1));
        boolean more = found.size() > limit;
        List<Objection> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? Optional.of(page.get(limit - 1).subject().toString()) : Optional.empty());
    }

    @Override
    public Progress run(Caller caller, UUID id, int limit) {
        caller.require(Role.OPERATOR);
        checkLimit(limit);
        Policy policy = policies.current(caller.tenant());
        refuseUnannounced(caller, policy);
        requireBound(policy, transfer(caller, id).scope().successor());
        transactions.required(() -> loseUndelivered(caller, id));
        Progress all = new Progress(0, 0, 0, 0, true);
        for (int i = 0; i < limit && all.more(); i++) {
            all = sum(all, transactions.required(() -> next(caller, id)));
        }
        return all;
    }

    /** Whoever was written to in vain was not told. */
    private void loseUndelivered(Caller caller, UUID id) {
        going(caller, id);
        int lost = store.loseUndelivered(caller.tenant(), id);
        if (lost > 0) {
            leaf(
                    caller,
                    id,
                    Leaf.Act.OWNERSHIP_TOLD,
                    Optional.empty(),
                    Map.of(
                            "telling",
                            OwnershipNotices.Telling.UNREACHED.name(),
                            "undelivered",
                            Integer.toString(lost)));
        }
    }

    private static Progress sum(Progress first, Progress second) {
        return new Progress(
                first.disclosed() + second.disclosed(),
                first.refused() + second.refused(),
                first.excluded() + second.excluded(),
                first.untold() + second.untold(),
                second.more());
    }

    /** One account; what became of its people and that it was looked at are durable together. */
    private Progress next(Caller caller, UUID id) {
        Transfer present = going(caller, id);
        requireReady(present);
        Optional<StoredAccount> account =
                people.accounts(caller.tenant(), present.cursor(), 1).stream().findFirst();
        if (account.isEmpty()) {
            Counts counts = store.counts(caller.tenant(), id);
            save(
                    caller,
                    changed(present, State.DONE, present.approvals(), present.cursor(), Optional.of(now())),
                    Leaf.Act.OWNERSHIP_CONTINUED,
                    Map.of(
                            "disclosed", Long.toString(counts.disclosed()),
                            "refused", Long.toString(counts.refused()),
                            "excluded", Long.toString(counts.excluded()),
                            "untold", Long.toString(counts.untold())));
            return new Progress(0, 0, 0, 0, false);
        }
        Map<Result, Integer> results = new HashMap<>();
        if (present.scope().tier().map(account.get().tier()::equals).orElse(true)) {
            for (StoredPerson person :
                    people.people(caller.tenant(), account.get().id())) {
                results.merge(result(caller, present, person.id()), 1, Integer::sum);
            }
        }
        store.putTransfer(changed(
                present,
                State.RUNNING,
                present.approvals(),
                Optional.of(account.get().id()),
                Optional.empty()));
        return new Progress(
                results.getOrDefault(Result.DISCLOSED, 0),
                results.getOrDefault(Result.REFUSED, 0),
                results.getOrDefault(Result.EXCLUDED, 0),
                results.getOrDefault(Result.UNTOLD, 0),
                true);
    }

    private Result result(Caller caller, Transfer transfer, SubjectId person) {
        TenantId tenant = caller.tenant();
        if (store.objection(tenant, transfer.id(), person).isPresent()) {
            return kept(transfer, person, Result.EXCLUDED, Optional.empty());
        }
        if (store.notice(tenant, transfer.id(), person)
                .filter(notice -> notice.telling().told())
                .isEmpty()) {
            return kept(transfer, person, Result.UNTOLD, Optional.empty());
        }
        Outcome outcome = sharing.transfer(
                caller,
                new Request(
                        person,
                        transfer.scope().successor(),
                        PURPOSE,
                        transfer.scope().categories().stream().sorted().toList(),
                        Optional.empty(),
                        Map.of()));
        return outcome instanceof Outcome.Queued queued
                ? kept(
                        transfer,
                        person,
                        Result.DISCLOSED,
                        Optional.of(queued.disclosure().id()))
                : kept(transfer, person, Result.REFUSED, Optional.empty());
    }

    private Result kept(Transfer transfer, SubjectId person, Result result, Optional<UUID> disclosure) {
        store.putResult(transfer.tenant(), transfer.id(), person, result, disclosure, now());
        return result;
    }

    private void requireReady(Transfer transfer) {
        if (transfer.approvals().size() < APPROVERS) {
            throw conflict(
                    APPROVERS + " officers have to approve; "
                            + transfer.approvals().size() + " did",
                    "Have them look at it: ownership:approve.");
        }
        Instant told = store.reach(
                        transfer.tenant(), transfer.id(), transfer.scope().tier())
                .last()
                .orElseThrow(() -> conflict(
                        "nobody was told that their data goes along",
                        "Tell people, and give them time: ownership:tell."));
        LocalDate lastDay = OwnershipService.lastDay(policies.current(transfer.tenant()), transfer.scope(), told);
        if (!today().isAfter(lastDay)) {
            throw conflict("people can object until " + lastDay, "Run it on the day after, or later.");
        }
    }

    @Override
    public Transfer cancel(Caller caller, UUID id) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> {
            Transfer present = going(caller, id);
            Transfer cancelled =
                    changed(present, State.CANCELLED, present.approvals(), present.cursor(), Optional.of(now()));
            save(caller, cancelled, Leaf.Act.OWNERSHIP_CANCELLED, Map.of());
            return cancelled;
        });
    }

    @Override
    public List<Transfer> transfers(Caller caller) {
        caller.require(READERS);
        return transactions.required(() -> store.transfers(caller.tenant()));
    }

    @Override
    public Transfer transfer(Caller caller, UUID id) {
        return transfers(caller).stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(unknown());
    }

    @Override
    public Counts counts(Caller caller, UUID id) {
        transfer(caller, id);
        return transactions.required(() -> store.counts(caller.tenant(), id));
    }

    private Transfer going(Caller caller, UUID id) {
        Transfer present = store.lockTransfer(caller.tenant(), id).orElseThrow(unknown());
        if (present.state() == State.DONE || present.state() == State.CANCELLED) {
            throw conflict("the transfer is closed", "Open another one if something is still to go.");
        }
        return present;
    }

    private static Supplier<PledgeException> unknown() {
        return () -> new PledgeException(Kind.NOT_FOUND, "this tenant has no such transfer")
                .remedy("See ownership:list for those there are.");
    }

    private void save(Caller caller, Transfer transfer, Leaf.Act act, Map<String, String> facts) {
        store.putTransfer(transfer);
        leaf(caller, transfer.id(), act, Optional.empty(), facts);
    }

    private void leaf(Caller caller, UUID id, Leaf.Act act, Optional<SubjectId> subject, Map<String, String> facts) {
        Policy policy = policies.current(caller.tenant());
        Map<String, String> details = new HashMap<>(facts);
        details.put("transfer", id.toString());
        details.put("policyVersion", Integer.toString(policy.version()));
        audit.append(
                new Leaf(caller.tenant(), now(), act, caller.name(), subject, policy.promisesOf(CONTROL), details));
    }

    private static Transfer changed(
            Transfer before, State state, Set<String> approvals, Optional<SubjectId> cursor, Optional<Instant> closed) {
        return new Transfer(
                before.id(),
                before.tenant(),
                before.scope(),
                before.policyVersion(),
                before.opened(),
                state,
                approvals,
                cursor,
                closed);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static void checkLimit(int limit) {
        require(limit >= 1 && limit <= MOST, "limit must be 1 to " + MOST, "Ask for the rest afterwards.");
    }

    private static void require(boolean holds, String text, String remedy) {
        if (!holds) {
            throw invalid(text, remedy);
        }
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(Kind.INVALID, text).remedy(remedy);
    }

    private static PledgeException conflict(String text, String remedy) {
        return new PledgeException(Kind.CONFLICT, text).remedy(remedy);
    }
}
