package org.pledge.rest.internal;

import javax.ws.rs.Consumes;
import javax.ws.rs.FormParam;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.notices.MessageService;

/** One-click unsubscribing (RFC 8058): the link is the only credential, and looking at it changes nothing. */
@Path("unsubscribe/{token}")
public final class UnsubscribeResource {
    private static final String ONE_CLICK = "One-Click";
    private static final String HTML = "text/html;charset=utf-8";
    private static final String CSP = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final String QUESTION =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>Unsubscribe</title></head><body>
            <p>Do you want no more messages of this kind?</p>
            <form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">
            <button>Unsubscribe</button></form>
            </body></html>
            """;
    private static final String DONE =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>Unsubscribed</title></head><body>
            <p>Done: messages of this kind have stopped.</p>
            </body></html>
            """;

    private static final int LONGEST = 4096;

    private final Live<MessageService> messages;

    UnsubscribeResource(Services services) {
        this.messages = services.messages();
    }

    @GET
    @WithoutCredential
    public Response page(@PathParam("token") String token) {
        return html(QUESTION);
    }

    @POST
    @Consumes({MediaType.APPLICATION_FORM_URLENCODED, MediaType.MULTIPART_FORM_DATA})
    @Longest(LONGEST)
    @WithoutCredential
    public Response unsubscribe(@PathParam("token") String token, @FormParam("List-Unsubscribe") String click) {
        if (!ONE_CLICK.equals(click)) {
            throw new PledgeException(Kind.MALFORMED, "the form lacks List-Unsubscribe=One-Click")
                    .remedy("Send the form as RFC 8058 says, or open the link in a browser and press the button.");
        }
        messages.get().unsubscribe(token);
        return html(DONE);
    }

    private static Response html(String page) {
        return Response.ok(page)
                .type(HTML)
                .header(HeaderFilter.CSP, CSP)
                .header("Referrer-Policy", "no-referrer")
                .build();
    }
}
