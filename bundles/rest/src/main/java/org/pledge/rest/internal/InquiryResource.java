package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.inquiry.InquiryService;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.InquiryContract.Inquiry;
import org.pledge.rest.internal.InquiryContract.InquiryClosing;

/** What people asked, from its opening to its end. */
@Path("subjects/{id}/inquiries")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class InquiryResource {
    private final Live<InquiryService> inquiries;

    InquiryResource(Services services) {
        this.inquiries = services.inquiries();
    }

    @POST
    @Takes(OPERATOR)
    public Response open(@Context Caller caller, @Context Once once, @PathParam("id") SubjectId id) {
        String made = once.run(() -> inquiries.get().open(caller, id).id().toString());
        Inquiry opened = inquiries.get().inquiries(caller, id).stream()
                .filter(one -> one.id().toString().equals(made))
                .findFirst()
                .map(Inquiry::of)
                .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "this inquiry is no longer there")
                        .remedy("Read the open ones: GET /api/v1/subjects/{id}/inquiries."));
        return Answer.created("subjects/" + id + "/inquiries", opened);
    }

    @GET
    @Takes({OPERATOR, OFFICER, AUDITOR})
    public Listing<Inquiry> list(@Context Caller caller, @PathParam("id") SubjectId id) {
        return Listing.of(inquiries.get().inquiries(caller, id), Inquiry::of);
    }

    @POST
    @Path("{inquiry}/close")
    @Takes(OPERATOR)
    public InquiryClosing close(
            @Context Caller caller, @PathParam("id") SubjectId id, @PathParam("inquiry") UUID inquiry) {
        return InquiryClosing.of(inquiries.get().close(caller, id, inquiry));
    }
}
