package org.pledge.backup.internal;

import java.io.IOException;

/** A file that is no backup of ours, or not whole. */
final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(String message) {
        super(message);
    }
}
