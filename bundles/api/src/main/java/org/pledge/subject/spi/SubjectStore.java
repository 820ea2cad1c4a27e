package org.pledge.subject.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Holder;

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

    /** Whether there is such a person. */
    default boolean knows(TenantId tenant, SubjectId id) {
        return person(tenant, id).isPresent();
    }

    /** The people of an account, by ordinal. */
    List<StoredPerson> people(TenantId tenant, SubjectId account);

    /** Removes a person and their fields; false when there was none. */
    boolean removePerson(TenantId tenant, SubjectId id);

    /** Keeps a sealed field, replacing an earlier value. */
    void putField(TenantId tenant, SubjectId person, String category, byte[] sealed);

    /** Removes a field; removing what is not there is harmless. */
    void removeField(TenantId tenant, SubjectId person, String category);

    /** The sealed fields of a person, by category. */
    Map<String, byte[]> fields(TenantId tenant, SubjectId person);
}
