package org.pledge.subject.internal;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.Sealer;
import org.pledge.policy.PolicyService;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.SubjectService.Erased;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Removes people, but what must stay of them. */
record Removing(
        SubjectStore store,
        SealedFields fields,
        Sealer sealer,
        Accounts accounts,
        Keeping keeping,
        Listeners listeners,
        PolicyService policies,
        Recording recording) {
    Erased erase(Caller caller, StoredPerson person) {
        TenantId tenant = person.tenant();
        Set<String> held = fields.held(tenant, person.id());
        Set<String> everything = categories(person);
        Map<String, Kept> kept = keeping.kept(tenant, person.id(), everything);
        boolean before = store.marks(tenant, person.id()).contains(Mark.ERASED);
        Set<String> leaving = new TreeSet<>(everything);
        leaving.removeAll(kept.keySet());
        if (before && leaving.isEmpty() && !kept.isEmpty()) {
            return new Erased(Set.of(), List.copyOf(kept.values()));
        }
        if (!kept.isEmpty()) {
            listeners.removing(caller, person.id(), kept.keySet());
        }
        Runnable change = () -> {
            if (kept.isEmpty()) {
                store.removePerson(tenant, person.id());
                sealer.destroyKey(tenant, person.id());
            } else {
                keepOnly(person, kept.keySet());
            }
        };
        if (before) {
            change.run();
        } else {
            StoredAccount account = accounts.existing(tenant, person.account());
            boolean last = accounts.living(tenant, account.id()).size() == 1;
            accounts.touch(tenant, account.id(), account.version());
            if (last) {
                change.run();
            } else {
                accounts.keepingCompleteContact(policies.current(tenant), account, change);
            }
            listeners.gone(tenant, person.id(), held);
        }
        if (kept.isEmpty()) {
            accounts.removeEmptied(tenant, person.account());
        }
        removed(person, leaving, kept.keySet());
        recording.record(
                caller,
                Act.SUBJECT_REMOVED,
                person.id(),
                person.account(),
                List.of(),
                Map.of(
                        "scope",
                        "erasure",
                        "removed",
                        Recording.names(leaving),
                        "kept",
                        Recording.names(kept.keySet())));
        listeners.removed(caller, List.of(person.id()), kept.keySet());
        return new Erased(leaving, List.copyOf(kept.values()));
    }

    /** Seals what stays under a new key: what was sealed under the old one is unreadable, in copies too. */
    private void keepOnly(StoredPerson person, Set<String> kept) {
        TenantId tenant = person.tenant();
        Map<String, List<String>> staying = fields.open(tenant, person.id(), kept::contains);
        fields.held(tenant, person.id()).forEach(field -> store.removeField(tenant, person.id(), field));
        sealer.changeKey(tenant, person.id(), kept);
        staying.forEach((field, values) -> fields.put(tenant, person.id(), field, values));
        store.setRoles(tenant, person.id(), Set.of());
        store.mark(tenant, person.id(), Mark.ERASED);
    }

    /** What is held about a person, here and elsewhere. */
    Set<String> categories(StoredPerson person) {
        Set<String> categories = new TreeSet<>(fields.held(person.tenant(), person.id()));
        categories.addAll(listeners.holding(person.tenant(), person.id()));
        return categories;
    }

    void remove(StoredPerson person) {
        Set<String> held = fields.held(person.tenant(), person.id());
        store.removePerson(person.tenant(), person.id());
        sealer.destroyKey(person.tenant(), person.id());
        removed(person, held, Set.of());
        listeners.gone(person.tenant(), person.id(), held);
    }

    private void removed(StoredPerson person, Set<String> fieldsGone, Set<String> kept) {
        store.addRemoval(new Removal(
                person.tenant(),
                person.id(),
                recording.clock().instant().truncatedTo(ChronoUnit.MICROS),
                policies.current(person.tenant()).version(),
                fieldsGone,
                kept));
    }
}
