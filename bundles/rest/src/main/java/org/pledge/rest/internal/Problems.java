package org.pledge.rest.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.NoContentException;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;

/** Turns every exception into problem+json (RFC 9457) that holds nothing the caller sent. */
final class Problems implements ExceptionMapper<Throwable> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,39}");
    private static final String TYPE = "urn:pledge:problem:";
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Malformed request"),
            Map.entry(401, "Not authenticated"),
            Map.entry(403, "Denied"),
            Map.entry(404, "Not found"),
            Map.entry(405, "Method not allowed"),
            Map.entry(406, "Not acceptable"),
            Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"),
            Map.entry(412, "Changed since you read it"),
            Map.entry(413, "Too large"),
            Map.entry(415, "Unsupported type"),
            Map.entry(422, "Breaks a rule"),
            Map.entry(428, "Precondition required"),
            Map.entry(429, "Too many tries"),
            Map.entry(500, "Incident"),
            Map.entry(503, "Unavailable"));

    private final RoleRefusals refusals;

    Problems(RoleRefusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public Response toResponse(Throwable thrown) {
        causes(thrown)
                .flatMap(cause -> cause instanceof PledgeException refusal ? Stream.of(refusal) : Stream.empty())
                .findFirst()
                .ifPresent(refusals::record);
        return causes(thrown)
                .flatMap(cause -> known(cause).stream())
                .findFirst()
                .orElseGet(() -> Incident.callerWentAway(thrown) ? cutOff() : incident(thrown));
    }

    /** The exception and its causes, ours first and the container's own last. */
    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .sorted(Comparator.comparingInt(Problems::rank));
    }

    private static int rank(Throwable thrown) {
        if (thrown instanceof PledgeException || thrown instanceof HttpRefusal) {
            return 0;
        }
        return thrown instanceof WebApplicationException ? 2 : 1;
    }

    private static Optional<Response> known(Throwable thrown) {
        if (thrown instanceof PledgeException e) {
            return Optional.of(refused(e));
        }
        if (thrown instanceof HttpRefusal e) {
            return Optional.of(refused(e));
        }
        if (thrown instanceof BodyFilter.TooLarge tooLarge) {
            return Optional.of(refused(HttpRefusal.tooLarge(tooLarge.limit())));
        }
        if (thrown instanceof NoContentException) {
            return Optional.of(refused(noObject()));
        }
        if (thrown instanceof JacksonException e && !(e.getProcessor() instanceof JsonGenerator)) {
            return Optional.of(unreadable(e));
        }
        if (thrown instanceof Missing e) {
            return Optional.of(missing(e.getMessage(), "see /api/v1/openapi.yaml"));
        }
        if (thrown instanceof WebApplicationException e) {
            return http(e.getResponse());
        }
        return Optional.empty();
    }

    private static Response refused(PledgeException e) {
        Response.ResponseBuilder answer = builder(of(e));
        if (!e.roles().isEmpty()) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, BearerFilter.INSUFFICIENT_SCOPE);
        }
        return (e.kind() == Kind.UNAVAILABLE ? answer.header(HttpHeaders.RETRY_AFTER, 1) : answer).build();
    }

    private static Response refused(HttpRefusal e) {
        Response.ResponseBuilder answer =
                builder(problem(e.status(), e.code(), e.getMessage(), List.of(), e.remedy(), List.of()));
        e.headers().forEach(answer::header);
        return answer.build();
    }

    /** A disclosure that was decided against. */
    static Response denied(Decision.Denied decision) {
        return builder(of(decision)).build();
    }

    static Contract.Problem of(PledgeException e) {
        return problem(status(e.kind()), e.kind().name(), e.getMessage(), e.promises(), e.remedy(), List.of());
    }

    static Contract.Problem of(Decision.Denied decision) {
        String text = decision.reasons().isEmpty()
                ? "the policy forbids it"
                : decision.reasons().get(0).text();
        return problem(
                403,
                Kind.DENIED.name(),
                text,
                decision.promises(),
                decision.remedy(),
                Contract.Reason.of(decision.reasons()));
    }

    private static Optional<Response> http(Response response) {
        int status = response.getStatus();
        if (status < 400) {
            return Optional.of(response);
        }
        if (status >= 500) {
            return Optional.empty();
        }
        if (status == 415) {
            return Optional.of(refused(HttpRefusal.unsupportedType()));
        }
        Contract.Problem problem =
                switch (status) {
                    case 404 -> problem(404, "NOT_FOUND", "there is nothing at this path");
                    case 405 -> problem(405, "METHOD_NOT_ALLOWED", "this path does not take this method");
                    case 406 -> problem(406, "NOT_ACCEPTABLE", "the answer is not available in a type you accept");
                    default -> problem(status, "MALFORMED", "the request cannot be read");
                };
        Response.ResponseBuilder answer = builder(problem);
        if (response.getHeaderString(HttpHeaders.ALLOW) != null) {
            answer.header(HttpHeaders.ALLOW, response.getHeaderString(HttpHeaders.ALLOW));
        }
        return Optional.of(answer.build());
    }

    private static Response unreadable(JacksonException e) {
        String field = e instanceof JsonMappingException mapping ? path(mapping) : "";
        if (e instanceof ValueInstantiationException owner && e.getCause() instanceof Missing missing) {
            String name = missing.getMessage();
            return missing(field.isEmpty() ? name : field + "." + name, takes(owner.getType(), name));
        }
        JsonLocation at = e.getLocation();
        String place = (field.isEmpty() ? "the body" : field)
                + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr());
        return malformed(place + " " + complaint(e), remedy(e), field, at);
    }

    private static Response missing(String field, String takes) {
        return malformed(field + " is missing", "Send " + field + ": " + takes + ".", field, null);
    }

    private static Response malformed(String detail, String remedy, String field, JsonLocation at) {
        return builder(new Contract.Problem(
                        TYPE + "malformed",
                        title(400),
                        400,
                        detail,
                        null,
                        Kind.MALFORMED.name(),
                        List.of(),
                        remedy,
                        null,
                        field.isEmpty() ? null : field,
                        at == null ? null : (Integer) at.getLineNr(),
                        at == null ? null : (Integer) at.getColumnNr()))
                .build();
    }

    static PledgeException noObject() {
        return new PledgeException(Kind.MALFORMED, "the body must be a JSON object")
                .remedy("Send one as the schema in /api/v1/openapi.yaml says.");
    }

    private static String takes(JavaType owner, String name) {
        return Arrays.stream(owner.getRawClass().getRecordComponents())
                .filter(component -> component.getName().equals(name))
                .map(component -> expected(Json.MAPPER.constructType(component.getGenericType())))
                .findFirst()
                .orElse("see /api/v1/openapi.yaml");
    }

    private static String complaint(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException) {
            return "is not a property that is known here";
        }
        if (e instanceof StreamConstraintsException) {
            return "is nested too deep or holds a name, number or text that is too long";
        }
        if (e instanceof MismatchedInputException mismatched) {
            return "must be "
                    + (mismatched.getTargetType() == null
                            ? "of another type"
                            : expected(Json.MAPPER.constructType(mismatched.getTargetType())));
        }
        return "is not well-formed JSON";
    }

    private static String remedy(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "Leave it out. Known are "
                    + unknown.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ".";
        }
        if (e instanceof StreamConstraintsException) {
            return "Nest 16 levels at most; names take 256 characters, numbers 40, texts 65536.";
        }
        return "Compare the body with the schema in /api/v1/openapi.yaml.";
    }

    private static String expected(JavaType of) {
        Class<?> type = of.getRawClass();
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        if (type == SubjectId.class || type == UUID.class) {
            return "a UUID";
        }
        if (type == Instant.class) {
            return "a time such as 2026-01-31T12:00:00Z";
        }
        if (type == LocalDate.class) {
            return "a date such as 2026-01-31";
        }
        if (type == URI.class) {
            return "a URI";
        }
        if (type == String.class) {
            return "a text";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number";
        }
        if (of.isCollectionLikeType()) {
            JavaType item = of.getContentType();
            return item.isJavaLangObject() ? "a list" : "a list of which each is " + expected(item);
        }
        return of.isMapLikeType() || !type.isRecord()
                ? "an object"
                : "an object with "
                        + Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::getName)
                                .collect(Collectors.joining(", "));
    }

    /** The path to the property, with every name that could be a value left out. */
    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".")
                        .append(NAME.matcher(step.getFieldName()).matches() ? step.getFieldName() : "?");
            }
        }
        return path.toString();
    }

    private static Response cutOff() {
        return refused(new PledgeException(Kind.MALFORMED, "the connection broke").remedy("Send the request again."));
    }

    private static Response incident(Throwable thrown) {
        String id = Incident.log(thrown).toString();
        return builder(new Contract.Problem(
                        TYPE + "incident",
                        title(500),
                        500,
                        "something went wrong here; read the resource again before you repeat the request",
                        "urn:uuid:" + id,
                        "INCIDENT",
                        List.of(),
                        "Give the operator the incident " + id + ".",
                        null,
                        null,
                        null,
                        null))
                .build();
    }

    private static Contract.Problem problem(int status, String code, String detail) {
        return problem(status, code, detail, List.of(), "See /api/v1/docs/.", List.of());
    }

    private static Contract.Problem problem(
            int status,
            String code,
            String detail,
            List<String> promises,
            String remedy,
            List<Contract.Reason> reasons) {
        return new Contract.Problem(
                TYPE + code.toLowerCase(Locale.ROOT).replace('_', '-'),
                title(status),
                status,
                detail,
                null,
                code,
                promises,
                remedy,
                reasons.isEmpty() ? null : reasons,
                null,
                null,
                null);
    }

    private static Response.ResponseBuilder builder(Contract.Problem problem) {
        return Response.status(problem.status())
                .type("application/problem+json")
                .entity(problem);
    }

    private static int status(Kind kind) {
        return switch (kind) {
            case MALFORMED -> 400;
            case UNAUTHENTICATED -> 401;
            case DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case STALE -> 412;
            case INVALID -> 422;
            case UNAVAILABLE -> 503;
        };
    }

    private static String title(int status) {
        return TITLES.getOrDefault(status, "Malformed request");
    }
}
