package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;
import org.pledge.PledgeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into the error of the protocol that was spoken; it holds nothing the caller sent. */
final class Errors implements ExceptionMapper<Throwable> {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final int FRAMES = 20;
    private static final String OPENDSR = "/opendsr/";

    @Override
    public Response toResponse(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .flatMap(cause -> known(cause).stream())
                .findFirst()
                .orElseGet(
                        () -> callerWentAway(thrown) ? answer(400, "the connection broke", false) : incident(thrown));
    }

    private static Optional<Response> known(Throwable thrown) {
        if (thrown instanceof Refusal e) {
            return Optional.of(answer(e.status(), e.getMessage(), e.isFatal()));
        }
        if (thrown instanceof PledgeException e) {
            return Optional.of(answer(status(e.kind()), text(e), false));
        }
        if (thrown instanceof WebApplicationException e && e.getResponse().getStatus() < 500) {
            int status = e.getResponse().getStatus();
            return Optional.of(answer(
                    status,
                    switch (status) {
                        case 404 -> "there is nothing here";
                        case 405 -> "this path does not take this method";
                        case 406 -> "the answer is not available in a type you accept";
                        case 415 -> "this content type is not understood here";
                        default -> "the request cannot be read";
                    },
                    false));
        }
        return Optional.empty();
    }

    /** No incident: nobody is left to tell. */
    private static boolean callerWentAway(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof Fault || cause instanceof WebApplicationException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof IOException;
    }

    private static String text(PledgeException e) {
        return e.remedy().isEmpty() ? e.getMessage() : e.getMessage() + "; " + e.remedy();
    }

    private static int status(PledgeException.Kind kind) {
        return switch (kind) {
            case MALFORMED, INVALID -> 400;
            case UNAUTHENTICATED -> 401;
            case DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT, STALE -> 409;
            case UNAVAILABLE -> 503;
        };
    }

    /** Told by classes and frames alone: messages may hold data. */
    private static Response incident(Throwable thrown) {
        UUID id = UUID.randomUUID();
        StringBuilder text = new StringBuilder();
        Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(20).forEach(cause -> {
            text.append(System.lineSeparator()).append(cause.getClass().getName());
            Stream.of(cause.getStackTrace()).limit(FRAMES).forEach(frame -> text.append(System.lineSeparator())
                    .append("    at ")
                    .append(frame));
        });
        LOG.error("incident {}:{}", id, text);
        return answer(500, "something went wrong here: incident " + id, false);
    }

    private static Response answer(int status, String text, boolean fatal) {
        String path = path();
        int shown = status == 409 && path.contains(OPENDSR) ? 400 : status; // OpenDSR knows no other, section 7.5
        Response.ResponseBuilder answer = Response.status(shown)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(Json.bytes(shaped(path, shown, text, fatal)));
        if (status == 401) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"pledge\"");
        }
        return (status == 503 ? answer.header(HttpHeaders.RETRY_AFTER, 1) : answer).build();
    }

    private static String path() {
        Message message = JAXRSUtils.getCurrentMessage();
        Object uri =
                message == null ? null : message.getExchange().getInMessage().get(Message.REQUEST_URI);
        return uri == null ? "" : uri.toString();
    }

    private static ObjectNode shaped(String path, int status, String text, boolean fatal) {
        if (path.contains("/drp/")) {
            ObjectNode error = Json.made().put("code", Integer.toString(status)).put("message", text);
            return fatal ? error.put("fatal", true) : error;
        }
        ObjectNode error = Json.made().put("code", status).put("message", text);
        return path.contains(OPENDSR) ? Json.made().set("error", error) : error;
    }
}
