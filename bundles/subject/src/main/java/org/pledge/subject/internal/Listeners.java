package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.subject.CorrectionListener;
import org.pledge.subject.RemovalListener;

/**
 * Those who carry a correction or a removal on. Each is refused while too few are there.
 *
 * @param leastCorrections of how many there have to be to correct, restrict or remove
 * @param leastRemovals of how many there have to be to restrict or remove
 */
record Listeners(
        Supplier<List<CorrectionListener>> corrections,
        int leastCorrections,
        Supplier<List<RemovalListener>> removals,
        int leastRemovals) {
    void corrected(TenantId tenant, SubjectId person, Set<String> fields) {
        if (!fields.isEmpty()) {
            tellers().forEach(listener -> listener.corrected(tenant, person, fields));
        }
    }

    void gone(TenantId tenant, SubjectId person, Set<String> held) {
        tellers().forEach(listener -> listener.removed(tenant, person, held));
    }

    void removing(Caller caller, SubjectId person, Set<String> kept) {
        removers().forEach(listener -> listener.removing(caller, person, kept));
    }

    /**
     * Last of all: a listener may have a database of its own, and what it removes there does not come back when a rule
     * refuses the removal afterwards. In the order of identifiers, as others lock people's rows.
     */
    void removed(Caller caller, Collection<SubjectId> people, Set<String> kept) {
        List<RemovalListener> present = removers();
        people.stream().sorted().forEach(person -> present.forEach(listener -> listener.removed(caller, person, kept)));
    }

    void restricted(Caller caller, SubjectId person) {
        tellers().forEach(listener -> listener.restricted(caller.tenant(), person));
        removers().forEach(listener -> listener.restricted(caller, person));
    }

    void lifted(Caller caller, SubjectId person) {
        tellers().forEach(listener -> listener.lifted(caller.tenant(), person));
        removers().forEach(listener -> listener.lifted(caller, person));
    }

    /** What is held about a person elsewhere. */
    Set<String> holding(TenantId tenant, SubjectId person) {
        Set<String> categories = new TreeSet<>();
        removals.get().forEach(listener -> categories.addAll(listener.holds(tenant, person)));
        return categories;
    }

    private List<CorrectionListener> tellers() {
        List<CorrectionListener> present = corrections.get();
        if (present.size() < leastCorrections) {
            throw new PledgeException(UNAVAILABLE, "nobody is there to tell earlier recipients of the change")
                    .remedy("Nothing was changed; try again in a moment, and start the sharing bundle if it stays so.");
        }
        return present;
    }

    private List<RemovalListener> removers() {
        List<RemovalListener> present = removals.get();
        if (present.size() < leastRemovals) {
            throw new PledgeException(
                            UNAVAILABLE,
                            "nobody is there to close the person's inquiries, destroy their cards or unlink their devices")
                    .remedy(
                            "Nothing was removed; try again in a moment, and start the bundles consent, rights, vault and"
                                    + " visitor if it stays so.");
        }
        return present;
    }
}
