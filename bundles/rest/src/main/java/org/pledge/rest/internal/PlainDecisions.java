package org.pledge.rest.internal;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;
import org.apache.cxf.transport.http.AbstractHTTPDestination;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.policy.Decision;
import org.pledge.rest.internal.DisclosureContract.DisclosureRequest;
import org.pledge.sharing.SharingService;

/**
 * Answers plain requests for a decision ahead of JAX-RS, which takes longer than the decision. Nothing is refused here:
 * whatever is not quite plain, or fails, goes to {@link DecisionResource} as if nobody had looked at it.
 */
final class PlainDecisions extends AbstractPhaseInterceptor<Message> {
    private static final String PATH = "/v1/decisions";
    private static final int LONGEST = 8192;
    private static final int KEPT = 256;
    private static final ObjectReader READER = Json.MAPPER.readerFor(DisclosureRequest.class);
    private static final ObjectWriter WRITER = Json.MAPPER.writerFor(DisclosureContract.Decision.class);

    private static final Role[] ROLES = roles();

    private record Written(Decision decision, byte[] json) {}

    private final BearerFilter bearers;
    private final Live<SharingService> sharing;

    /** Found by the identity of the decision, which is the same one each time it is given. */
    private final AtomicReferenceArray<Written> written = new AtomicReferenceArray<>(KEPT);

    PlainDecisions(BearerFilter bearers, Live<SharingService> sharing) {
        super(Phase.RECEIVE);
        this.bearers = bearers;
        this.sharing = sharing;
    }

    private static Role[] roles() {
        try {
            return DecisionResource.class
                    .getMethod("decide", Caller.class, DisclosureRequest.class)
                    .getAnnotation(Takes.class)
                    .value();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("DecisionResource no longer decides", e);
        }
    }

    @Override
    public void handleMessage(Message message) {
        HttpServletRequest request = (HttpServletRequest) message.get(AbstractHTTPDestination.HTTP_REQUEST);
        if (!isPlain(request)) {
            return;
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(request.getContentLength());
        } catch (IOException e) {
            return; // whoever reads on meets it again
        }
        Optional<byte[]> answer = answer(request, body);
        if (answer.isEmpty()) {
            message.setContent(InputStream.class, new ByteArrayInputStream(body));
        } else {
            message.getInterceptorChain().abort();
            send((HttpServletResponse) message.get(AbstractHTTPDestination.HTTP_RESPONSE), answer.get());
        }
    }

    private static boolean isPlain(HttpServletRequest request) {
        int length = request.getContentLength();
        return PATH.equals(request.getPathInfo())
                && request.getMethod().equals("POST")
                && request.getQueryString() == null
                && length > 0
                && length <= LONGEST
                && MediaType.APPLICATION_JSON.equals(request.getContentType())
                && accepts(request.getHeader(HttpHeaders.ACCEPT));
    }

    private static boolean accepts(String types) {
        return types == null || types.equals(MediaType.WILDCARD) || types.equals(MediaType.APPLICATION_JSON);
    }

    private Optional<byte[]> answer(HttpServletRequest request, byte[] body) {
        try {
            Caller caller = bearers.authenticate(Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)));
            caller.require(ROLES);
            DisclosureRequest question = READER.readValue(body);
            return Optional.of(json(sharing.get().explain(caller, question.toRequest())));
        } catch (IOException | RuntimeException e) { // the edge: DecisionResource meets the same, and tells it
            return Optional.empty();
        }
    }

    private byte[] json(Decision decision) throws IOException {
        int place = System.identityHashCode(decision) % KEPT;
        Written known = written.get(place);
        if (known == null || known.decision() != decision) {
            known = new Written(decision, WRITER.writeValueAsBytes(DisclosureContract.Decision.of(decision)));
            written.set(place, known);
        }
        return known.json();
    }

    private static void send(HttpServletResponse response, byte[] json) {
        HeaderFilter.DEFAULTS.forEach(response::setHeader);
        response.setContentType(MediaType.APPLICATION_JSON);
        response.setContentLength(json.length);
        try {
            response.getOutputStream().write(json);
        } catch (IOException e) {
            return; // the connection broke, and nobody is left to tell
        }
    }
}
