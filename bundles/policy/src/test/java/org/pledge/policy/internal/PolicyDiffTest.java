package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pledge.policy.PolicyService.Change;

class PolicyDiffTest {
    /** One edit, and the only change it makes. */
    private record Edit(String name, String passage, String other, String field, boolean material) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String PHONE_RULE =
            """
              - to: bank
                for: marketing
                data: phone
                answer: %s
                promises: [AC-1]
                because: New.
            otherwise:""";

    static Stream<Edit> edits() {
        return Stream.of(
                new Edit(
                        "weaker consent",
                        "    consent: opt-in",
                        "    consent: implied",
                        "disclosures[0].consent",
                        true),
                new Edit(
                        "stricter consent",
                        "    consent: none",
                        "    consent: opt-in",
                        "disclosures[1].consent",
                        false),
                new Edit("weaker abroad", "{ US: implied }", "{ US: none }", "disclosures[0].consent", true),
                new Edit("stricter abroad", "{ US: implied }", "{ US: opt-in }", "disclosures[0].consent", false),
                new Edit(
                        "obligation gone",
                        "    obligations: { k-anonymity: { k: 20 } }\n",
                        "",
                        "disclosures[0].obligations",
                        true),
                new Edit(
                        "permission added",
                        "otherwise:",
                        PHONE_RULE.formatted("permit\n    consent: opt-in"),
                        "disclosures[3]",
                        true),
                new Edit("denial added", "otherwise:", PHONE_RULE.formatted("deny"), "disclosures[3]", false),
                new Edit(
                        "recipient added",
                        "  bank: processor",
                        "  bank: processor\n  shop: processor",
                        "recipients.shop",
                        true),
                new Edit(
                        "recipient of another kind",
                        "  ad-partner: third-party",
                        "  ad-partner: authority",
                        "recipients.ad-partner",
                        true),
                new Edit("retention longer", "email: P2Y", "email: P25M", "purposes.billing.data.email", true),
                new Edit("retention shorter", "email: P2Y", "email: P23M", "purposes.billing.data.email", false),
                new Edit(
                        "retention by event",
                        "email: P2Y",
                        "email: until account-closed",
                        "purposes.billing.data.email",
                        true),
                new Edit(
                        "another basis",
                        "    basis: contract",
                        "    basis: legitimate-interest",
                        "purposes.billing.basis",
                        true),
                new Edit(
                        "category used more",
                        "data: { email: P1Y, phone: P1Y }",
                        "data: { name: P1D, email: P1Y, phone: P1Y }",
                        "purposes.marketing.data.name",
                        true),
                new Edit(
                        "category of another class",
                        "visits: { class: anonymous",
                        "visits: { class: pseudonymous",
                        "categories.visits.class",
                        true),
                new Edit(
                        "more required",
                        "company: { required: [name]",
                        "company: { required: [name, email]",
                        "tiers.standard.company.required",
                        true),
                new Edit(
                        "fewer required",
                        "individual: { required: [name, email]",
                        "individual: { required: [name]",
                        "tiers.standard.individual.required",
                        false),
                new Edit(
                        "more phones",
                        "company: { required: [name], optional: { phone: 3 }",
                        "company: { required: [name], optional: { phone: 4 }",
                        "tiers.standard.company.optional.phone",
                        true),
                new Edit("no complete contact", "  complete-contact: [AC-2]\n", "", "contacts.complete-contact", true),
                new Edit("younger", "minimum-age: 13", "minimum-age: 12", "children.minimum-age", true),
                new Edit("younger in one country", "{ DE: 16 }", "{ DE: 15 }", "children.in.DE", true),
                new Edit(
                        "guardians may agree",
                        "  in: { DE: 16 }\n",
                        "  in: { DE: 16 }\n  guardian: consent\n",
                        "children.guardian",
                        true),
                new Edit("older", "{ DE: 16 }", "{ DE: 17 }", "children.in.DE", false),
                new Edit(
                        "no age limit",
                        "children:\n  minimum-age: 13\n  in: { DE: 16 }\n  promises: [AC-2]\n",
                        "",
                        "children",
                        true),
                new Edit(
                        "case for more",
                        "marketing: {",
                        "  - ground: law\n"
                                + "    to: court\n"
                                + "    data: phone\n"
                                + "    answer: permit\n"
                                + "    promises: [AC-1]\n"
                                + "    because: New.\n"
                                + "marketing: {",
                        "cases[3]",
                        true),
                new Edit("sale", "sale: never", "sale: opt-in", "marketing.sale", true),
                new Edit("slower opt-out", "opt-out: P10D", "opt-out: P30D", "marketing.opt-out", true),
                new Edit(
                        "offers only after opt-in",
                        "third-party-offers: opt-in",
                        "third-party-offers: never",
                        "marketing.third-party-offers",
                        false),
                new Edit("longer cookie", "life: session", "life: P1Y", "cookies.prefs", true),
                new Edit("cookie of another kind", "kind: preference", "kind: statistics", "cookies.prefs", true),
                new Edit(
                        "another region",
                        "US: { mechanism: consent, promises: [AC-2] }",
                        "US: { mechanism: consent, promises: [AC-2] }, IN: { mechanism: contract }",
                        "transfers.regions.IN",
                        true),
                new Edit(
                        "change of ownership announced",
                        "transfer: not-announced",
                        "transfer: announced",
                        "ownership.transfer",
                        true),
                new Edit(
                        "another controller",
                        "controller: Acme Fiction",
                        "controller: Fiction Group",
                        "controller",
                        true),
                new Edit(
                        "another document",
                        "terms: acme.example/terms",
                        "terms: acme.example/terms-2",
                        "documents.terms",
                        true),
                new Edit(
                        "promise without its control",
                        "    control: disclosure-rule\n    with: { consent: opt-in, k: 20 }",
                        "    control: disclosure-rule\n    with: { consent: opt-in, k: 20 }\n    planned: Later.",
                        "promises[AC-1]",
                        true),
                new Edit(
                        "control with other parameters",
                        "k: 20 }\n  - id",
                        "k: 5 }\n  - id",
                        "promises[AC-1].with",
                        true),
                new Edit(
                        "promise kept at last",
                        "    control: separate-store\n    planned: The vault brings it.",
                        "    control: sealed-at-rest\n    planned: The vault brings it.",
                        "promises[AC-2].control",
                        true),
                new Edit(
                        "promise added",
                        "promises:\n  - id: AC-1",
                        "promises:\n  - id: AC-4\n    section: s\n    text: t\n    control: withdrawal\n  - id: AC-1",
                        "promises[AC-4]",
                        false),
                new Edit(
                        "text of a promise",
                        "text: Nothing goes out unasked.",
                        "text: Nothing leaves unasked.",
                        "promises[AC-1].text",
                        false),
                new Edit(
                        "section of a promise",
                        "section: Sharing",
                        "section: Disclosure",
                        "promises[AC-1].section",
                        false),
                new Edit(
                        "because",
                        "because: Only who agreed gets advertising.",
                        "because: Only if one agreed.",
                        "disclosures[0].because",
                        false),
                new Edit("remedy", "remedy: Ask the person.", "remedy: Ask them.", "disclosures[0].remedy", false),
                new Edit("contact", "contact: the privacy officer", "contact: privacy desk", "contact", false));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void tellsWhatChangedAndWhetherItMatters(Edit edit) {
        assertThat(diff(edit.passage(), edit.other())).singleElement().satisfies(change -> {
            assertThat(change.field()).isEqualTo(edit.field());
            assertThat(change.material()).isEqualTo(edit.material());
            assertThat(change.text()).isNotBlank().endsWith(".");
        });
    }

    @Test
    void theSameTextHasNoChanges() {
        assertThat(diff("pledge: 1", "pledge:  1")).isEmpty();
    }

    @Test
    void theOrderOfRulesIsNoChange() {
        String denial =
                """
                  - to: any
                    for: any
                    data: role:processor
                    answer: deny
                    promises: [AC-3]
                    because: Statistics belong to the customer.
                """;
        String moved = SmallPack.replaced(
                SmallPack.replaced(SmallPack.TEXT, denial, ""), "disclosures:\n", "disclosures:\n" + denial);

        assertThat(PolicyDiff.between(SmallPack.compiled(SmallPack.TEXT), SmallPack.compiled(moved)))
                .isEmpty();
    }

    @Test
    void aRemovedDenialAndALostPromiseAreMaterial() {
        String denial =
                """
                  - to: any
                    for: any
                    data: role:processor
                    answer: deny
                    promises: [AC-3]
                    because: Statistics belong to the customer.
                """;
        assertThat(diff(denial, "")).singleElement().satisfies(change -> {
            assertThat(change.field()).isEqualTo("disclosures");
            assertThat(change.material()).isTrue();
        });

        String with = SmallPack.with(
                "promises:\n  - id: AC-1",
                "promises:\n  - id: AC-4\n    section: s\n    text: t\n    control: withdrawal\n  - id: AC-1");
        assertThat(PolicyDiff.between(SmallPack.compiled(with), SmallPack.compiled(SmallPack.TEXT)))
                .containsExactly(new Change("promises[AC-4]", "was removed.", true));
    }

    private static List<Change> diff(String passage, String other) {
        return PolicyDiff.between(
                SmallPack.compiled(SmallPack.TEXT), SmallPack.compiled(SmallPack.with(passage, other)));
    }
}
