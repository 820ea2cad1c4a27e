package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.VIEWER;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.PolicyMatrix;
import org.pledge.policy.PolicyService;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.PolicyContract.Change;
import org.pledge.rest.internal.PolicyContract.MatrixRow;
import org.pledge.rest.internal.PolicyContract.Policy;
import org.pledge.rest.internal.PolicyContract.PolicyVersion;
import org.pledge.rest.internal.PolicyContract.Promise;

/** The policy of the caller's tenant. */
@Path("policy")
@Produces(MediaType.APPLICATION_JSON)
public final class PolicyResource {
    private final Live<PolicyService> policies;
    private final Live<PolicyMatrix> matrix;

    PolicyResource(Services services) {
        this.policies = services.policies();
        this.matrix = services.matrix();
    }

    @GET
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Policy current(@Context Caller caller) {
        return Policy.of(policies.get().current(caller.tenant()));
    }

    @GET
    @Path("promises")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<Promise> promises(@Context Caller caller) {
        return Listing.of(policies.get().current(caller.tenant()).promises(), Promise::of);
    }

    @GET
    @Path("versions")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<PolicyVersion> versions(@Context Caller caller) {
        return Listing.of(policies.get().versions(caller.tenant()), PolicyVersion::of);
    }

    @GET
    @Path("versions/{version}")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Policy version(@Context Caller caller, @PathParam("version") String version) {
        return policies.get()
                .version(caller.tenant(), Query.number("version", version))
                .map(Policy::of)
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "there is no such version")
                        .remedy("Check the number in the path."));
    }

    @GET
    @Path("diff")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<Change> diff(@Context Caller caller, @QueryParam("from") String from, @QueryParam("to") String to) {
        return Listing.of(
                policies.get().diff(caller.tenant(), Query.number("from", from), Query.number("to", to)), Change::of);
    }

    @GET
    @Path("matrix")
    @Takes({VIEWER, OPERATOR, OFFICER, INTEGRATOR, AUDITOR})
    public Listing<MatrixRow> matrix(@Context Caller caller) {
        org.pledge.policy.Policy policy = policies.get().current(caller.tenant());
        PolicyMatrix answers = matrix.get();
        return Listing.of(answers.questions(), question -> MatrixRow.of(answers.answer(policy, question)));
    }
}
