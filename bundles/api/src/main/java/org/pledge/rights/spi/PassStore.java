package org.pledge.rights.spi;

import java.time.Instant;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Keeps links and passes of self-service by keyed hashes. Every method joins the current transaction. */
public interface PassStore {
    /**
     * A link or a pass.
     *
     * @param link whether it gives a pass, and is one otherwise
     * @param handed whether it was handed over, so that nothing shows that the person gets their mail
     * @param signedIn whether the person signed in with their user name and password
     */
    record Pass(
            TenantId tenant,
            byte[] token,
            SubjectId person,
            boolean link,
            boolean handed,
            boolean signedIn,
            Instant expires) {
        /** One that came by mail. */
        public Pass(TenantId tenant, byte[] token, SubjectId person, boolean link, Instant expires) {
            this(tenant, token, person, link, false, false, expires);
        }
    }

    /** Adds one, and removes those of the tenant that expired before {@code now}. */
    void addPass(Pass pass, Instant now);

    /** One. */
    Optional<Pass> pass(TenantId tenant, byte[] token);

    /** Removes one; false when there was none, as for all but one of several who try at once. */
    boolean removePass(TenantId tenant, byte[] token);

    /** Removes all links and passes of a person. */
    void removePasses(TenantId tenant, SubjectId person);

    /** How many links of a person are good at {@code now}. */
    int links(TenantId tenant, SubjectId person, Instant now);
}
