package org.pledge.vault.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.pledge.TenantId;
import org.pledge.vault.core.PaymentGateway;

/** A clearing house in memory: what it did, and how it answers. It keeps hashes of what a card said, never the card. */
final class FakeGateway implements PaymentGateway {
    static final Answer DONE = new Answer(true, "", "M", "Y");
    static final Answer NEVER_HEARD = new Answer(false, "unknown", "", "");

    final Map<UUID, Answer> ledger = new ConcurrentHashMap<>();
    final List<Instruction> sent = java.util.Collections.synchronizedList(new ArrayList<>());
    final List<Map<String, Integer>> cards = java.util.Collections.synchronizedList(new ArrayList<>());
    final List<UUID> asked = java.util.Collections.synchronizedList(new ArrayList<>());
    Function<Instruction, Optional<Answer>> answers = instruction -> Optional.of(DONE);
    Function<UUID, Optional<Answer>> says = id -> Optional.of(ledger.getOrDefault(id, NEVER_HEARD));

    @Override
    public Optional<Answer> send(Instruction instruction) {
        sent.add(instruction);
        instruction.card().ifPresent(card -> {
            Map<String, Integer> hashes = new LinkedHashMap<>();
            hashes.put("number", hash(card.number()));
            hashes.put("expiry", hash(card.expiry()));
            hashes.put("holder", hash(card.holder()));
            hashes.put("address", hash(card.address()));
            hashes.put("code", hash(card.code()));
            cards.add(hashes);
        });
        return answers.apply(instruction);
    }

    /** Carries it out, whatever is answered. */
    void carryOut(Instruction instruction) {
        ledger.putIfAbsent(instruction.id(), DONE);
    }

    static int hash(byte[] value) {
        return java.util.Arrays.hashCode(value);
    }

    static int hash(String value) {
        return hash(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<Answer> ask(TenantId tenant, String partner, UUID id) {
        asked.add(id);
        return says.apply(id);
    }
}
