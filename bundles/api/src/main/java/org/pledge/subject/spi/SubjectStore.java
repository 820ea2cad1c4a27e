package org.pledge.subject.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Holder;
import org.pledge.subject.SubjectService.Lasting;

/** Keeps accounts and sealed fields. Every method joins the current transaction. */
public interface SubjectStore {
    /** An account without its people. */
    record StoredAccount(
            TenantId tenant, SubjectId id, String tier, Holder holder, String jurisdiction, long version) {}

    /** A person without their fields. */
    record StoredPerson(TenantId tenant, SubjectId id, SubjectId account, Set<String> roles, int ordinal) {
        /** Keeps an immutable copy. */
        public StoredPerson {
            roles = Set.copyOf(roles);
        }
    }

    /**
     * That something of a person was removed; it outlives them.
     *
     * @param fields the names of what went
     * @param kept the names of what had to stay
     * @param hashed the names of those of which keyed hashes stay, for who comes back
     */
    record Removal(
            TenantId tenant,
            SubjectId person,
            Instant at,
            int policyVersion,
            Set<String> fields,
            Set<String> kept,
            Set<String> hashed) {
        /** Keeps immutable copies. */
        public Removal {
            fields = Set.copyOf(fields);
            kept = Set.copyOf(kept);
            hashed = Set.copyOf(hashed);
        }

        /** One of which no hash stays. */
        public Removal(
                TenantId tenant,
                SubjectId person,
                Instant at,
                int policyVersion,
                Set<String> fields,
                Set<String> kept) {
            this(tenant, person, at, policyVersion, fields, kept, Set.of());
        }
    }

    /** Keeps what was removed of a person. */
    void addRemoval(Removal removal);

    /** What was removed of a person, oldest first. */
    List<Removal> removals(TenantId tenant, SubjectId person);

    /** What is said of a person whose data is not used. */
    enum Mark {
        /** Kept without being used, because the person wants it so. */
        RESTRICTED,
        /** Removed but for what must stay; nobody else knows them any more. */
        ERASED
    }

    /** Adds an account at version 1. */
    void addAccount(StoredAccount account);

    /** One account. */
    Optional<StoredAccount> account(TenantId tenant, SubjectId id);

    /** Accounts with an identifier above {@code after}, in the order of the database's UUID type. */
    List<StoredAccount> accounts(TenantId tenant, Optional<SubjectId> after, int limit);

    /** Raises an account's version by one; false when it is not the expected one. */
    boolean touchAccount(TenantId tenant, SubjectId id, long expectedVersion);

    /** Removes an account without people; false when there was none. */
    boolean removeAccount(TenantId tenant, SubjectId id);

    /** Adds a person. */
    void addPerson(StoredPerson person);

    /** Replaces a person's roles. */
    void setRoles(TenantId tenant, SubjectId person, Set<String> roles);

    /** One person. */
    Optional<StoredPerson> person(TenantId tenant, SubjectId id);

    /** Whether there is such a person, who was not erased. */
    default boolean knows(TenantId tenant, SubjectId id) {
        return person(tenant, id).isPresent() && !marks(tenant, id).contains(Mark.ERASED);
    }

    /** Those of some people that there are, and who were not erased. */
    default Set<SubjectId> known(TenantId tenant, Set<SubjectId> ids) {
        return ids.stream().filter(id -> knows(tenant, id)).collect(Collectors.toUnmodifiableSet());
    }

    /** Marks a person; one who has the mark keeps it. */
    void mark(TenantId tenant, SubjectId person, Mark mark);

    /** Takes a mark away; taking what is not there is harmless. */
    void unmark(TenantId tenant, SubjectId person, Mark mark);

    /** The marks of a person, which go with them. */
    Set<Mark> marks(TenantId tenant, SubjectId person);

    /** The people of an account who have a mark. */
    Set<SubjectId> marked(TenantId tenant, SubjectId account, Mark mark);

    /** The people of an account, by ordinal. */
    List<StoredPerson> people(TenantId tenant, SubjectId account);

    /** Removes a person, their fields and what they are found by; false when there was none. */
    boolean removePerson(TenantId tenant, SubjectId id);

    /** Keeps a sealed field, replacing an earlier value. */
    void putField(TenantId tenant, SubjectId person, String category, byte[] sealed);

    /** Removes a field and what is found by it; removing what is not there is harmless. */
    void removeField(TenantId tenant, SubjectId person, String category);

    /** The sealed fields of a person, by category. */
    Map<String, byte[]> fields(TenantId tenant, SubjectId person);

    /** Those of {@link #fields} whose purpose has not ended. */
    Map<String, byte[]> fieldsInUse(TenantId tenant, SubjectId person);

    /**
     * How far the people of a tenant can be found by their values.
     *
     * @param categories the categories that identify, as the index was begun for them
     * @param upTo the last account that was done; empty before the first
     */
    record Indexed(TenantId tenant, Set<String> categories, Optional<SubjectId> upTo, boolean complete) {
        /** Keeps an immutable copy. */
        public Indexed {
            categories = Set.copyOf(categories);
        }
    }

    /**
     * Keeps since when a field is held, for a purpose that has not ended; a field that is not there, or for which this
     * is not kept, is never overdue.
     */
    void stampField(TenantId tenant, SubjectId person, String category, Instant since);

    /**
     * Who holds a field since {@code before} or longer, the longest first; fields that seem to be held since a time
     * after {@code now} count from then on.
     *
     * @param except people who are left out
     */
    List<SubjectId> heldSince(
            TenantId tenant, String category, Instant before, Instant now, Set<SubjectId> except, int limit);

    /** A field whose purpose ended, and which had to stay. */
    record EndedField(SubjectId person, String category) {}

    /** Keeps that the purpose of a field ended, until it is given anew; a field that is not there has none. */
    void endField(TenantId tenant, SubjectId person, String category);

    /** The fields whose purpose ended, by person and category, above {@code after}. */
    List<EndedField> endedFields(TenantId tenant, Optional<EndedField> after, int limit);

    /** Replaces the keyed hashes by which a person is found in a category; none removes them. */
    void putTokens(TenantId tenant, SubjectId person, String category, List<byte[]> tokens);

    /** The people with this keyed hash. */
    Set<SubjectId> having(TenantId tenant, byte[] token);

    /**
     * Keeps the hashes by which a person alone is found in some categories, apart from the person; one that is kept
     * already stays as it was first kept.
     *
     * @param at since when, in microseconds
     * @return the categories of which there was such a hash
     */
    Set<String> keepTokens(TenantId tenant, SubjectId person, Set<String> categories, Lasting lasting, Instant at);

    /**
     * Somebody who is found by a hash that was kept.
     *
     * @param lasting of the first such hash
     * @param alone whether nobody else is found by one of these hashes
     */
    record Returned(SubjectId person, Lasting lasting, boolean alone) {}

    /** Who is found by a hash that was kept, each once, in the order of the database's UUID type, above {@code after}. */
    List<Returned> returned(TenantId tenant, Optional<SubjectId> after, int limit);

    /** Removes the kept hashes by which a person is found; returns how many. */
    int forgetTokens(TenantId tenant, SubjectId person);

    /**
     * How it stands with the kept hashes of a tenant.
     *
     * @param hashes how many are kept
     * @param oldest since when the first of them is
     * @param looked when it was last looked for who is found by them
     */
    record KeptTokens(long hashes, Optional<Instant> oldest, Optional<Instant> looked) {}

    /** How it stands with the kept hashes. */
    KeptTokens keptTokens(TenantId tenant);

    /** Keeps when it was last looked for who is found by a kept hash, in microseconds. */
    void putLooked(TenantId tenant, Instant at);

    /** Holds changes of an account back until the transaction ends; false when there is none. */
    boolean lockAccount(TenantId tenant, SubjectId id);

    /** How far the index of a tenant is; empty before it was begun. */
    Optional<Indexed> indexed(TenantId tenant);

    /** Keeps how far the index of a tenant is. */
    void putIndexed(Indexed indexed);
}
