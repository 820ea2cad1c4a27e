package org.pledge.subject;

import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Told of changed data of a person inside the transaction of the change. Found as a service. */
public interface CorrectionListener {
    /**
     * Values of fields were replaced or removed.
     *
     * @param fields the names of the fields that held another value before; at least one
     */
    void corrected(TenantId tenant, SubjectId person, Set<String> fields);
}
