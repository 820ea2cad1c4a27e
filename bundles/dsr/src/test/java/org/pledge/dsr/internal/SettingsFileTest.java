package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.dsr.internal.Settings.Claim;

/** The file of what tenants offer. */
class SettingsFileTest {
    private static final String KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private static final String GOOD =
            "[{\"id\": \"AGENT\", \"verify_key\": \"" + KEY + "\", \"trusted\": [\"email\"]}]";
    private static final String WHOLE =
            """
            {"korax": {
               "address": "https://privacy.korax.example/dsr/korax",
               "categories": {"email": "email"},
               "jurisdictions": {"gdpr": "DE"},
               "signing": {"keystore": "korax.p12", "passwordFile": "password"},
               "opendsr": {"controllers": ["acme"], "processors": {"P.example": {"partner": "parcel-post", "certificate": "korax.pem"}}},
               "drp": {"business": "KORAX", "directory": "agents.json", "skewSeconds": 60},
               "iab": {"issuer": "korax.example", "jurisdiction": "US-CA", "parties": {
                 "publisher.example": {"keys": [], "firstParty": true}}}}}
            """;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void files() {
        World.signer(folder, "korax", "-keyalg", "EC", "-groupname", "secp256r1");
        agents(GOOD);
    }

    private static void agents(String text) {
        World.write(folder, "agents.json", text);
    }

    private static Map<?, Settings> read(String text) {
        return SettingsFile.read(World.write(folder, "settings.json", text));
    }

    /** Without the keys, which are left out there. */
    @Test
    void readsTheExamplesOfTheDocumentation() throws IOException {
        World.signer(folder, "mailer", "-keyalg", "EC", "-groupname", "secp256r1");
        Files.copy(folder.resolve("password"), folder.resolve("korax.password"));
        Settings openDsr = read(examples("opendsr").get(0)).get(World.KORAX);
        assertThat(openDsr.openDsr().orElseThrow().processors()).containsOnlyKeys("opendsr.mailer.example");
        List<String> drp = examples("data-rights-protocol");
        agents(drp.get(1));
        Settings.Drp read = read(drp.get(0)).get(World.KORAX).drp().orElseThrow();
        agents(GOOD);
        assertThat(read.callbacks()).containsOnlyKeys("CR_AA");
        assertThat(read.agents().get("CR_AA").trusted()).containsExactly(Claim.EMAIL);
        String iab = examples("iab-deletion").get(0).replaceAll("\\[\\{\"kty\"[^]]*]", "[]");
        assertThat(read(iab).get(World.KORAX).iab().orElseThrow().parties())
                .containsOnlyKeys("publisher.example", "vendor.example");
    }

    private static List<String> examples(String page) throws IOException {
        String text = Files.readString(Path.of("..", "..", "docs", page + ".md"));
        return Pattern.compile("(?s)```json\n(.*?)```")
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void readsWhatIsOffered() {
        Settings settings = read(WHOLE).get(World.KORAX);
        assertThat(settings.domain()).isEqualTo("privacy.korax.example");
        assertThat(settings.jurisdictions()).isEqualTo(Map.of("gdpr", "DE", "ccpa", "US-CA"));
        assertThat(settings.categories()).isEqualTo(Map.of(Claim.EMAIL, "email"));
        assertThat(settings.openDsr().orElseThrow().processors()).containsOnlyKeys("p.example");
        assertThat(settings.drp().orElseThrow().agents().get("AGENT").trusted()).isEqualTo(Set.of(Claim.EMAIL));
        assertThat(settings.iab()
                        .orElseThrow()
                        .parties()
                        .get("publisher.example")
                        .firstParty())
                .isTrue();
    }

    @Test
    void offersNothingThatIsNotNamed() {
        Settings settings = read("{\"korax\": {\"address\": \"https://a.example/dsr/korax\"}}")
                .get(World.KORAX);
        assertThat(settings.openDsr()).isEmpty();
        assertThat(settings.drp()).isEmpty();
        assertThat(settings.iab()).isEmpty();
        assertThat(read("{}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    "korax": {|"Korax": {|Korax
                    "address": "https:|"address": "http:|korax.address
                    /dsr/korax"|/dsr/korax/"|korax.address
                    "address"|"adress"|does not know adress
                    {"email": "email"}|{"mail": "email"}|korax.categories
                    "gdpr": "DE"|"gdpr": "XX"|korax.jurisdictions
                    "gdpr": "DE"|"lgpd": "BR"|korax.jurisdictions
                    "keystore": "korax.p12"|"keystore": "none.p12"|korax.signing
                    "keystore": "korax.p12"|"keystore": "korax.pem"|korax.signing
                    "certificate": "korax.pem"|"certificate": "password"|korax.opendsr.processors.P.example
                    "partner": "parcel-post"|"partner": ""|needs partner
                    "skewSeconds": 60|"skewSeconds": 61|skewSeconds
                    "skewSeconds": 60|"skewSeconds": 6, "callbacks": {"NOBODY": {"p": "https://a.example/cb"}}|not in the directory
                    "skewSeconds": 60|"skewSeconds": 6, "callbacks": {"AGENT": {"p": "http://a.example/cb"}}|callbacks.AGENT
                    "skewSeconds": 60|"skewSeconds": 6, "callbacks": {"AGENT": {"p": "https://a@b.example/"}}|callbacks.AGENT
                    "skewSeconds": 60|"skewSeconds": 6, "callbacks": {"AGENT": {"p": "https://a.example/?x"}}|callbacks.AGENT
                    "controllers": ["acme"]|"controllers": {"acme": {"calback": {}}}|does not know calback
                    "controllers": ["acme"]|"controllers": {"acme": {"callbacks": {"p": "ftp://a.example/"}}}|controllers.acme
                    "controllers": ["acme"]|"controllers": "acme"|korax.opendsr.controllers
                    "business": "KORAX"|"busines": "KORAX"|does not know busines
                    "keys": []|"keys": {}|must be a list
                    "keys": []|"keys": [{"kid": "1", "kty": "oct", "k": "AAAA"}]|RSA, or EC
                    "keys": []|"keys": [{"kid": "1", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]|korax.iab.parties
                    "keys": []|"keys": [{"kty": "RSA"}]|kid
                    "jurisdiction": "US-CA"|"jurisdiction": "California"|korax.iab.jurisdiction
                    {"korax"|"korax"|not well-formed
                    """)
    void refusesAMistakeWithItsPlace(String right, String wrong, String place) {
        assertThat(WHOLE).contains(right);
        String text = WHOLE.replace(right, wrong);
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(place);
    }

    @ParameterizedTest
    @CsvSource({"agent, AGENT", "AGENT, AGENT"})
    void refusesAnAgentOfAnotherFormOrNamedTwice(String first, String second) {
        String entry = "{\"id\": \"%s\", \"verify_key\": \"" + KEY + "\"}";
        agents("[" + entry.formatted(first) + "," + entry.formatted(second) + "]");
        try {
            assertThatThrownBy(() -> read(WHOLE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("directory");
            agents("[{\"id\": \"AGENT\", \"verify_key\": \"AAAA\"}]");
            assertThatThrownBy(() -> read(WHOLE)).hasMessageContaining("verify_key");
        } finally {
            agents(GOOD);
        }
    }

    @Test
    void whatIsSignedNeedsAKey() {
        assertThatThrownBy(() -> read(WHOLE.replaceAll("\"signing\".*,\n", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need signing");
    }

    @Test
    void neverTellsAPassword() {
        World.write(folder, "wrong", "another-secret\n");
        assertThatThrownBy(() -> read(WHOLE.replace("\"password\"", "\"wrong\"")))
                .hasMessageContaining("korax.signing")
                .hasMessageNotContaining("another-secret");
    }
}
