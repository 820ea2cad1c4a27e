package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.sharing.Partner;

class PartnerConnectorTest {
    private static final Map<String, String> PINNED =
            Map.of("host-key", "SHA256:abc", "credentials", "korax.parcel-post");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static Partner partner(String connector, String endpoint, Map<String, String> settings) {
        Partner acme = World.partner("acme", "marketing-partner", Set.of("email"), Set.of("newsletter"));
        return new Partner(
                KORAX,
                acme.name(),
                acme.recipient(),
                acme.agreement(),
                connector,
                URI.create(endpoint),
                settings,
                false,
                0);
    }

    private void refused(Partner partner, String text) {
        assertThatThrownBy(() -> world.put(partner)).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.INVALID);
            assertThat(e.getMessage() + ". " + e.remedy()).contains(text);
            assertThat(e.remedy()).isNotEmpty();
        });
    }

    @Test
    void keepsTheConnectorAndItsSettingsThroughSuspension() {
        world.connectors.add(FakeConnector.sftp());
        world.put(partner("sftp", "sftp://partner.example/in", PINNED));
        Partner suspended = world.partners.suspend(world.officer, "acme", true);
        assertThat(suspended.connector()).isEqualTo("sftp");
        assertThat(suspended.settings()).isEqualTo(PINNED);
        assertThat(world.put(partner("sftp", "sftp://partner.example/in", PINNED)))
                .isEqualTo(suspended);
    }

    @Test
    void refusesAConnectorThatIsNotInstalledAndListsThoseThatAre() {
        world.connectors.add(FakeConnector.sftp());
        refused(
                partner("soap", "https://partner.example/in", Map.of()),
                "connector is not one of those that are installed. Use one of: rest, sftp; or install");
    }

    @Test
    void followsConnectorsAsTheyComeAndGo() {
        assertThat(world.partners.connectors()).containsOnly("rest");
        Partner sftp = partner("sftp", "sftp://partner.example/in", PINNED);
        refused(sftp, "connector");
        world.connectors.add(FakeConnector.sftp());
        assertThat(world.put(sftp).version()).isEqualTo(1);
        assertThat(world.partners.connectors()).containsOnly("rest", "sftp");
        world.connectors.clear();
        assertThat(world.partners.find(KORAX, "acme")).isPresent();
        assertThat(world.partners.suspend(world.officer, "acme", true).suspended())
                .isTrue();
    }

    @Test
    void theConnectorChecksItsOwnSettings() {
        world.connectors.add(FakeConnector.sftp());
        refused(partner("sftp", "sftp://partner.example/in", Map.of()), "settings.host-key is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "sftp, sftp://partner.example:2222/in, ''",
        "sftp, https://partner.example/in, endpoint must be an absolute sftp address",
        "sftp, sftp://user@partner.example/in, Keep credentials out",
        "sftp, sftp://partner.example/in?x=1, 'no user, query or fragment'",
        "sftp, sftp://partner.example/a%2fb, sftp://host:port/path",
        "smtp, smtps://mail.example, ''",
        "smtp, smtp://127.0.0.1:2525, ''",
        "smtp, smtp://mail.example, Use smtps; smtp is for",
        "kafka, kafka://localhost:9092/topic, ''",
        "kafka, kafka://broker.example:9092/topic, endpoint must be encrypted",
        "kafka, kafka+ssl://broker.example:9092/topic, ''",
        "rest, ftp://partner.example/in, endpoint must be an absolute https address",
    })
    void looksAtTheSchemeAndTheAddress(String connector, String endpoint, String refusal) {
        world.connectors.add(new FakeConnector("sftp", Set.of("sftp")));
        world.connectors.add(new FakeConnector("smtp", Set.of("smtp", "smtps")));
        world.connectors.add(new FakeConnector("kafka", Set.of("kafka", "kafka+ssl")));
        Partner partner = partner(connector, endpoint, PINNED);
        if (refusal.isEmpty()) {
            assertThat(world.put(partner).endpoint()).hasToString(endpoint);
        } else {
            refused(partner, refusal);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Host-Key, x, each of settings must have a name",
        "a b, x, each of settings must have a name",
        "password, x, settings.password would hold a secret",
        "smtp.password, x, settings.smtp.password would hold a secret",
        "api-key, x, would hold a secret",
        "credentials, korax.../../root, settings.credentials must begin with",
        "credentials, anyip.parcel-post, settings.credentials must begin with",
        "credentials, '', settings.credentials must begin with",
    })
    void settingsNameSecretsAndHoldNone(String name, String value, String refusal) {
        refused(partner("rest", "https://partner.example/in", Map.of(name, value)), refusal);
    }

    @Test
    void settingsAreShortLines() {
        refused(
                partner("rest", "https://partner.example/in", Map.of("note", "a\nb")),
                "settings.note must be one line of at most 1000 characters");
        refused(partner("rest", "https://partner.example/in", Map.of("note", "x".repeat(1001))), "one line");
        assertThat(world.put(partner("rest", "https://partner.example/in", Map.of("note", "x".repeat(1000))))
                        .settings())
                .containsKey("note");
    }
}
