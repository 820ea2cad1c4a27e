package org.pledge.front.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.servlet.Filter;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.ops4j.pax.web.service.WebContainer;
import org.ops4j.pax.web.service.spi.model.OsgiContextModel;
import org.ops4j.pax.web.service.spi.model.elements.FilterModel;
import org.ops4j.pax.web.service.spi.whiteboard.WhiteboardWebContainerView;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.NamespaceException;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.pledge.audit.AuditLog;
import org.pledge.cookies.CookieRules;
import org.pledge.cookies.RegisteredCookie;
import org.pledge.front.Surface;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the front before every context of the web container, and follows who serves which path. */
@Component(
        immediate = true,
        configurationPid = "org.pledge.front",
        service = {})
@Designate(ocd = FrontServer.Config.class)
public final class FrontServer {
    /** Settings of the front. */
    @ObjectClassDefinition(name = "Pledge: front")
    public @interface Config {
        /** The paths that answer "come back" while nobody serves them, with commas between them. */
        @AttributeDefinition(name = "Paths that parts of the platform serve")
        String paths() default "/api/v1,/soap/v1,/dsr";

        /** How long a part that goes waits for the requests inside it, in seconds. */
        @AttributeDefinition(name = "Seconds to wait for requests inside")
        int drain_seconds() default 10;

        /** The cookies that may be set: {@code name owner purpose KIND life}, with commas between them. */
        @AttributeDefinition(name = "Cookie register")
        String cookies() default "";

        /** The cookie in which a visitor's choice about cookies is kept: {@code granted}, {@code refused} or kinds. */
        @AttributeDefinition(name = "Cookie with the visitor's choice")
        String consent_cookie() default "cookie-consent";

        /** Since when Global Privacy Control is honoured, as a date. */
        @AttributeDefinition(name = "Global Privacy Control honoured since")
        String gpc_since() default "2026-11-22";
    }

    private static final Logger LOG = LoggerFactory.getLogger(FrontServer.class);
    private static final int FIRST = 1_000;
    private static final String CONTEXT = "/.well-known";

    private final ServiceTracker<Surface, Entrance> surfaces;
    private final ServiceTracker<Transactions, Transactions> transactions;
    private final ServiceTracker<AuditLog, AuditLog> audit;
    private final ServiceRegistration<Filter> registration;
    private final WebContainer web;
    private final WhiteboardWebContainerView container;
    private final FilterModel model;
    private final Gate gate;

    /** Begins with the paths closed, and opens each when somebody serves it. */
    @Activate
    public FrontServer(
            BundleContext context, @Reference WebContainer web, @Reference GateKeeper keeper, Config config) {
        List<Entrance> entrances = Arrays.stream(config.paths().split(","))
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .map(Entrance::new)
                .toList();
        CookieRules rules = new CookieRules(RegisteredCookie.register(config.cookies()), Clock.systemUTC());
        transactions = new ServiceTracker<>(context, Transactions.class, null);
        audit = new ServiceTracker<>(context, AuditLog.class, null);
        surfaces = new ServiceTracker<>(
                context, Surface.class, new Entrances(context, entrances, Duration.ofSeconds(config.drain_seconds())));
        Supplier<Optional<Transactions>> unit = () -> Optional.ofNullable(transactions.getService());
        Supplier<Optional<AuditLog>> log = () -> Optional.ofNullable(audit.getService());
        Front front = new Front(
                entrances,
                rules,
                new Front.Settings(config.gpc_since(), config.consent_cookie()),
                new StrippedCookies(unit, log, Clock.systemUTC()),
                new WithheldAnswers(unit, log, Clock.systemUTC()));
        transactions.open();
        audit.open();
        surfaces.open();
        registration = context.registerService(Filter.class, front, null);
        this.web = web;
        openContext(web);
        container = web.adapt(WhiteboardWebContainerView.class);
        model = model(registration.getReference(), context);
        container.registerFilter(model);
        gate = keeper.gate();
        gate.open();
    }

    /** A preprocessor is only called where a context exists when it is registered, and a servlet makes one. */
    private static void openContext(WebContainer web) {
        try {
            web.registerServlet(CONTEXT, new Nothing(), null, null);
        } catch (ServletException | NamespaceException e) {
            throw new IllegalStateException("the path " + CONTEXT + " belongs to somebody else", e);
        }
    }

    /** Answers that there is nothing, if it is ever asked. */
    private static final class Nothing extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    /** A preprocessor in the sense of the OSGi HTTP Whiteboard 1.1; Pax Web's extender for them is not installed. */
    private static FilterModel model(ServiceReference<Filter> reference, BundleContext context) {
        FilterModel model = new FilterModel("/*", null, null, reference);
        model.setPreprocessor(true);
        model.setAsyncSupported(true);
        model.setServiceRank(FIRST);
        model.setRegisteringBundle(context.getBundle());
        model.addContextModel(OsgiContextModel.DEFAULT_CONTEXT_MODEL);
        return model;
    }

    /** Shuts the gate, and takes the front away when the requests inside have ended. */
    @Deactivate
    public void stop() {
        gate.shut();
        surfaces.close();
        container.unregisterFilter(model);
        web.unregister(CONTEXT);
        registration.unregister();
        audit.close();
        transactions.close();
    }

    /** Opens and closes the entrances as parts come and go. */
    private record Entrances(BundleContext context, List<Entrance> entrances, Duration patience)
            implements ServiceTrackerCustomizer<Surface, Entrance> {
        @Override
        public Entrance addingService(ServiceReference<Surface> reference) {
            Surface surface = context.getService(reference);
            if (surface == null) {
                return null;
            }
            String path = surface.path();
            context.ungetService(reference);
            Optional<Entrance> entrance =
                    entrances.stream().filter(each -> each.path().equals(path)).findFirst();
            entrance.ifPresent(Entrance::open);
            if (entrance.isEmpty()) {
                LOG.warn("A part serves a path that the front does not list; add it to paths in org.pledge.front.cfg.");
            }
            return entrance.orElse(null);
        }

        @Override
        public void modifiedService(ServiceReference<Surface> reference, Entrance entrance) {
            // a path does not change
        }

        /** Runs inside {@code unregister}, which so returns when the requests inside have ended. */
        @Override
        public void removedService(ServiceReference<Surface> reference, Entrance entrance) {
            int left = entrance.close(patience);
            if (left > 0) {
                LOG.warn("{} requests below {} had not ended in time.", left, entrance.path());
            }
        }
    }
}
