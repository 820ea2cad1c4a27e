package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.CUSTODIAN;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.audit.Leaf;
import org.pledge.rest.internal.CardContract.Card;
import org.pledge.rest.internal.CardContract.CardCertificate;
import org.pledge.rest.internal.CardContract.CardUse;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.PaymentContract.Payment;
import org.pledge.vault.CardService;

/** A stored card: masked, replaced, deleted for good, and every use of it. */
@Path("cards/{token}")
@Produces(MediaType.APPLICATION_JSON)
public final class CardResource {
    private final Services services;

    CardResource(Services services) {
        this.services = services;
    }

    private CardService cards() {
        return services.cards().get();
    }

    @GET
    @Takes({OPERATOR, CUSTODIAN})
    public Card find(@Context Caller caller, @PathParam("token") String token) {
        return unlessGone(caller, token, () -> Card.of(cards().card(caller, token)));
    }

    @PUT
    @Consumes(MediaType.WILDCARD) // so that who may not is told so first
    @Takes(OPERATOR)
    public Card replace(
            @Context Caller caller,
            @PathParam("token") String token,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String type,
            InputStream body)
            throws IOException {
        return EncryptedCard.read(
                type, body, jwe -> unlessGone(caller, token, () -> Card.of(cards().replace(caller, token, jwe))));
    }

    @DELETE
    @Takes(OPERATOR)
    public CardCertificate delete(@Context Caller caller, @PathParam("token") String token) {
        return CardCertificate.of(cards().delete(caller, token));
    }

    @GET
    @Path("uses")
    @Takes({OPERATOR, CUSTODIAN, OFFICER, AUDITOR})
    public Listing<CardUse> uses(
            @Context Caller caller,
            @PathParam("token") String token,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(cards().uses(caller, token, Optional.ofNullable(cursor), Query.limit(limit)), CardUse::of);
    }

    @GET
    @Path("payments")
    @Takes({OPERATOR, AUDITOR})
    public Listing<Payment> payments(
            @Context Caller caller, @PathParam("token") String token, @QueryParam("limit") String limit) {
        return Listing.of(services.payments().get().payments(caller, token, Query.limit(limit)), Payment::of);
    }

    private <T> T unlessGone(Caller caller, String token, Supplier<T> act) {
        try {
            return act.get();
        } catch (PledgeException e) {
            if (e.kind() == Kind.NOT_FOUND && wasDeleted(caller, token)) {
                throw new HttpRefusal(
                        410,
                        "GONE",
                        "this card was deleted for good",
                        "Its /uses show when, and DELETE repeats the certificate.");
            }
            throw e;
        }
    }

    /** Another tenant's card was not, as far as this one can tell. */
    private boolean wasDeleted(Caller caller, String token) {
        try {
            return cards().uses(caller, token, Optional.empty(), Query.MOST).items().stream()
                    .anyMatch(use -> use.act().equals(Leaf.Act.CARD_DELETED.name()));
        } catch (PledgeException e) {
            return false;
        }
    }
}
