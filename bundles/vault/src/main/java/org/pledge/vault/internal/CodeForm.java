package org.pledge.vault.internal;

import java.util.Arrays;
import java.util.Optional;

/**
 * A security code that came alone; closing it wipes it.
 *
 * @param ticket to be used up with the code
 * @param code empty where none came
 */
record CodeForm(Optional<UsedOnce.Ticket> ticket, byte[] code) implements AutoCloseable {
    static CodeForm none() {
        return new CodeForm(Optional.empty(), new byte[0]);
    }

    @Override
    public void close() {
        Arrays.fill(code, (byte) 0);
    }

    @Override
    public String toString() {
        return "CodeForm";
    }
}
