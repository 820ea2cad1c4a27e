package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.AEADBadTagException;
import org.junit.jupiter.api.Test;

/** Runs the public vectors of C2SP/wycheproof through our own code. */
final class WycheproofTest {
    private static final String FOLDER = "pledge.vectors";
    private static final int FULL_TAG_BITS = 256;

    private record Case(JsonNode group, JsonNode test) {
        byte[] bytes(String name) {
            return HexFormat.of().parseHex(test.get(name).textValue());
        }

        SecretBytes key(String name) {
            return SecretBytes.of(bytes(name));
        }

        int number(String name) {
            return test.has(name) ? test.get(name).intValue() : group.get(name).intValue();
        }

        boolean valid() {
            return "valid".equals(test.get("result").textValue());
        }

        @Override
        public String toString() {
            return "case " + test.get("tcId") + " " + test.get("comment") + " " + test.get("flags");
        }
    }

    private static Stream<Case> cases(String file, int expected) {
        Optional<Path> found =
                folder().map(folder -> folder.resolve("wycheproof").resolve(file));
        if (found.filter(Files::isRegularFile).isEmpty()) {
            assertThat(System.getenv("CI"))
                    .as("the vectors must be there in CI: -D%s=FOLDER with wycheproof/%s", FOLDER, file)
                    .isNotEqualTo("true");
            assumeTrue(false, "no vectors here; name their folder with -D" + FOLDER);
        }
        try {
            JsonNode content = new ObjectMapper().readTree(found.orElseThrow().toFile());
            assertThat(content.get("numberOfTests").intValue()).isEqualTo(expected);
            return stream(content.get("testGroups"))
                    .flatMap(group -> stream(group.get("tests")).map(test -> new Case(group, test)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> folder() {
        String named = System.getProperty(FOLDER);
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        Path here = Path.of("").toAbsolutePath();
        return Stream.iterate(here, path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared").resolve("vectors"))
                .filter(Files::isDirectory)
                .findFirst();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Test
    void aesGcm() {
        Gcm gcm = new Gcm();
        long run = cases("aes_gcm_test.json", 316)
                .peek(each -> assertGcm(gcm, each))
                .filter(each -> each.group().get("ivSize").intValue() == 8 * Gcm.NONCE_BYTES)
                .count();
        assertThat(run).isEqualTo(197);
    }

    private static void assertGcm(Gcm gcm, Case each) {
        byte[] sealed = concat(each.bytes("ct"), each.bytes("tag"));
        try (SecretBytes key = each.key("key")) {
            if (each.bytes("iv").length != Gcm.NONCE_BYTES) {
                assertThatThrownBy(() -> gcm.encrypt(key, each.bytes("iv"), each.bytes("aad"), each.bytes("msg")))
                        .as(each.toString())
                        .isInstanceOf(IllegalArgumentException.class);
            } else if (each.valid()) {
                assertThat(gcm.encrypt(key, each.bytes("iv"), each.bytes("aad"), each.bytes("msg")))
                        .as(each.toString())
                        .isEqualTo(sealed);
                assertThat(gcm.decrypt(key, each.bytes("iv"), each.bytes("aad"), concat(new byte[3], sealed), 3))
                        .as(each.toString())
                        .isEqualTo(each.bytes("msg"));
            } else {
                assertThatThrownBy(() -> gcm.decrypt(key, each.bytes("iv"), each.bytes("aad"), sealed, 0))
                        .as(each.toString())
                        .isInstanceOf(AEADBadTagException.class);
            }
        } catch (AEADBadTagException e) {
            throw new AssertionError(each.toString(), e);
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    @Test
    void aesKwp() {
        KeyWrap wrap = new KeyWrap();
        cases("aes_kwp_test.json", 254).forEach(each -> {
            try (SecretBytes key = each.key("key");
                    SecretBytes message = each.key("msg")) {
                if (each.valid()) {
                    assertThat(wrap.wrap(key, message)).as(each.toString()).isEqualTo(each.bytes("ct"));
                    assertThat(wrap.unwrap(key, each.bytes("ct")).getEncoded())
                            .as(each.toString())
                            .isEqualTo(each.bytes("msg"));
                } else {
                    assertThatThrownBy(() -> wrap.unwrap(key, each.bytes("ct")))
                            .as(each.toString())
                            .isInstanceOf(SecurityException.class);
                }
            }
        });
    }

    @Test
    void hmacSha256() {
        Hmac hmac = new Hmac();
        cases("hmac_sha256_test.json", 174).forEach(each -> {
            try (SecretBytes key = each.key("key")) {
                int bits = each.number("tagSize");
                byte[] tag = Arrays.copyOf(hmac.hmac(key, each.bytes("msg")), bits / 8);
                assertThat(bits).isLessThanOrEqualTo(FULL_TAG_BITS);
                assertThat(Arrays.equals(tag, each.bytes("tag")))
                        .as(each.toString())
                        .isEqualTo(each.valid());
            }
        });
    }

    @Test
    void hkdfSha256() {
        Hmac hmac = new Hmac();
        cases("hkdf_sha256_test.json", 86).forEach(each -> {
            try (SecretBytes key = each.key("ikm")) {
                if (each.valid()) {
                    assertThat(hmac.hkdf(key, each.bytes("salt"), each.bytes("info"), each.number("size")))
                            .as(each.toString())
                            .isEqualTo(each.bytes("okm"));
                } else {
                    assertThatThrownBy(
                                    () -> hmac.hkdf(key, each.bytes("salt"), each.bytes("info"), each.number("size")))
                            .as(each.toString())
                            .isInstanceOf(IllegalArgumentException.class);
                }
            }
        });
    }
}
