package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.core.PaymentGateway.CardData;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Seals cards for the store and opens them again, within a transaction of the vault. */
final class CardRecords {
    private static final String ENTITY = "card";
    private static final String NUMBER = "number";
    private static final String HOLDER = "holder";
    private static final String LOOKUP = "card-number";

    private final CardSealer sealer;

    CardRecords(CardSealer sealer) {
        this.sealer = sealer;
    }

    /** Equal for equal numbers of one customer, and for nothing else. */
    byte[] lookup(TenantId tenant, SubjectId customer, byte[] number) {
        byte[] both = ByteBuffer.allocate(2 * Long.BYTES + number.length)
                .putLong(customer.high())
                .putLong(customer.low())
                .put(number)
                .array();
        try {
            return sealer.token(tenant, LOOKUP, both);
        } finally {
            Arrays.fill(both, (byte) 0);
        }
    }

    /** A card under a key of its own, named {@code id}. */
    StoredCard seal(
            TenantId tenant, UUID id, String token, SubjectId customer, byte[] lookup, CardForm form, Instant stored) {
        Place number = new Place(tenant, id, ENTITY, NUMBER);
        Place holder = new Place(tenant, id, ENTITY, HOLDER);
        byte[] both = holder(form);
        try {
            Map<Place, byte[]> values = sealer.sealNew(Map.of(number, form.number(), holder, both));
            return new StoredCard(
                    tenant,
                    id,
                    token,
                    customer,
                    lookup,
                    form.network(),
                    form.lastFour(),
                    form.expires(),
                    form.code().length > 0,
                    values.get(number),
                    values.get(holder),
                    stored);
        } finally {
            Arrays.fill(both, (byte) 0);
        }
    }

    /** The same number with what was given last. */
    StoredCard sealAgain(StoredCard card, CardForm form) {
        byte[] both = holder(form);
        try {
            return again(card, form, sealer.seal(new Place(card.tenant(), card.id(), ENTITY, HOLDER), both));
        } finally {
            Arrays.fill(both, (byte) 0);
        }
    }

    private static StoredCard again(StoredCard card, CardForm form, byte[] holder) {
        return new StoredCard(
                card.tenant(),
                card.id(),
                card.token(),
                card.customer(),
                card.lookup(),
                card.network(),
                card.lastFour(),
                form.expires(),
                form.code().length > 0,
                card.number(),
                holder,
                card.stored());
    }

    private static byte[] holder(CardForm form) {
        return ByteBuffer.allocate(Short.BYTES + form.holder().length + form.address().length)
                .putShort((short) form.holder().length)
                .put(form.holder())
                .put(form.address())
                .array();
    }

    /** The digits; the caller wipes them. */
    byte[] number(StoredCard card) {
        return sealer.open(new Place(card.tenant(), card.id(), ENTITY, NUMBER), card.number());
    }

    /**
     * What a payment needs; the caller closes it.
     *
     * @param code which stays the caller's
     */
    CardData forPayment(StoredCard card, byte[] code) {
        byte[] both = sealer.open(new Place(card.tenant(), card.id(), ENTITY, HOLDER), card.holder());
        try {
            int holder = Short.BYTES + ByteBuffer.wrap(both).getShort();
            return new CardData(
                    number(card),
                    card.expires().toString().getBytes(StandardCharsets.US_ASCII),
                    Arrays.copyOfRange(both, Short.BYTES, holder),
                    Arrays.copyOfRange(both, holder, both.length),
                    code.clone());
        } finally {
            Arrays.fill(both, (byte) 0);
        }
    }

    void destroyKey(StoredCard card) {
        sealer.destroyKey(card.tenant(), card.id());
    }

    static Card masked(StoredCard card) {
        return new Card(
                card.tenant(),
                card.token(),
                card.customer(),
                card.network(),
                card.lastFour(),
                card.expires(),
                card.securityCodeGiven(),
                card.stored());
    }
}
