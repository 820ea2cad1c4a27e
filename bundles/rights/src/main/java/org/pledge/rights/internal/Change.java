package org.pledge.rights.internal;

import java.time.Instant;
import java.util.Optional;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;

/** A request with some of its parts replaced. */
final class Change {
    private final Request from;
    private State state;
    private Deadlines deadlines;
    private Optional<Method> verifiedBy;
    private Optional<Extension> extension;
    private Optional<Instant> carriedOut;
    private Optional<Closing> closing;

    Change(Request from) {
        this.from = from;
        this.state = from.state();
        this.deadlines = from.deadlines();
        this.verifiedBy = from.verifiedBy();
        this.extension = from.extension();
        this.carriedOut = from.carriedOut();
        this.closing = from.closing();
    }

    Change state(State next) {
        state = next;
        return this;
    }

    Change deadlines(Deadlines next) {
        deadlines = next;
        return this;
    }

    Change verifiedBy(Method method) {
        verifiedBy = Optional.of(method);
        return this;
    }

    Change extension(Extension longer) {
        extension = Optional.of(longer);
        return this;
    }

    Change carriedOut(Instant at) {
        carriedOut = Optional.of(at);
        return this;
    }

    Change closed(State end, Closing how) {
        state = end;
        closing = Optional.of(how);
        return this;
    }

    Request made() {
        return new Request(
                from.id(),
                from.tenant(),
                from.subject(),
                from.type(),
                state,
                from.jurisdiction(),
                from.channel(),
                from.received(),
                from.openedBy(),
                deadlines,
                verifiedBy,
                extension,
                carriedOut,
                closing,
                from.identified(),
                from.purposes());
    }
}
