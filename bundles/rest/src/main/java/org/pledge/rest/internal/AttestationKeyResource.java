package org.pledge.rest.internal;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.crypto.Attestation;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.rest.internal.RightsContract.AttestationKey;
import org.pledge.rest.internal.RightsContract.AttestationKeys;

/** The keys that verify a tenant's statements, as a JWK set (RFC 7517, RFC 8037), for everybody. */
@Path("tenants/{tenant}/attestation-keys")
@Produces({"application/jwk-set+json", MediaType.APPLICATION_JSON})
public final class AttestationKeyResource {
    private final Live<Attestation> attestation;
    private final Live<PolicyService> policies;

    AttestationKeyResource(Services services) {
        this.attestation = services.attestation();
        this.policies = services.policies();
    }

    @GET
    @WithoutCredential
    public AttestationKeys keys(@PathParam("tenant") String tenant) {
        return policies.get().policies().stream()
                .map(Policy::tenant)
                .filter(known -> known.value().equals(tenant))
                .findFirst()
                .map(known -> new AttestationKeys(attestation.get().keys(known).stream()
                        .map(AttestationKey::of)
                        .toList()))
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "there is no tenant of that name")
                        .remedy("Check the name in the path."));
    }
}
