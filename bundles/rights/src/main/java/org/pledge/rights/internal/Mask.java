package org.pledge.rights.internal;

/** Hides most of a value, so that its owner knows it again and nobody learns it. */
final class Mask {
    private static final String HIDDEN = "***";
    private static final int SHORTEST_SHOWN = 4;

    private Mask() {}

    static String of(String value) {
        int at = value.lastIndexOf('@');
        int dot = value.lastIndexOf('.');
        if (at > 0 && dot > at + 1) {
            return first(value) + HIDDEN + "@" + first(value.substring(at + 1)) + HIDDEN + value.substring(dot);
        }
        return value.length() < SHORTEST_SHOWN ? HIDDEN : first(value) + HIDDEN;
    }

    static String whole(String value) {
        return HIDDEN;
    }

    private static String first(String text) {
        return text.substring(0, text.offsetByCodePoints(0, 1));
    }
}
