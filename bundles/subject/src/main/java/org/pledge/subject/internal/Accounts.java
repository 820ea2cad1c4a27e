package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.STALE;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.internal.Refusal.Rule;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** The accounts of the store, and the people in them who were not erased. */
record Accounts(SubjectStore store, SealedFields fields) {
    /** Locks the account until the transaction ends; returns it at its new version. */
    StoredAccount touch(TenantId tenant, SubjectId id, long expectedVersion) {
        if (!store.touchAccount(tenant, id, expectedVersion)) {
            throw new PledgeException(STALE, "the account has changed since its version " + expectedVersion)
                    .remedy("Read the account again and repeat the change with the version it has now.");
        }
        return existing(tenant, id);
    }

    StoredAccount existing(TenantId tenant, SubjectId id) {
        return store.account(tenant, id).orElseThrow(() -> notFound("no such account"));
    }

    StoredPerson person(TenantId tenant, SubjectId id) {
        return store.person(tenant, id)
                .filter(person -> !store.marks(tenant, id).contains(Mark.ERASED))
                .orElseThrow(() -> notFound("no such person"));
    }

    static PledgeException notFound(String text) {
        return new PledgeException(NOT_FOUND, text).remedy("Check the identifier.");
    }

    Account withContacts(StoredAccount account) {
        return new Account(
                account.tenant(),
                account.id(),
                account.tier(),
                account.holder(),
                account.jurisdiction(),
                living(account.tenant(), account.id()).stream()
                        .map(StoredPerson::id)
                        .toList(),
                account.version());
    }

    void removeEmptied(TenantId tenant, SubjectId account) {
        if (store.people(tenant, account).isEmpty()) {
            store.removeAccount(tenant, account);
        }
    }

    /** The people of an account who were not erased. */
    List<StoredPerson> living(TenantId tenant, SubjectId account) {
        List<StoredPerson> people = store.people(tenant, account);
        Set<SubjectId> erased = store.marked(tenant, account, Mark.ERASED);
        return people.stream().filter(person -> !erased.contains(person.id())).toList();
    }

    /** An account that has no complete contact, because it is older than the rule, can still be changed. */
    void keepingCompleteContact(Policy policy, StoredAccount account, Runnable change) {
        Optional<ContactRules> rules = policy.contactRules().filter(ContactRules::completeContactRequired);
        boolean before = rules.isPresent() && hasCompleteContact(policy, rules.get(), account);
        change.run();
        if (before && !hasCompleteContact(policy, rules.get(), account)) {
            List<String> promises = rules.get().completeContactPromises();
            throw Refusal.of(
                    Rule.COMPLETE_CONTACT,
                    new PledgeException(
                                    CONFLICT,
                                    FieldRules.withPromises(
                                            "at least one contact with all roles and a working email must remain",
                                            promises))
                            .because(promises)
                            .remedy("Give another contact all roles and a working email first, or close the account."));
        }
    }

    private boolean hasCompleteContact(Policy policy, ContactRules rules, StoredAccount account) {
        return living(account.tenant(), account.id()).stream()
                .filter(person -> person.roles().containsAll(rules.roles()))
                .anyMatch(person -> fields.held(person.tenant(), person.id()).stream()
                        .flatMap(field -> policy.category(field).stream())
                        .anyMatch(FieldValues::isEmail));
    }
}
