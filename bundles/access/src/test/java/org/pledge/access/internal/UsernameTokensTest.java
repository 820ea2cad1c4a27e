package org.pledge.access.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.CredentialService.Issued;
import org.pledge.access.CredentialService.UsernameToken;

class UsernameTokensTest {
    private static final TenantId KX = new TenantId("korax");
    private static final TenantId AN = new TenantId("anyip");
    private static final Caller ADMIN = new Caller(KX, "admin", Set.of(Role.ADMIN));

    private final House house = new House();
    private final DefaultCredentialService service = service();
    private int nonces;

    private DefaultCredentialService service() {
        return new DefaultCredentialService(
                house.store, house.store, house.audit, house.tokens, house.confidentiality(), house.clock);
    }

    private Issued issued(Caller by, String name) {
        return service.issue(by, name, Set.of(Role.PARTNER), Optional.empty());
    }

    private byte[] nonce() {
        return String.format("%016d", nonces++).getBytes(StandardCharsets.US_ASCII);
    }

    private UsernameToken token(String username, String password) {
        return token(username, nonce(), house.now.get().toString(), password);
    }

    private static UsernameToken token(String username, byte[] nonce, String created, String password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(nonce);
            sha1.update(created.getBytes(StandardCharsets.UTF_8));
            return new UsernameToken(username, nonce, created, sha1.digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(Kind kind, UsernameToken token) {
        assertThatThrownBy(() -> service.authenticate(token)).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    @Test
    void aDigestOfThePasswordStandsForTheCaller() {
        Issued issued = issued(ADMIN, "parcel-post");

        assertThat(issued.password()).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(issued.token());
        assertThat(service.authenticate(token("korax/parcel-post", issued.password())))
                .contains(new Caller(KX, "parcel-post", Set.of(Role.PARTNER)));
        assertThat(issued.toString()).doesNotContain(issued.password(), issued.token());
    }

    @Test
    void thePasswordIsTheSameAfterARestart() {
        Issued issued = issued(ADMIN, "parcel-post");

        assertThat(service().authenticate(token("korax/parcel-post", issued.password())))
                .isPresent();
    }

    @Test
    void anotherPasswordOrUserStandsForNobody() {
        Issued issued = issued(ADMIN, "parcel-post");

        for (UsernameToken token : new UsernameToken[] {
            token("korax/parcel-post", issued.token()),
            token("korax/parcel-post", ""),
            token("korax/parcel-post", issued.password() + "A"),
            token("anyip/parcel-post", issued.password()),
            token("korax/nobody", issued.password()),
            token("parcel-post", issued.password()),
            token("", issued.password()),
            new UsernameToken("korax/parcel-post", nonce(), house.now.get().toString(), new byte[0]),
        }) {
            assertThat(service.authenticate(token)).isEmpty();
        }
    }

    @Test
    void credentialsOfTheSameNameHaveDifferentPasswords() {
        Issued one = issued(ADMIN, "parcel-post");
        Issued other = issued(new Caller(AN, "admin", Set.of(Role.ADMIN)), "parcel-post");

        assertThat(one.password()).isNotEqualTo(other.password());
        assertThat(service.authenticate(token("anyip/parcel-post", other.password()))
                        .orElseThrow()
                        .tenant())
                .isEqualTo(AN);
    }

    @Test
    void replacingOrRevokingEndsThePassword() {
        Issued first = issued(ADMIN, "parcel-post");
        Issued second = issued(ADMIN, "parcel-post");

        assertThat(service.authenticate(token("korax/parcel-post", first.password())))
                .isEmpty();
        assertThat(service.authenticate(token("korax/parcel-post", second.password())))
                .isPresent();
        service.revoke(ADMIN, "parcel-post");
        assertThat(service.authenticate(token("korax/parcel-post", second.password())))
                .isEmpty();
    }

    @Test
    void anExpiredCredentialStandsForNobody() {
        Instant end = house.now.get().plusSeconds(60);
        Issued issued = service.issue(ADMIN, "parcel-post", Set.of(Role.PARTNER), Optional.of(end));
        house.now.set(end);

        assertThat(service.authenticate(token("korax/parcel-post", issued.password())))
                .isEmpty();
    }

    @Test
    void aTokenIsTakenOnce() {
        UsernameToken token =
                token("korax/parcel-post", issued(ADMIN, "parcel-post").password());
        assertThat(service.authenticate(token)).isPresent();

        assertRefused(Kind.UNAUTHENTICATED, token);
        house.now.updateAndGet(now -> now.plus(UsernameTokens.OLDEST));
        assertRefused(Kind.UNAUTHENTICATED, token);
    }

    @Test
    void theSameDigestIsNotTakenForANonceThatGaveItsEndAway() {
        String password = issued(ADMIN, "parcel-post").password();
        String now = house.now.get().toString();
        for (String space : new String[] {" ", "\t", "\n"}) {
            byte[] shorter = nonce();
            byte[] longer =
                    (new String(shorter, StandardCharsets.US_ASCII) + space).getBytes(StandardCharsets.US_ASCII);
            UsernameToken token = token("korax/parcel-post", longer, now, password);
            assertThat(service.authenticate(token)).isPresent();

            assertRefused(
                    Kind.UNAUTHENTICATED, new UsernameToken("korax/parcel-post", shorter, space + now, token.digest()));
        }
    }

    @Test
    void aStrangerUsesUpNobodysNonce() {
        String password = issued(ADMIN, "parcel-post").password();
        byte[] nonce = nonce();
        String now = house.now.get().toString();
        service.authenticate(token("korax/parcel-post", nonce, now, "guess"));

        assertThat(service.authenticate(token("korax/parcel-post", nonce, now, password)))
                .isPresent();
    }

    @Test
    void twoUsersMayPickTheSameNonce() {
        byte[] nonce = nonce();
        String now = house.now.get().toString();
        for (String name : new String[] {"parcel-post", "call-desk"}) {
            String password = issued(ADMIN, name).password();
            assertThat(service.authenticate(token("korax/" + name, nonce, now, password)))
                    .isPresent();
        }
    }

    @Test
    void aTokenMustBeMadeJustNow() {
        String password = issued(ADMIN, "parcel-post").password();
        Instant made = house.now.get();
        house.now.set(made.plus(UsernameTokens.OLDEST));
        assertThat(service.authenticate(token("korax/parcel-post", nonce(), made.toString(), password)))
                .isPresent();
        house.now.set(made.plus(UsernameTokens.OLDEST).plusMillis(1));
        assertRefused(Kind.UNAUTHENTICATED, token("korax/parcel-post", nonce(), made.toString(), password));

        Instant ahead = house.now.get().plus(UsernameTokens.AHEAD);
        assertThat(service.authenticate(token("korax/parcel-post", nonce(), ahead.toString(), password)))
                .isPresent();
        assertRefused(
                Kind.UNAUTHENTICATED,
                token("korax/parcel-post", nonce(), ahead.plusMillis(1).toString(), password));
    }

    @Test
    void whatWasMadeBeforeTheStartMayHaveBeenUsedAndIsToBeMadeAgain() {
        String password = issued(ADMIN, "parcel-post").password();
        String before = house.now.get().minusSeconds(1).toString();

        assertRefused(Kind.UNAVAILABLE, token("korax/parcel-post", nonce(), before, password));
        assertThat(service.authenticate(token("korax/parcel-post", nonce(), before, "guess")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "yesterday", "2026-11-22", "2026-11-22T10:00:00", "0", "2026-11-22T10:00:00Z[UTC]", "9"})
    void createdMustBeATime(String created) {
        String password = issued(ADMIN, "parcel-post").password();

        assertRefused(Kind.UNAUTHENTICATED, token("korax/parcel-post", nonce(), created, password));
        assertRefused(Kind.UNAUTHENTICATED, token("korax/parcel-post", nonce(), created + " ".repeat(99), password));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 65, 10_000})
    void aNonceHasEightTo64Bytes(int length) {
        String password = issued(ADMIN, "parcel-post").password();

        assertRefused(
                Kind.UNAUTHENTICATED,
                token("korax/parcel-post", new byte[length], house.now.get().toString(), password));
    }

    @Test
    void refusesMoreNoncesThanItCanRememberAndForgetsNone() {
        Nonces full = new Nonces(Duration.ofMinutes(6));
        Instant now = house.now.get();
        byte[] first = nonce();
        assertThat(full.use("korax/parcel-post", first, now)).isTrue();
        for (int i = 1; i < Nonces.MOST_OF_ONE; i++) {
            full.use("korax/parcel-post", nonce(), now);
        }

        assertThatThrownBy(() -> full.use("korax/parcel-post", nonce(), now))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
        assertThat(full.use("korax/parcel-post", first, now)).isFalse();
        assertThat(full.use("korax/call-desk", nonce(), now)).isTrue();
        assertThat(full.use("korax/parcel-post", nonce(), now.plus(Duration.ofMinutes(7))))
                .isTrue();
    }
}
