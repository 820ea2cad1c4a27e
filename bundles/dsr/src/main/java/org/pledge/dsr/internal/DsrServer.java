package org.pledge.dsr.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.servlet.ServletException;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.osgi.annotation.bundle.Capability;
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
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.front.Surface;
import org.pledge.sharing.spi.DeletionTokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@code /dsr}, also while other bundles are stopped, and lends the tenants' keys for requests to others. */
@Component(
        immediate = true,
        service = {},
        configurationPid = "org.pledge.dsr")
@Designate(ocd = DsrServer.Config.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.pledge.sharing.spi.DeletionTokens\"",
        effective = "active")
public final class DsrServer {
    /** Settings. */
    @ObjectClassDefinition(name = "Pledge: requests of data subjects by standard interfaces")
    public @interface Config {
        /** Where the settings of the tenants stand. */
        @AttributeDefinition(description = "Path of the JSON file of what tenants offer; empty: nothing is offered.")
        String settingsFile() default "";
    }

    private static final Logger LOG = LoggerFactory.getLogger(DsrServer.class);
    private static final int EVERY_SECONDS = 10;

    private final Services services;
    private final Endpoint endpoint;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "pledge-dsr-callbacks");
        thread.setDaemon(true);
        return thread;
    });
    private final ServiceRegistration<Surface> surface;
    private final ServiceRegistration<DeletionTokens> tokens;

    /** Opens the endpoint in the servlet that CXF's bundle holds for it. */
    @Activate
    public DsrServer(BundleContext context, @Reference ServiceReference<HttpService> http, Config config)
            throws ServletException, NamespaceException {
        String file = config.settingsFile().strip();
        Map<TenantId, Settings> settings = file.isEmpty() ? Map.of() : SettingsFile.read(Path.of(file));
        BundleContext cxf = FrameworkUtil.getBundle(HTTPTransportFactory.class).getBundleContext();
        DestinationRegistry mount = Mount.of(cxf, http);
        services = Services.track(context);
        endpoint = new Endpoint(services, settings, Clock.systemUTC(), mount);
        if (!settings.isEmpty()) {
            timer.scheduleWithFixedDelay(this::tryTell, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        }
        surface = context.registerService(Surface.class, () -> Mount.ALIAS, null);
        tokens = context.registerService(DeletionTokens.class, new IabTokens(settings, Clock.systemUTC()), null);
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryTell() {
        try {
            endpoint.callbacks().run();
        } catch (PledgeException e) {
            LOG.debug("The status of requests cannot be told now: {}", e.kind());
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "The status of requests could not be told ({}); this is tried again soon.",
                    e.getClass().getName());
        }
    }

    /** Takes the endpoint away; the servlet stays. */
    @Deactivate
    public void stop() {
        timer.shutdown();
        tokens.unregister();
        surface.unregister();
        endpoint.close();
        services.close();
    }
}
