package org.pledge.crypto;

import java.time.YearMonth;
import java.util.List;
import java.util.function.LongConsumer;
import org.pledge.Caller;

/**
 * The epochs of people's keys: each key is wrapped under that of a month. Once no living person's key is, the month's can
 * be destroyed, and with it whatever old backups hold of people who were removed. All of it takes an administrator.
 * Thread-safe.
 */
public interface PeopleEpochs {
    /**
     * An epoch.
     *
     * @param people whose keys are wrapped under it, of all tenants
     * @param destroyed whether its key is gone, so that those keys do not open
     */
    record Epoch(YearMonth month, boolean current, long people, boolean destroyed) {}

    /** All that have a key, or people, oldest first. */
    List<Epoch> epochs(Caller caller);

    /**
     * Wraps every key of an older epoch anew under the current one's, batch by batch, each in a transaction of its own;
     * called again, it goes on where it was. How many it wrapped anew, and how many do not open, is on the record.
     *
     * @param progress told of the number of keys after each batch
     * @return how many keys it wrapped anew
     */
    long rotate(Caller caller, LongConsumer progress);

    /**
     * Destroys an epoch's key.
     *
     * @throws org.pledge.PledgeException {@code NOT_FOUND} when there is none, {@code CONFLICT} while its month is not
     *     over, or somebody's key is wrapped under it
     */
    void destroy(Caller caller, YearMonth month);
}
