package org.pledge.subject;

import org.pledge.Caller;
import org.pledge.SubjectId;

/** Told of the removal of a person inside its transaction, once the person is gone. Found as a service. */
public interface RemovalListener {
    /**
     * A person of the caller's tenant was removed.
     *
     * @param caller who removes them
     */
    void removed(Caller caller, SubjectId person);
}
