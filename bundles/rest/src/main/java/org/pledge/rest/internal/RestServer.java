package org.pledge.rest.internal;

import java.util.List;
import java.util.Map;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Serves {@code /api/v1} on a CXF bus of its own, also while other bundles are stopped. */
@Component(
        immediate = true,
        service = {})
public final class RestServer {
    private final Services services;
    private final Bus bus;
    private final Server server;

    @Activate
    public RestServer(BundleContext context) {
        this(Services.track(context));
    }

    RestServer(Services services) {
        this.services = services;
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(RestServer.class.getClassLoader());
        try {
            bus = new CXFBusFactory().createBus();
            bus.setId("pledge-rest");
            server = factory(services, bus).create();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static JAXRSServerFactoryBean factory(Services services, Bus bus) {
        JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress("/v1");
        factory.setServiceBeans(resources(services));
        factory.setProviders(List.of(
                new Json(),
                new Problems(),
                new BearerFilter(services.credentials()),
                new BodyFilter(),
                new HeaderFilter(),
                new Identifiers(),
                new CallerProvider(),
                new Once.Provider(services)));
        FaultListener quiet = (fault, description, message) -> {
            if (!Incident.callerWentAway(fault)) {
                Incident.log(fault);
            }
            return false;
        };
        factory.setProperties(Map.of("default.wae.mapper.least.specific", true, FaultListener.class.getName(), quiet));
        return factory;
    }

    static List<Object> resources(Services services) {
        return List.of(
                new DecisionResource(services),
                new DisclosureResource(services),
                new AccountResource(services),
                new SubjectResource(services),
                new ConsentResource(services),
                new PartnerResource(services),
                new CaseResource(services),
                new PolicyResource(services),
                new AuditResource(services),
                new HealthResource(services),
                new ContractResource(new OpenApi()));
    }

    Bus bus() {
        return bus;
    }

    @Deactivate
    public void stop() {
        server.destroy();
        bus.shutdown(true);
        services.close();
    }
}
