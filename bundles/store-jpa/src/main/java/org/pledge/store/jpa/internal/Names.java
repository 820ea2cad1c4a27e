package org.pledge.store.jpa.internal;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Joins names, none of which holds a space, into one column. */
final class Names {
    private Names() {}

    static String join(Set<?> names) {
        return joinInOrder(names.stream().map(Object::toString).sorted().toList());
    }

    static String joinInOrder(Collection<String> names) {
        if (names.stream().anyMatch(name -> name.isEmpty() || name.indexOf(' ') >= 0)) {
            throw new IllegalArgumentException("a name must not be empty or hold a space");
        }
        return String.join(" ", names);
    }

    static Set<String> set(String column) {
        return set(column, Function.identity());
    }

    static <T> Set<T> set(String column, Function<String, T> reader) {
        return split(column).map(reader).collect(Collectors.toUnmodifiableSet());
    }

    static List<String> list(String column) {
        return split(column).toList();
    }

    private static Stream<String> split(String column) {
        return column.isEmpty() ? Stream.empty() : Stream.of(column.split(" "));
    }
}
