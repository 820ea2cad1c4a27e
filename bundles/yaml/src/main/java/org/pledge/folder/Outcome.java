package org.pledge.folder;

/** What became of a file that was to take effect. */
public sealed interface Outcome {
    /** It is in force. */
    record InForce() implements Outcome {}

    /** It is refused until it changes; the note says why. */
    record Refused(String note) implements Outcome {}

    /** It is tried again at every look; the note says what it waits for. */
    record Waits(String note) implements Outcome {}
}
