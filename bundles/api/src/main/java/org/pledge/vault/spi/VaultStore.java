package org.pledge.vault.spi;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.RevealService.Request;

/**
 * Keeps cards, movements of money, requests and the vault's own record of acts. Opaque identifiers only, nothing refers
 * to a row of another store. Every method joins the current {@link org.pledge.store.VaultTransactions transaction}.
 */
public interface VaultStore {
    /**
     * A card.
     *
     * @param id names its key; another one after the card was replaced
     * @param lookup a keyed hash of customer and number, 32 bytes; unique per tenant
     * @param number the sealed number
     * @param holder the sealed holder and billing address
     */
    record StoredCard(
            TenantId tenant,
            UUID id,
            String token,
            SubjectId customer,
            byte[] lookup,
            Network network,
            String lastFour,
            YearMonth expires,
            boolean securityCodeGiven,
            byte[] number,
            byte[] holder,
            Instant stored) {
        @Override
        public String toString() {
            return "StoredCard[" + id + "]";
        }
    }

    /**
     * One act of the vault: written in the same transaction as the act, handed on to the audit log afterwards, and kept
     * for the card's owner to see.
     *
     * @param sequence given by the store, ascending in the order of adding; 0 before that
     * @param token the card it concerns, or empty
     */
    record Event(long sequence, UUID id, String token, Leaf leaf) {}

    /**
     * One piece of evidence against a chargeback.
     *
     * @param token of the card that was charged
     * @param customer whose card it was
     * @param content sealed under a key named by the evidence's identifier
     */
    record StoredEvidence(Evidence evidence, String token, SubjectId customer, byte[] content) {
        @Override
        public String toString() {
            return "StoredEvidence[" + evidence.id() + "]";
        }
    }

    // cards

    /**
     * Adds a card that {@link #lockCardByLookup} did not find. Where somebody else has added one of the same tenant and
     * lookup since, nothing is kept and the transaction is run again, so that it finds that one; who did not look is
     * refused as {@code UNAVAILABLE}.
     */
    void addCard(StoredCard card);

    /**
     * Replaces the card of the same tenant and token, which the caller has locked. Where another card has its lookup, this
     * ends as {@link #addCard} does.
     */
    void putCard(StoredCard card);

    /** One card. */
    Optional<StoredCard> card(TenantId tenant, String token);

    /** One card, locked until the transaction ends. */
    Optional<StoredCard> lockCard(TenantId tenant, String token);

    /** The card with this lookup, locked until the transaction ends. */
    Optional<StoredCard> lockCardByLookup(TenantId tenant, byte[] lookup);

    /** Those of some cards that there are. */
    default List<StoredCard> cards(TenantId tenant, Set<String> tokens) {
        return tokens.stream().flatMap(token -> card(tenant, token).stream()).toList();
    }

    /** Those of some cards that there are, locked until the transaction ends, always in the same order. */
    default List<StoredCard> lockCards(TenantId tenant, Set<String> tokens) {
        return tokens.stream()
                .sorted()
                .flatMap(token -> lockCard(tenant, token).stream())
                .toList();
    }

    /** As {@link #lockCardByLookup} for several, which are told by the lookups of what is found. */
    default List<StoredCard> lockCardsByLookup(TenantId tenant, List<byte[]> lookups) {
        return lookups.stream()
                .sorted(Arrays::compare)
                .flatMap(lookup -> lockCardByLookup(tenant, lookup).stream())
                .toList();
    }

    /** A customer's cards, newest first. */
    List<StoredCard> cards(TenantId tenant, SubjectId customer);

    /** Removes a card; removing what is not there is harmless. */
    void removeCard(TenantId tenant, String token);

    /** How many cards there are of each network. */
    Map<Network, Long> cardsByNetwork(TenantId tenant);

    /** How many cards expired before a month. */
    long expired(TenantId tenant, YearMonth month);

    // movements of money

    /** Adds a movement; false, and nothing kept, when there is one of the same tenant, kind and reference. */
    boolean addPayment(Payment payment);

    /** Replaces the movement of the same tenant and identifier, which the caller has locked. */
    void putPayment(Payment payment);

    /** One movement. */
    Optional<Payment> payment(TenantId tenant, UUID id);

    /** One movement, locked until the transaction ends. */
    Optional<Payment> lockPayment(TenantId tenant, UUID id);

    /** Those of some movements that there are, locked until the transaction ends, always in the same order. */
    default List<Payment> lockPayments(TenantId tenant, Set<UUID> ids) {
        return ids.stream()
                .sorted()
                .flatMap(id -> lockPayment(tenant, id).stream())
                .toList();
    }

    /** The movement with this reference. */
    Optional<Payment> paymentByReference(TenantId tenant, String kind, String reference);

    /** The movements that build on one. */
    List<Payment> paymentsOn(TenantId tenant, UUID parent);

    /** Movements of a card, newest first. */
    List<Payment> payments(TenantId tenant, String token, int limit);

    /** Movements in a state, oldest first; only those that were created after {@code after}, where there is one. */
    List<Payment> payments(TenantId tenant, State state, Optional<Payment> after, int limit);

    /** Movements of every tenant in one of some states that did not change since {@code before}, oldest first. */
    List<Payment> stuck(List<State> states, Instant before, int limit);

    /** How many movements there are in each state. */
    Map<State, Long> paymentsByState(TenantId tenant);

    /** When the oldest movement in a state changed last. */
    Optional<Instant> oldest(TenantId tenant, State state);

    // evidence

    /** Adds evidence. */
    void addEvidence(StoredEvidence evidence);

    /** One piece of evidence. */
    Optional<StoredEvidence> evidence(TenantId tenant, UUID id);

    /** The evidence against a chargeback, oldest first. */
    List<Evidence> evidenceAgainst(TenantId tenant, UUID chargeback);

    /** The evidence about a card. */
    List<Evidence> evidenceAbout(TenantId tenant, String token);

    /** The evidence about a customer's cards, those that were deleted too. */
    List<Evidence> evidenceAbout(TenantId tenant, SubjectId customer);

    /** Evidence of every tenant that is kept until before an instant. */
    List<Evidence> evidenceUntil(Instant before, int limit);

    /** Removes evidence; false when it was not there. */
    boolean removeEvidence(TenantId tenant, UUID id);

    // requests

    /** Keeps a request, replacing one of the same tenant and identifier. */
    void putRequest(Request request);

    /** One request, locked until the transaction ends. */
    Optional<Request> lockRequest(TenantId tenant, UUID id);

    /** Those of some requests that there are. */
    default List<Request> requests(TenantId tenant, Set<UUID> ids) {
        return lockRequests(tenant, ids);
    }

    /** Those of some requests that there are, locked until the transaction ends, always in the same order. */
    default List<Request> lockRequests(TenantId tenant, Set<UUID> ids) {
        return ids.stream()
                .sorted()
                .flatMap(id -> lockRequest(tenant, id).stream())
                .toList();
    }

    /** Replaces the request of the same tenant and identifier, which the caller has locked. */
    default void replaceRequest(Request request) {
        putRequest(request);
    }

    /** Requests, newest first. */
    List<Request> requests(TenantId tenant, int limit);

    // acts

    /** Adds an act. */
    void addEvent(Event event);

    /** Acts that were not handed on yet, by ascending sequence, locked until the transaction ends; skips locked ones. */
    default List<Event> lockUnrelayed(int limit) {
        return lockUnrelayed(limit, Set.of());
    }

    /** As {@link #lockUnrelayed(int)} without those of some tenants. */
    List<Event> lockUnrelayed(int limit, Set<TenantId> without);

    /** Remembers that acts were handed on. */
    void relayed(List<Event> events);

    /** Acts about a card, newest first, with a sequence below {@code before}. */
    List<Event> events(TenantId tenant, String token, long before, int limit);

    /** How many acts of a kind there were since an instant. */
    long count(TenantId tenant, Leaf.Act act, Instant since);

    /** Removes handed-on acts that are older; returns how many. */
    int removeEvents(Instant before, int limit);
}
