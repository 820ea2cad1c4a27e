package org.pledge.soap.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

/** The elements and types of {@code pledge-v1.xsd} about requests under people's rights. */
public final class RightsContract {
    static final int TEN_YEARS = 3650;

    private RightsContract() {}

    @XmlRootElement(name = "openRequest")
    @XmlType(
            name = "",
            propOrder = {
                "idempotencyKey",
                "subject",
                "identifier",
                "type",
                "jurisdiction",
                "channel",
                "purpose",
                "received"
            })
    public static final class OpenRequest {
        String idempotencyKey;
        String subject;
        List<Contract.Supplied> identifier = new ArrayList<>();

        @XmlElement(required = true)
        String type;

        @XmlElement(required = true)
        String jurisdiction;

        @XmlElement(required = true)
        String channel;

        List<String> purpose = new ArrayList<>();

        @XmlSchemaType(name = "dateTime")
        String received;

        Type type() {
            return Type.valueOf(type);
        }

        Set<String> purposes() {
            return Set.copyOf(purpose);
        }

        Optional<Instant> received() {
            return Optional.ofNullable(received).map(Instant::parse);
        }

        Identified identified() {
            Map<String, String> values = new HashMap<>();
            for (Contract.Supplied each : identifier) {
                if (values.put(each.name, each.value) != null) {
                    throw new PledgeException(Kind.MALFORMED, "identifier holds two values of one name")
                            .remedy("Send one identifier of each name.");
                }
            }
            return new Identified(values);
        }
    }

    @XmlType(
            name = "RequestStep",
            propOrder = {"request"})
    public static final class RequestStep {
        @XmlElement(required = true)
        String request;

        UUID id() {
            return UUID.fromString(request);
        }
    }

    @XmlType(
            name = "RequestAnswer",
            propOrder = {"request"})
    public static final class RequestAnswer {
        @XmlElement(required = true)
        RightsRequest request;

        static RequestAnswer of(Request request) {
            RequestAnswer answer = new RequestAnswer();
            answer.request = RightsRequest.of(request);
            return answer;
        }
    }

    @XmlRootElement(name = "listRequests")
    @XmlType(
            name = "",
            propOrder = {"subject", "dueInDays", "limit"})
    public static final class ListRequests {
        String subject;
        Integer dueInDays;
        Integer limit;

        int days() {
            return dueInDays == null ? TEN_YEARS : dueInDays;
        }

        int limit() {
            return limit == null ? Contract.DEFAULT_LIMIT : limit;
        }
    }

    @XmlRootElement(name = "listRequestsResponse")
    @XmlType(
            name = "",
            propOrder = {"request"})
    public static final class ListRequestsResponse {
        List<RightsRequest> request = new ArrayList<>();

        static ListRequestsResponse of(List<Request> requests) {
            ListRequestsResponse response = new ListRequestsResponse();
            requests.forEach(each -> response.request.add(RightsRequest.of(each)));
            return response;
        }
    }

    @XmlRootElement(name = "checkCode")
    @XmlType(
            name = "",
            propOrder = {"request", "code"})
    public static final class CheckCode {
        @XmlElement(required = true)
        String request;

        @XmlElement(required = true)
        String code;
    }

    @XmlRootElement(name = "checkCodeResponse")
    @XmlType(
            name = "",
            propOrder = {"verified", "locked", "request"})
    public static final class CheckCodeResponse {
        boolean verified;
        boolean locked;

        @XmlElement(required = true)
        RightsRequest request;

        static CheckCodeResponse of(RightsService.CodeCheck check) {
            CheckCodeResponse response = new CheckCodeResponse();
            response.verified = check.verified();
            response.locked = check.locked();
            response.request = RightsRequest.of(check.request());
            return response;
        }
    }

    @XmlRootElement(name = "extendRequest")
    @XmlType(
            name = "",
            propOrder = {"request", "reason", "noticed"})
    public static final class ExtendRequest {
        @XmlElement(required = true)
        String request;

        @XmlElement(required = true)
        String reason;

        @XmlElement(required = true)
        @XmlSchemaType(name = "date")
        String noticed;

        Extension toValue() {
            return new Extension(Reason.valueOf(reason), LocalDate.parse(noticed));
        }
    }

    @XmlRootElement(name = "refuseRequest")
    @XmlType(
            name = "",
            propOrder = {"request", "ground"})
    public static final class RefuseRequest {
        @XmlElement(required = true)
        String request;

        @XmlElement(required = true)
        String ground;

        Ground ground() {
            return Ground.valueOf(ground);
        }
    }

    @XmlRootElement(name = "fulfilRequestResponse")
    @XmlType(
            name = "",
            propOrder = {"request", "awaiting", "disclosure", "digest"})
    public static final class FulfilRequestResponse {
        @XmlElement(required = true)
        RightsRequest request;

        int awaiting;
        List<Contract.Disclosure> disclosure = new ArrayList<>();
        String digest;

        static FulfilRequestResponse of(RightsService.Fulfilment done) {
            FulfilRequestResponse response = new FulfilRequestResponse();
            response.request = RightsRequest.of(done.request());
            response.awaiting = done.awaiting();
            done.disclosures().forEach(each -> response.disclosure.add(Contract.Disclosure.of(each)));
            response.digest = done.digest().orElse(null);
            return response;
        }
    }

    @XmlType(
            name = "RightsRequest",
            propOrder = {
                "id",
                "subject",
                "type",
                "state",
                "jurisdiction",
                "channel",
                "received",
                "openedBy",
                "law",
                "zone",
                "acknowledgeBy",
                "acknowledged",
                "answerBy",
                "lastDay",
                "paused",
                "verifiedBy",
                "extensionReason",
                "extensionNoticed",
                "carriedOut",
                "closed",
                "closedBy",
                "ground"
            })
    public static final class RightsRequest {
        @XmlElement(required = true)
        String id;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String type;

        @XmlElement(required = true)
        String state;

        @XmlElement(required = true)
        String jurisdiction;

        @XmlElement(required = true)
        String channel;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String received;

        @XmlElement(required = true)
        String openedBy;

        @XmlElement(required = true)
        String law;

        @XmlElement(required = true)
        String zone;

        @XmlSchemaType(name = "dateTime")
        String acknowledgeBy;

        @XmlSchemaType(name = "dateTime")
        String acknowledged;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String answerBy;

        @XmlElement(required = true)
        @XmlSchemaType(name = "date")
        String lastDay;

        boolean paused;

        String verifiedBy;

        String extensionReason;

        @XmlSchemaType(name = "date")
        String extensionNoticed;

        @XmlSchemaType(name = "dateTime")
        String carriedOut;

        @XmlSchemaType(name = "dateTime")
        String closed;

        String closedBy;

        String ground;

        static RightsRequest of(Request r) {
            Deadlines d = r.deadlines();
            RightsRequest answer = new RightsRequest();
            answer.id = r.id().toString();
            answer.subject = r.subject().toString();
            answer.type = r.type().name();
            answer.state = r.state().name();
            answer.jurisdiction = r.jurisdiction();
            answer.channel = r.channel();
            answer.received = r.received().toString();
            answer.openedBy = r.openedBy();
            answer.law = d.law();
            answer.zone = d.zone().getId();
            answer.acknowledgeBy = d.acknowledgeBy().map(Object::toString).orElse(null);
            answer.acknowledged = d.acknowledged().map(Object::toString).orElse(null);
            answer.answerBy = d.answerBy().toString();
            answer.lastDay = d.lastDay().toString();
            answer.paused = d.pausedSince().isPresent();
            answer.verifiedBy = r.verifiedBy().map(Enum::name).orElse(null);
            answer.extensionReason = r.extension().map(e -> e.reason().name()).orElse(null);
            answer.extensionNoticed =
                    r.extension().map(e -> e.noticed().toString()).orElse(null);
            answer.carriedOut = r.carriedOut().map(Object::toString).orElse(null);
            answer.closed = r.closing().map(c -> c.at().toString()).orElse(null);
            answer.closedBy = r.closing().map(c -> c.by()).orElse(null);
            answer.ground = r.closing().flatMap(c -> c.ground()).map(Enum::name).orElse(null);
            return answer;
        }
    }
}
