package org.pledge.routes.internal;

import java.util.Optional;
import org.apache.camel.Exchange;
import org.pledge.sharing.Outbox;

/** A delivery on its way through a route, and what became of it. */
final class Claim {
    private static final String PROPERTY = "PledgeClaim";

    private final Outbox.Delivery delivery;
    private boolean cancelled;
    private Optional<Answer> answer = Optional.empty();

    /** How one send ended. */
    record Answer(Outbox.Result result, int status) {}

    private Claim(Outbox.Delivery delivery) {
        this.delivery = delivery;
    }

    static Claim bind(Exchange exchange, Outbox.Delivery delivery) {
        Claim claim = new Claim(delivery);
        exchange.setProperty(PROPERTY, claim);
        return claim;
    }

    static Optional<Claim> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(PROPERTY, Claim.class));
    }

    Outbox.Delivery delivery() {
        return delivery;
    }

    synchronized void cancel() {
        cancelled = true;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    /** Keeps the answer; where a route sends more than once, an answer that is not a confirmation stays. */
    synchronized void answered(Answer next) {
        if (answer.isEmpty() || answer.get().result() == Outbox.Result.DELIVERED) {
            answer = Optional.of(next);
        }
    }

    synchronized Optional<Answer> answer() {
        return answer;
    }

    @Override
    public String toString() {
        return "Claim[" + delivery.disclosure() + "]";
    }
}
