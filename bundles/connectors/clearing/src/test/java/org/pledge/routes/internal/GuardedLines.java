package org.pledge.routes.internal;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerSecrets;

/** The guard itself outside a container, with one connector. */
public final class GuardedLines implements AutoCloseable {
    private final Services services;
    private final GuardedCamel camel;

    /** Starts it, with the connector's templates. */
    public <C extends Connector & RoutesBuilder> GuardedLines(
            PartnerService partners, Gate gate, PartnerSecrets secrets, C connector) {
        services = new Services(
                Optional::empty,
                Optional::empty,
                () -> Optional.of(partners),
                () -> Optional.of(gate),
                Optional::empty,
                Optional::empty,
                Optional::empty,
                name -> Optional.of(connector),
                secrets);
        camel = new GuardedCamel(new DefaultCamelContext(), services, Set.of("http", "https"), Clock.systemUTC());
        camel.start();
        camel.put("connector", () -> List.of(connector));
    }

    /** Starts the partner's route, as its registration does. */
    public void open(Partner partner) {
        camel.put(PartnerSource.id(partner), new PartnerSource(partner, services.connectors()));
    }

    /** Stops it. */
    public void shut(Partner partner) {
        camel.remove(PartnerSource.id(partner));
    }

    /** The lines that are open. */
    public PartnerLine line() {
        return camel.lines();
    }

    @Override
    public void close() {
        camel.close();
    }
}
