package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.EvidenceService.Type;
import org.pledge.vault.PaymentService.Payment;

final class DefaultEvidenceServiceTest {
    private static final byte[] PDF = "%PDF-1.7 a signed delivery note".getBytes(StandardCharsets.US_ASCII);

    private final World world = new World();
    private final DefaultEvidenceService evidence = world.evidence;
    private Card card;
    private Payment capture;
    private Payment chargeback;

    @BeforeEach
    void chargeBack() {
        card = world.storedCard();
        Payment authorised = world.payments.authorise(World.OPERATOR, World.authorisation(card, 100, "a-1"));
        capture = world.payments.capture(World.OPERATOR, authorised.id(), 100, "c-1");
        chargeback = world.payments.chargeback(World.OPERATOR, capture.id(), 100, "b-1");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Evidence add(Type type, byte[] content) {
        return evidence.add(World.OPERATOR, capture.id(), chargeback.id(), type, content);
    }

    private PledgeException refused(Kind kind, Type type, byte[] content) {
        PledgeException refusal = Refused.with(kind, () -> add(type, content));
        assertThat(refusal.remedy()).isNotEmpty();
        return refusal;
    }

    private List<Evidence> list() {
        return evidence.list(World.OPERATOR, capture.id(), chargeback.id());
    }

    @Test
    void keepsWhatIsHandedInSealedAndGivesItBack() {
        Evidence added = add(Type.PDF, PDF);
        assertThat(added.size()).isEqualTo(PDF.length);
        assertThat(added.by()).isEqualTo("desk");
        assertThat(added.until())
                .isEqualTo(chargeback.evidenceUntil().orElseThrow().plus(Duration.ofDays(180)));
        assertThat(list()).containsExactly(added);
        EvidenceService.Content content = evidence.content(World.OPERATOR, capture.id(), chargeback.id(), added.id());
        assertThat(content.bytes()).isEqualTo(PDF);
        assertThat(content.evidence()).isEqualTo(added);
        byte[] kept = world.vault
                .required(() -> world.vault.evidence(World.TENANT, added.id()))
                .orElseThrow()
                .content();
        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("PDF", "delivery");
        assertThat(content.toString()).doesNotContain("delivery");
    }

    @Test
    void recordsByHashWhoHandedInAndWhoRead() {
        Evidence added = add(Type.PDF, PDF);
        evidence.content(World.OPERATOR, capture.id(), chargeback.id(), added.id());
        world.handOn();
        for (Leaf.Act act : List.of(Leaf.Act.EVIDENCE_ADDED, Leaf.Act.EVIDENCE_READ)) {
            Leaf leaf = world.leaves(act).findFirst().orElseThrow();
            assertThat(leaf.subject()).contains(World.CUSTOMER);
            assertThat(leaf.actor()).isEqualTo("desk");
            assertThat(leaf.details())
                    .containsEntry("evidence", added.id().toString())
                    .containsEntry("payment", chargeback.id().toString())
                    .containsEntry("sha256", added.sha256())
                    .containsEntry("bytes", Integer.toString(PDF.length))
                    .containsOnlyKeys("evidence", "payment", "sha256", "bytes", "type", "event", "card");
        }
    }

    @Test
    void theSameContentAgainIsTheSamePiece() {
        Evidence added = add(Type.PDF, PDF);
        assertThat(add(Type.PDF, PDF.clone())).isEqualTo(added);
        assertThat(list()).hasSize(1);
        world.clock.advance(Duration.ofDays(21));
        assertThat(add(Type.PDF, PDF)).isEqualTo(added);
    }

    @Test
    void takesEachTypeByWhatItBeginsWith() {
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0};
        byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};
        byte[] text = bytes("Delivered on 22 November.\r\n\tSigned: M\u00fcller");
        List<byte[]> all = List.of(PDF, png, jpeg, text);
        List<Type> types = List.of(Type.values());
        for (int i = 0; i < all.size(); i++) {
            add(types.get(i), all.get(i));
            for (Type other : types) {
                boolean plainText = i == 0 && other == Type.TEXT;
                if (other != types.get(i) && !plainText) {
                    assertThat(refused(Kind.INVALID, other, all.get(i))).hasMessageContaining(other.mediaType());
                }
            }
        }
        refused(Kind.INVALID, Type.TEXT, new byte[] {'a', 0, 'b'});
        refused(Kind.INVALID, Type.TEXT, new byte[] {'a', (byte) 0xff});
        assertThat(list()).hasSize(4);
    }

    @Test
    void takesNoTextWithACardNumber() {
        refused(Kind.INVALID, Type.TEXT, bytes("the card was 4111 1111 1111 1111, she said"));
        assertThat(list()).isEmpty();
        assertThat(world.ring.keysLeft()).isOne();
    }

    @Test
    void takesNoNumberThatGoesOnInTheNextLine() {
        refused(Kind.INVALID, Type.TEXT, bytes("the card was 4111 1111\n1111 1111, she said"));
        refused(Kind.INVALID, Type.TEXT, bytes("4111\r\n1111\r\n1111\r\n1111"));
        assertThat(list()).isEmpty();
    }

    @Test
    void takesNothingOfWhomNobodyKnows() {
        world.gone.add(World.CUSTOMER);
        refused(Kind.NOT_FOUND, Type.PDF, PDF);
        assertThat(list()).isEmpty();
        assertThat(world.ring.keysLeft()).isOne();
    }

    @Test
    void erasesWhatWasHandedInWhileTheCustomerWasRemoved() {
        AtomicInteger asked = new AtomicInteger();
        world.knows = person -> asked.incrementAndGet() == 1;
        refused(Kind.NOT_FOUND, Type.PDF, PDF);
        assertThat(asked).hasValue(2);
        assertThat(list()).isEmpty();
        assertThat(world.ring.keysLeft()).isOne();
        assertErased();
    }

    @Test
    void takesUpToFiveMebibytes() {
        byte[] longest = Arrays.copyOf(PDF, EvidenceService.MOST_BYTES);
        assertThat(evidence.content(
                                World.OPERATOR,
                                capture.id(),
                                chargeback.id(),
                                add(Type.PDF, longest).id())
                        .bytes())
                .isEqualTo(longest);
        refused(Kind.INVALID, Type.PDF, Arrays.copyOf(PDF, EvidenceService.MOST_BYTES + 1));
        refused(Kind.INVALID, Type.PDF, new byte[0]);
    }

    @Test
    void takesTenPieces() {
        for (int i = 0; i < 10; i++) {
            add(Type.TEXT, bytes("piece " + i));
        }
        refused(Kind.CONFLICT, Type.TEXT, bytes("piece 10"));
    }

    @Test
    void takesNothingAfterTheDeadline() {
        world.clock.advance(Duration.ofDays(20));
        add(Type.TEXT, bytes("just in time"));
        world.clock.advance(Duration.ofSeconds(2));
        assertThat(refused(Kind.CONFLICT, Type.TEXT, bytes("late"))).hasMessageContaining("ended at");
        assertThat(list()).hasSize(1);
    }

    @Test
    void knowsAChargebackByItsCaptureAndTenantAlone() {
        Evidence added = add(Type.PDF, PDF);
        Payment other = world.payments.chargeback(
                World.OPERATOR,
                world.payments
                        .capture(
                                World.OPERATOR,
                                world.payments
                                        .authorise(World.OPERATOR, World.authorisation(card, 5, "a-2"))
                                        .id(),
                                5,
                                "c-2")
                        .id(),
                5,
                "b-2");
        Refused.with(Kind.NOT_FOUND, () -> evidence.add(World.OPERATOR, chargeback.id(), capture.id(), Type.PDF, PDF));
        Refused.with(Kind.NOT_FOUND, () -> evidence.add(World.OPERATOR, capture.id(), other.id(), Type.PDF, PDF));
        Refused.with(
                Kind.NOT_FOUND, () -> evidence.add(World.OTHER_OPERATOR, capture.id(), chargeback.id(), Type.PDF, PDF));
        Refused.with(Kind.NOT_FOUND, () -> evidence.list(World.OTHER_OPERATOR, capture.id(), chargeback.id()));
        Refused.with(
                Kind.NOT_FOUND,
                () -> evidence.content(World.OTHER_OPERATOR, capture.id(), chargeback.id(), added.id()));
        Refused.with(
                Kind.NOT_FOUND,
                () -> evidence.content(World.OPERATOR, other.parent().orElseThrow(), other.id(), added.id()));
        Refused.with(
                Kind.NOT_FOUND,
                () -> evidence.content(World.OPERATOR, capture.id(), chargeback.id(), UUID.randomUUID()));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "OPERATOR")
    void isForOperatorsAndItsListForAuditors(Role role) {
        Evidence added = add(Type.PDF, PDF);
        Caller caller = new Caller(World.TENANT, "other", Set.of(role));
        Refused.with(Kind.DENIED, () -> evidence.add(caller, capture.id(), chargeback.id(), Type.PDF, PDF));
        Refused.with(Kind.DENIED, () -> evidence.content(caller, capture.id(), chargeback.id(), added.id()));
        if (role == Role.AUDITOR) {
            assertThat(evidence.list(caller, capture.id(), chargeback.id())).hasSize(1);
        } else {
            Refused.with(Kind.DENIED, () -> evidence.list(caller, capture.id(), chargeback.id()));
        }
    }

    @Test
    void refusesWhileTheVaultIsSealed() {
        Evidence added = add(Type.PDF, PDF);
        world.ring.seal();
        Refused.with(Kind.UNAVAILABLE, () -> add(Type.PDF, PDF));
        Refused.with(Kind.UNAVAILABLE, this::list);
        Refused.with(
                Kind.UNAVAILABLE, () -> evidence.content(World.OPERATOR, capture.id(), chargeback.id(), added.id()));
    }

    @Test
    void goesWithTheCard() {
        add(Type.PDF, PDF);
        world.cards.delete(World.OPERATOR, card.token());
        assertThat(list()).isEmpty();
        assertThat(world.ring.keysLeft()).isZero();
        assertErased();
        assertThat(add(Type.PDF, PDF).size()).isEqualTo(PDF.length); // the chargeback goes on
    }

    @Test
    void goesWithTheCustomerAlsoAfterTheCardAndWhileSealed() {
        world.cards.delete(World.OPERATOR, card.token());
        add(Type.PDF, PDF);
        world.ring.seal();
        world.removed.removed(World.OPERATOR, World.CUSTOMER);
        assertThat(world.ring.keysLeft()).isZero();
        assertErased();
    }

    @Test
    void goesAfterItWasKeptLongEnough() {
        add(Type.PDF, PDF);
        world.clock.advance(Duration.ofDays(199));
        assertThat(world.retention.run()).isZero();
        assertThat(list()).hasSize(1);
        world.clock.advance(Duration.ofDays(2));
        assertThat(world.retention.run()).isOne();
        assertThat(world.retention.run()).isZero();
        assertThat(list()).isEmpty();
        assertThat(world.ring.keysLeft()).isOne();
        assertErased();
    }

    private void assertErased() {
        world.handOn();
        assertThat(world.leaves(Leaf.Act.EVIDENCE_ERASED)).hasSize(1);
    }
}
