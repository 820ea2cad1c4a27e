package org.pledge.front.internal;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.servlet.ServletException;
import javax.servlet.ServletOutputStream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpOutput;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.osgi.framework.ServiceRegistration;

/**
 * Asked by the server before it looks for a context. While it is shut it answers "come back" to everybody, also when
 * the bundle that made it is gone: the server's contexts then restart, and would answer that there is nothing. They
 * restart as well when other parts come and go: what no context takes then is told to come back, too.
 */
final class Gate implements HttpConfiguration.Customizer, Runnable {
    /** Loaded ahead: nothing can be loaded any more when the bundle is gone. */
    @SuppressWarnings("unused")
    private static final List<Class<?>> NEEDED = List.of(
            Request.class,
            Response.class,
            HttpOutput.class,
            ServletOutputStream.class,
            Locale.class,
            ErrorHandler.class);

    private final Refusal.Message unavailable = Refusal.UNAVAILABLE.message(false);
    private final Refusal.Message unavailableSoap = Refusal.UNAVAILABLE.message(true);
    private final Refusal.Message notFound = Refusal.NOT_FOUND.message(false);
    private final ErrorHandler comeBack = new ComeBack();
    private volatile boolean open;
    private volatile boolean retired;
    private volatile Optional<ServiceRegistration<?>> registration = Optional.empty();

    void open() {
        open = true;
    }

    void shut() {
        open = false;
    }

    /** Takes what {@link #run} has to end. */
    void kept(ServiceRegistration<?> by) {
        registration = Optional.of(by);
    }

    /** Ends it: another gate decides. Pax Web may have put this one in several times, and takes it out only once. */
    @Override
    public void run() {
        retired = true;
        registration.ifPresent(ServiceRegistration::unregister);
    }

    @Override
    public void customize(Connector connector, HttpConfiguration configuration, Request request) {
        if (retired) {
            configuration.getCustomizers().remove(this);
            return;
        }
        silence(connector.getServer());
        if (open && !isHidden(request) && !CardNumbers.in(path(request))) {
            return;
        }
        Refusal.Message message = open ? notFound : isSoap(request) ? unavailableSoap : unavailable;
        try {
            message.send(request.getResponse());
            request.getResponse().closeOutput();
        } catch (IOException e) {
            request.getResponse().setStatus(message.status()); // the caller went away
        }
        request.setHandled(true);
    }

    /** A number in a path leads to nothing, and the server would keep the path in its cache of filter chains. */
    private static String path(Request request) {
        return RequestPath.of(Objects.requireNonNullElse(request.getRequestURI(), "/"));
    }

    /** The server refuses these folders of a web application before any filter, with a page of its own. */
    private static boolean isHidden(Request request) {
        String uri = request.getRequestURI();
        if (uri == null || uri.toUpperCase(Locale.ROOT).indexOf("-INF") < 0) {
            return false;
        }
        String path = path(request).toUpperCase(Locale.ROOT);
        return path.startsWith("/WEB-INF") || path.startsWith("/META-INF");
    }

    /** Also while the gate is open the server has no answer of its own for what no context takes. */
    private void silence(Server server) {
        if (server.getErrorHandler() != comeBack) {
            server.setErrorHandler(comeBack);
        }
    }

    private static boolean isSoap(Request request) {
        return Objects.requireNonNullElse(request.getRequestURI(), "/").startsWith("/soap");
    }

    /** The server's page for what failed outside every context: of its own it says there that there is nothing. */
    private final class ComeBack extends ErrorHandler {
        @Override
        public void handle(String target, Request request, HttpServletRequest same, HttpServletResponse response)
                throws IOException, ServletException {
            if (response.getStatus() == HttpServletResponse.SC_NOT_FOUND
                    || response.getStatus() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
                Refusal.Message message = isSoap(request) ? unavailableSoap : unavailable;
                message.describe(response);
                response.getOutputStream().write(message.body());
            } else {
                super.handle(target, request, same, response);
            }
        }

        @Override
        public boolean errorPageForMethod(String method) {
            return true;
        }
    }
}
