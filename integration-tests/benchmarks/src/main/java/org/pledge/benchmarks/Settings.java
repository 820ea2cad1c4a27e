package org.pledge.benchmarks;

import java.lang.reflect.Proxy;
import java.util.Map;

/** Configurations as the container makes them. */
final class Settings {
    private Settings() {}

    /** What is named here, and else the defaults. */
    static <T> T of(Class<T> type, Map<String, Object> named) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> named.getOrDefault(method.getName(), method.getDefaultValue())));
    }
}
