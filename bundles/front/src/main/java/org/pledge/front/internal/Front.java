package org.pledge.front.internal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javax.servlet.AsyncContext;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;
import org.eclipse.jetty.server.Request;
import org.osgi.service.http.whiteboard.Preprocessor;
import org.pledge.cookies.Choices;
import org.pledge.cookies.CookieRules;
import org.pledge.visitor.CookieService.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request passes first. */
final class Front implements Preprocessor {
    /** What the front itself serves, and which cookie says that a visitor agreed to cookies. */
    record Settings(String gpcSince, String consentCookie) {}

    /** Told once per answer of the cookies that were not set. */
    interface Record {
        void stripped(Fault fault, String cookie, String place);
    }

    private record Stripped(Fault fault, String cookie) {}

    /** Whether the browser asked that data about its user be neither sold nor shared (W3C Global Privacy Control). */
    static final String GPC = "org.pledge.gpc";

    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final String ACCEPT_ENCODING = "Accept-Encoding";
    private static final String SESSION_COOKIE = "JSESSIONID";
    private static final String HOME = "{\"name\":\"Pledge\",\"api\":\"/api/v1\",\"documentation\":\"/api/v1/docs/\","
            + "\"contract\":\"/api/v1/openapi.yaml\"}";

    private final List<Entrance> entrances;
    private final CookieRules rules;
    private final Settings settings;
    private final Record record;
    private final Consumer<String> withheld;

    /**
     * Before the parts.
     *
     * @param withheld told of each answer that was refused because a card number is in it, with the entrance's path
     */
    Front(List<Entrance> entrances, CookieRules rules, Settings settings, Record record, Consumer<String> withheld) {
        this.entrances = List.copyOf(entrances);
        this.rules = rules;
        this.settings = settings;
        this.record = record;
        this.withheld = withheld;
    }

    @Override
    public void init(FilterConfig config) {
        // nothing is needed of the container
    }

    @Override
    public void destroy() {
        // nothing is held
    }

    @Override
    public void doFilter(ServletRequest plainRequest, ServletResponse plainResponse, FilterChain next)
            throws IOException, ServletException {
        if (!(plainRequest instanceof HttpServletRequest request)
                || !(plainResponse instanceof HttpServletResponse response)) {
            next.doFilter(plainRequest, plainResponse);
            return;
        }
        String path = RequestPath.of(Objects.requireNonNullElse(request.getRequestURI(), "/")); // CONNECT has none
        boolean soap = path.startsWith("/soap/") || path.equals("/soap");
        Optional<Entrance> entrance =
                entrances.stream().filter(each -> each.covers(path)).findFirst();
        Choices choices = choices(request);
        request.setAttribute(GPC, "1".equals(request.getHeader("Sec-GPC")));
        List<Stripped> stripped = new ArrayList<>();
        String place = entrance.map(Entrance::path).orElse("elsewhere");
        CarefulResponse careful = new CarefulResponse(
                response,
                rules,
                choices,
                (fault, cookie) -> stripped.add(new Stripped(fault, cookie)),
                () -> withheld.accept(place),
                () -> Request.getBaseRequest(request).getHttpChannel().abort(new IOException("withheld")),
                entrance.isPresent(),
                soap);
        try {
            if (refused(request)) {
                Refusal.METHOD_NOT_ALLOWED.send(careful, soap);
            } else if (!Readable.is(request, soap)) {
                Refusal.MALFORMED.send(careful, soap);
            } else if (entrance.isPresent()) {
                pass(entrance.get(), request, careful, next, soap);
            } else if (!served(path, request, careful)) {
                next.doFilter(new Passed(request, careful), careful);
            }
            if (!request.isAsyncStarted()) {
                careful.finish();
            }
        } catch (ServletException | RuntimeException e) {
            incident(e, careful, soap);
        } finally {
            stripped.forEach(each -> record.stripped(each.fault(), each.cookie(), place));
        }
    }

    /** Told by class and place alone: the message of an exception may hold data. */
    private static void incident(Exception thrown, HttpServletResponse response, boolean soap) throws IOException {
        StackTraceElement[] frames = thrown.getStackTrace();
        LOG.error(
                "A request failed with {} at {}",
                thrown.getClass().getName(),
                frames.length == 0 ? "an unknown place" : frames[0]);
        if (!response.isCommitted()) {
            response.resetBuffer();
            Refusal.INCIDENT.send(response, soap);
        }
    }

    private static boolean refused(HttpServletRequest request) {
        String method = request.getMethod().toUpperCase(Locale.ROOT);
        return method.equals("TRACE") || method.equals("TRACK") || method.equals("CONNECT");
    }

    private void pass(
            Entrance entrance, HttpServletRequest request, CarefulResponse response, FilterChain next, boolean soap)
            throws IOException, ServletException {
        if (!entrance.enter()) {
            Refusal.UNAVAILABLE.send(response, soap);
            return;
        }
        boolean later = false;
        try {
            next.doFilter(new Passed(request, response), response);
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Leaving(entrance));
                later = true;
            }
        } finally {
            if (!later) {
                entrance.leave();
            }
        }
    }

    /** Serves the few paths of the front's own. */
    private boolean served(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String body =
                switch (path) {
                    case "/" -> HOME;
                    case "/.well-known/gpc.json" -> "{\"gpc\":true,\"lastUpdate\":\"" + settings.gpcSince() + "\"}";
                    default -> null;
                };
        if (body == null) {
            return false;
        }
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            Refusal.READ_ONLY.send(response, false);
            return true;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/json");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
        return true;
    }

    private Choices choices(HttpServletRequest request) {
        boolean signal = "1".equals(request.getHeader("Sec-GPC")) || "1".equals(request.getHeader("DNT"));
        Cookie[] cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
        List<String> said = Arrays.stream(cookies)
                .filter(cookie -> cookie.getName().equals(settings.consentCookie()))
                .map(Cookie::getValue)
                .toList();
        return Choices.read(said, signal);
    }

    /**
     * A request as the parts see it. The server sets its session cookie past every filter, so there is a session only
     * where that is registered; and an answer that goes on in another thread stays the careful one.
     */
    private final class Passed extends HttpServletRequestWrapper {
        private final CarefulResponse response;

        Passed(HttpServletRequest request, CarefulResponse response) {
            super(request);
            this.response = response;
        }

        /** No part compresses, because what is compressed cannot be looked through. */
        @Override
        public String getHeader(String name) {
            return name.equalsIgnoreCase(ACCEPT_ENCODING) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(ACCEPT_ENCODING) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }

        @Override
        public AsyncContext startAsync() {
            return finishing(super.startAsync(this, response));
        }

        @Override
        public AsyncContext startAsync(ServletRequest asked, ServletResponse answer) {
            return finishing(super.startAsync(asked, answer));
        }

        @Override
        public AsyncContext getAsyncContext() {
            return finishing(super.getAsyncContext());
        }

        /** Sends what was kept back before it completes. */
        private AsyncContext finishing(AsyncContext later) {
            return (AsyncContext) Proxy.newProxyInstance(
                    Front.class.getClassLoader(), new Class<?>[] {AsyncContext.class}, (self, method, arguments) -> {
                        if (method.getName().equals("complete")) {
                            response.finish();
                        }
                        try {
                            return method.invoke(later, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public HttpSession getSession() {
            return getSession(true);
        }

        @Override
        public HttpSession getSession(boolean create) {
            if (rules.registered(SESSION_COOKIE).isPresent()) {
                return super.getSession(create);
            }
            if (create) {
                throw new IllegalStateException("a session needs the cookie " + SESSION_COOKIE + " in the register");
            }
            return null;
        }
    }

    /** Leaves when an answer that goes on in another thread ends. */
    private record Leaving(Entrance entrance) implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            entrance.leave();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // completion follows
        }

        @Override
        public void onError(AsyncEvent event) {
            // completion follows
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
