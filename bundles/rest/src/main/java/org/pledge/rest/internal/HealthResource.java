package org.pledge.rest.internal;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.pledge.rest.internal.Contract.Health;

/** Whether the parts behind the resources are up. */
@Path("health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    private final Services services;

    HealthResource(Services services) {
        this.services = services;
    }

    @GET
    @WithoutCredential
    public Health health() {
        return Health.of(services);
    }
}
