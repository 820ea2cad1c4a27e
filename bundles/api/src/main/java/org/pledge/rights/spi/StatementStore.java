package org.pledge.rights.spi;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.pledge.TenantId;

/** Keeps signed statements, which outlive whom they are about. Every method joins the current transaction. */
public interface StatementStore {
    /** What a statement is about. */
    enum Kind {
        /** A request. */
        REQUEST,
        /** A person who was removed. */
        PERSON,
        /** A sweep. */
        SWEEP
    }

    /** Keeps a statement; false, and nothing kept, when there is one already. */
    boolean putStatement(TenantId tenant, Kind kind, UUID id, String jws, Instant created);

    /** One statement. */
    Optional<String> statement(TenantId tenant, Kind kind, UUID id);
}
