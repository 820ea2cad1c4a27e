package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;

/** Runs the public AES-GCM vectors of C2SP/wycheproof that a JWE can be made of through the opening of one. */
final class WycheproofTest {
    private static final String FOLDER = "pledge.vectors";

    private static byte[] bytes(JsonNode test, String name) {
        return HexFormat.of().parseHex(test.get(name).textValue());
    }

    @Test
    void opensWhatIsValidAndNothingElse() throws IOException {
        Optional<Path> file =
                folder().map(folder -> folder.resolve("wycheproof").resolve("aes_gcm_test.json"));
        if (file.filter(Files::isRegularFile).isEmpty()) {
            assertThat(System.getenv("CI"))
                    .as("the vectors must be there in CI: -D%s=FOLDER with wycheproof", FOLDER)
                    .isNotEqualTo("true");
            assumeTrue(false, "no vectors here; name their folder with -D" + FOLDER);
        }
        int run = 0;
        for (JsonNode group :
                new ObjectMapper().readTree(file.orElseThrow().toFile()).get("testGroups")) {
            if (group.get("keySize").intValue() == 256
                    && group.get("ivSize").intValue() == 96
                    && group.get("tagSize").intValue() == 128) {
                for (JsonNode test : group.get("tests")) {
                    check(test);
                    run++;
                }
            }
        }
        assertThat(run).isGreaterThan(60);
    }

    private static void check(JsonNode test) {
        String name = "case " + test.get("tcId") + " " + test.get("comment");
        if (test.get("result").textValue().equals("valid")) {
            assertThat(opened(test)).as(name).isEqualTo(bytes(test, "msg"));
        } else {
            assertThatThrownBy(() -> opened(test)).as(name).isInstanceOf(PledgeException.class);
        }
    }

    private static byte[] opened(JsonNode test) {
        return CompactJwe.opened(
                bytes(test, "key"), bytes(test, "iv"), bytes(test, "aad"), bytes(test, "ct"), bytes(test, "tag"));
    }

    private static Optional<Path> folder() {
        String named = System.getProperty(FOLDER);
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared").resolve("vectors"))
                .filter(Files::isDirectory)
                .findFirst();
    }
}
