package org.pledge.dsr.internal;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.ws.rs.core.HttpHeaders;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Establishes who calls from a bearer token (RFC 6750) of the platform's own credentials. */
final class Bearers {
    private static final Logger LOG = LoggerFactory.getLogger(Bearers.class);
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,512}=*)");
    private static final Role[] SENDERS = {Role.PARTNER, Role.OPERATOR};

    private final Services services;
    private final Clock clock;

    Bearers(Services services, Clock clock) {
        this.services = services;
        this.clock = clock;
    }

    /** The token of the one header {@code Authorization}. */
    static String token(HttpHeaders headers) {
        List<String> given = headers.getRequestHeader(HttpHeaders.AUTHORIZATION);
        Matcher bearer = BEARER.matcher(given == null || given.size() != 1 ? "" : given.get(0));
        if (!bearer.matches()) {
            throw new Refusal(401, "a bearer token is needed");
        }
        return bearer.group(1);
    }

    /** Another tenant's credential finds nothing here. */
    Caller sender(HttpHeaders headers, TenantId tenant, String operation) {
        Caller caller = services.credentials()
                .get()
                .authenticate(token(headers))
                .orElseThrow(() -> new Refusal(401, "the credential is unknown, revoked or expired"));
        if (!caller.tenant().equals(tenant)) {
            throw Refusal.notFound();
        }
        try {
            caller.require(SENDERS);
        } catch (PledgeException e) {
            record(caller, operation);
            throw e;
        }
        return caller;
    }

    /** Never fails: the caller gets the refusal whether it could be recorded or not. */
    private void record(Caller caller, String operation) {
        Leaf leaf =
                Leaf.roleRefused(caller, clock.instant().truncatedTo(ChronoUnit.MICROS), operation, List.of(SENDERS));
        try {
            services.transactions().get().required(() -> services.audit().get().append(leaf));
        } catch (RuntimeException e) { // the edge: whatever stops the record, the answer stays a refusal
            LOG.warn("a refusal by role could not be recorded: {}", e.getClass().getName());
        }
    }
}
