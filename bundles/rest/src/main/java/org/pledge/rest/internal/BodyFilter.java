package org.pledge.rest.internal;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import javax.annotation.Priority;
import javax.ws.rs.Priorities;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.core.HttpHeaders;
import org.apache.cxf.jaxrs.model.OperationResourceInfo;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Bounds the body, insists on its type, and digests a request that carries an Idempotency-Key. */
@Priority(Priorities.AUTHORIZATION)
final class BodyFilter implements ContainerRequestFilter {
    static final int LIMIT = 1 << 20;
    private static final String KEY = "Idempotency-Key";
    /** One type by name; CXF takes a wildcard, and what is no type, for the type that it looks for. */
    private static final Pattern TYPE = Pattern.compile("[\\w.+-]+/[\\w.+-]+\\s*(?:;.*)?");

    private static final Pattern KEY_FORM = Pattern.compile("[\\x20-\\x7e]{1,255}");

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        String length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        boolean empty = (length == null || length.equals("0")) && request.getHeaderString("Transfer-Encoding") == null;
        if (!empty) {
            String type = request.getHeaderString(HttpHeaders.CONTENT_TYPE);
            if (type == null || !TYPE.matcher(type).matches()) {
                throw HttpRefusal.unsupportedType();
            }
            int limit = limit();
            if (length != null && exceeds(length, limit)) {
                throw HttpRefusal.tooLarge(limit);
            }
            request.setEntityStream(new Bounded(request.getEntityStream(), limit));
        }
        String key = request.getHeaderString(KEY);
        if (key != null && request.getMethod().equals("POST")) {
            JAXRSUtils.getCurrentMessage().put(Once.Key.class, digest(request, key, empty));
        }
    }

    private static int limit() {
        Longest longest = JAXRSUtils.getCurrentMessage()
                .getExchange()
                .get(OperationResourceInfo.class)
                .getAnnotatedMethod()
                .getAnnotation(Longest.class);
        return longest == null ? LIMIT : longest.value();
    }

    private static boolean exceeds(String length, int limit) {
        return length.length() > 9 || Integer.parseInt(length) > limit;
    }

    private static Once.Key digest(ContainerRequestContext request, String key, boolean empty) throws IOException {
        if (!KEY_FORM.matcher(key).matches()) {
            throw new PledgeException(Kind.MALFORMED, "Idempotency-Key must be 1 to 255 printable ASCII characters")
                    .remedy("Send one of your own making, such as a UUID.");
        }
        byte[] body = empty ? new byte[0] : request.getEntityStream().readAllBytes();
        if (!empty) {
            request.setEntityStream(new ByteArrayInputStream(body));
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(request.getMethod().getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update(request.getUriInfo().getPath().getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            return new Once.Key(key, sha256.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends in a refusal where a body is longer than allowed, whatever its announced length. */
    private static final class Bounded extends FilterInputStream {
        private final int limit;
        private int left;

        Bounded(InputStream in, int limit) {
            super(in);
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(count, limit));
            count((int) skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(int read) throws IOException {
            left -= read;
            if (left < 0) {
                throw new TooLarge(limit);
            }
        }
    }

    /** Passes through Jackson as it is, because it is an IOException. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        private final int limit;

        TooLarge(int limit) {
            this.limit = limit;
        }

        int limit() {
            return limit;
        }
    }
}
