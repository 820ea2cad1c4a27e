package org.pledge.rights;

import java.util.List;
import java.util.Optional;
import org.pledge.Page;
import org.pledge.TenantId;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.CardService.Taken;
import org.pledge.vault.CardService.Use;

/**
 * What people do about their own cards with a pass of {@link SelfService}, and within its bounds: where more than a code
 * by mail is needed to correct what is held about somebody, they cannot give or replace a card either, and where more is
 * needed to erase it, they cannot delete one; these acts count among the few that one pass is good for. A card of somebody else behaves like one that does not exist. Thread-safe.
 *
 * <p>Every method refuses with kind {@code NOT_FOUND} for a pass that is not good, and with {@code UNAVAILABLE} while the
 * vault is sealed or stopped.
 */
public interface OwnCards {
    /**
     * What the page shows.
     *
     * @param contact where to turn to
     * @param cards masked, newest first
     * @param changeable whether cards can be added and replaced with this pass
     * @param deletable whether cards can be deleted with this pass
     * @param taken what may be sent for a card
     * @param keys that cards can be encrypted to now, one of each curve, P-256 first
     */
    record Wallet(
            String contact,
            List<Card> cards,
            boolean changeable,
            boolean deletable,
            Taken taken,
            List<IntakeKey> keys) {
        /** Keeps immutable copies. */
        public Wallet {
            cards = List.copyOf(cards);
            keys = List.copyOf(keys);
        }

        @Override
        public String toString() {
            return "Wallet";
        }
    }

    /** The cards of whoever has the pass. */
    Wallet wallet(TenantId tenant, String pass);

    /**
     * Takes a card in, as {@code CardService.store} does.
     *
     * @param jwe compact serialisation (RFC 7516)
     */
    Card add(TenantId tenant, String pass, byte[] jwe);

    /** Puts another card behind a token, as {@code CardService.replace} does. */
    Card replace(TenantId tenant, String pass, String token, byte[] jwe);

    /** Destroys a card for good; repeating it gives the same certificate. */
    Certificate delete(TenantId tenant, String pass, String token);

    /** Every use and every reveal of a card, newest first; also after it was deleted. */
    Page<Use> uses(TenantId tenant, String pass, String token, Optional<String> cursor);
}
