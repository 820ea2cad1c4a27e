package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.VIEWER;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.rest.internal.UsageContract.UsageStatistics;
import org.pledge.visitor.UsageService;
import org.pledge.visitor.UsageService.Dimension;

/** Figures of visits in which nobody can be singled out. */
@Path("usage-statistics")
@Produces(MediaType.APPLICATION_JSON)
public final class UsageStatisticsResource {
    private final Live<UsageService> usage;

    UsageStatisticsResource(Services services) {
        this.usage = services.usage();
    }

    @GET
    @Takes({VIEWER, OPERATOR, OFFICER, AUDITOR})
    public UsageStatistics statistics(
            @Context Caller caller,
            @QueryParam("site") String site,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("by") String by) {
        return UsageStatistics.of(usage.get()
                .statistics(
                        caller,
                        site == null ? "" : site,
                        Query.day("from", from),
                        Query.day("to", to),
                        Query.constant("by", Dimension.class, by)));
    }
}
