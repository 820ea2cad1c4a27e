package org.pledge.sharing.spi;

import java.time.Instant;
import java.util.OptionalInt;
import org.pledge.PledgeException;
import org.pledge.TenantId;

/**
 * Makes the tokens by which a tenant asks others to delete what it gave them, and reads what they say to it, as the Data
 * Deletion Request Framework 1.0 of the IAB Tech Lab has it. Found as a service; thread-safe.
 */
public interface DeletionTokens {
    /** The result code of a request that was taken; every other one says why it was not. */
    int TAKEN = 0;

    /**
     * Who is asked.
     *
     * @param domain the registrable domain in whose name they acknowledge
     * @param keys a JWK Set (RFC 7517) of RSA keys from 2048 bits and keys on P-256, as UTF-8: what signs their
     *     acknowledgements
     * @param type the type of identifier by which they know people, from their {@code dsrdelete.json}
     * @param format its format, from there, too
     */
    record Recipient(String domain, byte[] keys, String type, String format) {
        @Override
        public String toString() {
            return "Recipient[" + domain + "]";
        }
    }

    /** A request that was made. */
    interface Asked {
        /** The rqJWT, compact. */
        String token();

        /**
         * The code in an acJWT; empty for anything that is not the recipient's own acknowledgement of this very token.
         *
         * @param acknowledgement the acJWT, compact; it may be anything
         */
        OptionalInt result(String acknowledgement);
    }

    /**
     * Makes an rqJWT from now, with an idJWT of the tenant's own, which is the first party of what it gave away.
     *
     * @param name tells the request from every other, and is the same whenever it is repeated
     * @param since when its reason came about, such as the removal of the person
     * @param identifier the person, as the recipient alone knows them
     * @throws PledgeException of kind {@code UNAVAILABLE} when the tenant has no key for it, or the recipient's keys cannot
     *     be used
     */
    Asked ask(TenantId tenant, Recipient recipient, String name, Instant since, String identifier);
}
