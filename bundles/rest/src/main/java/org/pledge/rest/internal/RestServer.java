package org.pledge.rest.internal;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.pledge.front.Surface;

/** Serves {@code /api/v1} on a CXF bus of its own, also while other bundles are stopped. */
@Component(
        immediate = true,
        service = {})
public final class RestServer {
    private static final String PATH = "/api/v1";

    private final Services services;
    private final Bus bus;
    private final Server server;
    private final Runnable closing;

    @Activate
    public RestServer(BundleContext context) {
        this(Services.track(context), () -> opened(context));
    }

    RestServer(Services services) {
        this(services, () -> () -> {});
    }

    private RestServer(Services services, Supplier<Runnable> opening) {
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
        closing = opening.get();
    }

    /** From now on the front lets requests in; what is returned ends that, and returns when they are out. */
    private static Runnable opened(BundleContext context) {
        Surface surface = () -> PATH;
        ServiceRegistration<Surface> registration = context.registerService(Surface.class, surface, null);
        return registration::unregister;
    }

    private static JAXRSServerFactoryBean factory(Services services, Bus bus) {
        JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
        factory.setBus(bus);
        factory.setAddress("/v1");
        OpenApi contract = new OpenApi();
        BearerFilter bearers = new BearerFilter(services.credentials());
        factory.getInInterceptors().add(new PlainDecisions(bearers, services.sharing()));
        factory.setServiceBeans(resources(services, contract));
        factory.setProviders(List.of(
                new Json(),
                new Problems(new RoleRefusals(services, contract)),
                bearers,
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

    static List<Object> resources(Services services, OpenApi contract) {
        SignInLimits limits = new SignInLimits(Clock.systemUTC());
        return List.of(
                new DecisionResource(services),
                new DisclosureResource(services),
                new AccountResource(services),
                new SubjectResource(services),
                new ConsentResource(services),
                new InquiryResource(services),
                new ConfidentialityResource(services),
                new PartnerResource(services),
                new CaseResource(services),
                new NoticeResource(services),
                new PolicyResource(services),
                new CampaignResource(services),
                new PublishedPolicyResource(services),
                new OwnershipResource(services),
                new AuditResource(services),
                new UsageEventResource(services),
                new UsageStatisticsResource(services),
                new SubjectEventResource(services),
                new SubjectDeviceResource(services),
                new DeviceRecordResource(services),
                new CookieResource(services),
                new VisitorChoiceResource(services),
                new CookieCheckResource(services),
                new MessageResource(services),
                new UnsubscribeResource(services),
                new IntakeKeyResource(services),
                new SubjectCardResource(services),
                new CardResource(services),
                new PaymentResource(services),
                new SubjectRequestResource(services),
                new SubjectObjectionResource(services),
                new RightsResource(services),
                new CertificateResource(services),
                new RemovalCertificateResource(services),
                new AttestationKeyResource(services),
                new BreachResource(services),
                new MinorResource(services),
                new SelfServiceLinkResource(services),
                new SelfServiceResource(services, limits),
                new OwnDataResource(services, limits),
                new OwnCardResource(services),
                new ExportResource(services),
                new SchemaResource(services),
                new EvidenceResource(services),
                new HealthResource(services),
                new MetricsResource(services),
                new ContractResource(contract));
    }

    Bus bus() {
        return bus;
    }

    @Deactivate
    public void stop() {
        closing.run();
        server.destroy();
        bus.shutdown(true);
        services.close();
    }
}
