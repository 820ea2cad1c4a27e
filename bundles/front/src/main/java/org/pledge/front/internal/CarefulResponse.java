package org.pledge.front.internal;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpServletResponseWrapper;
import org.pledge.front.internal.CookieRules.Choice;
import org.pledge.front.internal.CookieRules.Fault;

/** An answer that keeps the security headers, sets only allowed cookies and shows no error page of the server. */
final class CarefulResponse extends HttpServletResponseWrapper {
    private static final Map<String, String> DEFAULTS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "X-Frame-Options", "DENY",
            "Cross-Origin-Resource-Policy", "same-origin");
    private static final Set<String> SINGLE = Set.of(
            "x-content-type-options",
            "referrer-policy",
            "cache-control",
            "content-security-policy",
            "x-frame-options",
            "cross-origin-resource-policy",
            "retry-after");
    private static final String SET_COOKIE = "Set-Cookie";

    private final CookieRules rules;
    private final Choice choice;
    private final BiConsumer<Fault, String> stripped;
    private final boolean below;
    private final boolean soap;
    private boolean replaced;

    /**
     * Wraps.
     *
     * @param below whether a part serves the path: then "no such path" means that it is just going or coming
     * @param stripped told of each cookie that is not set, with its name
     */
    CarefulResponse(
            HttpServletResponse response,
            CookieRules rules,
            Choice choice,
            BiConsumer<Fault, String> stripped,
            boolean below,
            boolean soap) {
        super(response);
        this.rules = rules;
        this.choice = choice;
        this.stripped = stripped;
        this.below = below;
        this.soap = soap;
        setDefaults();
    }

    private void setDefaults() {
        DEFAULTS.forEach(super::setHeader);
    }

    @Override
    public void reset() {
        super.reset();
        replaced = false;
        setDefaults();
    }

    // cookies

    @Override
    public void addCookie(Cookie cookie) {
        String life = cookie.getMaxAge() < 0 ? "" : ";Max-Age=" + cookie.getMaxAge();
        if (allowed(cookie.getName() + "=" + cookie.getValue() + life)) {
            super.addCookie(cookie);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (name.equalsIgnoreCase(SET_COOKIE)) {
            if (allowed(value)) {
                super.addHeader(name, value);
            }
        } else if (SINGLE.contains(name.toLowerCase(Locale.ROOT))) {
            super.setHeader(name, value);
        } else {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setHeader(String name, String value) {
        if (!name.equalsIgnoreCase(SET_COOKIE) || value == null || allowed(value)) {
            super.setHeader(name, value);
        }
    }

    private boolean allowed(String cookie) {
        Optional<Fault> fault = rules.fault(cookie, choice);
        fault.ifPresent(found -> {
            int end = cookie.indexOf('=');
            stripped.accept(found, end < 0 ? cookie : cookie.substring(0, end));
        });
        return fault.isEmpty();
    }

    // errors

    @Override
    public void sendError(int status) throws IOException {
        sendError(status, "");
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (isCommitted()) {
            throw new IllegalStateException("the answer has begun");
        }
        resetBuffer();
        if (status == SC_NOT_FOUND) {
            replace();
        } else if (status < SC_BAD_REQUEST) {
            super.setStatus(status);
        } else {
            Refusal.of(status).send((HttpServletResponse) getResponse(), soap, status);
        }
        replaced = true;
    }

    /** CXF says in HTML that it has no service at a path. */
    private boolean pageOfTheServer() {
        String type = getContentType();
        return getStatus() == SC_NOT_FOUND && type != null && type.startsWith("text/html");
    }

    private void replace() throws IOException {
        replaced = true;
        (below ? Refusal.UNAVAILABLE : Refusal.NOT_FOUND).send((HttpServletResponse) getResponse(), soap);
    }

    @Override
    public void setStatus(int status) {
        if (!replaced) {
            super.setStatus(status);
        }
    }

    @Override
    public void setContentLength(int length) {
        if (!pageOfTheServer()) {
            super.setContentLength(length);
        }
    }

    @Override
    public void setContentLengthLong(long length) {
        if (!pageOfTheServer()) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (!replaced && pageOfTheServer()) {
            replace();
        }
        return replaced ? new Nowhere() : super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (!replaced && pageOfTheServer()) {
            replace();
        }
        return replaced ? new PrintWriter(nowhere()) : super.getWriter();
    }

    private static Writer nowhere() {
        return new OutputStreamWriter(new Nowhere(), StandardCharsets.UTF_8);
    }

    /** Where the rest of a replaced answer goes. */
    private static final class Nowhere extends ServletOutputStream {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("the answer is complete");
        }

        @Override
        public void write(int b) {
            // the answer is complete
        }
    }
}
