package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;

/** Records acts of the vault in the transaction of the act. */
final class Acts {
    private final VaultTransactions transactions;
    private final VaultStore store;
    private final Runnable wake;
    private final Clock clock;

    /**
     * Records acts.
     *
     * @param wake told once an act is durable
     */
    Acts(VaultTransactions transactions, VaultStore store, Runnable wake, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.wake = wake;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Adds an act to the current transaction. */
    Event add(
            Leaf.Act act,
            Caller caller,
            Optional<SubjectId> subject,
            String token,
            List<String> promises,
            Map<String, String> details) {
        UUID id = UUID.randomUUID();
        Map<String, String> all = new TreeMap<>(details);
        all.put("event", id.toString());
        if (!token.isEmpty()) {
            all.put("card", token);
        }
        Leaf leaf = new Leaf(caller.tenant(), now(), act, caller.name(), subject, promises, all);
        Event event = new Event(0, id, token, leaf);
        store.addEvent(event);
        transactions.afterCommit(wake);
        return event;
    }

    /**
     * SHA-256 over a leaf: tenant, instant, act, actor, subject, promises, and keys and values of its details, in this
     * order, each as UTF-8 after its length in four bytes.
     */
    static String hash(Leaf leaf) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            Stream<String> head = Stream.of(
                    leaf.tenant().value(),
                    leaf.at().toString(),
                    leaf.act().name(),
                    leaf.actor(),
                    leaf.subject().map(SubjectId::toString).orElse(""),
                    String.join(",", leaf.promises()));
            Stream<String> details = new TreeMap<>(leaf.details())
                    .entrySet().stream().flatMap(each -> Stream.of(each.getKey(), each.getValue()));
            Stream.concat(head, details)
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .forEach(bytes -> {
                        sha256.update(ByteBuffer.allocate(Integer.BYTES)
                                .putInt(bytes.length)
                                .array());
                        sha256.update(bytes);
                    });
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
