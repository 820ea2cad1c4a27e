package org.pledge.rest.internal;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/**
 * What every resource answers with, and the checks of what callers send.
 *
 * <p>The schemas of {@code openapi.yaml} are records of the same names, here and in the contract of each resource; what is
 * absent in JSON is null inside them and nowhere else.
 */
final class Contract {
    private Contract() {}

    record Health(String status, Map<String, String> parts) {
        static Health of(Services services) {
            Map<String, String> parts = new LinkedHashMap<>();
            services.all()
                    .forEach(live ->
                            parts.merge(live.part(), live.isUp() ? "UP" : "DOWN", (a, b) -> a.equals("UP") ? b : a));
            return new Health(parts.containsValue("DOWN") ? "DEGRADED" : "UP", parts);
        }
    }

    record Problem(
            String type,
            String title,
            int status,
            String detail,
            String instance,
            String code,
            List<String> promises,
            String remedy,
            List<Reason> reasons,
            String field,
            Integer line,
            Integer column) {}

    record Reason(org.pledge.policy.Decision.Code code, String field, List<String> promises, String text) {
        static List<Reason> of(List<org.pledge.policy.Decision.Reason> reasons) {
            return reasons.stream()
                    .map(r -> new Reason(r.code(), r.field(), r.promises(), r.text()))
                    .toList();
        }
    }

    record Listing<T>(List<T> items, String next) {
        static <A, B> Listing<B> of(Page<A> page, Function<A, B> shape) {
            return new Listing<>(
                    page.items().stream().map(shape).toList(), page.next().orElse(null));
        }

        static <A, B> Listing<B> of(List<A> all, Function<A, B> shape) {
            return new Listing<>(all.stream().map(shape).toList(), null);
        }
    }

    static void needed(String name, Object value) {
        if (value == null) {
            throw new Missing(name);
        }
    }

    private static <T> void nothingEmpty(String name, Collection<T> values) {
        needed(name, values);
        for (T value : values) {
            if (value == null) {
                throw new PledgeException(Kind.MALFORMED, name + " holds a null")
                        .remedy("Leave the null out of " + name + ".");
            }
        }
    }

    static <T> List<T> list(String name, List<T> values) {
        nothingEmpty(name, values);
        return List.copyOf(values);
    }

    static <T> Set<T> set(String name, Set<T> values) {
        nothingEmpty(name, values);
        return Set.copyOf(values);
    }

    static <V> Map<String, V> map(String name, Map<String, V> values) {
        nothingEmpty(name, values.values());
        return Map.copyOf(values);
    }

    static Map<String, List<String>> values(Map<String, List<String>> fields) {
        fields.values().forEach(list -> nothingEmpty("fields", list));
        return Map.copyOf(fields);
    }

    static <T> Set<T> sorted(Set<T> values) {
        return new TreeSet<>(values);
    }
}
