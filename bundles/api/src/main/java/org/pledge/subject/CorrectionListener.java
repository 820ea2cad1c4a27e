package org.pledge.subject;

import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Told of changed and restricted data of a person inside the transaction of the change. Found as a service. */
public interface CorrectionListener {
    /**
     * Values of fields were replaced or removed.
     *
     * @param fields the names of the fields that held another value before; at least one
     */
    void corrected(TenantId tenant, SubjectId person, Set<String> fields);

    /**
     * A person was removed: whoever ever received anything about them is to be told, and nothing more may leave.
     *
     * @param fields the names of the fields that were held; may be empty
     */
    default void removed(TenantId tenant, SubjectId person, Set<String> fields) {
        if (!fields.isEmpty()) {
            corrected(tenant, person, fields);
        }
    }

    /** A person's data is kept without being used from now on: whoever received anything about them is to be told. */
    default void restricted(TenantId tenant, SubjectId person) {}

    /** A person's data may be used again: whoever was told of the restriction is to be told. */
    default void lifted(TenantId tenant, SubjectId person) {}
}
