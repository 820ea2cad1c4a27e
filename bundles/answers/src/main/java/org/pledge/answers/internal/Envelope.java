package org.pledge.answers.internal;

import java.io.IOException;
import java.io.OutputStream;

/** Several files in one, encrypted as they are written. */
interface Envelope extends AutoCloseable {
    /** Begins the next file; what is written to it before the next one begins is in it. */
    OutputStream next(String name) throws IOException;

    /** Writes the end. */
    void finish() throws IOException;

    /** Wipes what encrypts. */
    @Override
    void close() throws IOException;
}
