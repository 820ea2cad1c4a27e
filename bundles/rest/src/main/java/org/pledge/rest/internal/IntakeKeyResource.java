package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.CUSTODIAN;
import static org.pledge.Role.INTEGRATOR;
import static org.pledge.Role.OFFICER;
import static org.pledge.Role.OPERATOR;
import static org.pledge.Role.PARTNER;
import static org.pledge.Role.VIEWER;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.pledge.rest.internal.CardContract.IntakeKeys;
import org.pledge.vault.CardService;

/** The public keys that cards are encrypted to. */
@Path("vault/keys")
@Produces({"application/jwk-set+json", MediaType.APPLICATION_JSON})
public final class IntakeKeyResource {
    private final Live<CardService> cards;

    IntakeKeyResource(Services services) {
        this.cards = services.cards();
    }

    @GET
    @Takes({VIEWER, OPERATOR, OFFICER, CUSTODIAN, INTEGRATOR, AUDITOR, PARTNER})
    public IntakeKeys keys() {
        return IntakeKeys.of(cards.get().intakeKeys());
    }
}
