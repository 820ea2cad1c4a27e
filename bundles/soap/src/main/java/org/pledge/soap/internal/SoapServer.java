package org.pledge.soap.internal;

import java.time.Clock;
import javax.servlet.ServletException;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.HttpService;
import org.osgi.service.http.NamespaceException;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.front.Surface;

/** Serves {@code /soap/v1}, also while other bundles are stopped. */
@Component(
        immediate = true,
        service = {},
        configurationPid = "org.pledge.soap")
@Designate(ocd = SoapServer.Config.class)
public final class SoapServer {
    private final Services services;
    private final Endpoint endpoint;
    private final ServiceRegistration<Surface> surface;

    /** Where partners find the service. */
    @ObjectClassDefinition(name = "Pledge: SOAP")
    public @interface Config {
        @AttributeDefinition(
                name = "Address",
                description = "The address in the WSDL, such as https://partners.example/soap/v1; empty: the address of"
                        + " the listener that was asked")
        String address() default "";
    }

    /** Opens the endpoint in the servlet that CXF's bundle holds for it. */
    @Activate
    public SoapServer(BundleContext context, @Reference ServiceReference<HttpService> http, Config config)
            throws ServletException, NamespaceException {
        Published published = new Published(config.address());
        BundleContext cxf = FrameworkUtil.getBundle(HTTPTransportFactory.class).getBundleContext();
        DestinationRegistry mount = Mount.of(cxf, http);
        services = Services.track(context);
        endpoint = new Endpoint(services, published, Clock.systemUTC(), mount);
        surface = context.registerService(Surface.class, () -> Mount.ALIAS, null);
    }

    /** Takes the endpoint away; the servlet stays. */
    @Deactivate
    public void stop() {
        surface.unregister();
        endpoint.close();
        services.close();
    }
}
