package org.pledge.subject.internal;

import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.EndingService;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.SubjectService;
import org.pledge.subject.SubjectService.Erased;
import org.pledge.subject.spi.SubjectStore;

/** Removes the fields that were held for one purpose alone, when an application reports that it ended. */
@Component
public final class DefaultEndingService implements EndingService {
    private final Transactions transactions;
    private final SubjectStore store;
    private final SubjectService subjects;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Clock clock;

    /** As it runs. */
    @Activate
    public DefaultEndingService(
            @Reference Transactions transactions,
            @Reference SubjectStore store,
            @Reference SubjectService subjects,
            @Reference PolicyService policies,
            @Reference AuditLog audit) {
        this(transactions, store, subjects, policies, audit, Clock.systemUTC());
    }

    DefaultEndingService(
            Transactions transactions,
            SubjectStore store,
            SubjectService subjects,
            PolicyService policies,
            AuditLog audit,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.subjects = subjects;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Ended report(Caller caller, SubjectId person, String event) {
        Set<String> known = events(caller);
        if (!known.contains(event)) {
            throw new PledgeException(Kind.INVALID, "event: nothing that is collected ends with it")
                    .remedy(
                            known.isEmpty()
                                    ? "The policy in force has no such event."
                                    : "The policy in force has " + String.join(", ", new TreeSet<>(known)) + ".");
        }
        return transactions.required(() -> ended(caller, person, event));
    }

    private Ended ended(Caller caller, SubjectId person, String event) {
        if (!store.knows(caller.tenant(), person)) {
            throw new PledgeException(Kind.NOT_FOUND, "no such person").remedy("Check the identifier.");
        }
        Policy policy = policies.current(caller.tenant());
        Set<String> leaving =
                new TreeSet<>(store.fields(caller.tenant(), person).keySet());
        leaving.removeIf(field ->
                FieldEnds.of(policy, field).withEvent().filter(event::equals).isEmpty());
        if (leaving.isEmpty()) {
            return new Ended(event, leaving, List.of());
        }
        Set<String> before = store.fieldsInUse(caller.tenant(), person).keySet();
        Erased erased = subjects.end(changing(caller), person, leaving);
        Set<String> kept = erased.kept().stream().map(Kept::category).collect(Collectors.toCollection(TreeSet::new));
        if (!erased.removed().isEmpty() || !Collections.disjoint(before, kept)) {
            Map<String, String> details =
                    new TreeMap<>(Map.of("event", event, "removed", String.join(",", new TreeSet<>(erased.removed()))));
            if (!kept.isEmpty()) {
                details.put("kept", String.join(",", kept));
            }
            audit.append(new Leaf(
                    caller.tenant(),
                    clock.instant(),
                    Leaf.Act.PURPOSE_ENDED,
                    caller.name(),
                    Optional.of(person),
                    promises(policy, leaving),
                    details));
        }
        return new Ended(event, erased.removed(), erased.kept());
    }

    /** An application reports no more than the end; what that changes is the policy's. */
    private static Caller changing(Caller caller) {
        return new Caller(caller.tenant(), caller.name(), caller.holder(), Set.of(Role.OPERATOR));
    }

    private static List<String> promises(Policy policy, Set<String> fields) {
        return policy.promises().stream()
                .filter(promise -> promise.control().startsWith("retention-"))
                .filter(promise -> Optional.ofNullable(promise.parameters().get("category"))
                        .filter(fields::contains)
                        .isPresent())
                .map(Policy.Promise::id)
                .toList();
    }

    @Override
    public Set<String> events(Caller caller) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        Policy policy = policies.current(caller.tenant());
        return policy.categories().stream()
                .map(Category::name)
                .flatMap(category -> FieldEnds.of(policy, category).withEvent().stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
