package org.pledge.retention.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Approvals;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.retention.spi.RetentionStore;
import org.pledge.store.Transactions;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Removal;

/** Keeps legal holds; two people, known by what they hold their credentials as, confirm one and release one. */
@Component(service = {HoldService.class, RemovalCheck.class})
public final class DefaultHoldService implements HoldService, RemovalCheck {
    private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9./_-]{1,64}");
    private static final String ANOTHER =
            "Have another officer do it; another credential of the same holder does not count.";

    private final Transactions transactions;
    private final RetentionStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final SubjectStore people;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultHoldService(
            @Reference Transactions transactions,
            @Reference RetentionStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference SubjectStore people) {
        this(transactions, store, audit, policies, people, Clock.systemUTC());
    }

    DefaultHoldService(
            Transactions transactions,
            RetentionStore store,
            AuditLog audit,
            PolicyService policies,
            SubjectStore people,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.people = people;
        this.clock = clock;
    }

    @Override
    public Hold place(
            Caller caller,
            String category,
            Optional<SubjectId> subject,
            Ground ground,
            String reference,
            Instant expires) {
        requireOfficer(caller);
        Instant now = now();
        Policy policy = policies.current(caller.tenant());
        require(
                policy.category(category).isPresent(),
                "category is not one of the policy's categories",
                "See retention:list for those there are.");
        require(
                REFERENCE.matcher(reference).matches(),
                "reference must be 1 to 64 letters, digits or . / - _",
                "Use the number of the order or file, never a person's name.");
        require(
                expires.isAfter(now) && !expires.isAfter(now.plus(LONGEST)),
                "the end must be in the future, and at most " + LONGEST.toDays() + " days away",
                "Place another hold for a case that takes longer.");
        Hold placed = new Hold(
                UUID.randomUUID(),
                caller.tenant(),
                category,
                subject,
                ground,
                reference,
                now,
                expires.truncatedTo(ChronoUnit.MICROS),
                Set.of(caller.holder()),
                Set.of(),
                Optional.empty());
        return transactions.required(() -> {
            store.lockRetention(caller.tenant());
            subject.ifPresent(person -> refuseGone(caller.tenant(), person, category));
            refuseRenewal(placed, now);
            return save(caller, placed, Leaf.Act.HOLD_PLACED, now);
        });
    }

    /** Nobody is told that something is held which went a moment before. */
    private void refuseGone(TenantId tenant, SubjectId person, String category) {
        if (people.knows(tenant, person)) {
            return;
        }
        List<Removal> removals = people.removals(tenant, person);
        if (removals.isEmpty() || removals.get(removals.size() - 1).kept().contains(category)) {
            return;
        }
        Removal removal = removals.stream()
                .filter(one -> !one.kept().contains(category))
                .findFirst()
                .orElseThrow();
        throw conflict(
                "this person was removed at " + removal.at() + ", and " + category + " with them",
                "Nothing is left to hold. What other holds still keep of them: retention:holds; what went and when:"
                        + " rights:certificate --person.");
    }

    /** What one person holds alone, and nobody approved, that person does not prolong. */
    private void refuseRenewal(Hold placed, Instant now) {
        boolean again = store.holds(placed.tenant()).stream()
                .filter(earlier -> earlier.category().equals(placed.category()))
                .filter(earlier -> earlier.subject().isEmpty()
                        || placed.subject().isEmpty()
                        || earlier.subject().equals(placed.subject()))
                .filter(earlier -> earlier.placed().plus(LONGEST).isAfter(now))
                .filter(earlier -> earlier.ends().isBefore(placed.ends()))
                .anyMatch(earlier -> earlier.approvals().equals(placed.approvals()));
        if (again) {
            throw conflict(
                    "the holder of this credential has held this alone before, and nobody approved it",
                    "Have another officer place the hold, or approve the one that is in force.");
        }
    }

    @Override
    public Hold approve(Caller caller, UUID id) {
        requireOfficer(caller);
        Instant now = now();
        return transactions.required(() -> {
            Hold present = running(caller, id, now);
            Set<String> approvals = Approvals.with(
                    present.approvals(), caller, "the holder of this credential wants this hold already", ANOTHER);
            return save(
                    caller,
                    changed(present, approvals, present.releases(), Optional.empty()),
                    Leaf.Act.HOLD_APPROVED,
                    now);
        });
    }

    @Override
    public Hold release(Caller caller, UUID id) {
        requireOfficer(caller);
        Instant now = now();
        return transactions.required(() -> {
            Hold present = running(caller, id, now);
            Set<String> releases = Approvals.with(
                    present.releases(),
                    caller,
                    "the holder of this credential has asked for the release already",
                    ANOTHER);
            boolean enough = releases.size() >= PEOPLE;
            return save(
                    caller,
                    changed(present, present.approvals(), releases, enough ? Optional.of(now) : Optional.empty()),
                    enough ? Leaf.Act.HOLD_RELEASED : Leaf.Act.HOLD_RELEASE_REQUESTED,
                    now);
        });
    }

    @Override
    public List<Hold> list(Caller caller) {
        caller.require(Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> store.holds(caller.tenant()));
    }

    @Override
    public List<Hold> inForce(TenantId tenant, SubjectId subject) {
        Instant now = now();
        return transactions.required(() -> store.holds(tenant)).stream()
                .filter(hold -> hold.inForce(now))
                .filter(hold -> hold.subject().isEmpty() || hold.subject().get().equals(subject))
                .toList();
    }

    @Override
    public void settle(TenantId tenant) {
        store.shareRetention(tenant);
    }

    @Override
    public List<Kept> kept(TenantId tenant, SubjectId person) {
        List<Hold> inForce = transactions.required(() -> {
            settle(tenant);
            return inForce(tenant, person);
        });
        if (inForce.isEmpty()) {
            return List.of();
        }
        Policy policy = policies.current(tenant);
        return inForce.stream()
                .map(hold -> new Kept(
                        hold.category(), hold.ends(), hold.ground().name(), Item.promises(policy, hold.category())))
                .toList();
    }

    private static void requireOfficer(Caller caller) {
        caller.require(Role.OFFICER);
        Approvals.requireHolder(caller);
    }

    private Hold running(Caller caller, UUID id, Instant now) {
        store.lockRetention(caller.tenant());
        Hold present = store.hold(caller.tenant(), id)
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "this tenant has no such hold")
                        .remedy("See retention:holds for those there are."));
        if (!present.inForce(now)) {
            throw conflict("the hold has ended", "Place another one if something is still needed.");
        }
        return present;
    }

    private Hold save(Caller caller, Hold hold, Leaf.Act act, Instant now) {
        store.putHold(hold);
        Policy policy = policies.current(hold.tenant());
        Map<String, String> details = new TreeMap<>();
        details.put("hold", hold.id().toString());
        details.put("category", hold.category());
        details.put("ground", hold.ground().name());
        details.put("holder", caller.holder());
        details.put("approvals", Integer.toString(hold.approvals().size()));
        details.put("ends", hold.ends().toString());
        details.put("policyVersion", Integer.toString(policy.version()));
        audit.append(new Leaf(
                hold.tenant(),
                now,
                act,
                caller.name(),
                hold.subject(),
                Item.promises(policy, hold.category()),
                details));
        return hold;
    }

    private static Hold changed(Hold before, Set<String> approvals, Set<String> releases, Optional<Instant> released) {
        return new Hold(
                before.id(),
                before.tenant(),
                before.category(),
                before.subject(),
                before.ground(),
                before.reference(),
                before.placed(),
                before.expires(),
                approvals,
                releases,
                released);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static void require(boolean holds, String text, String remedy) {
        if (!holds) {
            throw new PledgeException(Kind.INVALID, text).remedy(remedy);
        }
    }

    private static PledgeException conflict(String text, String remedy) {
        return new PledgeException(Kind.CONFLICT, text).remedy(remedy);
    }
}
