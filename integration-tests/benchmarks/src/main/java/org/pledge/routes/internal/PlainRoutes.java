package org.pledge.routes.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;

/** The guarded Camel context outside a container. */
public final class PlainRoutes implements AutoCloseable {
    private final GuardedCamel camel;

    /** Starts it without routes; nothing is recorded. */
    public PlainRoutes(SharingService sharing, Outbox outbox, PartnerService partners, Path secrets) {
        Services services = new Services(
                () -> Optional.of(sharing),
                () -> Optional.of(outbox),
                () -> Optional.of(partners),
                Optional::empty,
                Optional::empty,
                Optional::empty,
                Optional::empty,
                name -> Optional.empty(),
                new SecretFiles(secrets));
        camel = new GuardedCamel(new DefaultCamelContext(), services, Set.of("http"), Clock.systemUTC());
        camel.start();
    }

    /** Vets routes and starts them. */
    public void put(String owner, RoutesBuilder routes) {
        camel.put(owner, () -> List.of(routes));
    }

    /** For whoever sends to them. */
    public CamelContext camel() {
        return camel.camel();
    }

    @Override
    public void close() {
        camel.close();
    }
}
