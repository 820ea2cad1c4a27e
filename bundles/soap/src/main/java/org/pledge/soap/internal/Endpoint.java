package org.pledge.soap.internal;

import java.io.IOException;
import java.time.Clock;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.servlet.ServletConfig;
import javax.servlet.ServletContext;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.servlet.http.HttpServletResponse;
import javax.xml.validation.Schema;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.message.Message;
import org.apache.cxf.service.model.EndpointInfo;
import org.apache.cxf.staxutils.StaxUtils;
import org.apache.cxf.transport.Destination;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.apache.cxf.transport.servlet.ServletDestination;

/** Gives the contract to whoever asks, and every POST to a CXF bus of its own. */
final class Endpoint implements AutoCloseable {
    private final Bus bus;
    private final Server server;

    /** @param mount where the servlet looks for what serves it */
    Endpoint(Services services, Published published, Clock clock, DestinationRegistry mount) {
        ClassLoader before = enter();
        try {
            bus = new CXFBusFactory().createBus();
            bus.setId("pledge-soap");
            JaxWsServerFactoryBean factory = factory(services, bus, clock);
            factory.setDestinationFactory(new Doors(mount, published));
            server = factory.create();
            Schema schema = new ReusedSchema(Xml.schema());
            server.getEndpoint()
                    .getService()
                    .getServiceInfos()
                    .forEach(info -> info.setProperty(Schema.class.getName(), schema));
        } finally {
            leave(before);
        }
    }

    private static JaxWsServerFactoryBean factory(Services services, Bus bus, Clock clock) {
        Xml xml = new Xml();
        Operations operations = new Operations(services, xml);
        JaxWsServerFactoryBean factory = new JaxWsServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress("/");
        factory.setServiceBean(operations);
        factory.setInvoker(new Invocation(operations));
        factory.getInInterceptors().add(new Intake());
        factory.getInInterceptors().add(new Authentication(services.credentials(), clock));
        factory.getOutFaultInterceptors().add(new Faults(xml, new RoleRefusals(services, clock)));
        factory.setProperties(properties());
        return factory;
    }

    private static Map<String, Object> properties() {
        FaultListener quiet = (fault, description, message) -> false;
        Map<String, Object> properties = new HashMap<>();
        properties.put(FaultListener.class.getName(), quiet);
        properties.put(Message.SCHEMA_VALIDATION_ENABLED, "IN");
        properties.put(Message.MTOM_ENABLED, false);
        properties.put(StaxUtils.MAX_ELEMENT_DEPTH, 30);
        properties.put(StaxUtils.MAX_CHILD_ELEMENTS, 200);
        properties.put(StaxUtils.MAX_ELEMENT_COUNT, 1_000L);
        properties.put(StaxUtils.MAX_ATTRIBUTE_COUNT, 50);
        properties.put(StaxUtils.MAX_ATTRIBUTE_SIZE, 4_096);
        properties.put(StaxUtils.MAX_TEXT_LENGTH, Intake.LIMIT);
        properties.put(StaxUtils.MAX_XML_CHARACTERS, (long) Intake.LIMIT);
        return properties;
    }

    /** Makes the door of the one endpoint there is. */
    private static final class Doors extends HTTPTransportFactory {
        private final Published published;

        Doors(DestinationRegistry mount, Published published) {
            super(mount);
            this.published = published;
        }

        @Override
        public Destination getDestination(EndpointInfo info, Bus bus) throws IOException {
            return new Door(bus, getRegistry(), info, published);
        }
    }

    /** What a request passes before CXF. */
    private static final class Door extends ServletDestination {
        private final Published published;

        Door(Bus bus, DestinationRegistry mount, EndpointInfo info, Published published) throws IOException {
            super(bus, mount, info, info.getAddress());
            this.published = published;
        }

        @Override
        public void invoke(
                ServletConfig config, ServletContext context, HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            if (request.getPathInfo() != null && !request.getPathInfo().equals("/")) {
                response.setStatus(HttpServletResponse.SC_NOT_FOUND);
                return;
            }
            if (request.getMethod().equals("GET") && published.write(request, response)) {
                return;
            }
            ClassLoader before = enter();
            try {
                super.invoke(config, context, new Typed(request), response);
            } catch (IOException | RuntimeException e) {
                giveUp(response, e);
            } finally {
                leave(before);
            }
        }
    }

    /** The container would answer with a page that shows where it happened. */
    private static void giveUp(HttpServletResponse response, Exception e) {
        if (!Incident.callerWentAway(e)) {
            Incident.log(e);
        }
        if (!response.isCommitted()) {
            response.resetBuffer();
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
        }
    }

    /** Hides a content type that is not taken: CXF would fail at its charset before a fault can be written. */
    private static final class Typed extends HttpServletRequestWrapper {
        private static final String NAME = "Content-Type";

        Typed(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getContentType() {
            return Intake.shown(super.getContentType());
        }

        @Override
        public String getCharacterEncoding() {
            return getContentType().equals(super.getContentType()) ? super.getCharacterEncoding() : null;
        }

        @Override
        public String getHeader(String name) {
            return name.equalsIgnoreCase(NAME) ? getContentType() : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(NAME)
                    ? Collections.enumeration(List.of(getContentType()))
                    : super.getHeaders(name);
        }
    }

    /** CXF and JAXB look for their parts with the thread's class loader. */
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
