package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.audit.AuditLog;
import org.pledge.rest.internal.AuditContract.AuditEntry;
import org.pledge.rest.internal.AuditContract.Verification;
import org.pledge.rest.internal.Contract.Listing;

/** The record of every act, and whether it is whole. */
@Path("audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private final Live<AuditLog> audit;

    AuditResource(Services services) {
        this.audit = services.audit();
    }

    @GET
    @Takes(AUDITOR)
    public Listing<AuditEntry> tail(@Context Caller caller, @QueryParam("limit") String limit) {
        return Listing.of(audit.get().tail(caller.tenant(), Query.limit(limit)), AuditEntry::of);
    }

    @GET
    @Path("verification")
    @Takes(AUDITOR)
    public Verification verify(@Context Caller caller) {
        return Verification.of(audit.get().verify(caller.tenant()));
    }
}
