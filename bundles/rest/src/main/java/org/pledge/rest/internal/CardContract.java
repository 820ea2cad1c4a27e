package org.pledge.rest.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.vault.CardService;
import org.pledge.vault.Network;

/** The schemas of {@code openapi.yaml} about stored cards, which are shown masked only. */
final class CardContract {
    private CardContract() {}

    /** A set of keys (RFC 7517, section 5). */
    record IntakeKeys(List<IntakeKey> keys) {
        static IntakeKeys of(List<CardService.IntakeKey> keys) {
            return new IntakeKeys(keys.stream().map(IntakeKey::of).toList());
        }
    }

    record IntakeKey(String kty, String crv, String use, String alg, String kid, String x, String y, Instant until) {
        static IntakeKey of(CardService.IntakeKey key) {
            String y = key.y().isEmpty() ? null : key.y();
            return new IntakeKey(
                    y == null ? "OKP" : "EC",
                    key.curve(),
                    "enc",
                    "ECDH-ES",
                    key.kid(),
                    key.x(),
                    y,
                    key.until().orElse(null));
        }
    }

    record Card(
            String token,
            SubjectId subject,
            Network network,
            String lastFour,
            String expires,
            boolean securityCodeGiven,
            Instant stored) {
        static Card of(CardService.Card card) {
            return new Card(
                    card.token(),
                    card.customer(),
                    card.network(),
                    card.lastFour(),
                    card.expires().toString(),
                    card.securityCodeGiven(),
                    card.stored());
        }
    }

    record CardUse(UUID id, Instant at, String act, String actor, Map<String, String> details) {
        static CardUse of(CardService.Use use) {
            return new CardUse(use.id(), use.at(), use.act(), use.actor(), use.details());
        }
    }

    record CardCertificate(String token, Instant deleted, UUID event, String leaf) {
        static CardCertificate of(CardService.Certificate certificate) {
            return new CardCertificate(
                    certificate.token(), certificate.deleted(), certificate.event(), certificate.leaf());
        }
    }
}
