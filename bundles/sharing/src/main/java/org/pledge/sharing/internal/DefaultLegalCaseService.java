package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Approvals;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;

/** Keeps legal cases; two people, known by what they hold their credentials as, make one valid. */
@Component
public final class DefaultLegalCaseService implements LegalCaseService {
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9./_-]{1,64}");
    private static final int MOST_SUBJECTS = 1000;
    private static final int APPROVERS = 2;

    private final Transactions transactions;
    private final SharingStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final PartnerTable partners;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultLegalCaseService(
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference PartnerTable partners) {
        this(transactions, store, audit, policies, partners, Clock.systemUTC());
    }

    DefaultLegalCaseService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable partners,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.partners = partners;
        this.clock = clock;
    }

    @Override
    public LegalCase open(
            Caller caller,
            Ground ground,
            String reference,
            String partner,
            Set<SubjectId> subjects,
            Set<String> fields,
            Instant expires) {
        caller.require(Role.OFFICER);
        Instant now = now();
        require(
                REFERENCE.matcher(reference).matches(),
                "reference must be 1 to 64 letters, digits or . / - _",
                "Use the number of the order or file, never a person's name.");
        require(
                partners.find(caller.tenant(), partner).isPresent(),
                "partner is not registered for this tenant",
                "Register the partner with its agreement first.");
        require(
                !subjects.isEmpty() && subjects.size() <= MOST_SUBJECTS,
                "subjects must name 1 to " + MOST_SUBJECTS + " people",
                "Open several cases for more.");
        require(expires.isAfter(now), "expires must be in the future", "Give the moment at which the case ends.");
        LegalCase opened = new LegalCase(
                UUID.randomUUID(),
                caller.tenant(),
                ground,
                reference,
                partner,
                subjects,
                Set.copyOf(Names.fields(fields)),
                now,
                expires.truncatedTo(ChronoUnit.MICROS),
                caller.name(),
                Set.of(),
                Set.of(),
                State.OPEN);
        return transactions.required(() -> save(caller, opened, Leaf.Act.CASE_OPENED, List.of()));
    }

    @Override
    public LegalCase approve(Caller caller, UUID id) {
        caller.require(Role.OFFICER);
        Approvals.requireHolder(caller);
        return transactions.required(() -> {
            LegalCase present = lockRunning(caller, id);
            if (present.state() == State.APPROVED) {
                throw conflict("the legal case is already approved", "Nothing more is needed.");
            }
            Set<String> approvals = Approvals.with(
                    present.approvals(),
                    caller,
                    "the holder of this credential has already approved the case",
                    "Have another officer approve it, too; another credential of the same holder does not count.");
            State state = approvals.size() >= APPROVERS ? State.APPROVED : State.OPEN;
            return save(
                    caller, copy(present, approvals, present.exceptions(), state), Leaf.Act.CASE_APPROVED, List.of());
        });
    }

    @Override
    public LegalCase except(Caller caller, UUID id, String promise) {
        caller.require(Role.OFFICER);
        Policy policy = policies.current(caller.tenant());
        require(
                policy.promise(promise).isPresent(),
                "promise is not one of the policy's promises",
                "Use an identifier such as " + policy.prefix() + "-1.");
        return transactions.required(() -> {
            LegalCase present = lockRunning(caller, id);
            if (present.exceptions().contains(promise)) {
                return present;
            }
            return save(
                    caller,
                    copy(present, Set.of(), with(present.exceptions(), promise), State.OPEN),
                    Leaf.Act.EXCEPTION_RECORDED,
                    List.of(promise));
        });
    }

    @Override
    public LegalCase close(Caller caller, UUID id) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> {
            LegalCase present = lock(caller, id);
            if (present.state() == State.CLOSED) {
                return present;
            }
            return save(
                    caller,
                    copy(present, present.approvals(), present.exceptions(), State.CLOSED),
                    Leaf.Act.CASE_CLOSED,
                    List.of());
        });
    }

    @Override
    public LegalCase find(Caller caller, UUID id) {
        requireReader(caller);
        return transactions
                .required(() -> store.legalCase(caller.tenant(), id))
                .orElseThrow(DefaultLegalCaseService::notFound);
    }

    @Override
    public List<LegalCase> list(Caller caller) {
        requireReader(caller);
        return transactions.required(() -> store.cases(caller.tenant()));
    }

    private static void requireReader(Caller caller) {
        caller.require(Role.OFFICER, Role.AUDITOR);
    }

    private LegalCase lock(Caller caller, UUID id) {
        return store.lockCase(caller.tenant(), id).orElseThrow(DefaultLegalCaseService::notFound);
    }

    private LegalCase lockRunning(Caller caller, UUID id) {
        LegalCase present = lock(caller, id);
        if (present.state() == State.CLOSED || !now().isBefore(present.expires())) {
            throw conflict("the legal case is closed or has expired", "Open a new case.");
        }
        return present;
    }

    private LegalCase save(Caller caller, LegalCase changed, Leaf.Act act, List<String> promises) {
        store.putCase(changed);
        Map<String, String> details = new HashMap<>();
        details.put("case", changed.id().toString());
        details.put("ground", changed.ground().name());
        details.put("partner", changed.partner());
        details.put("state", changed.state().name());
        details.put("subjects", Integer.toString(changed.subjects().size()));
        details.put("fields", Integer.toString(changed.fields().size()));
        details.put("approvals", Integer.toString(changed.approvals().size()));
        if (act == Leaf.Act.CASE_APPROVED) {
            details.put("holder", caller.holder());
        }
        audit.append(
                new Leaf(changed.tenant(), clock.instant(), act, caller.name(), Optional.empty(), promises, details));
        return changed;
    }

    private static LegalCase copy(LegalCase before, Set<String> approvals, Set<String> exceptions, State state) {
        return new LegalCase(
                before.id(),
                before.tenant(),
                before.ground(),
                before.reference(),
                before.partner(),
                before.subjects(),
                before.fields(),
                before.opened(),
                before.expires(),
                before.openedBy(),
                approvals,
                exceptions,
                state);
    }

    private static Set<String> with(Set<String> before, String added) {
        Set<String> after = new HashSet<>(before);
        after.add(added);
        return after;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static void require(boolean holds, String text, String remedy) {
        if (!holds) {
            throw new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
        }
    }

    private static PledgeException conflict(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.CONFLICT, text).remedy(remedy);
    }

    private static PledgeException notFound() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no such legal case")
                .remedy("Check the identifier.");
    }
}
