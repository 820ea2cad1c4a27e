package org.pledge.rest.internal;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Set;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.rights.OwnCards;
import org.pledge.vault.CardService.Card;

/** What people do about their cards without login or cookie, on pages behind the one that a link opens. */
@Path("self-service/{tenant}/cards")
public final class OwnCardResource {
    private static final String CSP =
            "default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    /** What a browser says of who sent a form, where it says so. */
    private static final String SITE = "Sec-Fetch-Site";

    private static final Set<String> OWN = Set.of("same-origin", "none");
    private static final int LONGEST = 12_288;
    private static final int RETRY_SECONDS = 60;

    private final Live<OwnCards> cards;
    private final CardPages pages;

    OwnCardResource(Services services) {
        this(services, Clock.systemUTC());
    }

    OwnCardResource(Services services, Clock clock) {
        this.cards = services.ownCards();
        this.pages = new CardPages(CardScript.INTEGRITY, clock);
    }

    @GET
    @Path("card.js")
    @WithoutCredential
    public Response script(@PathParam("tenant") String tenant) {
        return Response.ok(CardScript.TEXT)
                .type("text/javascript;charset=utf-8")
                .build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Longest(LONGEST)
    @WithoutCredential
    public Response act(@PathParam("tenant") String name, @Context HttpHeaders headers, InputStream body)
            throws IOException {
        String site = headers.getHeaderString(SITE);
        if (site != null && !OWN.contains(site)) {
            return html(
                    403,
                    SelfServicePages.refused(
                            "this was sent from another site; nothing was done",
                            "Open the page by a link of your own, and use the forms on it."));
        }
        try (OwnCardForm form = OwnCardForm.read(body.readAllBytes())) {
            TenantId tenant = SelfServiceResource.tenant(name);
            String pass = form.pass();
            OwnCardForm.Act act = form.act();
            try {
                return html(200, done(tenant, pass, act, form));
            } catch (PledgeException e) {
                return refused(tenant, pass, e);
            }
        }
    }

    private String done(TenantId tenant, String pass, OwnCardForm.Act act, OwnCardForm form) {
        OwnCards own = cards.get();
        return switch (act) {
            case SHOW -> shown(tenant, pass, "");
            case USES -> pages.uses(pass, form.token(), own.uses(tenant, pass, form.token(), form.cursor()));
            case ADD -> done(tenant, pass, kept(own.add(tenant, pass, form.jwe())));
            case REPLACE -> done(tenant, pass, kept(own.replace(tenant, pass, form.token(), form.jwe())));
            case DELETE -> pages.deleted(pass, own.delete(tenant, pass, form.token()));
        };
    }

    private static String kept(Card card) {
        return "Kept: " + CardPages.name(card) + ".";
    }

    /** What is done is told, also where the vault is sealed or the page has run out a moment later. */
    private String done(TenantId tenant, String pass, String note) {
        try {
            return shown(tenant, pass, note);
        } catch (PledgeException e) {
            return pages.done(pass, note);
        }
    }

    private String shown(TenantId tenant, String pass, String note) {
        return pages.cards(pass, note, cards.get().wallet(tenant, pass));
    }

    /** The page again with what was refused, as long as there is one. */
    private Response refused(TenantId tenant, String pass, PledgeException e) {
        return switch (e.kind()) {
            case UNAVAILABLE -> unavailable(pass, e);
            case NOT_FOUND -> again(410, tenant, pass, e);
            case DENIED -> again(403, tenant, pass, e);
            case CONFLICT, STALE -> again(409, tenant, pass, e);
            case INVALID -> again(422, tenant, pass, e);
            default -> throw e;
        };
    }

    private Response again(int status, TenantId tenant, String pass, PledgeException e) {
        try {
            return html(status, shown(tenant, pass, e.getMessage() + ". " + e.remedy()));
        } catch (PledgeException closed) {
            return html(status, SelfServicePages.refused(e.getMessage(), e.remedy()));
        }
    }

    private Response unavailable(String pass, PledgeException e) {
        return answer(503, pages.unavailable(pass, e.getMessage()))
                .header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                .build();
    }

    private static Response html(int status, String page) {
        return answer(status, page).build();
    }

    private static Response.ResponseBuilder answer(int status, String page) {
        return SelfServiceResource.html(status, page, CSP);
    }
}
