package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
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
                sealer.seal(new Place(tenant, id, ENTITY, NUMBER), form.number()),
                holder(tenant, id, form),
                stored);
    }

    /** The same number with what was given last. */
    StoredCard sealAgain(StoredCard card, CardForm form) {
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
                holder(card.tenant(), card.id(), form),
                card.stored());
    }

    private byte[] holder(TenantId tenant, UUID id, CardForm form) {
        ByteBuffer plain = ByteBuffer.allocate(Short.BYTES + form.holder().length + form.address().length);
        plain.putShort((short) form.holder().length).put(form.holder()).put(form.address());
        try {
            return sealer.seal(new Place(tenant, id, ENTITY, HOLDER), plain.array());
        } finally {
            Arrays.fill(plain.array(), (byte) 0);
        }
    }

    /** The digits; the caller wipes them. */
    byte[] number(StoredCard card) {
        return sealer.open(new Place(card.tenant(), card.id(), ENTITY, NUMBER), card.number());
    }

    /** What a payment needs, but the security code; the caller closes it. */
    CardData forPayment(StoredCard card) {
        byte[] both = sealer.open(new Place(card.tenant(), card.id(), ENTITY, HOLDER), card.holder());
        try {
            int holder = Short.BYTES + ByteBuffer.wrap(both).getShort();
            return new CardData(
                    number(card),
                    card.expires().toString().getBytes(StandardCharsets.US_ASCII),
                    Arrays.copyOfRange(both, Short.BYTES, holder),
                    Arrays.copyOfRange(both, holder, both.length),
                    new byte[0]);
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
