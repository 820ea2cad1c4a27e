package org.pledge.dsr.internal;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.servlet.ServletConfig;
import javax.servlet.ServletContext;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.service.model.EndpointInfo;
import org.apache.cxf.transport.Destination;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.apache.cxf.transport.servlet.ServletDestination;
import org.pledge.TenantId;

/** The resources on a CXF bus of their own. */
final class Endpoint implements AutoCloseable {
    private final Bus bus;
    private final Server server;
    private final Callbacks callbacks;

    /** @param mount where the servlet looks for what serves it */
    Endpoint(Services services, Map<TenantId, Settings> settings, Clock clock, DestinationRegistry mount) {
        ClassLoader before = enter();
        try {
            bus = new CXFBusFactory().createBus();
            bus.setId("pledge-dsr");
            Intake intake = new Intake(services, clock);
            callbacks = new Callbacks(settings, intake, services);
            JAXRSServerFactoryBean factory = factory(services, new Tenants(settings), intake, callbacks, clock);
            factory.setBus(bus);
            factory.setDestinationFactory(new Doors(mount));
            server = factory.create();
        } finally {
            leave(before);
        }
    }

    private static JAXRSServerFactoryBean factory(
            Services services, Tenants tenants, Intake intake, Callbacks callbacks, Clock clock) {
        JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
        factory.setAddress("/");
        factory.setServiceBeans(List.of(
                new OpenDsrResource(tenants, intake, new Bearers(services, clock), services, callbacks),
                new DrpResource(tenants, intake, new AgentTokens(services.tokens()), callbacks),
                new IabResource(tenants, intake),
                new DiscoveryResource(tenants)));
        factory.setProviders(List.of(new Errors()));
        FaultListener quiet = (fault, description, message) -> false;
        factory.setProperties(Map.of("default.wae.mapper.least.specific", true, FaultListener.class.getName(), quiet));
        return factory;
    }

    /** Who is told of the status of requests. */
    Callbacks callbacks() {
        return callbacks;
    }

    /** Makes the door of the one endpoint there is. */
    private static final class Doors extends HTTPTransportFactory {
        Doors(DestinationRegistry mount) {
            super(mount);
        }

        @Override
        public Destination getDestination(EndpointInfo info, Bus bus) throws IOException {
            return new Door(bus, getRegistry(), info);
        }
    }

    /** What a request passes before CXF. */
    private static final class Door extends ServletDestination {
        Door(Bus bus, DestinationRegistry mount, EndpointInfo info) throws IOException {
            super(bus, mount, info, info.getAddress());
        }

        @Override
        public void invoke(
                ServletConfig config, ServletContext context, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            ClassLoader before = enter();
            try {
                super.invoke(config, context, request, response);
            } finally {
                leave(before);
            }
        }
    }

    /** CXF looks for its parts with the thread's class loader. */
    private static ClassLoader enter() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Endpoint.class.getClassLoader());
        return before;
    }

    private static void leave(ClassLoader before) {
        Thread.currentThread().setContextClassLoader(before);
    }

    @Override
    public void close() {
        server.destroy();
        bus.shutdown(true);
    }
}
