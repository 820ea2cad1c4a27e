package org.pledge.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Joins names, none of which holds a space, into one column. */
public final class Names {
    private Names() {}

    public static String join(Set<?> names) {
        return joinInOrder(names.stream().map(Object::toString).sorted().toList());
    }

    public static String joinInOrder(Collection<String> names) {
        if (names.stream().anyMatch(name -> name.isEmpty() || name.indexOf(' ') >= 0)) {
            throw new IllegalArgumentException("a name must not be empty or hold a space");
        }
        return String.join(" ", names);
    }

    public static Set<String> set(String column) {
        return set(column, Function.identity());
    }

    public static <T> Set<T> set(String column, Function<String, T> reader) {
        return split(column).map(reader).collect(Collectors.toUnmodifiableSet());
    }

    public static List<String> list(String column) {
        return split(column).toList();
    }

    /** Pairs in the form of a URL's query, in the order of their names. */
    public static String joinPairs(Map<String, String> pairs) {
        return new TreeMap<>(pairs)
                .entrySet().stream()
                        .map(pair -> URLEncoder.encode(pair.getKey(), UTF_8) + "="
                                + URLEncoder.encode(pair.getValue(), UTF_8))
                        .collect(Collectors.joining("&"));
    }

    public static Map<String, String> pairs(String column) {
        return Arrays.stream(column.split("&"))
                .filter(pair -> !pair.isEmpty())
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toUnmodifiableMap(
                        pair -> URLDecoder.decode(pair[0], UTF_8), pair -> URLDecoder.decode(pair[1], UTF_8)));
    }

    private static Stream<String> split(String column) {
        return column.isEmpty() ? Stream.empty() : Stream.of(column.split(" "));
    }
}
