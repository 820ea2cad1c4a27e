package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OPERATOR;

import java.util.Optional;
import java.util.UUID;
import javax.ws.rs.Consumes;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.pledge.Caller;
import org.pledge.rest.internal.Contract.Listing;
import org.pledge.rest.internal.PaymentContract.NewMovement;
import org.pledge.rest.internal.PaymentContract.NewPayment;
import org.pledge.rest.internal.PaymentContract.NewVoid;
import org.pledge.rest.internal.PaymentContract.Payment;
import org.pledge.vault.PaymentService;

/** Movements of money with stored cards; each acts once under its own reference. */
@Path("payments")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class PaymentResource {
    private final Live<PaymentService> payments;

    PaymentResource(Services services) {
        this.payments = services.payments();
    }

    @POST
    @Takes(OPERATOR)
    public Response authorise(@Context Caller caller, NewPayment request) {
        return answer(payments.get().authorise(caller, request.toValue()));
    }

    @GET
    @Takes({OPERATOR, AUDITOR})
    public Listing<Payment> list(
            @Context Caller caller,
            @QueryParam("state") @DefaultValue("IN_DOUBT") String state,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") String limit) {
        return Listing.of(
                payments.get()
                        .payments(
                                caller,
                                Query.constant("state", PaymentService.State.class, state),
                                Optional.ofNullable(cursor),
                                Query.limit(limit)),
                Payment::of);
    }

    @GET
    @Path("{id}")
    @Takes({OPERATOR, AUDITOR})
    public Payment find(@Context Caller caller, @PathParam("id") UUID id) {
        return Payment.of(payments.get().payment(caller, id));
    }

    @POST
    @Path("{id}/captures")
    @Takes(OPERATOR)
    public Response capture(@Context Caller caller, @PathParam("id") UUID id, NewMovement request) {
        return answer(payments.get().capture(caller, id, request.amount(), request.reference()));
    }

    @POST
    @Path("{id}/voids")
    @Takes(OPERATOR)
    public Response cancel(@Context Caller caller, @PathParam("id") UUID id, NewVoid request) {
        return answer(payments.get().cancel(caller, id, request.reference()));
    }

    @POST
    @Path("{id}/refunds")
    @Takes(OPERATOR)
    public Response refund(@Context Caller caller, @PathParam("id") UUID id, NewMovement request) {
        return answer(payments.get().refund(caller, id, request.amount(), request.reference()));
    }

    @POST
    @Path("{id}/chargebacks")
    @Takes(OPERATOR)
    public Response chargeback(@Context Caller caller, @PathParam("id") UUID id, NewMovement request) {
        return answer(payments.get().chargeback(caller, id, request.amount(), request.reference()));
    }

    @POST
    @Path("{id}/resolution")
    @Takes(OPERATOR)
    public Payment resolve(@Context Caller caller, @PathParam("id") UUID id) {
        return Payment.of(payments.get().resolve(caller, id));
    }

    /** What is in doubt is only accepted: the clearing house is still asked about it. */
    private static Response answer(PaymentService.Payment payment) {
        String location = "payments/" + payment.id();
        return payment.state() == PaymentService.State.IN_DOUBT
                ? Answer.accepted(location, Payment.of(payment))
                : Answer.created(location, Payment.of(payment));
    }
}
