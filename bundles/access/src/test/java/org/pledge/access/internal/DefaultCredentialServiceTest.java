package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.CredentialService.Credential;
import org.pledge.access.CredentialService.Issued;
import org.pledge.access.spi.AccessStore;
import org.pledge.access.spi.AccessStore.StoredCredential;
import org.pledge.audit.Leaf;
import org.pledge.store.Transactions;

final class DefaultCredentialServiceTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");
    private static final Caller ADMIN = new Caller(KX, "admin", Set.of(Role.ADMIN));

    private final House house = new House();
    private final DefaultCredentialService service = service();

    private DefaultCredentialService service() {
        return new DefaultCredentialService(
                house.store, house.store, house.audit, house.tokens, house.confidentiality(), house.clock);
    }

    private Issued issued(String name, Role... roles) {
        return service.issue(ADMIN, name, Set.of(roles), Optional.empty());
    }

    @Test
    void aTokenStandsForItsCaller() {
        Issued issued = issued("shop", Role.OPERATOR, Role.VIEWER);
        assertThat(issued.token()).matches("pl_[A-Za-z0-9_-]{43}");
        assertThat(service.authenticate(issued.token()))
                .contains(new Caller(KX, "shop", Set.of(Role.OPERATOR, Role.VIEWER)));
        assertThat(issued.credential())
                .isEqualTo(new Credential(
                        KX, "shop", "shop", Set.of(Role.OPERATOR, Role.VIEWER), house.now.get(), Optional.empty()));
    }

    @Test
    void theHolderGoesWithTheTokenAndIsOnePersonHoweverWritten() {
        Issued first = service.issue(ADMIN, "desk", "Staff_7.a-b", Set.of(Role.OFFICER), Optional.empty());
        Issued second = service.issue(ADMIN, "home", "staff_7.A-B", Set.of(Role.OFFICER), Optional.empty());
        assertThat(first.credential().holder()).isEqualTo("Staff_7.a-b");
        assertThat(service.authenticate(first.token()).orElseThrow().holder())
                .isEqualTo("staff_7.a-b")
                .isEqualTo(service.authenticate(second.token()).orElseThrow().holder());
        assertThat(service().authenticate(first.token()).orElseThrow().holder()).isEqualTo("staff_7.a-b");
    }

    @ParameterizedTest
    @EnumSource(value = Role.class, mode = Mode.EXCLUDE, names = "ADMIN")
    void onlyAnAdministratorIssuesAndRevokes(Role role) {
        Issued shop = issued("shop", Role.VIEWER);
        Caller other = new Caller(KX, "other", Set.of(role));
        house.leaves.clear();
        assertDenied(() -> service.issue(other, "mine", Set.of(role), Optional.empty()));
        assertDenied(() -> service.issue(other, "shop", "other", Set.of(Role.VIEWER), Optional.empty()));
        assertDenied(() -> service.revoke(other, "shop"));
        assertThat(service.list(KX)).containsExactly(shop.credential());
        assertThat(house.leaves).isEmpty();
    }

    private static void assertDenied(ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(PledgeException.Kind.DENIED);
            assertThat(e.roles()).containsExactly(Role.ADMIN);
        });
    }

    @Test
    void noTokenMakesAnAdministrator() {
        assertInvalid("shop", Set.of(Role.VIEWER, Role.ADMIN), Optional.empty(), "roles");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "jane doe", "jane@example.org", "j\u00f6rg", "shell:ana", "ana\n"})
    void refusesAHolderThatIsNoStaffId(String holder) {
        assertThatThrownBy(() -> service.issue(ADMIN, "shop", holder, Set.of(Role.VIEWER), Optional.empty()))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
                    assertThat(e.getMessage()).startsWith("holder").doesNotContain("jane");
                    assertThat(e.remedy()).contains("A-Z a-z 0-9 . _ -", "login of the shell");
                });
        assertThatThrownBy(() -> service.issue(ADMIN, "shop", "a".repeat(65), Set.of(Role.VIEWER), Optional.empty()))
                .hasMessageStartingWith("holder");
    }

    @Test
    void noTwoTokensAreEqual() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            tokens.add(issued("shop", Role.VIEWER).token());
        }
        assertThat(tokens).hasSize(50);
    }

    @Test
    void nothingElseStandsForAnybody() {
        String token = issued("shop", Role.OPERATOR).token();
        char last = token.charAt(token.length() - 1);
        List<String> others = List.of(
                "",
                "pl_",
                token.substring(3),
                token + "A",
                token.substring(0, token.length() - 1) + (last == 'A' ? 'E' : 'A'),
                token.toLowerCase(Locale.ROOT) + "x",
                " " + token,
                "pl_" + "A".repeat(43),
                "pl_" + "\u00e4".repeat(43));
        assertThat(others)
                .allSatisfy(other -> assertThat(service.authenticate(other)).isEmpty());
        assertThat(service.authenticate(token)).isPresent();
    }

    @Test
    void theStoreKnowsNoToken() {
        Issued issued = issued("shop", Role.OPERATOR);
        StoredCredential stored =
                house.store.required(() -> house.store.credentials()).get(0);
        assertThat(stored.tokenHash())
                .isEqualTo(
                        house.tokens.platformToken("credential", issued.token().getBytes(StandardCharsets.US_ASCII)));
        assertThat(issued.toString()).doesNotContain(issued.token().substring(3));
    }

    @Test
    void anExpiredTokenStandsForNobody() {
        Instant expires = house.now.get().plusSeconds(60);
        Issued issued = service.issue(ADMIN, "shop", Set.of(Role.OPERATOR), Optional.of(expires));
        house.now.set(expires.minusNanos(1000));
        assertThat(service.authenticate(issued.token())).isPresent();
        house.now.set(expires);
        assertThat(service.authenticate(issued.token())).isEmpty();
        assertThat(service.list(KX)).hasSize(1);
    }

    @Test
    void aRevokedTokenStandsForNobodyAtOnce() {
        Issued shop = issued("shop", Role.OPERATOR);
        Issued desk = issued("desk", Role.OPERATOR);
        assertThat(service.revoke(ADMIN, "shop")).isTrue();
        assertThat(service.authenticate(shop.token())).isEmpty();
        assertThat(service.authenticate(desk.token())).isPresent();
        assertThat(service.revoke(ADMIN, "shop")).isFalse();
        assertThat(service().authenticate(shop.token())).isEmpty();
    }

    @Test
    void followsWhatAnotherNodeIssuesAndRevokes() {
        Issued shop = issued("shop", Role.OPERATOR);
        Issued desk = issued("desk", Role.OPERATOR);
        DefaultCredentialService other = service();
        assertThat(other.authenticate(shop.token())).isPresent();
        service.revoke(ADMIN, "shop");
        Issued again = issued("desk", Role.VIEWER);
        Issued added = issued("added", Role.VIEWER);

        other.follow();

        assertThat(other.authenticate(shop.token())).isEmpty();
        assertThat(other.authenticate(desk.token())).isEmpty();
        assertThat(other.authenticate(again.token())).contains(new Caller(KX, "desk", Set.of(Role.VIEWER)));
        assertThat(other.authenticate(added.token())).isPresent();
    }

    @Test
    void aNewTokenReplacesTheOldOne() {
        Issued old = issued("shop", Role.OPERATOR);
        Issued fresh = issued("shop", Role.AUDITOR);
        assertThat(service.authenticate(old.token())).isEmpty();
        assertThat(service.authenticate(fresh.token()).orElseThrow().roles()).containsExactly(Role.AUDITOR);
        assertThat(service.list(KX)).containsExactly(fresh.credential());
    }

    @Test
    void aTenantReachesOnlyItsOwnCredentials() {
        Issued shop = issued("shop", Role.OPERATOR);
        Caller stranger = new Caller(AN, "admin", Set.of(Role.ADMIN));
        assertThat(service.revoke(stranger, "shop")).isFalse();
        Issued other = service.issue(stranger, "shop", Set.of(Role.VIEWER), Optional.empty());
        assertThat(service.authenticate(shop.token()).orElseThrow().tenant()).isEqualTo(KX);
        assertThat(service.authenticate(other.token()).orElseThrow().tenant()).isEqualTo(AN);
        assertThat(service.list(AN)).containsExactly(other.credential());
    }

    @Test
    void listsByName() {
        issued("shop", Role.OPERATOR);
        issued("desk", Role.OPERATOR);
        issued("robot", Role.OPERATOR);
        assertThat(service.list(KX)).extracting(Credential::name).containsExactly("desk", "robot", "shop");
    }

    @Test
    void isLoadedAtStart() {
        Issued issued = issued("shop", Role.OPERATOR);
        assertThat(service().authenticate(issued.token())).isPresent();
        assertThat(service().list(KX)).containsExactly(issued.credential());
    }

    @Test
    void leavesTellWhoIssuedAndRevokedWhat() {
        Instant expires = Instant.parse("2027-01-01T00:00:00Z");
        service.issue(ADMIN, "shop", "Staff-7", Set.of(Role.VIEWER, Role.OPERATOR), Optional.of(expires));
        service.revoke(ADMIN, "shop");
        service.revoke(ADMIN, "shop");
        assertThat(house.leaves)
                .containsExactly(
                        new Leaf(
                                KX,
                                house.now.get(),
                                Leaf.Act.CREDENTIAL_ISSUED,
                                "admin",
                                Optional.empty(),
                                List.of(),
                                Map.of(
                                        "credential", "shop",
                                        "holder", "Staff-7",
                                        "roles", "OPERATOR,VIEWER",
                                        "expires", "2027-01-01T00:00:00Z")),
                        new Leaf(
                                KX,
                                house.now.get(),
                                Leaf.Act.CREDENTIAL_REVOKED,
                                "admin",
                                Optional.empty(),
                                List.of(),
                                Map.of("credential", "shop")));
    }

    @Test
    void whatIsRolledBackNeverWorked() {
        Issued kept = issued("shop", Role.OPERATOR);
        String[] lost = new String[1];
        assertThatThrownBy(() -> house.store.required(() -> {
                    lost[0] = issued("shop", Role.OFFICER).token();
                    assertThat(service.authenticate(lost[0])).isEmpty();
                    service.revoke(ADMIN, "shop");
                    throw new IllegalStateException("stop");
                }))
                .hasMessage("stop");
        assertThat(service.authenticate(lost[0])).isEmpty();
        assertThat(service.authenticate(kept.token())).isPresent();
    }

    @Test
    void aRevokedTokenIsRefusedEvenWhenTheStoreNoLongerAnswers() {
        AtomicBoolean down = new AtomicBoolean();
        Transactions failing = new Transactions() {
            @Override
            public <T> T required(Supplier<T> work) {
                if (down.get()) {
                    throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "down");
                }
                return house.store.required(work);
            }

            @Override
            public void afterCommit(Runnable action) {
                house.store.afterCommit(() -> {
                    down.set(true);
                    action.run();
                });
            }

            @Override
            public void afterRollback(Runnable action) {
                throw new AssertionError("nothing is refused here");
            }
        };
        Issued issued = issued("shop", Role.OPERATOR);
        AccessStore store = house.store;
        DefaultCredentialService other = new DefaultCredentialService(
                failing, store, house.audit, house.tokens, house.confidentiality(), house.clock);
        assertThat(other.authenticate(issued.token())).isPresent();
        assertThat(other.revoke(ADMIN, "shop")).isTrue();
        assertThat(other.authenticate(issued.token())).isEmpty();
    }

    @Test
    void memoryAndStoreAgreeAfterManyChangesAtOnce() {
        List<CompletableFuture<Void>> running = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 25; i++) {
                        issued("shop", Role.OPERATOR);
                        if (i % 5 == thread) {
                            service.revoke(ADMIN, "shop");
                        }
                    }
                }))
                .toList();
        running.forEach(CompletableFuture::join);
        assertThat(service.list(KX)).isEqualTo(service().list(KX));
        Issued last = issued("shop", Role.OPERATOR);
        assertThat(service.authenticate(last.token())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "Shop", "1shop", "somebody@example.org", "shop one", "shop\n", "system"})
    void refusesANameThatIsNoIdentifier(String name) {
        assertInvalid(name, Set.of(Role.VIEWER), Optional.empty(), "name");
    }

    @Test
    void refusesNoRoleAndAnEndInThePast() {
        assertInvalid("shop", Set.of(), Optional.empty(), "roles");
        assertInvalid("shop", Set.of(Role.VIEWER), Optional.of(house.now.get()), "expires");
        assertInvalid("a".repeat(65), Set.of(Role.VIEWER), Optional.empty(), "name");
    }

    private void assertInvalid(String name, Set<Role> roles, Optional<Instant> expires, String field) {
        assertThatThrownBy(() -> service.issue(ADMIN, name, roles, expires))
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
                    assertThat(e.getMessage()).startsWith(field).doesNotContain("example");
                });
        assertThat(service.list(KX)).isEmpty();
    }
}
