package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.Caller;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService;
import org.pledge.vault.RevealService.Type;
import org.pledge.vault.VaultAdministration.Report;
import org.pledge.vault.VaultAdministration.Seal;

final class DefaultVaultAdministrationTest {
    private final World world = new World();
    private final DefaultVaultAdministration administration = world.administration;

    @Test
    void opensWithTheLastShareAndRecordsWhoGaveEach() {
        administration.seal(World.CUSTODIAN);
        assertThat(administration.status().seal()).isEqualTo(Seal.SEALED);
        char[] share = "share-1".toCharArray();
        assertThat(administration.unseal(World.CUSTODIAN, share).sharesGiven()).isOne();
        assertThat(share).containsOnly('\0');
        assertThat(administration.unseal(World.SECOND, "share-2".toCharArray()).seal())
                .isEqualTo(Seal.OPEN);
        world.handOn();
        assertThat(world.leaves(Leaf.Act.VAULT_SHARE_GIVEN))
                .extracting(leaf -> leaf.actor() + " " + leaf.details().get("open"))
                .containsExactly("custodian-1 false", "custodian-2 true");
        assertThat(world.leaves(Leaf.Act.VAULT_SEALED)).hasSize(1);
    }

    @Test
    void wipesAShareThatIsRefused() {
        administration.seal(World.CUSTODIAN);
        char[] wrong = "mistyped".toCharArray();
        Refused.with(Kind.INVALID, () -> administration.unseal(World.CUSTODIAN, wrong));
        assertThat(wrong).containsOnly('\0');
        char[] notAllowed = "share-1".toCharArray();
        Refused.with(Kind.DENIED, () -> administration.unseal(World.OPERATOR, notAllowed));
        assertThat(notAllowed).containsOnly('\0');
        assertThat(administration.status().sharesGiven()).isZero();
    }

    @Test
    void forgetsSharesThatItCannotRecord() {
        administration.seal(World.CUSTODIAN);
        administration.unseal(World.CUSTODIAN, "share-1".toCharArray());
        DefaultVaultAdministration failing = new DefaultVaultAdministration(
                world.vault, world.vault, world.ring, world.codes, () -> {}, new TestClock() {
                    @Override
                    public java.time.Instant instant() {
                        throw new IllegalStateException("the record fails");
                    }
                });
        assertThatThrownBy(() -> failing.unseal(World.SECOND, "share-2".toCharArray()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(administration.status().seal()).isEqualTo(Seal.SEALED);
        assertThat(administration.status().sharesGiven()).isZero();
    }

    @Test
    void forgetsWaitingSecurityCodesWhenSealed() {
        world.cards.store(
                World.OPERATOR,
                World.CUSTOMER,
                new Jwe(world).text("securityCode", "123").bytes());
        assertThat(world.codes.waiting()).isOne();
        administration.seal(new Caller(World.TENANT, "admin", Set.of(Role.ADMIN)));
        assertThat(world.codes.waiting()).isZero();
    }

    @Test
    void rotatesAndWrapsAnewWithARecord() {
        world.storedCard();
        assertThat(administration.rotate(World.CUSTODIAN).name()).isEqualTo("2026-11.2");
        List<Long> progress = new ArrayList<>();
        assertThat(administration.rewrap(World.CUSTODIAN, progress::add)).isOne();
        assertThat(progress).containsExactly(1L);
        world.handOn();
        assertThat(world.leaves(Leaf.Act.VAULT_KEY_ROTATED))
                .extracting(leaf -> leaf.details().get("key"))
                .containsExactly("2026-11.2");
        assertThat(world.leaves(Leaf.Act.VAULT_KEYS_REWRAPPED))
                .extracting(leaf -> leaf.details().get("cards"))
                .containsExactly("1");
    }

    @Test
    void reportsCountsKeysAndAgesOfItsTenant() {
        Card card = world.storedCard();
        world.cards.store(
                World.OPERATOR,
                World.CUSTOMER,
                new Jwe(world)
                        .text("number", Jwe.AMEX)
                        .text("expiry", "2026-12")
                        .bytes());
        world.cards.store(World.OTHER_OPERATOR, World.CUSTOMER, new Jwe(world).bytes());
        world.gateway.answers = instruction -> Optional.empty();
        world.payments.authorise(World.OPERATOR, World.authorisation(card, 100, "order-1"));
        world.clock.advance(Duration.ofDays(50));
        world.reveals.open(World.OPERATOR, card.token(), Type.EDIT, "T-1");
        Report report = administration.report(World.OFFICER);
        assertThat(report.cardsByNetwork()).isEqualTo(Map.of(Network.VISA, 1L, Network.AMEX, 1L));
        assertThat(report.expiredCards()).isOne();
        assertThat(report.paymentsByState()).containsEntry(PaymentService.State.IN_DOUBT, 1L);
        assertThat(report.oldestInDoubt()).isEqualTo(Duration.ofDays(50));
        assertThat(report.openRequests()).isOne();
        assertThat(report.reveals30Days()).isZero();
        assertThat(report.keys()).hasSize(1);
        world.clock.advance(Duration.ofMinutes(15));
        assertThat(administration.report(World.OFFICER).openRequests()).isZero();
    }

    @Test
    void answersItsStatusAloneWhileSealed() {
        administration.seal(World.CUSTODIAN);
        assertThat(administration.status().sharesNeeded()).isEqualTo(TestRing.SHARES);
        Refused.with(Kind.UNAVAILABLE, () -> administration.keys(World.CUSTODIAN));
        Refused.with(Kind.UNAVAILABLE, () -> administration.rotate(World.CUSTODIAN));
        Refused.with(Kind.UNAVAILABLE, () -> administration.rewrap(World.CUSTODIAN, count -> {}));
        Refused.with(Kind.UNAVAILABLE, () -> administration.report(World.CUSTODIAN));
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "CUSTODIAN")
    void letsCustodiansAloneHandleKeys(Role role) {
        Caller caller = new Caller(World.TENANT, "other", Set.of(role));
        Refused.with(Kind.DENIED, () -> administration.unseal(caller, new char[1]));
        Refused.with(Kind.DENIED, () -> administration.rotate(caller));
        Refused.with(Kind.DENIED, () -> administration.rewrap(caller, count -> {}));
        if (role != Role.ADMIN) {
            Refused.with(Kind.DENIED, () -> administration.seal(caller));
        }
        if (role != Role.AUDITOR) {
            Refused.with(Kind.DENIED, () -> administration.keys(caller));
        }
        if (role != Role.AUDITOR && role != Role.OFFICER) {
            Refused.with(Kind.DENIED, () -> administration.report(caller));
        }
    }
}
