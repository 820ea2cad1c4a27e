package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.pledge.vault.PaymentService;

/** The schemas of {@code openapi.yaml} about movements of money. */
final class PaymentContract {
    private PaymentContract() {}

    record NewPayment(
            String token, Long amount, String currency, String purpose, String reference, String securityCode) {
        NewPayment {
            needed("token", token);
            needed("amount", amount);
            needed("currency", currency);
            needed("purpose", purpose);
            needed("reference", reference);
        }

        PaymentService.Authorisation toValue() {
            return new PaymentService.Authorisation(
                    token,
                    amount,
                    currency,
                    purpose,
                    reference,
                    Optional.ofNullable(securityCode).map(jwe -> jwe.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String toString() {
            return "NewPayment[" + reference + "]";
        }
    }

    record NewMovement(Long amount, String reference) {
        NewMovement {
            needed("amount", amount);
            needed("reference", reference);
        }
    }

    record NewVoid(String reference) {
        NewVoid {
            needed("reference", reference);
        }
    }

    record Payment(
            UUID id,
            PaymentService.Kind kind,
            UUID parent,
            String token,
            long amount,
            String currency,
            String reference,
            PaymentService.State state,
            String securityCodeResult,
            String addressResult,
            String reason,
            Instant created,
            Instant changed,
            Instant evidenceUntil) {
        static Payment of(PaymentService.Payment p) {
            return new Payment(
                    p.id(),
                    p.kind(),
                    p.parent().orElse(null),
                    p.token(),
                    p.amount(),
                    p.currency(),
                    p.reference(),
                    p.state(),
                    given(p.code()),
                    given(p.addressMatch()),
                    given(p.reason()),
                    p.created(),
                    p.changed(),
                    p.evidenceUntil().orElse(null));
        }

        private static String given(String text) {
            return text.isEmpty() ? null : text;
        }
    }
}
