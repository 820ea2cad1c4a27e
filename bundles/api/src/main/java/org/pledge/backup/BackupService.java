package org.pledge.backup;

import java.util.function.LongConsumer;
import org.pledge.Caller;

/** Makes backups while the platform runs. Thread-safe. */
public interface BackupService {
    /**
     * A backup that was made.
     *
     * @param data the path of the encrypted file of both databases
     * @param keys the path of the encrypted file of the wrapped keys of epochs
     * @param rows how many rows both have
     */
    record Made(String data, String keys, long rows) {}

    /**
     * Makes a backup of both databases, each as it is at one moment, encrypted to the backup key.
     *
     * @param folder where the files go; empty for the folder that the configuration names
     * @param progress told of the number of rows now and then
     * @throws org.pledge.PledgeException {@code DENIED} without the role administrator, {@code CONFLICT} when there is no
     *     backup key, {@code UNAVAILABLE} when a file cannot be written or a database cannot be read
     */
    Made make(Caller caller, String folder, LongConsumer progress);
}
