package org.pledge.rights.spi;

import java.time.Instant;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * Keeps what people sign in with, and how often a user name was tried in vain, whether or not there is one. Every method
 * joins the current transaction.
 */
public interface LoginStore {
    /**
     * What a person signs in with.
     *
     * @param name keyed hash of the user name, unique per tenant
     * @param salt of the password
     * @param password keyed hash of what is derived from the password
     */
    record Login(TenantId tenant, SubjectId person, byte[] name, byte[] salt, byte[] password) {}

    /**
     * Tries in vain.
     *
     * @param wrong how many in a row, at least 1
     * @param last when the last one was
     */
    record Tries(int wrong, Instant last) {}

    /** Keeps one in place of the person's last; false, and nothing changes, when somebody else has the name. */
    boolean putLogin(Login login);

    /** The one with a name. */
    Optional<Login> login(TenantId tenant, byte[] name);

    /** Removes the one of a person; removing none is harmless. */
    void removeLogin(TenantId tenant, SubjectId person);

    /** Counts one more try of a name, and forgets those of the tenant whose last was before {@code forgotten}. */
    Tries addTry(TenantId tenant, byte[] name, Instant now, Instant forgotten);

    /** The tries of a name in vain. */
    Optional<Tries> tries(TenantId tenant, byte[] name);

    /** Forgets the tries of a name. */
    void removeTries(TenantId tenant, byte[] name);
}
