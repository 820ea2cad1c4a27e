package org.pledge.dsr.internal;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An interface whose methods are given one by one; calling another one fails the test. */
final class Stub<T> {
    private final Class<T> type;
    private final Map<String, Function<Object[], Object>> methods = new HashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private Stub(Class<T> type) {
        this.type = type;
    }

    static <T> Stub<T> of(Class<T> type) {
        return new Stub<>(type);
    }

    Stub<T> on(String method, Function<Object[], Object> answer) {
        methods.put(method, answer);
        return this;
    }

    List<String> calls() {
        return calls;
    }

    T get() {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            calls.add(method.getName());
            Function<Object[], Object> answer = methods.get(method.getName());
            if (answer == null) {
                throw new AssertionError("unexpected call of " + method);
            }
            return answer.apply(args);
        }));
    }
}
