package org.pledge.soap.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import javax.xml.bind.annotation.XmlAttribute;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import javax.xml.bind.annotation.XmlValue;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.policy.Policy;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;

/**
 * The elements and types of {@code pledge-v1.xsd}, each a class of the same name; what is absent in XML is null inside
 * them and nowhere else.
 */
public final class Contract {
    static final String NAMESPACE = "urn:pledge:sharing:v1";
    static final int DEFAULT_LIMIT = 50;

    private Contract() {}

    private static SharingService.Request request(
            String subject,
            String partner,
            String purpose,
            List<String> fields,
            String legalCase,
            List<Supplied> supplied) {
        Map<String, String> values = new HashMap<>();
        for (Supplied value : supplied) {
            if (values.put(value.name, value.value) != null) {
                throw new PledgeException(Kind.MALFORMED, "supplied holds two values of one name")
                        .remedy("Send one supplied value of each name.");
            }
        }
        return new SharingService.Request(
                SubjectId.parse(subject),
                partner,
                purpose,
                fields,
                Optional.ofNullable(legalCase).map(UUID::fromString),
                values);
    }

    @XmlRootElement(name = "decide")
    @XmlType(
            name = "",
            propOrder = {"subject", "partner", "purpose", "field", "legalCase", "supplied"})
    public static final class Decide {
        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String partner;

        @XmlElement(required = true)
        String purpose;

        @XmlElement(required = true)
        List<String> field = new ArrayList<>();

        String legalCase;
        List<Supplied> supplied = new ArrayList<>();

        SharingService.Request toRequest() {
            return request(subject, partner, purpose, field, legalCase, supplied);
        }
    }

    @XmlRootElement(name = "decideResponse")
    @XmlType(
            name = "",
            propOrder = {"decision"})
    public static final class DecideResponse {
        @XmlElement(required = true)
        Decision decision;

        static DecideResponse of(org.pledge.policy.Decision decision) {
            DecideResponse response = new DecideResponse();
            response.decision = Decision.of(decision);
            return response;
        }
    }

    @XmlRootElement(name = "share")
    @XmlType(
            name = "",
            propOrder = {"idempotencyKey", "subject", "partner", "purpose", "field", "legalCase", "supplied"})
    public static final class Share {
        String idempotencyKey;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String partner;

        @XmlElement(required = true)
        String purpose;

        @XmlElement(required = true)
        List<String> field = new ArrayList<>();

        String legalCase;
        List<Supplied> supplied = new ArrayList<>();

        SharingService.Request toRequest() {
            return request(subject, partner, purpose, field, legalCase, supplied);
        }
    }

    @XmlRootElement(name = "shareResponse")
    @XmlType(
            name = "",
            propOrder = {"disclosure"})
    public static final class ShareResponse {
        @XmlElement(required = true)
        Disclosure disclosure;

        static ShareResponse of(SharingService.Disclosure disclosure) {
            ShareResponse response = new ShareResponse();
            response.disclosure = Disclosure.of(disclosure);
            return response;
        }
    }

    @XmlRootElement(name = "withdraw")
    @XmlType(
            name = "",
            propOrder = {"idempotencyKey", "subject", "purpose", "recipient", "category", "channel"})
    public static final class Withdraw {
        String idempotencyKey;

        @XmlElement(required = true)
        String subject;

        String purpose;
        String recipient;
        List<String> category = new ArrayList<>();

        @XmlElement(required = true)
        String channel;

        ConsentService.Withdrawal toWithdrawal() {
            return new ConsentService.Withdrawal(
                    Optional.ofNullable(purpose), Optional.ofNullable(recipient), Set.copyOf(category), channel);
        }
    }

    @XmlRootElement(name = "withdrawResponse")
    @XmlType(
            name = "",
            propOrder = {"receipt"})
    public static final class WithdrawResponse {
        @XmlElement(required = true)
        Receipt receipt;

        static WithdrawResponse of(Receipt receipt) {
            WithdrawResponse response = new WithdrawResponse();
            response.receipt = receipt;
            return response;
        }
    }

    @XmlRootElement(name = "acknowledge")
    @XmlType(
            name = "",
            propOrder = {"notice"})
    public static final class Acknowledge {
        @XmlElement(required = true)
        String notice;
    }

    @XmlRootElement(name = "acknowledgeResponse")
    @XmlType(
            name = "",
            propOrder = {"notice"})
    public static final class AcknowledgeResponse {
        @XmlElement(required = true)
        Notice notice;

        static AcknowledgeResponse of(NoticeService.Notice notice) {
            AcknowledgeResponse response = new AcknowledgeResponse();
            response.notice = Notice.of(notice);
            return response;
        }
    }

    @XmlRootElement(name = "accounting")
    @XmlType(
            name = "",
            propOrder = {"subject", "cursor", "limit"})
    public static final class Accounting {
        @XmlElement(required = true)
        String subject;

        String cursor;
        Integer limit;

        int limit() {
            return limit == null ? DEFAULT_LIMIT : limit;
        }
    }

    @XmlRootElement(name = "accountingResponse")
    @XmlType(
            name = "",
            propOrder = {"disclosure", "next"})
    public static final class AccountingResponse {
        List<Disclosure> disclosure = new ArrayList<>();
        String next;

        static AccountingResponse of(Page<SharingService.Disclosure> page) {
            AccountingResponse response = new AccountingResponse();
            page.items().forEach(item -> response.disclosure.add(Disclosure.of(item)));
            response.next = page.next().orElse(null);
            return response;
        }
    }

    @XmlRootElement(name = "problem")
    @XmlType(
            name = "Problem",
            propOrder = {
                "type",
                "title",
                "status",
                "detail",
                "instance",
                "code",
                "promise",
                "remedy",
                "reason",
                "line",
                "column"
            })
    public static final class Problem {
        @XmlElement(required = true)
        String type;

        @XmlElement(required = true)
        String title;

        int status;

        @XmlElement(required = true)
        String detail;

        String instance;

        @XmlElement(required = true)
        String code;

        List<String> promise = new ArrayList<>();

        @XmlElement(required = true)
        String remedy;

        List<Reason> reason = new ArrayList<>();
        Integer line;
        Integer column;
    }

    @XmlType(
            name = "Supplied",
            propOrder = {"value"})
    public static final class Supplied {
        @XmlValue
        String value;

        @XmlAttribute(required = true)
        String name;
    }

    @XmlType(
            name = "Decision",
            propOrder = {"outcome", "field", "promise", "obligation", "reason", "remedy"})
    public static final class Decision {
        @XmlElement(required = true)
        String outcome;

        List<String> field = new ArrayList<>();
        List<String> promise = new ArrayList<>();
        List<Obligation> obligation = new ArrayList<>();
        List<Reason> reason = new ArrayList<>();

        @XmlElement(required = true)
        String remedy;

        static Decision of(org.pledge.policy.Decision decision) {
            Decision answer = new Decision();
            answer.promise.addAll(decision.promises());
            if (decision instanceof org.pledge.policy.Decision.Permitted permitted) {
                answer.outcome = "PERMITTED";
                answer.field.addAll(new TreeSet<>(permitted.fields()));
                permitted.obligations().forEach(o -> answer.obligation.add(Obligation.of(o)));
                answer.reason.addAll(Reason.of(permitted.withheld()));
                answer.remedy = "";
            } else if (decision instanceof org.pledge.policy.Decision.Denied denied) {
                answer.outcome = "DENIED";
                answer.reason.addAll(Reason.of(denied.reasons()));
                answer.remedy = denied.remedy();
            }
            return answer;
        }
    }

    @XmlType(
            name = "Obligation",
            propOrder = {"name", "parameter"})
    public static final class Obligation {
        @XmlElement(required = true)
        String name;

        List<Parameter> parameter = new ArrayList<>();

        static Obligation of(Policy.Obligation obligation) {
            Obligation answer = new Obligation();
            answer.name = obligation.name();
            new TreeMap<>(obligation.parameters()).forEach((name, value) -> {
                Parameter parameter = new Parameter();
                parameter.name = name;
                parameter.value = value;
                answer.parameter.add(parameter);
            });
            return answer;
        }
    }

    @XmlType(
            name = "Parameter",
            propOrder = {"value"})
    public static final class Parameter {
        @XmlValue
        String value;

        @XmlAttribute(required = true)
        String name;
    }

    @XmlType(
            name = "Reason",
            propOrder = {"code", "field", "promise", "text"})
    public static final class Reason {
        @XmlElement(required = true)
        String code;

        String field;
        List<String> promise = new ArrayList<>();

        @XmlElement(required = true)
        String text;

        static List<Reason> of(List<org.pledge.policy.Decision.Reason> reasons) {
            return reasons.stream().map(Reason::of).toList();
        }

        private static Reason of(org.pledge.policy.Decision.Reason reason) {
            Reason answer = new Reason();
            answer.code = reason.code().name();
            answer.field = reason.field().isEmpty() ? null : reason.field();
            answer.promise.addAll(reason.promises());
            answer.text = reason.text();
            return answer;
        }
    }

    @XmlType(
            name = "Disclosure",
            propOrder = {
                "id",
                "subject",
                "partner",
                "purpose",
                "field",
                "basis",
                "promise",
                "policyVersion",
                "legalCase",
                "state",
                "attempts",
                "answer",
                "created",
                "deadline",
                "delivered"
            })
    public static final class Disclosure {
        @XmlElement(required = true)
        String id;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String partner;

        @XmlElement(required = true)
        String purpose;

        List<String> field = new ArrayList<>();

        @XmlElement(required = true)
        String basis;

        List<String> promise = new ArrayList<>();
        int policyVersion;
        String legalCase;

        @XmlElement(required = true)
        String state;

        int attempts;
        Integer answer;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String created;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String deadline;

        @XmlSchemaType(name = "dateTime")
        String delivered;

        static Disclosure of(SharingService.Disclosure d) {
            Disclosure answer = new Disclosure();
            answer.id = d.id().toString();
            answer.subject = d.subject().toString();
            answer.partner = d.partner();
            answer.purpose = d.purpose();
            answer.field.addAll(new TreeSet<>(d.fields()));
            answer.basis = d.basis();
            answer.promise.addAll(d.promises());
            answer.policyVersion = d.policyVersion();
            answer.legalCase = d.legalCase().map(UUID::toString).orElse(null);
            answer.state = d.state().name();
            answer.attempts = d.attempts();
            answer.answer = d.answer().isPresent() ? (Integer) d.answer().getAsInt() : null;
            answer.created = d.created().toString();
            answer.deadline = d.deadline().toString();
            answer.delivered = d.delivered().map(Instant::toString).orElse(null);
            return answer;
        }
    }

    @XmlType(
            name = "Receipt",
            propOrder = {"id", "subject", "kind", "at", "epoch", "cancelled", "inDoubt", "told"})
    public static final class Receipt {
        @XmlElement(required = true)
        String id;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String kind;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String at;

        long epoch;
        Integer cancelled;
        List<InDoubt> inDoubt = new ArrayList<>();
        List<Told> told = new ArrayList<>();

        static Receipt of(ConsentService.Receipt r) {
            Receipt answer = of(r.id(), r.subject(), r.kind(), r.at(), r.epoch());
            answer.cancelled = r.cancelled();
            r.inDoubt().forEach(d -> answer.inDoubt.add(InDoubt.of(d)));
            r.told().forEach(t -> answer.told.add(Told.of(t)));
            return answer;
        }

        /** As the history tells it: what a withdrawal stopped is not part of it. */
        static Receipt of(ConsentService.Event e) {
            return of(e.id(), e.subject(), e.kind(), e.at(), e.epoch());
        }

        private static Receipt of(UUID id, SubjectId subject, ConsentService.Kind kind, Instant at, long epoch) {
            Receipt answer = new Receipt();
            answer.id = id.toString();
            answer.subject = subject.toString();
            answer.kind = kind.name();
            answer.at = at.toString();
            answer.epoch = epoch;
            return answer;
        }
    }

    @XmlType(
            name = "InDoubt",
            propOrder = {"disclosure", "partner"})
    public static final class InDoubt {
        @XmlElement(required = true)
        String disclosure;

        @XmlElement(required = true)
        String partner;

        static InDoubt of(ConsentService.InDoubt d) {
            InDoubt answer = new InDoubt();
            answer.disclosure = d.disclosure().toString();
            answer.partner = d.partner();
            return answer;
        }
    }

    @XmlType(
            name = "Told",
            propOrder = {"notice", "partner"})
    public static final class Told {
        @XmlElement(required = true)
        String notice;

        @XmlElement(required = true)
        String partner;

        static Told of(ConsentService.Told told) {
            Told answer = new Told();
            answer.notice = told.notice().toString();
            answer.partner = told.partner();
            return answer;
        }
    }

    @XmlType(
            name = "Notice",
            propOrder = {
                "id",
                "subject",
                "partner",
                "kind",
                "disclosure",
                "field",
                "state",
                "attempts",
                "answer",
                "created",
                "due",
                "legallyDue",
                "delivered",
                "confirmed",
                "channel",
                "overdue"
            })
    public static final class Notice {
        @XmlElement(required = true)
        String id;

        @XmlElement(required = true)
        String subject;

        @XmlElement(required = true)
        String partner;

        @XmlElement(required = true)
        String kind;

        List<String> disclosure = new ArrayList<>();
        List<String> field = new ArrayList<>();

        @XmlElement(required = true)
        String state;

        int attempts;
        Integer answer;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String created;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String due;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String legallyDue;

        @XmlSchemaType(name = "dateTime")
        String delivered;

        @XmlSchemaType(name = "dateTime")
        String confirmed;

        String channel;
        boolean overdue;

        static Notice of(NoticeService.Notice n) {
            Notice answer = new Notice();
            answer.id = n.id().toString();
            answer.subject = n.subject().toString();
            answer.partner = n.partner();
            answer.kind = n.kind().name();
            n.disclosures().stream().map(UUID::toString).sorted().forEach(answer.disclosure::add);
            answer.field.addAll(new TreeSet<>(n.fields()));
            answer.state = n.state().name();
            answer.attempts = n.attempts();
            answer.answer = n.answer().isPresent() ? (Integer) n.answer().getAsInt() : null;
            answer.created = n.created().toString();
            answer.due = n.due().toString();
            answer.legallyDue = n.legallyDue().toString();
            answer.delivered = n.delivered().map(Instant::toString).orElse(null);
            answer.confirmed = n.confirmed().map(Instant::toString).orElse(null);
            answer.channel = n.channel().orElse(null);
            answer.overdue = n.overdue();
            return answer;
        }
    }
}
