package org.pledge.routes.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HttpResponseAware;
import org.pledge.sharing.Outbox.Result;

/** What is on its way through a route, and what became of it. */
final class Claim {
    private static final String PROPERTY = "PledgeClaim";

    private final Cargo cargo;
    private boolean cancelled;
    private boolean givenBack;
    private boolean left;
    private Optional<Answer> answer = Optional.empty();

    /** How one send ended. */
    record Answer(Result result, int status, Duration pause) {
        /** Nothing was sent, or nothing came back. */
        static final Answer NONE = new Answer(Result.FAILED, 0, Duration.ZERO);

        /** Nothing was sent, and nothing will be. */
        static final Answer NEVER = new Answer(Result.REFUSED, 0, Duration.ZERO);

        private static final Set<Integer> AGAIN = Set.of(408, 425, 429);

        /** What the endpoint said; a wait that it asks for is counted from now. */
        static Answer of(Exchange exchange, Instant now) {
            Answer said = of(exchange);
            return said.result == Result.FAILED
                    ? new Answer(said.result, said.status, RetryAfter.read(exchange.getMessage(), now))
                    : said;
        }

        private static Answer of(Exchange exchange) {
            HttpResponseAware failure = exchange.getException(HttpResponseAware.class);
            if (failure != null) {
                return of(failure.getHttpResponseCode());
            }
            if (exchange.getException() != null) {
                return NONE;
            }
            Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
            return status == null ? new Answer(Result.DELIVERED, 0, Duration.ZERO) : of(status);
        }

        /** What a status says, read as in HTTP (RFC 9110). */
        static Answer of(int status) {
            if (status >= 200 && status < 300) {
                return new Answer(Result.DELIVERED, status, Duration.ZERO);
            }
            boolean never = status >= 400 && status < 500 && !AGAIN.contains(status);
            return new Answer(never ? Result.REFUSED : Result.FAILED, status, Duration.ZERO);
        }

        /** This answer, made worse by what the route read in it. */
        Answer andRead(Message message) {
            Integer status = message.getHeader(Names.ANSWER, Integer.class);
            Answer read = status == null ? this : of(status);
            Answer worse = result == Result.DELIVERED
                    ? read
                    : new Answer(result, status == null ? this.status : status, pause);
            return Boolean.TRUE.equals(message.getHeader(Names.REFUSED, Boolean.class))
                    ? new Answer(Result.REFUSED, worse.status(), Duration.ZERO)
                    : worse;
        }
    }

    private Claim(Cargo cargo) {
        this.cargo = cargo;
    }

    static Claim bind(Exchange exchange, Cargo cargo) {
        Claim claim = new Claim(cargo);
        exchange.setProperty(PROPERTY, claim);
        return claim;
    }

    static Optional<Claim> of(Exchange exchange) {
        return Optional.ofNullable(exchange.getProperty(PROPERTY, Claim.class));
    }

    Cargo cargo() {
        return cargo;
    }

    /** From here on it is with the client of the partner's server. */
    synchronized void leave() {
        left = true;
    }

    synchronized boolean left() {
        return left;
    }

    synchronized void cancel() {
        cancelled = true;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    /** It could not be released now. */
    synchronized void giveBack() {
        givenBack = true;
    }

    /** Whether nothing was sent because it could not be released. */
    synchronized boolean givenBack() {
        return givenBack && answer.isEmpty();
    }

    /** Keeps the answer; where a route sends more than once, an answer that is not a confirmation stays. */
    synchronized void answered(Answer next) {
        if (answer.isEmpty() || answer.get().result() == Result.DELIVERED) {
            answer = Optional.of(next);
        }
    }

    synchronized Optional<Answer> answer() {
        return answer;
    }

    @Override
    public String toString() {
        return "Claim[" + cargo + "]";
    }
}
