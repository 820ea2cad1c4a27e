package org.pledge.rest.internal;

import java.util.ArrayList;
import java.util.List;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Change;
import org.pledge.rest.internal.CampaignContract.PublishedPolicy;
import org.pledge.rest.internal.CampaignContract.PublishedVersion;
import org.pledge.rest.internal.CampaignContract.PublishedVersions;

/** Every version of every policy, for everybody: what was published, when, and what changed. */
@Path("policies/{tenant}/versions")
@Produces(MediaType.APPLICATION_JSON)
public final class PublishedPolicyResource {
    private static final String LAST_UPDATED = "Last-Updated";

    private final Live<PolicyService> policies;

    PublishedPolicyResource(Services services) {
        this.policies = services.policies();
    }

    @GET
    @WithoutCredential
    public Response versions(@PathParam("tenant") String tenant) {
        List<Policy> all = all(tenant);
        List<PublishedVersion> items = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Policy policy = all.get(i);
            boolean material = changes(all, i).stream().anyMatch(Change::material);
            items.add(new PublishedVersion(policy.version(), policy.published(), policy.digest(), material));
        }
        Policy current = all.get(all.size() - 1);
        return answer(
                current, new PublishedVersions(current.controller(), current.contact(), current.published(), items));
    }

    @GET
    @Path("{version}")
    @WithoutCredential
    public Response version(@PathParam("tenant") String tenant, @PathParam("version") String version) {
        List<Policy> all = all(tenant);
        int number = Query.number("version", version);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).version() == number) {
                List<Change> changes = changes(all, i);
                return answer(
                        all.get(i),
                        new PublishedPolicy(
                                all.get(i).published(),
                                changes.stream().anyMatch(Change::material),
                                changes.stream().map(PolicyContract.Change::of).toList(),
                                PolicyContract.Policy.of(all.get(i))));
            }
        }
        throw new PledgeException(Kind.NOT_FOUND, "there is no such version").remedy("Check the number in the path.");
    }

    private List<Policy> all(String tenant) {
        PolicyService service = policies.get();
        return service.policies().stream()
                .map(Policy::tenant)
                .filter(known -> known.value().equals(tenant))
                .findFirst()
                .map(service::versions)
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "there is no policy of that name")
                        .remedy("Check the name in the path."));
    }

    /** Against the version before; none for the first. */
    private List<Change> changes(List<Policy> all, int index) {
        return index == 0
                ? List.of()
                : policies.get()
                        .diff(
                                all.get(index).tenant(),
                                all.get(index - 1).version(),
                                all.get(index).version());
    }

    private static Response answer(Policy policy, Object body) {
        return Response.ok(body).header(LAST_UPDATED, policy.published()).build();
    }
}
