package org.pledge.store.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.pledge.crypto.spi.CardKeyStore.EpochKey;
import org.pledge.crypto.spi.CardKeyStore.IntakeKeyPair;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.Tables.Key;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.spi.VaultStore.Event;
import org.pledge.vault.spi.VaultStore.StoredCard;
import org.pledge.vault.spi.VaultStore.StoredEvidence;

/** What the stores of one {@link MemoryVault} keep. */
final class VaultTables {
    /** The vault's transactions; its own, and none of its maps but those below. */
    final Tables units = new Tables();

    final Map<Key<String>, StoredCard> cards = new HashMap<>();
    final Map<Key<UUID>, Payment> payments = new HashMap<>();
    final Map<Key<UUID>, StoredEvidence> evidence = new HashMap<>();
    final Map<Key<UUID>, Request> requests = new HashMap<>();
    final TreeMap<Long, Event> events = new TreeMap<>();
    final TreeMap<Long, Event> unrelayed = new TreeMap<>();
    final Map<Key<UUID>, WrappedKey> cardKeys = new HashMap<>();
    final Map<String, EpochKey> epochKeys = new HashMap<>();
    final Map<String, IntakeKeyPair> intakeKeys = new HashMap<>();
    long lastEvent;
}
