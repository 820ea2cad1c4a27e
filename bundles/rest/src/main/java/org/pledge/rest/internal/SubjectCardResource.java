package org.pledge.rest.internal;

import static org.pledge.Role.CUSTODIAN;
import static org.pledge.Role.OPERATOR;

import java.io.IOException;
import java.io.InputStream;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.rest.internal.CardContract.Card;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.vault.CardService;

/** The cards of a person. */
@Path("subjects/{id}/cards")
@Produces(MediaType.APPLICATION_JSON)
public final class SubjectCardResource {
    private final Live<CardService> cards;

    SubjectCardResource(Services services) {
        this.cards = services.cards();
    }

    @POST
    @Consumes(MediaType.WILDCARD) // so that who may not is told so first
    @Takes(OPERATOR)
    public Response store(
            @Context Caller caller,
            @Context Once once,
            @PathParam("id") SubjectId id,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) String type,
            InputStream body)
            throws IOException {
        String token = EncryptedCard.read(
                type,
                body,
                jwe -> once.run(() -> cards.get().store(caller, id, jwe).token()));
        return Answer.created("cards/" + token, Card.of(cards.get().card(caller, token)));
    }

    @GET
    @Takes({OPERATOR, CUSTODIAN})
    public Listing<Card> list(@Context Caller caller, @PathParam("id") SubjectId id) {
        return Listing.of(cards.get().cards(caller, id), Card::of);
    }
}
