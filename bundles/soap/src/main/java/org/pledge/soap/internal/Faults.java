package org.pledge.soap.internal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.bind.JAXBException;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamException;
import org.apache.cxf.binding.soap.Soap11;
import org.apache.cxf.binding.soap.SoapFault;
import org.apache.cxf.binding.soap.SoapMessage;
import org.apache.cxf.binding.soap.interceptor.AbstractSoapInterceptor;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.Phase;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Decision;
import org.xml.sax.SAXParseException;

/** Turns every exception into a SOAP fault whose detail is the problem of REST; it holds nothing the caller sent. */
final class Faults extends AbstractSoapInterceptor {
    private static final String TYPE = "urn:pledge:problem:";
    private static final String FORM = "the message is not well-formed XML, or nested too deep, or holds too much";
    private static final String SCHEMA = "the message does not follow the schema";
    private static final Pattern EXPECTED = Pattern.compile("One of '\\{([^{}']*)}' is expected\\.$");
    private static final Pattern NAME = Pattern.compile(":([A-Za-z]{1,40})(?=,|$)");
    private static final Pattern CONSTANTS =
            Pattern.compile("enumeration '\\[([A-Z_, ]*)]'\\. It must be a value from the enumeration\\.$");
    private static final Pattern VALUE_TYPE = Pattern.compile(" for (?:type )?'([A-Za-z]{1,40})'\\.$");
    private static final QName FAILED_AUTHENTICATION = new QName(Authentication.WSSE, "FailedAuthentication", "wsse");
    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Malformed request"),
            Map.entry(401, "Not authenticated"),
            Map.entry(403, "Denied"),
            Map.entry(404, "Not found"),
            Map.entry(405, "Method not allowed"),
            Map.entry(409, "Conflict"),
            Map.entry(412, "Changed since you read it"),
            Map.entry(413, "Too large"),
            Map.entry(415, "Unsupported type"),
            Map.entry(422, "Breaks a rule"),
            Map.entry(500, "Incident"),
            Map.entry(503, "Unavailable"));

    private final Xml xml;
    private final RoleRefusals refusals;

    Faults(Xml xml, RoleRefusals refusals) {
        super(Phase.SETUP);
        this.xml = xml;
        this.refusals = refusals;
    }

    private record Answer(Contract.Problem problem, Map<String, String> headers) {}

    @Override
    public void handleMessage(SoapMessage message) {
        Exception thrown = message.getContent(Exception.class);
        causes(thrown)
                .flatMap(cause -> cause instanceof PledgeException refusal ? Stream.of(refusal) : Stream.empty())
                .findFirst()
                .ifPresent(refusal -> refusals.record(refusal, message.getExchange()));
        boolean began = message.getExchange().containsKey(Invocation.BEGAN);
        Answer answer = causes(thrown)
                .flatMap(cause -> known(cause, began).stream())
                .findFirst()
                .orElseGet(() -> unexpected(thrown, began));
        message.setContent(Exception.class, fault(answer.problem()));
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        message.put(Message.PROTOCOL_HEADERS, headers);
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(20);
    }

    private static Optional<Answer> known(Throwable thrown, boolean began) {
        if (thrown instanceof PledgeException e) {
            return Optional.of(new Answer(
                    problem(status(e.kind()), e.kind().name(), e.getMessage(), e.promises(), e.remedy()),
                    e.kind() == Kind.UNAVAILABLE ? Map.of("Retry-After", "1") : Map.of()));
        }
        if (thrown instanceof HttpRefusal e) {
            return Optional.of(
                    new Answer(problem(e.status(), e.code(), e.getMessage(), List.of(), e.remedy()), e.headers()));
        }
        if (thrown instanceof Denial e) {
            return Optional.of(new Answer(denied(e.decision()), Map.of()));
        }
        if (began) {
            return Optional.empty();
        }
        if (thrown instanceof SAXParseException e) {
            return Optional.of(unreadable(complaint(e), e.getLineNumber(), e.getColumnNumber()));
        }
        if (thrown instanceof JAXBException e && e.getLinkedException() == null) {
            return Optional.of(unreadable(SCHEMA, 0, 0));
        }
        if (thrown instanceof NoSuchElementException) { // what CXF's reader says when the message ends before its body
            return Optional.of(unreadable(SCHEMA, 0, 0));
        }
        if (thrown instanceof XMLStreamException e && e.getNestedException() == null) {
            return Optional.of(
                    e.getLocation() == null
                            ? unreadable(FORM, 0, 0)
                            : unreadable(
                                    FORM,
                                    e.getLocation().getLineNumber(),
                                    e.getLocation().getColumnNumber()));
        }
        return Optional.empty();
    }

    /** Of what the validator says only the ends are told: they hold names of our schema, and nothing of the message. */
    private static String complaint(SAXParseException e) {
        String text = Objects.toString(e.getMessage(), "");
        Matcher expected = EXPECTED.matcher(text);
        if (text.startsWith("cvc-complex-type.2.4.b") && expected.find()) {
            return names(expected.group(1)) + " is missing";
        }
        if (text.startsWith("cvc-complex-type.2.4.a") && expected.find()) {
            return names(expected.group(1)) + " is expected where another element stands";
        }
        if (text.startsWith("cvc-complex-type.2.4") || text.startsWith("cvc-elt")) {
            return "the message holds an element that is not expected here, or lacks one";
        }
        if (text.startsWith("cvc-complex-type.3") || text.startsWith("cvc-complex-type.4")) {
            return "the message holds an attribute that is not expected here, or lacks one";
        }
        Matcher constants = CONSTANTS.matcher(text);
        if (text.startsWith("cvc-enumeration-valid") && constants.find()) {
            return "the message holds a value that is none of " + constants.group(1);
        }
        Matcher type = VALUE_TYPE.matcher(text);
        if (text.startsWith("cvc-") && type.find()) {
            return "the message holds a value that is no " + type.group(1);
        }
        return text.startsWith("cvc-") ? "the message holds a value of another form than the schema says" : SCHEMA;
    }

    private static String names(String expected) {
        String names =
                NAME.matcher(expected).results().map(name -> name.group(1)).collect(Collectors.joining(" or "));
        return names.isEmpty() ? "an element" : names;
    }

    private static Answer unreadable(String text, int line, int column) {
        Contract.Problem problem = problem(
                400,
                Kind.MALFORMED.name(),
                text,
                List.of(),
                "Compare the message with the schema: add ?xsd to the address.");
        problem.line = line > 0 ? line : null;
        problem.column = column > 0 ? column : null;
        return new Answer(problem, Map.of());
    }

    /** Before an operation is called, what CXF itself complains about is the message. */
    private static Answer unexpected(Throwable thrown, boolean began) {
        if (!began && thrown instanceof Fault && thrown.getCause() == null) {
            return unreadable("the message is no SOAP 1.1 request for an operation of this service", 0, 0);
        }
        if (Incident.callerWentAway(thrown)) {
            return new Answer(
                    problem(400, Kind.MALFORMED.name(), "the connection broke", List.of(), "Send the request again."),
                    Map.of());
        }
        String id = Incident.log(thrown).toString();
        Contract.Problem problem = problem(
                500,
                "INCIDENT",
                "something went wrong here; ask for the accounting before you repeat the request",
                List.of(),
                "Give the operator the incident " + id + ".");
        problem.instance = "urn:uuid:" + id;
        return new Answer(problem, Map.of());
    }

    private static Contract.Problem denied(Decision.Denied decision) {
        String text = decision.reasons().isEmpty()
                ? "the policy forbids it"
                : decision.reasons().get(0).text();
        Contract.Problem problem = problem(403, Kind.DENIED.name(), text, decision.promises(), decision.remedy());
        problem.reason.addAll(Contract.Reason.of(decision.reasons()));
        return problem;
    }

    private static Contract.Problem problem(
            int status, String code, String detail, List<String> promises, String remedy) {
        Contract.Problem problem = new Contract.Problem();
        problem.type = TYPE + code.toLowerCase(Locale.ROOT).replace('_', '-');
        problem.title = TITLES.get(status);
        problem.status = status;
        problem.detail = detail;
        problem.code = code;
        problem.promise.addAll(promises);
        problem.remedy = remedy;
        return problem;
    }

    private SoapFault fault(Contract.Problem problem) {
        SoapFault fault = new SoapFault(problem.detail, code(problem));
        fault.getOrCreateDetail()
                .appendChild(fault.getDetail().getOwnerDocument().importNode(xml.dom(problem), true));
        fault.setStatusCode(http(problem.status));
        return fault;
    }

    private static QName code(Contract.Problem problem) {
        Soap11 soap = Soap11.getInstance();
        if (problem.code.equals(HttpRefusal.VERSION_MISMATCH)) {
            return soap.getVersionMismatch();
        }
        if (problem.status == 401) {
            return FAILED_AUTHENTICATION;
        }
        return problem.status >= 500 ? soap.getReceiver() : soap.getSender();
    }

    /** SOAP 1.1 over HTTP answers a fault with 500; what was refused before its content was judged keeps its own. */
    private static int http(int status) {
        return switch (status) {
            case 400, 401, 405, 413, 415, 503 -> status;
            default -> 500;
        };
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
}
