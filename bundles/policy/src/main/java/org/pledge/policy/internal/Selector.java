package org.pledge.policy.internal;

import java.util.Set;
import java.util.TreeSet;

/** Which names a rule is about: any at all, or those that its terms stand for. */
record Selector(boolean any, Set<String> terms, Set<String> names) {
    static final Selector ANY = new Selector(true, Set.of(), Set.of());

    Selector {
        terms = Set.copyOf(terms);
        names = Set.copyOf(names);
    }

    boolean matches(String name) {
        return any || names.contains(name);
    }

    /** As a pack writes it, whatever the order was. */
    String text() {
        return any ? "any" : String.join(", ", new TreeSet<>(terms));
    }
}
