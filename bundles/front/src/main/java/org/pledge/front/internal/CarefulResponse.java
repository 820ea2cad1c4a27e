package org.pledge.front.internal;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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
import org.pledge.cookies.Choices;
import org.pledge.cookies.CookieRules;
import org.pledge.visitor.CookieService.Fault;

/**
 * An answer that keeps the security headers, sets only allowed cookies, shows no error page of the server and never holds
 * a card number.
 */
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
    private final Choices choices;
    private final BiConsumer<Fault, String> stripped;
    private final Runnable withheld;
    private final Runnable cut;
    private final boolean below;
    private final boolean soap;
    private boolean replaced;
    private GuardedStream stream;
    private PrintWriter writer;

    /**
     * Wraps.
     *
     * @param below whether a part serves the path: then "no such path" means that it is just going or coming
     * @param stripped told of each cookie that is not set, with its name
     * @param withheld told when the answer is refused because a card number is in it
     * @param cut ends the connection, so that an answer which has begun does not look complete
     */
    CarefulResponse(
            HttpServletResponse response,
            CookieRules rules,
            Choices choices,
            BiConsumer<Fault, String> stripped,
            Runnable withheld,
            Runnable cut,
            boolean below,
            boolean soap) {
        super(response);
        this.rules = rules;
        this.choices = choices;
        this.stripped = stripped;
        this.withheld = withheld;
        this.cut = cut;
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
        restart();
        setDefaults();
    }

    @Override
    public void resetBuffer() {
        if (writer != null) {
            stream.drain(writer);
        }
        super.resetBuffer();
        restart();
    }

    private void restart() {
        if (stream != null) {
            stream.restart();
        }
    }

    // card numbers

    /** A header that cannot be sent, and with it the answer. */
    private boolean tells(String name, String value) {
        boolean unreadable = name.equalsIgnoreCase("Content-Encoding") && !"identity".equalsIgnoreCase(value);
        if (value == null || !unreadable && !CardNumbers.in(value)) {
            return false;
        }
        if (!replaced) {
            try {
                withhold();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return true;
    }

    private void withhold() throws IOException {
        withheld.run();
        if (isCommitted()) {
            replaced = true;
            cut.run();
            return;
        }
        super.reset();
        setDefaults();
        Refusal.WITHHELD.send((HttpServletResponse) getResponse(), soap);
        replaced = true;
        if (stream != null) {
            stream.end();
        }
    }

    /** Sends what was kept back until now; nothing follows. */
    void finish() throws IOException {
        if (replaced) {
            return;
        }
        if (writer != null) {
            stream.drain(writer);
        }
        if (stream != null) {
            stream.finish();
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        if (writer != null) {
            writer.flush();
        }
        super.flushBuffer();
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (!tells("Location", location)) {
            super.sendRedirect(location);
        }
    }

    // cookies

    @Override
    public void addCookie(Cookie cookie) {
        if (tells(cookie.getName(), cookie.getValue())) {
            return;
        }
        String life = cookie.getMaxAge() < 0 ? "" : ";Max-Age=" + cookie.getMaxAge();
        if (allowed(cookie.getName() + "=" + cookie.getValue() + life)) {
            super.addCookie(cookie);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (tells(name, value)) {
            return;
        }
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
        if (!tells(name, value) && (!name.equalsIgnoreCase(SET_COOKIE) || value == null || allowed(value))) {
            super.setHeader(name, value);
        }
    }

    private boolean allowed(String cookie) {
        Optional<Fault> fault = rules.fault(cookie, choices);
        fault.ifPresent(found -> stripped.accept(found, CookieRules.name(cookie)));
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
        return replaced ? new Nowhere() : guarded();
    }

    private GuardedStream guarded() throws IOException {
        if (stream == null) {
            stream = new GuardedStream(super.getOutputStream(), this::withhold);
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (!replaced && pageOfTheServer()) {
            replace();
        }
        if (replaced) {
            return new PrintWriter(nowhere());
        }
        if (writer == null) {
            String encoding = getCharacterEncoding();
            super.setCharacterEncoding(encoding);
            writer = new PrintWriter(new OutputStreamWriter(guarded(), encoding));
        }
        return writer;
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
