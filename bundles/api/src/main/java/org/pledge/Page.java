package org.pledge;

import java.util.List;
import java.util.Optional;

/**
 * One page of a longer list.
 *
 * @param items at most as many as were asked for, in a stable order
 * @param next the cursor of the following page; empty on the last one
 * @param <T> what is listed
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** Keeps an immutable copy of the items. */
    public Page {
        items = List.copyOf(items);
    }
}
