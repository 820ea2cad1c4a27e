package org.pledge.routes.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.sharing.Gate;

/** A gate that permits what a test names. */
final class TestGate implements Gate {
    final AtomicReference<Set<String>> permitted = new AtomicReference<>(Set.of());
    final AtomicReference<List<Policy.Obligation>> obligations = new AtomicReference<>(List.of());
    final AtomicReference<Runnable> onAsk = new AtomicReference<>(() -> {});
    final List<SubjectId> asked = new CopyOnWriteArrayList<>();

    @Override
    public Question prepare(TenantId tenant, String partner, String purpose, List<String> fields) {
        return subject -> {
            asked.add(subject);
            List<String> open =
                    fields.stream().filter(permitted.get()::contains).toList();
            List<Decision.Reason> reasons = fields.stream()
                    .filter(field -> !open.contains(field))
                    .map(field -> new Decision.Reason(
                            Decision.Code.NOT_PROVIDED, field, List.of("KX-13"), "the policy does not provide for it"))
                    .toList();
            onAsk.get().run();
            return open.isEmpty()
                    ? new Decision.Denied(reasons, List.of("KX-13"), "")
                    : new Decision.Permitted(Set.copyOf(open), obligations.get(), List.of("KX-13"), reasons);
        };
    }
}
