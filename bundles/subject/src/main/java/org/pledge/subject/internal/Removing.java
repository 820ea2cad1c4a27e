package org.pledge.subject.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.Sealer;
import org.pledge.policy.PolicyService;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.SubjectService.Erased;
import org.pledge.subject.SubjectService.Lasting;
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
    Erased erase(Caller caller, StoredPerson person, Optional<Lasting> lasting) {
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
        Set<String> hashed = lasting.map(law -> keepTokens(person, law)).orElse(Set.of());
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
        removed(person, leaving, kept.keySet(), hashed);
        Map<String, String> facts = new HashMap<>();
        facts.put("scope", "erasure");
        facts.put("removed", Recording.names(leaving));
        facts.put("kept", Recording.names(kept.keySet()));
        if (!hashed.isEmpty()) {
            facts.put("hashed", Recording.names(hashed));
        }
        recording.record(caller, Act.SUBJECT_REMOVED, person.id(), person.account(), List.of(), facts);
        listeners.removed(caller, List.of(person.id()), kept.keySet());
        return new Erased(leaving, List.copyOf(kept.values()));
    }

    private Set<String> keepTokens(StoredPerson person, Lasting lasting) {
        return store.keepTokens(
                person.tenant(), person.id(), Identifier.addresses(policies.current(person.tenant())), lasting, now());
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
        removed(person, held, Set.of(), Set.of());
        listeners.gone(person.tenant(), person.id(), held);
    }

    private void removed(StoredPerson person, Set<String> fieldsGone, Set<String> kept, Set<String> hashed) {
        store.addRemoval(new Removal(
                person.tenant(),
                person.id(),
                now(),
                policies.current(person.tenant()).version(),
                fieldsGone,
                kept,
                hashed));
    }

    private Instant now() {
        return recording.clock().instant().truncatedTo(ChronoUnit.MICROS);
    }
}
