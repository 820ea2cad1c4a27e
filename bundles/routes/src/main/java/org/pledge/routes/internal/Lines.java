package org.pledge.routes.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.sharing.spi.PartnerLine;

/** The lines that are open now: at most one to a partner. */
final class Lines implements PartnerLine {
    private final Services services;
    private final Map<Line, LineConsumer> open = new ConcurrentHashMap<>();

    /** To whom a line leads. */
    record Line(TenantId tenant, String partner) {}

    Lines(Services services) {
        this.services = services;
    }

    void open(Line line, LineConsumer consumer) {
        if (open.putIfAbsent(line, consumer) != null) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "there is a line to this partner already")
                    .remedy("Let one route alone begin with pledge:line for this partner.");
        }
    }

    void close(Line line, LineConsumer consumer) {
        open.remove(line, consumer);
    }

    @Override
    public Reply call(Call call) {
        new Cargo.Called(call).release(services);
        LineConsumer consumer = open.get(new Line(call.tenant(), call.partner()));
        if (consumer == null) {
            throw new PledgeException(
                            PledgeException.Kind.UNAVAILABLE,
                            "no route leads to partner " + call.partner() + " now; nothing was sent")
                    .remedy("See why: partner:test --tenant " + call.tenant() + " " + call.partner());
        }
        return consumer.carry(call);
    }
}
