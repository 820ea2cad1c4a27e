package org.pledge.vault.internal;

import java.util.List;
import org.pledge.SubjectId;

/**
 * The gate's permission to have a movement carried out.
 *
 * @param partner who carries it out
 * @param promises that permit it
 */
record Way(String partner, SubjectId customer, String purpose, List<String> promises) {
    /** Keeps an immutable copy. */
    Way {
        promises = List.copyOf(promises);
    }
}
