package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.EvidenceService.Type;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.RevealService;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;
import org.pledge.vault.spi.VaultStore.StoredCard;
import org.pledge.vault.spi.VaultStore.StoredEvidence;

/** What the vault's store promises. */
public abstract class VaultStoreContract extends VaultContract {
    private static final YearMonth DECEMBER = YearMonth.of(2027, 12);

    private final SubjectId customer = SubjectId.random();
    private final String token = newToken();
    private final List<String> told = new ArrayList<>();

    private VaultStore store() {
        return vault().store();
    }

    private static String newToken() {
        return "card_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    // cards

    private StoredCard card(TenantId of, String named, int lookup, Network network, YearMonth expires, Instant at) {
        return new StoredCard(
                of,
                UUID.randomUUID(),
                named,
                customer,
                bytes(32, lookup),
                network,
                "0042",
                expires,
                false,
                bytes(90, lookup),
                bytes(200, lookup),
                at);
    }

    private StoredCard card(int lookup) {
        return card(tenant, token, lookup, Network.VISA, DECEMBER, NOW);
    }

    private static void assertSame(StoredCard found, StoredCard expected) {
        assertThat(found).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void refusesToWorkOutsideATransaction() {
        assertThatThrownBy(() -> store().addCard(card(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().card(tenant, token)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().stuck(List.of(State.SENT), NOW, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().requests(tenant, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().addEvent(event(Act.CARD_STORED, NOW)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().lockUnrelayed(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsEveryPartOfACard() {
        StoredCard plain = card(1);
        StoredCard full = new StoredCard(
                tenant,
                UUID.randomUUID(),
                newToken(),
                SubjectId.random(),
                bytes(32, -3),
                Network.UNIONPAY,
                "9999",
                YearMonth.of(2099, 1),
                true,
                bytes(120, -1),
                bytes(2000, -2),
                NOW.plusSeconds(5));
        run(() -> {
            store().addCard(plain);
            store().addCard(full);
        });
        assertSame(in(() -> store().card(tenant, token)).orElseThrow(), plain);
        assertSame(in(() -> store().lockCard(tenant, full.token())).orElseThrow(), full);
        assertSame(in(() -> store().lockCardByLookup(tenant, bytes(32, -3))).orElseThrow(), full);
        assertThat(in(() -> store().card(otherTenant, token))).isEmpty();
        assertThat(in(() -> store().lockCard(otherTenant, token))).isEmpty();
        assertThat(in(() -> store().lockCardByLookup(otherTenant, bytes(32, 1))))
                .isEmpty();
    }

    @Test
    void keepsNoSecondCardWithTheSameLookup() {
        String second = newToken();
        run(() -> store().addCard(card(1)));
        assertThatThrownBy(() -> run(() -> store().addCard(card(tenant, second, 1, Network.VISA, DECEMBER, NOW))))
                .isInstanceOfSatisfying(PledgeException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(PledgeException.Kind.UNAVAILABLE));
        assertThat(in(() -> store().card(tenant, second))).isEmpty();
        assertThat(in(() -> store().lockCardByLookup(tenant, bytes(32, 1)))).isPresent();
        String elsewhere = newToken();
        run(() -> store().addCard(card(otherTenant, elsewhere, 1, Network.VISA, DECEMBER, NOW)));
        assertThat(in(() -> store().card(otherTenant, elsewhere))).isPresent();
    }

    @Test
    void ofManyWhoAddTheSameCardOneWinsAndAllFindIt() {
        List<String> found = atOnce(
                4,
                thread -> in(() -> {
                    StoredCard mine = card(tenant, newToken(), 1, Network.VISA, DECEMBER, NOW);
                    Optional<StoredCard> known = store().lockCardByLookup(tenant, bytes(32, 1));
                    if (known.isEmpty()) {
                        store().addCard(mine);
                    }
                    return known.orElse(mine).token();
                }));
        assertThat(found).hasSize(4).containsOnly(found.get(0));
        assertThat(in(() -> store().cards(tenant, customer))).hasSize(1);
    }

    @Test
    void replacesACard() {
        run(() -> store().addCard(card(1)));
        StoredCard replaced = card(tenant, token, 2, Network.AMEX, DECEMBER.plusYears(1), NOW.plusSeconds(1));
        run(() -> {
            store().lockCard(tenant, token);
            store().putCard(replaced);
        });
        assertSame(in(() -> store().card(tenant, token)).orElseThrow(), replaced);
        assertThat(in(() -> store().lockCardByLookup(tenant, bytes(32, 1)))).isEmpty();
        assertThat(in(() -> store().lockCardByLookup(tenant, bytes(32, 2)))).isPresent();
    }

    @Test
    void replacesNoCardThatIsNotThere() {
        StoredCard other = card(tenant, newToken(), 2, Network.VISA, DECEMBER, NOW);
        assertThatThrownBy(() -> run(() -> {
                    store().addEvent(event(Act.CARD_STORED, NOW));
                    store().putCard(card(1));
                    store().addCard(other);
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(in(() -> store().card(tenant, token))).isEmpty();
        assertThat(in(() -> store().card(tenant, other.token()))).isEmpty();
        assertThat(all()).isEmpty();
    }

    @Test
    void putsNoNumberBehindASecondToken() {
        run(() -> {
            store().addCard(card(1));
            store().addCard(card(tenant, newToken(), 2, Network.VISA, DECEMBER, NOW));
        });
        assertThatThrownBy(() -> run(() -> store().putCard(card(2))))
                .isInstanceOfSatisfying(PledgeException.class, refused -> assertThat(refused.kind())
                        .isEqualTo(PledgeException.Kind.UNAVAILABLE));
        assertThat(in(() -> store().lockCardByLookup(tenant, bytes(32, 1)))).isPresent();
    }

    @Test
    void whoLocksACardKeepsOthersFromIt() {
        run(() -> store().addCard(card(1)));
        List<Integer> seen = atOnce(
                4,
                thread -> in(() -> {
                    StoredCard before = store().lockCard(tenant, token).orElseThrow();
                    int number = before.lookup()[0];
                    store().putCard(card(tenant, token, number + 1, Network.VISA, DECEMBER, NOW));
                    return number;
                }));
        assertThat(seen).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void listsACustomersCardsNewestFirst() {
        String newer = newToken();
        run(() -> {
            store().addCard(card(1));
            store().addCard(card(tenant, newer, 2, Network.VISA, DECEMBER, NOW.plusSeconds(1)));
        });
        assertThat(in(() -> store().cards(tenant, customer)))
                .extracting(StoredCard::token)
                .containsExactly(newer, token);
        assertThat(in(() -> store().cards(tenant, SubjectId.random()))).isEmpty();
        assertThat(in(() -> store().cards(otherTenant, customer))).isEmpty();
    }

    @Test
    void removesACard() {
        run(() -> store().addCard(card(1)));
        run(() -> store().removeCard(otherTenant, token));
        assertThat(in(() -> store().card(tenant, token))).isPresent();
        run(() -> store().removeCard(tenant, token));
        run(() -> store().removeCard(tenant, token));
        assertThat(in(() -> store().card(tenant, token))).isEmpty();
        String again = newToken();
        run(() -> store().addCard(card(tenant, again, 1, Network.VISA, DECEMBER, NOW)));
        assertThat(in(() -> store().card(tenant, again))).isPresent();
    }

    @Test
    void countsCardsByNetworkAndThoseThatExpired() {
        run(() -> {
            store().addCard(card(tenant, newToken(), 1, Network.VISA, DECEMBER, NOW));
            store().addCard(card(tenant, newToken(), 2, Network.VISA, DECEMBER.minusMonths(1), NOW));
            store().addCard(card(tenant, newToken(), 3, Network.JCB, DECEMBER.plusMonths(1), NOW));
            store().addCard(card(otherTenant, newToken(), 4, Network.JCB, DECEMBER.minusYears(3), NOW));
        });
        assertThat(in(() -> store().cardsByNetwork(tenant)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(Network.VISA, 2L, Network.JCB, 1L));
        assertThat(in(() -> store().expired(tenant, DECEMBER))).isEqualTo(1);
        assertThat(in(() -> store().expired(tenant, DECEMBER.plusMonths(2)))).isEqualTo(3);
    }

    @Test
    void rollBackKeepsCardsAsTheyWere() {
        StoredCard kept = card(1);
        run(() -> store().addCard(kept));
        String never = newToken();
        rollBack(() -> {
            store().putCard(card(2));
            store().addCard(card(tenant, never, 3, Network.VISA, DECEMBER, NOW));
            store().removeCard(tenant, token);
        });
        assertSame(in(() -> store().card(tenant, token)).orElseThrow(), kept);
        assertThat(in(() -> store().card(tenant, never))).isEmpty();
    }

    @Test
    void aCardItsKeyAndItsActAreKeptTogetherOrNotAtAll() {
        StoredCard card = card(1);
        Runnable tokenise = () -> {
            vault().keys().putCardKey(tenant, card.id(), new WrappedKey("2026-11.1", bytes(40, 1)));
            store().addCard(card);
            store().addEvent(event(Act.CARD_STORED, NOW));
        };
        rollBack(tokenise);
        assertThat(ownUnrelayed()).isEmpty();
        run(() -> {
            assertThat(store().card(tenant, token)).isEmpty();
            assertThat(vault().keys().cardKey(tenant, card.id())).isEmpty();
            assertThat(store().events(tenant, token, Long.MAX_VALUE, 10)).isEmpty();
        });
        run(tokenise);
        run(() -> {
            assertThat(store().card(tenant, token)).isPresent();
            assertThat(vault().keys().cardKey(tenant, card.id())).isPresent();
            assertThat(store().events(tenant, token, Long.MAX_VALUE, 10)).hasSize(1);
        });
    }

    // movements of money

    private Payment payment(Kind kind, Optional<UUID> parent, String reference, State state, Instant at) {
        return new Payment(
                tenant,
                UUID.randomUUID(),
                kind,
                parent,
                token,
                1299,
                "EUR",
                reference,
                state,
                "",
                "",
                "",
                at,
                at,
                Optional.empty());
    }

    private Payment payment(String reference, State state, Instant at) {
        return payment(Kind.AUTHORISE, Optional.empty(), reference, state, at);
    }

    private UUID add(Payment payment) {
        assertThat(in(() -> store().addPayment(payment))).isTrue();
        return payment.id();
    }

    private static Payment inState(Payment payment, State state, Instant changed) {
        return new Payment(
                payment.tenant(),
                payment.id(),
                payment.kind(),
                payment.parent(),
                payment.token(),
                payment.amount(),
                payment.currency(),
                payment.reference(),
                state,
                payment.code(),
                payment.addressMatch(),
                payment.reason(),
                payment.created(),
                changed,
                payment.evidenceUntil());
    }

    @Test
    void keepsAndReplacesEveryPartOfAMovement() {
        Payment first = payment("order-1", State.INTENT, NOW);
        add(first);
        Payment second = new Payment(
                tenant,
                first.id(),
                Kind.CHARGEBACK,
                Optional.of(UUID.randomUUID()),
                newToken(),
                Long.MAX_VALUE,
                "JPY",
                "order-2",
                State.CONFIRMED,
                "M",
                "Y",
                "INSUFFICIENT_FUNDS",
                NOW.plusSeconds(1),
                NOW.plusSeconds(2),
                Optional.of(NOW.plusSeconds(3)));
        assertThat(in(() -> store().payment(tenant, first.id()))).contains(first);
        run(() -> {
            assertThat(store().lockPayment(tenant, first.id())).contains(first);
            store().putPayment(second);
        });
        assertThat(in(() -> store().payment(tenant, first.id()))).contains(second);
        assertThat(in(() -> store().payment(otherTenant, first.id()))).isEmpty();
        assertThat(in(() -> store().lockPayment(otherTenant, first.id()))).isEmpty();
    }

    @Test
    void replacesNoMovementThatIsNotThere() {
        assertThatThrownBy(() -> run(() -> {
                    store().addEvent(event(Act.PAYMENT_SENT, NOW));
                    store().putPayment(payment("order-1", State.SENT, NOW));
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(all()).isEmpty();
    }

    @Test
    void keepsNoSecondMovementOfAKindWithTheSameReferenceAndGoesOn() {
        UUID first = add(payment("order-1", State.INTENT, NOW));
        Payment second = payment("order-1", State.SENT, NOW);
        Payment third = payment("order-2", State.INTENT, NOW);
        run(() -> {
            assertThat(store().addPayment(second)).isFalse();
            assertThat(store().paymentByReference(tenant, "AUTHORISE", "order-1")
                            .orElseThrow()
                            .id())
                    .isEqualTo(first);
            assertThat(store().addPayment(third)).isTrue();
        });
        assertThat(in(() -> store().payment(tenant, second.id()))).isEmpty();
        add(payment(Kind.CAPTURE, Optional.of(first), "order-1", State.INTENT, NOW));
        assertThat(in(() -> store().paymentByReference(otherTenant, "AUTHORISE", "order-1")))
                .isEmpty();
        assertThat(in(() -> store().paymentByReference(tenant, "REFUND", "order-1")))
                .isEmpty();
    }

    @Test
    void ofManyWhoUseAReferenceOneWins() {
        List<Boolean> added = atOnce(4, thread -> in(() -> store().addPayment(payment("order-1", State.INTENT, NOW))));
        assertThat(added).containsOnlyOnce(true);
    }

    @Test
    void whoLocksAMovementKeepsOthersFromIt() {
        UUID id = add(payment("order-1", State.INTENT, NOW));
        List<Instant> seen = atOnce(
                4,
                thread -> in(() -> {
                    Payment before = store().lockPayment(tenant, id).orElseThrow();
                    store().putPayment(
                                    inState(before, State.SENT, before.changed().plusSeconds(1)));
                    return before.changed();
                }));
        assertThat(seen).containsExactlyInAnyOrder(NOW, NOW.plusSeconds(1), NOW.plusSeconds(2), NOW.plusSeconds(3));
    }

    @Test
    void listsTheMovementsOnOneAndOfACard() {
        UUID authorisation = add(payment("order-1", State.CONFIRMED, NOW));
        UUID capture =
                add(payment(Kind.CAPTURE, Optional.of(authorisation), "c-1", State.CONFIRMED, NOW.plusSeconds(1)));
        UUID second =
                add(payment(Kind.CAPTURE, Optional.of(authorisation), "c-2", State.CONFIRMED, NOW.plusSeconds(2)));
        UUID refund = add(payment(Kind.REFUND, Optional.of(capture), "r-1", State.SENT, NOW.plusSeconds(3)));
        assertThat(in(() -> store().paymentsOn(tenant, authorisation)))
                .extracting(Payment::id)
                .containsExactlyInAnyOrder(capture, second);
        assertThat(in(() -> store().paymentsOn(otherTenant, authorisation))).isEmpty();
        assertThat(in(() -> store().payments(tenant, token, 10)))
                .extracting(Payment::id)
                .containsExactly(refund, second, capture, authorisation);
        assertThat(in(() -> store().payments(tenant, token, 2)))
                .extracting(Payment::id)
                .containsExactly(refund, second);
        assertThat(in(() -> store().payments(tenant, newToken(), 10))).isEmpty();
        assertThat(in(() -> store().payments(otherTenant, token, 10))).isEmpty();
    }

    @Test
    void pagesThroughTheMovementsInAStateOldestFirst() {
        List<Payment> doubtful = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            doubtful.add(payment("order-" + i, State.IN_DOUBT, NOW.plusSeconds(i / 2)));
        }
        doubtful.forEach(this::add);
        add(payment("order-9", State.CONFIRMED, NOW));
        List<Payment> all = in(() -> store().payments(tenant, State.IN_DOUBT, Optional.empty(), 10));
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(doubtful)
                .isSortedAccordingTo(Comparator.comparing(Payment::created));
        List<Payment> paged = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Optional<Payment> after = paged.isEmpty() ? Optional.empty() : Optional.of(paged.get(i - 1));
            paged.addAll(in(() -> store().payments(tenant, State.IN_DOUBT, after, 1)));
        }
        assertThat(paged).isEqualTo(all);
        assertThat(in(() -> store().payments(tenant, State.IN_DOUBT, Optional.of(paged.get(3)), 10)))
                .isEmpty();
        assertThat(in(() -> store().payments(otherTenant, State.IN_DOUBT, Optional.empty(), 10)))
                .isEmpty();
    }

    @Test
    void findsTheMovementsThatAreStuckOldestFirst() {
        UUID newer = add(payment("order-1", State.IN_DOUBT, NOW.minusSeconds(5)));
        UUID older = add(payment("order-2", State.SENT, NOW.minusSeconds(9)));
        UUID fresh = add(payment("order-3", State.SENT, NOW));
        UUID done = add(payment("order-4", State.CONFIRMED, NOW.minusSeconds(9)));
        List<UUID> own = List.of(newer, older, fresh, done);
        assertThat(in(() -> store().stuck(List.of(State.SENT, State.IN_DOUBT), NOW, Integer.MAX_VALUE)))
                .extracting(Payment::id)
                .filteredOn(own::contains)
                .containsExactly(older, newer);
        assertThat(in(() -> store().stuck(List.of(State.SENT), NOW, Integer.MAX_VALUE)))
                .extracting(Payment::id)
                .filteredOn(own::contains)
                .containsExactly(older);
        assertThat(in(() -> store().stuck(List.of(State.SENT, State.IN_DOUBT), NOW, 1)))
                .hasSize(1);
        assertThat(in(() -> store().stuck(List.of(), NOW, 10))).isEmpty();
    }

    @Test
    void countsMovementsByStateAndFindsTheOldest() {
        add(payment("order-1", State.IN_DOUBT, NOW.minusSeconds(5)));
        add(payment("order-2", State.IN_DOUBT, NOW.minusSeconds(9)));
        add(payment("order-3", State.CONFIRMED, NOW));
        assertThat(in(() -> store().paymentsByState(tenant)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(State.IN_DOUBT, 2L, State.CONFIRMED, 1L));
        assertThat(in(() -> store().oldest(tenant, State.IN_DOUBT))).contains(NOW.minusSeconds(9));
        assertThat(in(() -> store().oldest(tenant, State.SENT))).isEmpty();
        assertThat(in(() -> store().oldest(otherTenant, State.IN_DOUBT))).isEmpty();
    }

    @Test
    void rollBackKeepsMovementsAsTheyWere() {
        Payment kept = payment("order-1", State.INTENT, NOW);
        add(kept);
        rollBack(() -> {
            store().putPayment(inState(kept, State.SENT, NOW.plusSeconds(1)));
            store().addPayment(payment("order-2", State.INTENT, NOW));
        });
        assertThat(in(() -> store().payment(tenant, kept.id()))).contains(kept);
        assertThat(in(() -> store().paymentByReference(tenant, "AUTHORISE", "order-2")))
                .isEmpty();
    }

    // evidence

    private StoredEvidence evidence(UUID chargeback, Instant added, byte[] content) {
        return new StoredEvidence(
                new Evidence(
                        tenant,
                        UUID.randomUUID(),
                        chargeback,
                        Type.PDF,
                        content.length,
                        "ab".repeat(32),
                        added,
                        "desk",
                        added.plusSeconds(60)),
                token,
                customer,
                content);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    @Test
    void keepsEveryPartOfAPieceOfEvidence() {
        StoredEvidence longest = evidence(UUID.randomUUID(), NOW, random(EvidenceService.MOST_BYTES + 200));
        StoredEvidence shortest = evidence(UUID.randomUUID(), NOW, random(1));
        run(() -> {
            store().addEvidence(longest);
            store().addEvidence(shortest);
        });
        for (StoredEvidence each : List.of(longest, shortest)) {
            UUID id = each.evidence().id();
            assertThat(in(() -> store().evidence(tenant, id)).orElseThrow())
                    .usingRecursiveComparison()
                    .withEqualsForType(Arrays::equals, byte[].class)
                    .isEqualTo(each);
            assertThat(in(() -> store().evidence(otherTenant, id))).isEmpty();
        }
    }

    @Test
    void findsEvidenceByWhatItIsAbout() {
        UUID chargeback = UUID.randomUUID();
        StoredEvidence second = evidence(chargeback, NOW.plusSeconds(1), random(9));
        StoredEvidence first = evidence(chargeback, NOW, random(9));
        StoredEvidence other = evidence(UUID.randomUUID(), NOW.plusSeconds(2), random(9));
        run(() -> List.of(second, first, other).forEach(store()::addEvidence));
        assertThat(in(() -> store().evidenceAgainst(tenant, chargeback)))
                .containsExactly(first.evidence(), second.evidence());
        List<Evidence> all = List.of(first.evidence(), second.evidence(), other.evidence());
        assertThat(in(() -> store().evidenceAbout(tenant, token))).isEqualTo(all);
        assertThat(in(() -> store().evidenceAbout(tenant, customer))).isEqualTo(all);
        assertThat(in(() -> store().evidenceAgainst(otherTenant, chargeback))).isEmpty();
        assertThat(in(() -> store().evidenceAbout(otherTenant, token))).isEmpty();
        assertThat(in(() -> store().evidenceAbout(otherTenant, customer))).isEmpty();
        List<UUID> own = all.stream().map(Evidence::id).toList();
        assertThat(in(() -> store().evidenceUntil(NOW.plusSeconds(61), Integer.MAX_VALUE)))
                .extracting(Evidence::id)
                .filteredOn(own::contains)
                .containsExactly(first.evidence().id());
        assertThat(in(() -> store().evidenceUntil(NOW.plusSeconds(90), 1))).hasSize(1);
    }

    @Test
    void removesEvidenceWithItsContent() {
        StoredEvidence piece = evidence(UUID.randomUUID(), NOW, random(9));
        UUID id = piece.evidence().id();
        run(() -> store().addEvidence(piece));
        assertThat(in(() -> store().removeEvidence(otherTenant, id))).isFalse();
        assertThat(in(() -> store().removeEvidence(tenant, id))).isTrue();
        assertThat(in(() -> store().removeEvidence(tenant, id))).isFalse();
        assertThat(in(() -> store().evidence(tenant, id))).isEmpty();
        run(() -> store().addEvidence(piece));
        assertThat(in(() -> store().evidence(tenant, id)).orElseThrow().content())
                .isEqualTo(piece.content());
    }

    // requests

    private Request request(Instant opened) {
        return new Request(
                tenant,
                UUID.randomUUID(),
                token,
                customer,
                RevealService.Type.CHARGE,
                "ticket-1",
                RevealService.State.OPEN,
                opened,
                opened.plusSeconds(600),
                "ann",
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void keepsAndReplacesEveryPartOfARequest() {
        Request open = request(NOW);
        run(() -> store().putRequest(open));
        Request used = new Request(
                tenant,
                open.id(),
                newToken(),
                SubjectId.random(),
                RevealService.Type.DELETE,
                "ticket-2",
                RevealService.State.USED,
                NOW.plusSeconds(1),
                NOW.plusSeconds(2),
                "eve",
                Optional.of("bob"),
                Optional.of(NOW.plusSeconds(3)));
        run(() -> {
            assertThat(store().lockRequest(tenant, open.id())).contains(open);
            store().putRequest(used);
        });
        assertThat(in(() -> store().lockRequest(tenant, open.id()))).contains(used);
        assertThat(in(() -> store().lockRequest(otherTenant, open.id()))).isEmpty();
        rollBack(() -> store().putRequest(open));
        assertThat(in(() -> store().lockRequest(tenant, open.id()))).contains(used);
    }

    @Test
    void ofManyWhoUseARequestOneFindsItUnused() {
        Request open = request(NOW);
        run(() -> store().putRequest(open));
        List<Boolean> first = atOnce(
                4,
                thread -> in(() -> {
                    Request found = store().lockRequest(tenant, open.id()).orElseThrow();
                    store().putRequest(new Request(
                            tenant,
                            found.id(),
                            token,
                            customer,
                            found.type(),
                            found.ticket(),
                            RevealService.State.USED,
                            found.opened(),
                            found.expires(),
                            found.openedBy(),
                            found.approvedBy(),
                            Optional.of(NOW)));
                    return found.used().isEmpty();
                }));
        assertThat(first).containsOnlyOnce(true);
    }

    @Test
    void listsRequestsNewestFirst() {
        Request older = request(NOW);
        Request newer = request(NOW.plusSeconds(1));
        run(() -> {
            store().putRequest(newer);
            store().putRequest(older);
        });
        assertThat(in(() -> store().requests(tenant, 10))).containsExactly(newer, older);
        assertThat(in(() -> store().requests(tenant, 1))).containsExactly(newer);
        assertThat(in(() -> store().requests(otherTenant, 10))).isEmpty();
    }

    // acts

    private Event event(Act act, Instant at) {
        return event(token, act, at);
    }

    private Event event(String about, Act act, Instant at) {
        return new Event(
                0,
                UUID.randomUUID(),
                about,
                new Leaf(tenant, at, act, "robot", Optional.of(customer), List.of("KX-17", "AN-8"), Map.of("a", "b")));
    }

    private void addEvents(Event... events) {
        run(() -> List.of(events).forEach(event -> store().addEvent(event)));
    }

    private List<Event> all() {
        return in(() -> store().events(tenant, token, Long.MAX_VALUE, Integer.MAX_VALUE));
    }

    private List<Event> ownUnrelayed() {
        return in(() -> store().lockUnrelayed(Integer.MAX_VALUE)).stream()
                .filter(event -> event.leaf().tenant().equals(tenant))
                .toList();
    }

    @Test
    void keepsEveryPartOfAnAct() {
        Event full = event(Act.CARD_STORED, NOW);
        Event bare = new Event(
                0,
                UUID.randomUUID(),
                "",
                new Leaf(tenant, NOW, Act.VAULT_SEALED, "ann", Optional.empty(), List.of(), Map.of()));
        Event told = new Event(
                0,
                UUID.randomUUID(),
                token,
                new Leaf(
                        tenant,
                        NOW.plusSeconds(1),
                        Act.PAYMENT_SENT,
                        "shop robot",
                        Optional.empty(),
                        List.of("KX-15"),
                        Map.of("amount", "1299", "odd & = %", "ü ", "empty", "")));
        addEvents(full, bare, told);
        List<Event> about = all();
        assertThat(about).extracting(Event::id).containsExactly(told.id(), full.id());
        assertThat(about).extracting(Event::leaf).containsExactly(told.leaf(), full.leaf());
        assertThat(about).extracting(Event::token).containsOnly(token);
        assertThat(about.get(0).sequence()).isGreaterThan(about.get(1).sequence());
        assertThat(in(() -> store().events(tenant, "", Long.MAX_VALUE, 10)))
                .extracting(Event::leaf)
                .containsExactly(bare.leaf());
        assertThat(in(() -> store().events(otherTenant, token, Long.MAX_VALUE, 10)))
                .isEmpty();
    }

    @Test
    void pagesThroughTheActsOfACard() {
        IntStream.range(0, 5).forEach(i -> addEvents(event(Act.PAYMENT_SENT, NOW.plusSeconds(i))));
        List<Event> events = all();
        assertThat(events).hasSize(5);
        assertThat(in(() -> store().events(tenant, token, Long.MAX_VALUE, 2))).isEqualTo(events.subList(0, 2));
        assertThat(in(() -> store().events(tenant, token, events.get(1).sequence(), 2)))
                .isEqualTo(events.subList(2, 4));
        assertThat(in(() -> store().events(tenant, token, events.get(4).sequence(), 2)))
                .isEmpty();
    }

    @Test
    void handsEachActOnOnceAndInItsOrder() {
        addEvents(event(Act.CARD_STORED, NOW), event(Act.CARD_REPLACED, NOW), event(Act.CARD_DELETED, NOW));
        List<Event> waiting = ownUnrelayed();
        assertThat(waiting)
                .extracting(event -> event.leaf().act())
                .containsExactly(Act.CARD_STORED, Act.CARD_REPLACED, Act.CARD_DELETED);
        rollBack(() -> store().relayed(waiting));
        assertThat(ownUnrelayed()).hasSize(3);
        run(() -> store().relayed(waiting.subList(0, 2)));
        assertThat(ownUnrelayed()).extracting(event -> event.leaf().act()).containsExactly(Act.CARD_DELETED);
        run(() -> store().relayed(waiting));
        run(() -> store().relayed(List.of()));
        assertThat(ownUnrelayed()).isEmpty();
        assertThat(all()).hasSize(3);
    }

    @Test
    void limitsWhatIsHandedOn() {
        addEvents(event(Act.CARD_STORED, NOW), event(Act.CARD_REPLACED, NOW));
        assertThat(in(() -> store().lockUnrelayed(1))).hasSize(1);
    }

    @Test
    void leavesOutActsOfTenantsWhoWait() {
        addEvents(event(Act.CARD_STORED, NOW));
        run(() -> store().addEvent(new Event(
                0,
                UUID.randomUUID(),
                token,
                new Leaf(otherTenant, NOW, Act.CARD_STORED, "robot", Optional.empty(), List.of(), Map.of()))));
        assertThat(in(() -> store().lockUnrelayed(Integer.MAX_VALUE, Set.of(tenant))))
                .extracting(event -> event.leaf().tenant())
                .contains(otherTenant)
                .doesNotContain(tenant);
    }

    @Test
    void ofManyWhoHandActsOnEachGetsOthers() {
        IntStream.range(0, 40).forEach(i -> addEvents(event(Act.PAYMENT_SENT, NOW.plusSeconds(i))));
        List<Long> handedOn = atOnce(4, thread -> {
                    List<Long> mine = new ArrayList<>();
                    while (!ownUnrelayed().isEmpty()) {
                        mine.addAll(in(() -> {
                            List<Event> locked = store().lockUnrelayed(3);
                            store().relayed(locked);
                            return locked.stream()
                                    .filter(event -> event.leaf().tenant().equals(tenant))
                                    .map(Event::sequence)
                                    .toList();
                        }));
                    }
                    return mine;
                })
                .stream()
                .flatMap(List::stream)
                .toList();
        assertThat(handedOn).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void countsActsOfAKindSinceAnInstant() {
        addEvents(
                event(Act.CARD_REVEALED, NOW.minusSeconds(1)),
                event(Act.CARD_REVEALED, NOW),
                event(newToken(), Act.CARD_REVEALED, NOW.plusSeconds(1)),
                event(Act.CARD_STORED, NOW));
        assertThat(in(() -> store().count(tenant, Act.CARD_REVEALED, NOW))).isEqualTo(2);
        assertThat(in(() -> store().count(tenant, Act.CARD_DELETED, NOW))).isZero();
        assertThat(in(() -> store().count(otherTenant, Act.CARD_REVEALED, NOW))).isZero();
    }

    @Test
    void removesOldActsThatWereHandedOn() {
        Instant old =
                NOW.minusSeconds(1_000_000_000L + ThreadLocalRandom.current().nextInt(1_000_000));
        addEvents(event(Act.CARD_STORED, old), event(Act.CARD_REPLACED, old), event(Act.CARD_DELETED, NOW));
        run(() -> store().relayed(all().stream()
                .filter(each -> each.leaf().act() != Act.CARD_REPLACED)
                .toList()));
        run(() -> store().removeEvents(old, Integer.MAX_VALUE));
        assertThat(all()).hasSize(3);
        rollBack(() -> store().removeEvents(old.plusSeconds(1), Integer.MAX_VALUE));
        assertThat(all()).hasSize(3);
        assertThat(in(() -> store().removeEvents(old.plusSeconds(1), Integer.MAX_VALUE)))
                .isPositive();
        assertThat(all()).extracting(event -> event.leaf().act()).containsExactly(Act.CARD_DELETED, Act.CARD_REPLACED);
    }

    @Test
    void removesNoMoreActsThanItIsTold() {
        Instant old = NOW.minusSeconds(2_000_000_000L);
        addEvents(event(Act.CARD_STORED, old), event(Act.CARD_REPLACED, old));
        run(() -> store().relayed(all()));
        assertThat(in(() -> store().removeEvents(old.plusSeconds(1), 1))).isEqualTo(1);
        assertThat(all()).hasSize(1);
        assertThat(in(() -> store().removeEvents(old.plusSeconds(1), 10))).isEqualTo(1);
        assertThat(all()).isEmpty();
    }

    // transactions

    @Test
    void actionsFollowACommitOrARefusal() {
        run(() -> {
            transactions().afterCommit(() -> told.add("kept"));
            transactions().afterRollback(() -> told.add("never"));
            store().addCard(card(1));
            assertThat(told).isEmpty();
        });
        assertThat(told).containsExactly("kept");
        assertThatThrownBy(() -> run(() -> {
                    transactions().afterCommit(() -> told.add("never"));
                    transactions().afterRollback(() -> run(() -> store().addEvent(event(Act.REFUSED, NOW))));
                    store().removeCard(tenant, token);
                    throw new PledgeException(PledgeException.Kind.DENIED, "no");
                }))
                .isInstanceOf(PledgeException.class);
        assertThat(told).containsExactly("kept");
        assertThat(in(() -> store().card(tenant, token))).isPresent();
        assertThat(all()).hasSize(1);
    }

    // several at once

    private StoredCard another(int lookup) {
        return card(tenant, newToken(), lookup, Network.JCB, DECEMBER, NOW.plusSeconds(lookup));
    }

    private static Set<String> tokens(List<StoredCard> cards) {
        return cards.stream().map(StoredCard::token).collect(Collectors.toSet());
    }

    @Test
    void keepsSeveralCardsWithTheirKeysAndActsAtOnce() {
        List<StoredCard> cards = List.of(card(1), another(2), another(3));
        List<Event> events = IntStream.range(0, 3)
                .mapToObj(i -> event(Act.CARD_STORED, NOW.minusSeconds(i)))
                .toList();
        run(() -> {
            vault().keys().putEpochKey(new CardKeyStore.EpochKey("e-several", bytes(40, 1), NOW));
            for (int i = 0; i < cards.size(); i++) {
                vault().keys().addCardKey(tenant, cards.get(i).id(), new WrappedKey("e-several", bytes(40, i)));
                store().addCard(cards.get(i));
                store().addEvent(events.get(i));
            }
        });
        for (int i = 0; i < cards.size(); i++) {
            StoredCard card = cards.get(i);
            assertSame(in(() -> store().card(tenant, card.token())).orElseThrow(), card);
            assertThat(in(() -> vault().keys().cardKey(tenant, card.id()))
                            .orElseThrow()
                            .wrapped())
                    .isEqualTo(bytes(40, i));
        }
        assertThat(all().stream().map(Event::id))
                .as("newest first")
                .containsExactly(
                        events.get(2).id(), events.get(1).id(), events.get(0).id());
        assertThat(all().get(2))
                .usingRecursiveComparison()
                .ignoringFields("sequence")
                .isEqualTo(events.get(0));
    }

    @Test
    void findsSeveralCardsOfItsTenantAlone() {
        List<StoredCard> cards = List.of(card(1), another(2), another(3));
        StoredCard elsewhere = card(otherTenant, newToken(), 1, Network.VISA, DECEMBER, NOW);
        run(() -> cards.forEach(store()::addCard));
        run(() -> store().addCard(elsewhere));
        Set<String> asked = Set.of(cards.get(0).token(), cards.get(2).token(), elsewhere.token(), newToken());
        Set<String> expected = Set.of(cards.get(0).token(), cards.get(2).token());
        assertThat(tokens(in(() -> store().cards(tenant, asked)))).isEqualTo(expected);
        assertThat(tokens(in(() -> store().lockCards(tenant, asked)))).isEqualTo(expected);
        assertThat(tokens(
                        in(() -> store().lockCardsByLookup(tenant, List.of(bytes(32, 3), bytes(32, 9), bytes(32, 1))))))
                .isEqualTo(expected);
        assertThat(in(() -> store().cards(tenant, Set.<String>of()))).isEmpty();
        assertThat(in(() -> store().lockCards(tenant, Set.of()))).isEmpty();
        assertThat(in(() -> store().lockCardsByLookup(tenant, List.of()))).isEmpty();
    }

    @Test
    void replacesSeveralCardsAtOnceEachByItsLastState() {
        List<StoredCard> cards = List.of(card(1), another(2));
        run(() -> cards.forEach(store()::addCard));
        StoredCard first = card(tenant, token, 7, Network.VISA, DECEMBER.plusYears(1), NOW);
        StoredCard last = card(tenant, token, 8, Network.MASTERCARD, DECEMBER.plusYears(2), NOW);
        StoredCard second = card(tenant, cards.get(1).token(), 9, Network.VISA, DECEMBER, NOW);
        run(() -> List.of(first, second, last).forEach(store()::putCard));
        assertSame(in(() -> store().card(tenant, token)).orElseThrow(), last);
        assertSame(in(() -> store().card(tenant, second.token())).orElseThrow(), second);
    }

    @Test
    void oneOfSeveralThatIsInTheWayUndoesAll() {
        run(() -> store().addCard(card(1)));
        List<StoredCard> cards = List.of(another(2), another(1), another(3));
        assertThatThrownBy(() -> run(() -> cards.forEach(card -> {
                    store().addCard(card);
                    store().addEvent(event(Act.CARD_STORED, NOW));
                })))
                .isInstanceOf(PledgeException.class);
        assertThat(in(() -> store().cards(tenant, tokens(cards)))).isEmpty();
        assertThat(all()).isEmpty();
    }

    @Test
    void replacesSeveralMovementsAtOnceOrNone() {
        List<Payment> payments = List.of(
                payment("order-1", State.INTENT, NOW),
                payment("order-2", State.INTENT, NOW),
                payment("order-3", State.INTENT, NOW));
        payments.forEach(this::add);
        Set<UUID> ids = payments.stream().map(Payment::id).collect(Collectors.toSet());
        assertThat(in(() -> store().lockPayments(tenant, ids))).containsExactlyInAnyOrderElementsOf(payments);
        assertThat(in(() -> store().lockPayments(otherTenant, ids))).isEmpty();
        Payment missing = payment("order-4", State.SENT, NOW);
        assertThatThrownBy(() -> run(() -> {
                    payments.forEach(each -> store().putPayment(inState(each, State.SENT, NOW)));
                    store().putPayment(missing);
                    store().addEvent(event(Act.PAYMENT_SENT, NOW));
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(in(() -> store().lockPayments(tenant, ids))).containsExactlyInAnyOrderElementsOf(payments);
        assertThat(all()).isEmpty();
        List<Payment> sent = payments.stream()
                .map(each -> inState(each, State.SENT, NOW.plusSeconds(1)))
                .toList();
        run(() -> sent.forEach(store()::putPayment));
        assertThat(in(() -> store().lockPayments(tenant, ids))).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void replacesSeveralRequestsAtOnce() {
        List<Request> requests = List.of(request(NOW), request(NOW.plusSeconds(1)), request(NOW.plusSeconds(2)));
        run(() -> requests.forEach(store()::putRequest));
        Set<UUID> ids = requests.stream().map(Request::id).collect(Collectors.toSet());
        assertThat(in(() -> store().requests(tenant, ids))).containsExactlyInAnyOrderElementsOf(requests);
        assertThat(in(() -> store().lockRequests(tenant, ids))).containsExactlyInAnyOrderElementsOf(requests);
        assertThat(in(() -> store().requests(otherTenant, ids))).isEmpty();
        List<Request> used = requests.stream()
                .map(each -> new Request(
                        tenant,
                        each.id(),
                        each.token(),
                        each.customer(),
                        each.type(),
                        each.ticket(),
                        RevealService.State.USED,
                        each.opened(),
                        each.expires(),
                        each.openedBy(),
                        Optional.of("dora"),
                        Optional.of(NOW.plusSeconds(9))))
                .toList();
        run(() -> used.forEach(store()::replaceRequest));
        assertThat(in(() -> store().requests(tenant, ids))).containsExactlyInAnyOrderElementsOf(used);
    }
}
