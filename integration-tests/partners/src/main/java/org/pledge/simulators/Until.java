package org.pledge.simulators;

import java.io.IOException;

/** Ends a simulator with the process that started it. */
final class Until {
    private Until() {}

    /** Waits until standard input ends, which it does when the other side of the pipe dies. */
    static void inputEnds() throws IOException {
        while (System.in.read() >= 0) {
            // what is written to us does not matter
        }
        Runtime.getRuntime().halt(0);
    }
}
