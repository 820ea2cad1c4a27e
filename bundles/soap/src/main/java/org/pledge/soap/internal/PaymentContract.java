package org.pledge.soap.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlSchemaType;
import javax.xml.bind.annotation.XmlType;
import org.pledge.Page;
import org.pledge.vault.PaymentService;
import org.pledge.vault.PaymentService.State;

/**
 * The elements and types of {@code pledge-v1.xsd} about movements of money. Captures and refunds are asked for with one
 * type, and every movement is answered with one.
 */
public final class PaymentContract {
    private PaymentContract() {}

    @XmlRootElement(name = "authorise")
    @XmlType(
            name = "",
            propOrder = {"token", "amount", "currency", "purpose", "reference", "securityCode"})
    public static final class Authorise {
        @XmlElement(required = true)
        String token;

        long amount;

        @XmlElement(required = true)
        String currency;

        @XmlElement(required = true)
        String purpose;

        @XmlElement(required = true)
        String reference;

        String securityCode;

        PaymentService.Authorisation toValue() {
            return new PaymentService.Authorisation(
                    token,
                    amount,
                    currency,
                    purpose,
                    reference,
                    Optional.ofNullable(securityCode).map(jwe -> jwe.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    @XmlType(
            name = "NewMovement",
            propOrder = {"payment", "amount", "reference"})
    public static final class NewMovement {
        @XmlElement(required = true)
        String payment;

        long amount;

        @XmlElement(required = true)
        String reference;

        UUID id() {
            return UUID.fromString(payment);
        }
    }

    @XmlRootElement(name = "void")
    @XmlType(
            name = "",
            propOrder = {"payment", "reference"})
    public static final class NewVoid {
        @XmlElement(required = true)
        String payment;

        @XmlElement(required = true)
        String reference;
    }

    @XmlRootElement(name = "getPayment")
    @XmlType(
            name = "",
            propOrder = {"payment"})
    public static final class GetPayment {
        @XmlElement(required = true)
        String payment;
    }

    @XmlRootElement(name = "listPayments")
    @XmlType(
            name = "",
            propOrder = {"state", "cursor", "limit"})
    public static final class ListPayments {
        String state;
        String cursor;
        Integer limit;

        State state() {
            return state == null ? State.IN_DOUBT : State.valueOf(state);
        }

        int limit() {
            return limit == null ? Contract.DEFAULT_LIMIT : limit;
        }
    }

    @XmlRootElement(name = "listPaymentsResponse")
    @XmlType(
            name = "",
            propOrder = {"payment", "next"})
    public static final class ListPaymentsResponse {
        List<Payment> payment = new ArrayList<>();
        String next;

        static ListPaymentsResponse of(Page<PaymentService.Payment> page) {
            ListPaymentsResponse response = new ListPaymentsResponse();
            page.items().forEach(item -> response.payment.add(Payment.of(item)));
            response.next = page.next().orElse(null);
            return response;
        }
    }

    @XmlType(
            name = "Movement",
            propOrder = {"payment"})
    public static final class Movement {
        @XmlElement(required = true)
        Payment payment;

        static Movement of(PaymentService.Payment payment) {
            Movement movement = new Movement();
            movement.payment = Payment.of(payment);
            return movement;
        }
    }

    @XmlType(
            name = "Payment",
            propOrder = {
                "id",
                "kind",
                "parent",
                "token",
                "amount",
                "currency",
                "reference",
                "state",
                "securityCodeResult",
                "addressResult",
                "reason",
                "created",
                "changed",
                "evidenceUntil"
            })
    public static final class Payment {
        @XmlElement(required = true)
        String id;

        @XmlElement(required = true)
        String kind;

        String parent;

        @XmlElement(required = true)
        String token;

        long amount;

        @XmlElement(required = true)
        String currency;

        @XmlElement(required = true)
        String reference;

        @XmlElement(required = true)
        String state;

        String securityCodeResult;
        String addressResult;
        String reason;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String created;

        @XmlElement(required = true)
        @XmlSchemaType(name = "dateTime")
        String changed;

        @XmlSchemaType(name = "dateTime")
        String evidenceUntil;

        static Payment of(PaymentService.Payment p) {
            Payment answer = new Payment();
            answer.id = p.id().toString();
            answer.kind = p.kind().name();
            answer.parent = p.parent().map(UUID::toString).orElse(null);
            answer.token = p.token();
            answer.amount = p.amount();
            answer.currency = p.currency();
            answer.reference = p.reference();
            answer.state = p.state().name();
            answer.securityCodeResult = given(p.code());
            answer.addressResult = given(p.addressMatch());
            answer.reason = given(p.reason());
            answer.created = p.created().toString();
            answer.changed = p.changed().toString();
            answer.evidenceUntil = p.evidenceUntil().map(Object::toString).orElse(null);
            return answer;
        }

        private static String given(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
