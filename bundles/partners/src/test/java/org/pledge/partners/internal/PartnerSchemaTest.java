package org.pledge.partners.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema for editors says of every file what the platform says of it. */
class PartnerSchemaTest {
    private static final Path ROOT = Path.of("..", "..");

    private static JsonSchema schema() throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(ROOT.resolve("etc/partners/partner.schema.json")));
    }

    private static boolean fitsSchema(String yaml) throws IOException {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return schema().validate(json(tree), InputFormat.JSON).isEmpty();
    }

    private static String json(Object tree) {
        if (tree instanceof Map<?, ?> map) {
            StringBuilder text = new StringBuilder("{");
            map.forEach((key, value) -> text.append(text.length() > 1 ? "," : "")
                    .append(json(key))
                    .append(':')
                    .append(json(value)));
            return text.append('}').toString();
        }
        if (tree instanceof Iterable<?> items) {
            StringBuilder text = new StringBuilder("[");
            items.forEach(item -> text.append(text.length() > 1 ? "," : "").append(json(item)));
            return text.append(']').toString();
        }
        return tree instanceof String ? "\"" + tree + "\"" : String.valueOf(tree);
    }

    private static boolean isRead(String yaml) {
        return PartnerText.read("p.partner.yaml", yaml).partner().isPresent();
    }

    @Test
    void theExampleOfTheManualIsAPartner() throws IOException {
        String manual = Files.readString(ROOT.resolve("docs/partners.md"));
        String example = manual.split("```yaml\n")[1].split("```")[0];
        assertThat(isRead(example)).isTrue();
        assertThat(fitsSchema(example)).isTrue();
    }

    @Test
    void theLeastThatAPartnerNeedsIsEnough() throws IOException {
        String least = PartnerTextTest.TEXT
                .replace("connector: sftp\n", "")
                .replaceAll("settings: .*\n", "")
                .replaceAll("  attestation: .*\n", "");
        assertThat(isRead(least)).isTrue();
        assertThat(fitsSchema(least)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenant: korax",
                "name: parcel-post",
                "recipient: shipping-partner",
                "endpoint: sftp://127.0.0.1:2222/inbox",
                "  fields: [name, email]",
                "  purposes: [delivery]",
                "  region: US",
                "  from: 2026-01-01",
                "  until: 2027-12-31"
            })
    void aKeyThatIsMissingOrUnknownIsRefusedByBoth(String line) throws IOException {
        String without = PartnerTextTest.TEXT.replace(line + "\n", "");
        assertThat(isRead(without)).isFalse();
        assertThat(fitsSchema(without)).isFalse();
        String unknown =
                PartnerTextTest.TEXT.replace(line + "\n", line + "\n" + line.replaceFirst("[a-z]+:", "odd:") + "\n");
        assertThat(isRead(unknown)).isFalse();
        assertThat(fitsSchema(unknown)).isFalse();
    }
}
