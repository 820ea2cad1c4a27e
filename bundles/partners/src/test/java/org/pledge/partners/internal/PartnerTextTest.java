package org.pledge.partners.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.sharing.Partner;

class PartnerTextTest {
    static final String TEXT =
            """
            tenant: korax
            name: parcel-post
            recipient: shipping-partner
            connector: sftp
            endpoint: sftp://127.0.0.1:2222/inbox
            settings: { host-key: "SHA256:abc", credentials: korax.parcel-post, retries: 3 }
            agreement:
              fields: [name, email]
              purposes: [delivery]
              region: US
              from: 2026-01-01
              until: 2027-12-31
              attestation: { statement: no-retention, until: 2027-01-31 }
            """;

    private static PartnerText.Reading read(String text) {
        return PartnerText.read("p.partner.yaml", text);
    }

    @Test
    void readsEveryKey() {
        assertThat(read(TEXT).problems()).isEmpty();
        assertThat(read(TEXT).partner())
                .contains(new Partner(
                        new TenantId("korax"),
                        "parcel-post",
                        "shipping-partner",
                        new Partner.Agreement(
                                Set.of("name", "email"),
                                Set.of("delivery"),
                                "US",
                                LocalDate.of(2026, 1, 1),
                                LocalDate.of(2027, 12, 31),
                                Optional.of(new Partner.Attestation("no-retention", LocalDate.of(2027, 1, 31)))),
                        "sftp",
                        URI.create("sftp://127.0.0.1:2222/inbox"),
                        Map.of("host-key", "SHA256:abc", "credentials", "korax.parcel-post", "retries", "3"),
                        false,
                        0));
    }

    @Test
    void readsWhatLetsDataGoThereFromElsewhere() {
        String text = TEXT + "  safeguard: { mechanism: scc, id: \"2021/914:module-2\", until: 2027-06-30 }\n";
        assertThat(read(text).partner().orElseThrow().agreement().safeguard())
                .contains(new Partner.Safeguard(Partner.Mechanism.SCC, "2021/914:module-2", LocalDate.of(2027, 6, 30)));
        assertThat(read(text.replace("scc", "handshake")).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.field()).isEqualTo("agreement.safeguard.mechanism");
                    assertThat(problem.line()).isEqualTo(14);
                });
    }

    @Test
    void theConnectorIsRestAndNothingIsSetUnlessSaid() {
        String text = TEXT.replace("connector: sftp\n", "")
                .replaceAll("settings: .*\n", "")
                .replaceAll("  attestation: .*\n", "");
        Partner partner = read(text).partner().orElseThrow();
        assertThat(partner.connector()).isEqualTo("rest");
        assertThat(partner.settings()).isEmpty();
        assertThat(partner.agreement().attestation()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connector: sftp | conector: sftp | 4: conector: the key 'conector' is not known here. Did you mean",
                "tenant: korax | tenant: KORAX | 1: tenant: 'KORAX' has the wrong form. Write 2 to 32",
                "name: parcel-post | name: 7 | 2: name: this must be text.",
                "recipient: shipping-partner | recipient: [a] | 3: recipient: this must be text.",
                "sftp://127.0.0.1:2222/inbox | 'sftp://a b' | 5: endpoint: this is no address.",
                "until: 2027-12-31 | until: soon | 12: agreement.until: 'soon' is no day. Write it as 2027-12-31.",
                "region: US | zone: US | 10: agreement.zone: the key 'zone' is not known here.",
                "statement: no-retention | said: x | 13: agreement.attestation.said: the key 'said' is not known",
                "credentials: korax.parcel-post | credentials: [a] | 6: settings.credentials: this must be a text or a number",
                "fields: [name, email] | fields: [] | 8: agreement.fields: this list is empty. Name at least one.",
                "name: parcel-post | tenant: anyip | 2: tenant: this key is already on line 1.",
                "name: parcel-post | name: !!str x | 2: (text): tags (words that begin with '!') are not allowed.",
                "agreement: | agreement: [ | (text): this is not YAML",
            })
    void everyProblemHasItsLineItsFieldAndARemedy(String from, String to, String problem) {
        PartnerText.Reading reading = read(TEXT.replace(from, to));
        assertThat(reading.partner()).isEmpty();
        assertThat(reading.problems()).extracting(Problem::toString).anySatisfy(text -> assertThat(text)
                .startsWith("p.partner.yaml:")
                .contains(problem));
        assertThat(reading.problems())
                .allSatisfy(each -> assertThat(each.remedy()).isNotEmpty());
    }

    @ParameterizedTest
    @CsvSource({"tenant, 1", "name, 2", "recipient, 3", "endpoint, 5", "agreement, 7"})
    void whatIsMissingIsNamed(String key, int line) {
        String text = TEXT.replaceAll("(?m)^" + key + ":.*\n" + (key.equals("agreement") ? "(  .*\n)*" : ""), "");
        assertThat(read(text).partner()).isEmpty();
        assertThat(read(text).problems()).singleElement().satisfies(problem -> assertThat(problem.text())
                .isEqualTo("the key '" + key + "' is missing."));
    }

    @Test
    void aLongTextIsNotRead() {
        assertThat(read("#" + "x".repeat(PartnerText.MAX_CHARACTERS)).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.text()).contains("longer than"));
    }

    @Test
    void aNameThatThePolicyDoesNotHaveGetsItsOwnLine() {
        String text = TEXT.replace("  purposes: [delivery]\n", "  purposes:\n    - delivery\n    - moon-mail\n");
        Problem problem = read(text)
                .problem(
                        "p.partner.yaml",
                        new PledgeException(
                                        PledgeException.Kind.INVALID,
                                        "agreement.purposes names \"moon-mail\", which version 1 of the policy does not have")
                                .remedy("Did you mean marketing?"));
        assertThat(problem.line()).isEqualTo(11);
        assertThat(problem.field()).isEqualTo("agreement.purposes");
    }

    @ParameterizedTest
    @CsvSource({
        "endpoint must be encrypted, 5, endpoint",
        "settings.host-key is missing, 6, settings.host-key",
        "settings.unheard is wrong, 6, settings.unheard",
        "agreement.purposes must name purposes, 9, agreement.purposes",
        "agreement.attestation.statement must be short, 13, agreement.attestation.statement",
        "korax has no policy in force, 0, (text)"
    })
    void aRefusalByTheServiceGetsTheLineOfItsField(String text, int line, String field) {
        Problem problem = read(TEXT)
                .problem(
                        "p.partner.yaml",
                        new PledgeException(PledgeException.Kind.INVALID, text).remedy("Do something."));
        assertThat(problem.line()).isEqualTo(line);
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem).hasToString("p.partner.yaml:" + line + ": " + field + ": " + text + ". Do something.");
    }
}
