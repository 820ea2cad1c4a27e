package org.pledge.vault.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway.CardData;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Marks movements as being sent, and opens the card that is behind a token in the same transaction. */
final class Sendings {
    /** A movement that is meant, and the security code for it, which stays the caller's. */
    record Start(Caller caller, Payment intent, Way way, byte[] code) {
        @Override
        public String toString() {
            return "Start[" + intent.id() + "]";
        }
    }

    /** What is marked as being sent, with its card. */
    record Sending(Payment payment, CardData card) implements AutoCloseable {
        @Override
        public void close() {
            card.close();
        }

        @Override
        public String toString() {
            return "Sending[" + payment.id() + "]";
        }
    }

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final CardRecords records;
    private final Movements movements;
    private final Together<Start, Optional<Sending>> together;

    Sendings(VaultTransactions transactions, VaultStore store, CardRecords records, Movements movements) {
        this.transactions = transactions;
        this.store = store;
        this.records = records;
        this.movements = movements;
        this.together = new Together<>(transactions, this::beginAll);
    }

    /** Begins one, durably; the caller closes it. Nothing where the card is gone, or the movement no longer meant. */
    Optional<Sending> begin(Start start) {
        return together.add(start.intent().tenant(), start.intent().id(), start);
    }

    private List<Optional<Sending>> beginAll(TenantId tenant, List<Start> starts) {
        return Opening.secret(transactions, () -> begun(tenant, starts), Sendings::close);
    }

    private static void close(List<Optional<Sending>> sendings) {
        sendings.forEach(each -> each.ifPresent(Sending::close));
    }

    /** The movements are locked last: opening may take a while. */
    private List<Optional<Sending>> begun(TenantId tenant, List<Start> starts) {
        Map<UUID, CardData> opened = new HashMap<>();
        List<Optional<Sending>> begun = List.of();
        try {
            open(tenant, starts, opened);
            Map<UUID, Payment> meant = store.lockPayments(tenant, opened.keySet()).stream()
                    .filter(now -> now.state() == State.INTENT)
                    .collect(Collectors.toMap(Payment::id, Function.identity()));
            begun = starts.stream()
                    .map(start -> Optional.ofNullable(meant.get(start.intent().id()))
                            .map(now -> movements.sent(start.caller(), now, start.way()))
                            .map(sent -> new Sending(sent, opened.get(sent.id()))))
                    .toList();
            return begun;
        } finally {
            begun.forEach(each ->
                    each.ifPresent(sending -> opened.remove(sending.payment().id())));
            opened.values().forEach(CardData::close);
        }
    }

    private void open(TenantId tenant, List<Start> starts, Map<UUID, CardData> opened) {
        Set<String> tokens =
                starts.stream().map(start -> start.intent().token()).collect(Collectors.toSet());
        Map<String, StoredCard> cards = store.lockCards(tenant, tokens).stream()
                .collect(Collectors.toMap(StoredCard::token, Function.identity()));
        for (Start start : starts) {
            Optional.ofNullable(cards.get(start.intent().token()))
                    .map(card -> records.forPayment(card, start.code()))
                    .ifPresent(data -> opened.put(start.intent().id(), data));
        }
    }
}
