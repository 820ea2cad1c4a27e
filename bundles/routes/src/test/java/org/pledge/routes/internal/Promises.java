package org.pledge.routes.internal;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** One policy of which only the promises are known, each with its control. */
final class Promises {
    final AtomicReference<List<Policy.Promise>> all = new AtomicReference<>(List.of());
    final PolicyService service = pretended(PolicyService.class, () -> List.of(policy()));

    void add(String id, String control) {
        all.set(List.of(new Policy.Promise(id, "1", "text", Policy.Status.ENFORCED, control, Map.of(), "")));
    }

    private Policy policy() {
        return pretended(Policy.class, all::get);
    }

    private static <T> T pretended(Class<T> type, Supplier<Object> list) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getReturnType() == List.class ? list.get() : Bench.KX));
    }
}
