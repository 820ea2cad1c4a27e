package org.pledge.subject;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Guardian;
import org.pledge.policy.Policy.Holder;

/**
 * Accounts and the people behind them. What may be collected comes from the tenant's policy: a refusal names the
 * promise and is recorded. Thread-safe.
 */
public interface SubjectService {
    /**
     * What is needed to open an account.
     *
     * @param tier one of the policy's tiers
     * @param jurisdiction where the person lives, as ISO 3166-1 or 3166-2 code
     * @param birthDate of the person who opens it, used for the age limit and not kept; must be given where the policy
     *     has one
     * @param guardian who agrees for a person below the age of consent, where the policy lets guardians agree; empty for
     *     everybody else
     * @param fields values by category; a category may have several values
     */
    record NewAccount(
            String tier,
            Holder holder,
            String jurisdiction,
            Optional<LocalDate> birthDate,
            Optional<Guardian> guardian,
            Map<String, List<String>> fields) {
        /** An account of somebody for whom no guardian agrees. */
        public NewAccount(
                String tier,
                Holder holder,
                String jurisdiction,
                Optional<LocalDate> birthDate,
                Map<String, List<String>> fields) {
            this(tier, holder, jurisdiction, birthDate, Optional.empty(), fields);
        }

        @Override
        public String toString() {
            return "NewAccount[" + tier + "]";
        }
    }

    /**
     * An account; it holds no personal data itself.
     *
     * @param id opaque, the same as that of the person who opened it
     * @param contacts every person of the account, the one who opened it first
     * @param version counts changes of the account and its people, from 1
     */
    record Account(
            TenantId tenant,
            SubjectId id,
            String tier,
            Holder holder,
            String jurisdiction,
            List<SubjectId> contacts,
            long version) {
        /** Keeps an immutable copy. */
        public Account {
            contacts = List.copyOf(contacts);
        }
    }

    /**
     * A field that is held and not shown for the purpose of a read.
     *
     * @param promises that bind it to its purposes; empty where only the purpose that was named leaves it out
     * @param because a sentence that names the purposes which the field serves
     */
    record Withheld(String field, List<String> promises, String because) {
        /** Keeps an immutable copy. */
        public Withheld {
            promises = List.copyOf(promises);
        }
    }

    /**
     * A person with what is held about them.
     *
     * @param roles of a contact person, such as {@code billing}
     * @param withheld what else is held, in the order of the fields' names
     */
    record Person(
            TenantId tenant,
            SubjectId id,
            SubjectId account,
            Set<String> roles,
            Map<String, List<String>> fields,
            List<Withheld> withheld) {
        /** Keeps an immutable copy. */
        public Person {
            roles = Set.copyOf(roles);
            fields = Map.copyOf(fields);
            withheld = List.copyOf(withheld);
        }

        /** Nothing is withheld. */
        public Person(
                TenantId tenant, SubjectId id, SubjectId account, Set<String> roles, Map<String, List<String>> fields) {
            this(tenant, id, account, roles, fields, List.of());
        }

        @Override
        public String toString() {
            return "Person[" + id + "]";
        }
    }

    /**
     * What an erasure did.
     *
     * @param removed the names of the fields that are gone
     * @param kept what must stay for now, unreadable for staff and for every purpose
     */
    record Erased(Set<String> removed, List<RemovalCheck.Kept> kept) {
        /** Keeps immutable copies. */
        public Erased {
            removed = Set.copyOf(removed);
            kept = List.copyOf(kept);
        }
    }

    /**
     * Opens an account with its first person, who has all roles. Of a person below the age of consent only where a
     * guardian agrees and the policy lets them; what the guardian authorises is recorded with it, until the first day of
     * the month that begins once the person reached that age, so that no birth date is kept.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED} when the person is too young, {@code UNAVAILABLE} while
     *     nobody keeps what guardians authorise
     */
    Account open(Caller caller, NewAccount account);

    /**
     * One account.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Account account(Caller caller, SubjectId account);

    /** Accounts in the order of their identifiers. */
    Page<Account> accounts(Caller caller, Optional<String> cursor, int limit);

    /**
     * The account of a person, without showing what is held about them.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    default Account accountOf(Caller caller, SubjectId person) {
        return account(caller, person(caller, person).account());
    }

    /**
     * One person, without a purpose: what a promise binds to its purpose is withheld.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    default Person person(Caller caller, SubjectId person) {
        return person(caller, person, Optional.empty());
    }

    /**
     * One person, with the fields that serve a purpose; the others are withheld. That they were looked at, at which
     * fields and for what, is recorded before this returns, unless the platform itself asks; nothing is withheld from it.
     *
     * @param purpose one of the policy's; without it everything is shown but what a promise binds to its purpose
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}, {@code INVALID} for a purpose that the policy has not
     */
    Person person(Caller caller, SubjectId person, Optional<String> purpose);

    /**
     * One person as they are shown to themself, with nothing withheld; recorded as {@link #person}. Only the rights
     * bundle calls it, for who has proved that it is them.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND}
     */
    Person themself(Caller caller, SubjectId person);

    /**
     * Replaces the values of the named fields; an empty list removes a field.
     *
     * @param expectedVersion the account's version that the caller has seen
     * @throws org.pledge.PledgeException of kind {@code STALE} when it has changed since
     */
    Account update(Caller caller, SubjectId person, Map<String, List<String>> fields, long expectedVersion);

    /**
     * Adds a contact person; returns their identifier.
     *
     * @param birthDate used for the age limit and not kept; must be given where the policy has one
     */
    SubjectId addContact(
            Caller caller,
            SubjectId account,
            Set<String> roles,
            Optional<LocalDate> birthDate,
            Map<String, List<String>> fields,
            long expectedVersion);

    /** Adds a contact person without a birth date, as {@link #addContact(Caller, SubjectId, Set, Optional, Map, long)}. */
    default SubjectId addContact(
            Caller caller,
            SubjectId account,
            Set<String> roles,
            Map<String, List<String>> fields,
            long expectedVersion) {
        return addContact(caller, account, roles, Optional.empty(), fields, expectedVersion);
    }

    /**
     * Replaces the roles of a contact person.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when no complete contact would remain
     */
    Account setRoles(Caller caller, SubjectId contact, Set<String> roles, long expectedVersion);

    /**
     * Removes a contact person and destroys their key.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when no complete contact would remain or something of
     *     theirs must stay
     */
    void removeContact(Caller caller, SubjectId contact, long expectedVersion);

    /**
     * Closes an account and removes its people.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when something of theirs must stay
     */
    void close(Caller caller, SubjectId account, long expectedVersion);

    /**
     * The people who hold exactly this value. Addresses are compared without regard to case, numbers by their digits,
     * names without regard to case and spaces. Roles: operator.
     *
     * @param category one that identifies people by the policy: an address for mail, a number, a name
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the category does not, {@code UNAVAILABLE} while
     *     not everybody can be found yet
     */
    Set<SubjectId> having(Caller caller, String category, String value);

    /**
     * Removes a person, and their account with its last person, but for what must stay; to everybody else they are gone
     * at once. Called again, removes what need not stay any more; a person who is gone stays gone.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when no complete contact would remain
     */
    Erased erase(Caller caller, SubjectId person);

    /**
     * Which law makes a removal stay in effect for who comes back.
     *
     * @param jurisdiction the place whose law it is, an ISO 3166 code
     * @param channel by which the removal was asked for, a word
     */
    record Lasting(String jurisdiction, String channel) {}

    /**
     * As {@link #erase}, and the keyed hashes of the person's addresses for mail and telephone numbers stay, apart from the
     * person, so that who comes back under one of them is known (California Civil Code 1798.99.86(d)). A hash stays only
     * where nobody else is found by it; names leave none.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when no complete contact would remain, {@code
     *     UNAVAILABLE} while not everybody can be found by their values yet
     */
    Erased erase(Caller caller, SubjectId person, Lasting lasting);

    /**
     * Removes fields whose purpose ended, and tells earlier recipients. What must stay is not used from now on; called
     * again, it is removed once it need not stay any more. Roles: operator.
     *
     * @param fields their names; those that the person has not are left out
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when there is no such person
     */
    Erased end(Caller caller, SubjectId person, Set<String> fields);

    /** The values of fields whose purpose ended and which must stay; for answers to the person. */
    Map<String, List<String>> ended(TenantId tenant, SubjectId person);

    /**
     * Keeps a person's data without using it (GDPR Article 18), and tells earlier recipients; once it is so this changes
     * nothing.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} while nobody is there to tell them
     */
    void restrict(Caller caller, SubjectId person);

    /**
     * Lets a person's data be used again, and tells whoever was told of the restriction; without one this changes nothing.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} while nobody is there to tell them
     */
    void lift(Caller caller, SubjectId person);

    /** Whether a person's data is kept without being used. */
    boolean restricted(TenantId tenant, SubjectId person);

    /**
     * The values of some categories, for a disclosure that was permitted. Only the sharing bundle calls it.
     *
     * @return what is held, without categories that have no value
     */
    Map<String, List<String>> values(TenantId tenant, SubjectId person, Set<String> categories);
}
