package org.pledge.subject;

import java.util.Set;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Told of the removal of a person inside its transaction, once the person is gone. Found as a service. */
public interface RemovalListener {
    /**
     * A person of the caller's tenant was removed.
     *
     * @param caller who removes them
     */
    void removed(Caller caller, SubjectId person);

    /**
     * A person of the caller's tenant is about to be removed, but for some kinds of data: what is sealed under the
     * person's key, which is destroyed next, and must stay is sealed under another one now. Called again as
     * {@link #removed(Caller, SubjectId, Set)} is.
     *
     * @param kept the categories that must stay, at least one
     */
    default void removing(Caller caller, SubjectId person, Set<String> kept) {}

    /**
     * A person of the caller's tenant was removed, but for some kinds of data that must stay for now; called again with
     * fewer of them, and with none at the end.
     *
     * @param kept the categories that must stay
     */
    default void removed(Caller caller, SubjectId person, Set<String> kept) {
        removed(caller, person);
    }

    /** A person's data is kept without being used from now on. */
    default void restricted(Caller caller, SubjectId person) {}

    /** A person's data may be used again. */
    default void lifted(Caller caller, SubjectId person) {}

    /** Which categories it holds about a person, beside those that the subject bundle holds. */
    default Set<String> holds(TenantId tenant, SubjectId person) {
        return Set.of();
    }
}
