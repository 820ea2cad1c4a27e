package org.pledge.vault;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * Takes cards in and gives tokens out. A token of another tenant behaves like one that does not exist, in answer and
 * time. While the vault is sealed every method refuses with kind {@code UNAVAILABLE}. Thread-safe.
 */
public interface CardService {
    /**
     * A public key that cards are encrypted to (RFC 7517): on P-256, or on X25519 (RFC 8037), which costs the vault less.
     *
     * @param kid names its version
     * @param x base64url of the first coordinate, or of the number on X25519
     * @param y base64url of the second coordinate; empty on X25519
     * @param current whether new cards should use it; an older one is taken until {@code until}
     */
    record IntakeKey(String kid, String x, String y, boolean current, Optional<Instant> until) {
        /** The curve by its name in a JWK: {@code P-256} (RFC 7518, 6.2.1.1) or {@code X25519} (RFC 8037, 2). */
        public String curve() {
            return y.isEmpty() ? "X25519" : "P-256";
        }
    }

    /**
     * What may be seen of a card, by anybody (PCI DSS 4.0.1, 3.4.1).
     *
     * @param token never of digits only and never with a valid check digit
     * @param lastFour the last four digits of the number
     * @param securityCodeGiven that a security code was given at intake, not which
     */
    record Card(
            TenantId tenant,
            String token,
            SubjectId customer,
            Network network,
            String lastFour,
            YearMonth expires,
            boolean securityCodeGiven,
            Instant stored) {}

    /**
     * One use of a card, for its owner to see.
     *
     * @param act an audit act, such as {@code CARD_REVEALED}
     * @param actor the name of the credential that acted
     * @param details identifiers, amounts and enum names only
     */
    record Use(UUID id, Instant at, String act, String actor, Map<String, String> details) {
        /** Keeps an immutable copy. */
        public Use {
            details = Map.copyOf(details);
        }
    }

    /**
     * Proof that a card was shredded: its key is destroyed.
     *
     * @param leaf the SHA-256 of what was recorded, in hexadecimal
     */
    record Certificate(String token, Instant deleted, UUID event, String leaf) {}

    /**
     * What the tenant's policy lets be taken.
     *
     * @param cards whether cards are taken at all, with number, expiry and holder
     * @param address whether a billing address is taken with them
     * @param securityCode whether a security code is, of one network at least
     */
    record Taken(boolean cards, boolean address, boolean securityCode) {}

    /** What may be sent for a card. Roles: operator. */
    Taken taken(Caller caller);

    /** The public keys that cards are encrypted to: the current one on P-256, that on X25519, then older ones. */
    List<IntakeKey> intakeKeys();

    /**
     * Takes a card in. The same number of the same customer gives the same token again; expiry, holder, address and
     * code are then those given last.
     *
     * @param jwe compact serialisation (RFC 7516) with {@code alg} ECDH-ES, {@code enc} A256GCM and a {@code kid} of
     *     {@link #intakeKeys}; inside, a JSON object with number, expiry (YYYY-MM), holder, and where the policy takes
     *     them address (street, postalCode, city, country) and securityCode, beside iat (seconds) and a fresh jti; an array
     *     that holds no JWE is wiped
     * @throws org.pledge.PledgeException {@code INVALID} naming the field, never its value; {@code NOT_FOUND} for a
     *     customer whom nobody knows; {@code DENIED} with the promise, such as AN-8 for the code of an American Express
     *     card
     */
    Card store(Caller caller, SubjectId customer, byte[] jwe);

    /** One card, masked. */
    Card card(Caller caller, String token);

    /** Whose card it is; also after it was deleted, for as long as that is on record. Roles: operator. */
    SubjectId customer(Caller caller, String token);

    /** A customer's cards, masked, newest first. */
    List<Card> cards(Caller caller, SubjectId customer);

    /** Puts another number, expiry or holder behind a token; the old number's key is destroyed. */
    Card replace(Caller caller, String token, byte[] jwe);

    /** Destroys a card's key and removes its row, at once and for good; repeating it gives the same certificate. */
    Certificate delete(Caller caller, String token);

    /** Every use and every reveal of a card, newest first; also after it was deleted. */
    Page<Use> uses(Caller caller, String token, Optional<String> cursor, int limit);
}
