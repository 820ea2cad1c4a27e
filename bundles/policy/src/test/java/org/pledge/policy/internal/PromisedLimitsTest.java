package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PromisedLimitsTest {
    private static final String FILE = "acme.policy.yaml";
    private static final String COMPANY = "{ required: [name], optional: { phone: 3 }, promises: [AC-2] }";
    private static final String WITH_PHONE = "{ required: [name, phone], promises: [AC-2] } #!";

    /**
     * A pack that breaks one of its promises; the mark {@code #!} stands on the line of the problem.
     *
     * @param company what the tier says about companies
     * @param promise control and parameters of a promise
     */
    private record Case(String name, String company, String promise, String field, String remedy) {
        String text() {
            return SmallPack.replaced(
                    SmallPack.with(COMPANY, company),
                    "promises:\n  - id: AC-1",
                    "promises:\n  - { id: AC-4, section: s, text: t, control: " + promise + "\n  - id: AC-1");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> broken() {
        return Stream.of(
                new Case(
                        "a card is promised for a purpose that the vault does not know",
                        COMPANY,
                        "vault-purpose, with: { purposes: 'payment, marketing' } } #!",
                        "promises[AC-4].with.purposes",
                        "Write one or more of: chargeback, payment, refund."),
                new Case(
                        "a region is promised that the register does not have",
                        COMPANY,
                        "transfer-register, with: { regions: 'NL, US' } } #!",
                        "promises[AC-4].with.regions",
                        "Name exactly those, with commas between them."),
                new Case(
                        "consent is promised to come before safeguards",
                        COMPANY,
                        "transfer-register, with: { regions: US, order: consent first } } #!",
                        "promises[AC-4].with.order",
                        "Write 'safeguards before consent', or leave it out."),
                new Case(
                        "a change of ownership is announced by the promise alone",
                        COMPANY,
                        "ownership-transfer, with: { announced: 'yes' } } #!",
                        "promises[AC-4].with.announced",
                        "Let both say the same."),
                new Case(
                        "people have no time to object",
                        COMPANY,
                        "ownership-transfer, with: { announced: 'no', notice: P0D } } #!",
                        "promises[AC-4].with.notice",
                        "Write an ISO 8601 period of days or more such as P30D."),
                new Case(
                        "reads are bound to a purpose that shares its data",
                        COMPANY,
                        "purpose-bound-reads, with: { purposes: billing } } #!",
                        "promises[AC-4].with.purposes",
                        "Use categories of its own for each of these purposes."),
                new Case(
                        "reads are bound to a purpose that there is not",
                        COMPANY,
                        "purpose-bound-reads, with: { purposes: 'statistics, survey' } } #!",
                        "promises[AC-4].with.purposes",
                        "Name purposes of this pack that use data."),
                new Case(
                        "an opt-out is promised to end what a contract needs",
                        COMPANY,
                        "objection, with: { ends: 'marketing, billing', by: 'objection, opt-out' } } #!",
                        "promises[AC-4].with.ends",
                        "Name purposes of this pack that rest on consent or a legitimate interest, or promote."),
                new Case(
                        "an objection is promised to end what there is not",
                        COMPANY,
                        "objection, with: { ends: every use, by: objection } } #!",
                        "promises[AC-4].with.ends",
                        "Name purposes of this pack that rest on consent or a legitimate interest, or promote."),
                new Case(
                        "a sweep is promised of what nothing sweeps",
                        COMPANY,
                        "retention-sweep, with: { category: phone, period: P1Y } } #!",
                        "promises[AC-4].with.category",
                        "Write one of: traffic-log, visitor-statistics; or add 'planned'."),
                new Case(
                        "a sweep is promised without its period",
                        COMPANY,
                        "retention-sweep, with: { category: traffic-log, period: two days } } #!",
                        "promises[AC-4].with.period",
                        "Write an ISO 8601 duration such as P2D."),
                new Case(
                        "the code of an unknown network is refused",
                        COMPANY,
                        "card-network-rule, with: { network: amexx, security-code: refused } } #!",
                        "promises[AC-4].with.network",
                        "Write one or more of: amex, diners, discover, jcb, maestro, mastercard, unionpay, visa."),
                new Case(
                        "what is done with the code is not said",
                        COMPANY,
                        "card-network-rule, with: { network: amex, security-code: hidden } } #!",
                        "promises[AC-4].with.security-code",
                        "Write one or more of: refused."),
                new Case(
                        "a number may be seen for anything",
                        COMPANY,
                        "vault-reveal, with: { requests: any, people: 2 } } #!",
                        "promises[AC-4].with.requests",
                        "Write one or more of: add, charge, delete, edit."),
                new Case(
                        "one person is enough",
                        COMPANY,
                        "vault-reveal, with: { requests: edit, people: 1 } } #!",
                        "promises[AC-4].with.people",
                        "Write digits only, without quotes, such as 2."),
                new Case(
                        "another role sees numbers",
                        COMPANY,
                        "custodian-control, with: { role: operator, factors: 2 } } #!",
                        "promises[AC-4].with.role",
                        "Write one or more of: custodian."),
                new Case(
                        "a login is enough",
                        COMPANY,
                        "custodian-control, with: { role: custodian, factors: 1 } } #!",
                        "promises[AC-4].with.factors",
                        "Write digits only, without quotes, such as 2."),
                new Case(
                        "a phone is mandatory for companies",
                        WITH_PHONE,
                        "collection-rule, with: { company: 'name, email', individual: 'name, email' } }",
                        "tiers.standard.company.required",
                        "Remove phone from 'required', or list it under 'optional' if it may be given."),
                new Case(
                        "a tier makes more mandatory",
                        WITH_PHONE,
                        "collection-rule, with: { tier: standard, required: 'name, email' } }",
                        "tiers.standard.company.required",
                        "Remove phone from 'required', or list it under 'optional' if it may be given."),
                new Case(
                        "too many fields are mandatory",
                        "{ required: [name, email, phone], promises: [AC-2] } #!",
                        "collection-rule, with: { required-fields: 2 } }",
                        "tiers.standard.company.required",
                        "List what may be given under 'optional'."),
                new Case(
                        "a field is mandatory where all is voluntary",
                        COMPANY + " #!",
                        "collection-rule, with: { tiers: standard, necessity: optional } }",
                        "tiers.standard.company.required",
                        "List what may be given under 'optional'."),
                new Case(
                        "a field is taken that is promised not to be",
                        COMPANY + " #!",
                        "collection-rule, with: { fields: 'name, email' } }",
                        "tiers.standard.company.optional",
                        "Remove phone from 'optional'."),
                new Case(
                        "the promise names an unknown field",
                        COMPANY,
                        "collection-rule, with: { company: 'name, shoe-size' } } #!",
                        "promises[AC-4].with.company",
                        "Name categories of this pack, with commas between them, or write none."),
                new Case(
                        "the promise names an unknown tier",
                        COMPANY,
                        "collection-rule, with: { tier: gold, company: name } } #!",
                        "promises[AC-4].with.tier",
                        "Name tiers that stand under 'tiers'."),
                new Case(
                        "a parameter is mistyped",
                        COMPANY,
                        "collection-rule, with: { compny: name } } #!",
                        "promises[AC-4].with.compny",
                        "Did you mean 'company'?"),
                new Case(
                        "a purpose is defined and prohibited",
                        COMPANY,
                        "prohibited-purpose, with: { purposes: 'sponsoring, marketing' } } #!",
                        "promises[AC-4].with.purposes",
                        "Remove one of the two."),
                new Case(
                        "a fault is mistyped",
                        COMPANY,
                        "cookie-register, with: { strips: unregisterd } } #!",
                        "promises[AC-4].with.strips",
                        "Write one or more of: unregistered, lives-too-long, personal-value, refused-by-visitor, "
                                + "no-prior-consent, unregistered-beacon, refused-beacon."),
                new Case(
                        "a promise about cookies does not say what it strips",
                        COMPANY,
                        "cookie-linter, with: { kinds: preference } } #!",
                        "promises[AC-4].with.strips",
                        "Add 'strips: …' to this block."),
                new Case(
                        "a cookie is promised that is not registered",
                        COMPANY,
                        "cookie-register, with: { strips: unregistered, cookie: sid } } #!",
                        "promises[AC-4].with.cookie",
                        "Name one that stands under 'cookies'."),
                new Case(
                        "a cookie lives otherwise than promised",
                        COMPANY,
                        "cookie-register, with: { strips: lives-too-long, cookie: prefs, life: P1D } } #!",
                        "promises[AC-4].with.life",
                        "Change its entry under 'cookies', or what is promised."),
                new Case(
                        "a cookie is of another kind than promised",
                        COMPANY,
                        "cookie-linter, with: { strips: personal-value, kinds: 'session, statistics' } } #!",
                        "promises[AC-4].with.kinds",
                        "Change its entry under 'cookies', or what is promised."),
                new Case(
                        "a cookie is set by default although an opt-in is promised",
                        COMPANY,
                        "cookie-register, with: { strips: no-prior-consent, consent-in-EU: opt-in } } #!",
                        "promises[AC-4].with.consent-in-EU",
                        "Change its entry under 'cookies', or what is promised."),
                new Case(
                        "beacons in messages",
                        COMPANY,
                        "cookie-register, with: { strips: refused-beacon, in-messages: opt-in } } #!",
                        "promises[AC-4].with.in-messages",
                        "Write 'in-messages: none'."),
                new Case(
                        "what ends with an inquiry is kept for longer",
                        COMPANY,
                        "open-inquiry, with: { purposes: billing } } #!",
                        "promises[AC-4].with.purposes",
                        "Name purposes of this pack that have 'until inquiry-closed' under 'data'."),
                new Case(
                        "what ends with an inquiry is no purpose",
                        COMPANY,
                        "open-inquiry, with: { purposes: answers } } #!",
                        "promises[AC-4].with.purposes",
                        "Name purposes of this pack that have 'until inquiry-closed' under 'data'."),
                new Case(
                        "a promise about inquiries does not say what ends with them",
                        COMPANY,
                        "open-inquiry, with: { purpose: billing } } #!",
                        "promises[AC-4].with.purposes",
                        "Add 'purposes: …' to this block."),
                new Case(
                        "a role that nobody of the staff holds waits for the duty of confidentiality",
                        COMPANY,
                        "confidentiality-record, with: { roles: 'operator, admin' } } #!",
                        "promises[AC-4].with.roles",
                        "Write one or more of: auditor, custodian, integrator, officer, operator, viewer, with commas"
                                + " between them."),
                new Case(
                        "a duty of confidentiality does not say which roles wait",
                        COMPANY,
                        "confidentiality-record, with: { role: operator } } #!",
                        "promises[AC-4].with.roles",
                        "Add 'roles: …' to this block."),
                new Case(
                        "a prohibition does not say what",
                        COMPANY,
                        "prohibited-purpose } #!",
                        "promises[AC-4].with",
                        "Add 'with: …' to this block."));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void namesFileLineFieldAndRemedy(Case broken) {
        int marked = (int)
                broken.text().substring(0, broken.text().indexOf("#!")).lines().count();

        assertThat(PackCompiler.compile(FILE, broken.text()).problems())
                .filteredOn(problem -> problem.field().equals(broken.field()))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.file()).isEqualTo(FILE);
                    assertThat(problem.line()).isEqualTo(marked);
                    assertThat(problem.text()).endsWith(".");
                    assertThat(problem.remedy()).isEqualTo(broken.remedy());
                });
    }

    @Test
    void acceptsWhatKeepsThePromise() {
        String kept = new Case(
                        "",
                        COMPANY,
                        "collection-rule, with: { company: 'name, email', required-fields: 2, fields: 'name, email, "
                                + "phone' } }",
                        "",
                        "")
                .text();

        assertThat(PackCompiler.compile(FILE, kept).problems()).isEmpty();
    }

    @Test
    void keepsNothingPastTheEventThatEndsIt() {
        String text = new Case(
                        "", COMPANY, "retention-sweep, with: { category: visits, until: order-fulfilled } }", "", "")
                .text()
                .replace("{ visits: P90D }", "{ visits: until order-fulfilled }");
        assertThat(PackCompiler.compile(FILE, text).problems()).isEmpty();
        assertThat(PackCompiler.compile(
                                FILE,
                                text.replace("{ visits: until order-fulfilled }", "{ visits: until account-closed }"))
                        .problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.field()).isEqualTo("purposes.statistics.data.visits");
                    assertThat(problem.text())
                            .isEqualTo("AC-4 promises that it is kept until order-fulfilled, and here it is kept"
                                    + " otherwise.");
                });
    }

    @Test
    void keepsNothingLongerThanASweepPromises() {
        String text = new Case(
                        "", COMPANY, "retention-sweep, with: { category: visitor-statistics, period: P90D } }", "", "")
                .text()
                .replace("  visits: {", "  visitor-statistics: {")
                .replace("{ visits: P90D }", "{ visitor-statistics: P90D }");
        assertThat(PackCompiler.compile(FILE, text).problems()).isEmpty();
        for (String longer : List.of("P91D", "until account-closed")) {
            assertThat(PackCompiler.compile(
                                    FILE, text.replace("statistics: P90D }\n", "statistics: " + longer + " }\n"))
                            .problems())
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.field()).isEqualTo("purposes.statistics.data.visitor-statistics");
                        assertThat(problem.text()).isEqualTo("AC-4 promises P90D, and here it is kept longer.");
                    });
        }
    }

    @Test
    void aPlannedPromiseBindsNothingYet() {
        String planned = new Case(
                        "",
                        COMPANY,
                        "collection-rule, with: { company: none }, planned: The form is not built. }",
                        "",
                        "")
                .text();

        assertThat(PackCompiler.compile(FILE, planned).problems()).isEmpty();
    }

    @Test
    void namesThePromisesThatProhibitAPurpose() {
        CompiledPolicy policy = SmallPack.compiled(
                new Case("", COMPANY, "prohibited-purpose, with: { purposes: 'sponsoring, advertising' } }", "", "")
                        .text());

        assertThat(policy.prohibiting("sponsoring")).containsExactly("AC-4");
        assertThat(policy.prohibiting("billing")).isEmpty();
        assertThat(policy.prohibiting("spons")).isEmpty();
    }

    @Test
    void namesThePromisesThatBindReadsToAPurpose() {
        CompiledPolicy policy = SmallPack.compiled(
                new Case("", COMPANY, "purpose-bound-reads, with: { purposes: statistics } }", "", "").text());

        assertThat(policy.bindingReads("visits")).containsExactly("AC-4");
        assertThat(policy.bindingReads("email")).isEmpty();
        assertThat(policy.serving("email")).containsExactly("billing", "marketing");
        assertThat(policy.serving("shoe-size")).isEmpty();
    }

    @Test
    void namesThePurposesThatAnOptOutEnds() {
        String promise = "objection, with: { ends: 'marketing, statistics', by: '%s' } }";
        assertThat(SmallPack.compiled(new Case("", COMPANY, promise.formatted("opt-out, objection"), "", "").text())
                        .endingWithOptOut())
                .containsExactlyInAnyOrder("marketing", "statistics");
        assertThat(SmallPack.compiled(new Case("", COMPANY, promise.formatted("objection"), "", "").text())
                        .endingWithOptOut())
                .isEmpty();
    }

    @Test
    void namesThePromisesThatLetAPurposeEndWithAnInquiry() {
        String text = new Case("", COMPANY, "open-inquiry, with: { purposes: billing } }", "", "")
                .text()
                .replace("      email: P2Y", "      email: until inquiry-closed");
        CompiledPolicy policy = SmallPack.compiled(text);

        assertThat(policy.endingWithInquiry("billing")).containsExactly("AC-4");
        assertThat(policy.endingWithInquiry("marketing")).isEmpty();
        assertThat(policy.purpose("billing")).hasValueSatisfying(purpose -> assertThat(purpose.endsWithInquiry())
                .isTrue());
    }

    @Test
    void aPackWithoutRetentionForOneCategoryOfOnePurposeIsRefused() {
        assertThat(PackCompiler.compile(FILE, SmallPack.with("      email: P2Y", "      email:"))
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.field()).isEqualTo("purposes.billing.data.email"));
    }
}
