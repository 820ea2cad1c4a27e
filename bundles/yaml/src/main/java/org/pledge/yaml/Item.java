package org.pledge.yaml;

import java.util.List;
import java.util.Map;

/** A node of a YAML text that knows its line. */
public sealed interface Item {
    /** From 1. */
    int line();

    /** What a plain scalar means under the core schema of YAML 1.2. */
    enum Kind {
        TEXT,
        WHOLE,
        DECIMAL,
        BOOLEAN,
        NOTHING
    }

    /** A single value. */
    record Scalar(int line, Kind kind, String text) implements Item {}

    /** A list. */
    record Sequence(int line, List<Item> items) implements Item {}

    /** A block of keys, in the order of the text. */
    record Mapping(int line, Map<String, Entry> entries) implements Item {}

    /** A key's line and its value. */
    record Entry(int line, Item value) {}
}
