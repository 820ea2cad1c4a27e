package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

final class CompactJweTest {
    private final World world = new World();
    private final CompactJwe jwes = new CompactJwe(world.ring);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void assertRefused(ThrowingCallable call, String about) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(PledgeException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.INVALID);
                    assertThat(e.getMessage() + e.remedy()).doesNotContain("4111", "Canary");
                    assertThat(e.getCause()).isNull();
                })
                .hasMessageContaining(about);
    }

    @Test
    void opensWhatWasEncryptedToAKeyOfTheVault() {
        byte[] plain = jwes.open(ascii(new Jwe(world).encrypted("hello")));
        assertThat(new String(plain, StandardCharsets.UTF_8)).isEqualTo("hello");
    }

    @Test
    void opensWhatWasEncryptedToAnOlderKeyThatIsStillTaken() {
        byte[] jwe = new Jwe(world).bytes();
        world.ring.makeIntakeKey();
        assertThat(jwes.open(jwe)).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "alg | \"RSA-OAEP\" | alg ECDH-ES",
                "alg | \"ECDH-ES+A256KW\" | alg ECDH-ES",
                "alg | \"dir\" | alg ECDH-ES",
                "alg | \"none\" | alg ECDH-ES",
                "enc | \"A128GCM\" | enc A256GCM",
                "enc | \"A256CBC-HS512\" | enc A256GCM",
                "kid | \"another\" | no key of the vault",
                "kid | \"4111111111111111\" | no key of the vault",
                "zip | \"DEF\" | not known here",
                "crit | [\"exp\"] | not known here",
                "apu | \"QWxpY2U\" | not known here",
                "apv | \"Qm9i\" | not known here",
                "typ | \"JOSE\" | not known here",
                "epk | {\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"} | not on P-256",
                "epk | {\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"} | not on P-256",
                "epk | {\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"} | not on P-256 and not on X25519",
                "epk | {\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"NUMBER\",\"y\":\"NUMBER\"} | not on X25519",
                "epk | {\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"NUMBER\",\"y\":\"\"} | not on X25519",
                "epk | {\"kty\":\"OKP\",\"crv\":\"X448\",\"x\":\"NUMBER\"} | not on X25519",
                "epk | {\"kty\":\"OKP\",\"crv\":\"P-256\",\"x\":\"NUMBER\",\"y\":\"NUMBER\"} | not on P-256",
                "epk | {\"kty\":\"EC\",\"crv\":\"X25519\",\"x\":\"NUMBER\"} | not on X25519",
                "epk | {\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NUMBER\"} | not on P-256",
                "epk | {\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"AA\"} | not known here"
            })
    void takesOneWayOfEncryptionAndNoOther(String name, String value, String about) {
        Jwe jwe = new Jwe(world);
        jwe.header.put(name, value.replace("NUMBER", "A".repeat(43)));
        assertRefused(() -> jwes.open(jwe.bytes()), about);
    }

    @Test
    void refusesAPointThatIsNotOnTheCurve() {
        String ones = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        Jwe jwe = new Jwe(world);
        jwe.header.put("epk", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + ones + "\",\"y\":\"" + ones + "\"}");
        assertRefused(() -> jwes.open(jwe.bytes()), "not encrypted to a key");
    }

    @Test
    void refusesAnAlterationOfAnyCharacter() {
        byte[] jwe = new Jwe(world).bytes();
        for (int i = 0; i < jwe.length; i++) {
            byte[] altered = jwe.clone();
            altered[i] = (byte) (jwe[i] == 'A' ? 'B' : 'A');
            assertRefused(() -> jwes.open(altered), "");
        }
    }

    @Test
    void refusesEveryShorterOne() {
        byte[] jwe = new Jwe(world).bytes();
        for (int i = 0; i < jwe.length; i++) {
            byte[] shorter = Arrays.copyOf(jwe, i);
            assertRefused(() -> jwes.open(shorter), "");
        }
    }

    @Test
    void refusesAnEncryptedKeyAndAnEmptyContent() {
        String jwe = new Jwe(world).encrypted("hello");
        assertRefused(() -> jwes.open(ascii(jwe.replaceFirst("\\.\\.", ".QUFB."))), "parts");
        assertRefused(() -> jwes.open(ascii(new Jwe(world).encrypted(""))), "parts");
    }

    @Test
    void refusesWhatIsTooLong() {
        String long_ = new Jwe(world).encrypted("x".repeat(CompactJwe.LONGEST));
        assertRefused(() -> jwes.open(ascii(long_)), "at most 8192 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"number\":\"4111111111111111\",\"securityCode\":\"123\"}",
                "4111111111111111",
                "number=4111111111111111&holder=Canary",
                "a.b.c",
                "4111.1111.1111.1111",
                ""
            })
    void refusesAndForgetsWhatIsNotEncrypted(String body) {
        byte[] bytes = ascii(body);
        assertRefused(() -> jwes.open(bytes), "not encrypted as a JWE");
        assertThat(bytes).as("the body").doesNotContain('4', '1');
    }

    @Test
    void refusesLeftOverBitsSoThatOneContentHasOneForm() {
        String jwe = new Jwe(world).encrypted("hello"); // a tag of 16 bytes leaves 4 bits of its last character
        char last = jwe.charAt(jwe.length() - 1);
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char other = letters.charAt(letters.indexOf(last) + 1);
        assertRefused(() -> jwes.open(ascii(jwe.substring(0, jwe.length() - 1) + other)), "base64url");
    }
}
