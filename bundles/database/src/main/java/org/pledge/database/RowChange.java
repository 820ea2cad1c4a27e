package org.pledge.database;

import java.util.Arrays;
import java.util.List;

/**
 * A change of one row that is certain to be there where it is not added; on PostgreSQL several that wait are sent as one
 * statement. What waits of different changes may be sent in any order.
 *
 * @param one the insert or update of one row
 * @param many the same for several, of which each parameter is a column as an array
 * @param types the names of the columns' types, in the order of the parameters of both
 * @param key how many of the last columns tell one row from another
 */
public record RowChange(String one, String many, List<String> types, int key) {
    /** Checks that there is a key. */
    public RowChange {
        types = List.copyOf(types);
        if (key < 1 || key > types.size()) {
            throw new IllegalArgumentException("a row is told by 1 to " + types.size() + " of its columns");
        }
    }

    boolean isSameRow(Object[] row, Object[] other) {
        int from = types.size() - key;
        return Arrays.equals(row, from, row.length, other, from, other.length);
    }
}
