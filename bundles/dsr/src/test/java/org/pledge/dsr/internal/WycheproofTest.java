package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.dsr.internal.Settings.Agent;

/** Runs the public Ed25519 vectors of C2SP/wycheproof through the check of an agent's signature. */
final class WycheproofTest {
    private static final String FOLDER = "pledge.vectors";
    private static final int CASES = 151;
    private static final int FORBIDDEN = 403;
    private static final int MALFORMED = 400;
    private static final int SIGNATURE_BYTES = 64;

    @Test
    void takesNoSignatureThatIsInvalid() throws IOException {
        Optional<Path> file =
                folder().map(folder -> folder.resolve("wycheproof").resolve("ed25519_test.json"));
        if (file.filter(Files::isRegularFile).isEmpty()) {
            assertThat(System.getenv("CI"))
                    .as("the vectors must be there in CI: -D%s=FOLDER with wycheproof", FOLDER)
                    .isNotEqualTo("true");
            assumeTrue(false, "no vectors here; name their folder with -D" + FOLDER);
        }
        int run = 0;
        for (JsonNode group :
                new ObjectMapper().readTree(file.orElseThrow().toFile()).get("testGroups")) {
            Agent agent = new Agent("agent", bytes(group.get("publicKey"), "pk"), Set.of());
            for (JsonNode test : group.get("tests")) {
                check(agent, test);
                run++;
            }
        }
        assertThat(run).isEqualTo(CASES);
    }

    /** Who signed is asked before what: a good signature is told by the complaint that the rest is no JSON. */
    private static void check(Agent agent, JsonNode test) {
        byte[] message = message(test);

        Throwable refused = catchThrowable(
                () -> SignedMessage.signedBy(agent, Base64.getEncoder().encode(message)));

        assertThat(refused).as(test.toString()).isInstanceOf(Refusal.class);
        if (message.length <= SIGNATURE_BYTES) {
            assertThat(refused).hasMessageContaining("too short");
        } else {
            boolean valid = test.get("result").textValue().equals("valid");
            assertThat(((Refusal) refused).status()).as(test.toString()).isEqualTo(valid ? MALFORMED : FORBIDDEN);
        }
    }

    private static byte[] message(JsonNode test) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes(bytes(test, "sig"));
        signed.writeBytes(bytes(test, "msg"));
        return signed.toByteArray();
    }

    private static byte[] bytes(JsonNode node, String name) {
        return HexFormat.of().parseHex(node.get(name).textValue());
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
}
