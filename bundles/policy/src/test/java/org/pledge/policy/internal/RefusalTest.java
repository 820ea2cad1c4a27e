package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.yaml.YamlText;

class RefusalTest {
    private static final String FILE = "acme.policy.yaml";

    /**
     * A way to break the pack.
     *
     * @param broken the passage that takes the other's place; the mark {@code #!} stands on the line of the problem
     */
    private record Case(String name, String passage, String broken, String field, String remedy) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String PREFS =
            "  - { name: prefs, owner: first-party, purpose: billing, kind: preference, life: session, promises: [AC-2] }";

    private static Case cookie(String name, String broken, String field, String remedy) {
        return new Case("cookie: " + name, PREFS, broken, field, remedy);
    }

    static Stream<Case> cookies() {
        String begin = "  - { name: prefs, owner: first-party, ";
        String beacon = "  - { name: px, type: beacon, owner: third-party, purpose: marketing, ";
        return Stream.of(
                cookie(
                        "for no purpose of the pack",
                        begin + "purpose: preferences, life: session } #!",
                        "cookies[0].purpose",
                        "Add it under 'purposes', or name one that is there."),
                cookie(
                        "a session that outlives the browser",
                        begin + "purpose: billing, kind: session, life: P1D } #!",
                        "cookies[0].life",
                        "Write 'life: session', or the kind that it really is."),
                cookie(
                        "of an unknown kind",
                        begin + "purpose: billing, kind: essential, life: session } #!",
                        "cookies[0].kind",
                        "Write one of: session, preference, statistics, marketing."),
                cookie("listed twice", PREFS + "\n" + PREFS + " #!", "cookies[1].name", "Keep one of the two."),
                cookie(
                        "every name",
                        "  - { name: 'a*', owner: first-party, purpose: billing, life: session } #!",
                        "cookies[0].name",
                        "Write the cookie's name, or its first two or more characters and an asterisk."),
                cookie(
                        "the choice itself",
                        "  - { name: cookie-consent, owner: first-party, purpose: billing, life: session } #!",
                        "cookies[0].name",
                        "Remove this entry."),
                cookie(
                        "statistics by default in Europe",
                        begin + "purpose: statistics, kind: statistics, life: P1D, consent: implied } #!",
                        "cookies[0].consent",
                        "Write 'consent: opt-in', and name other countries under 'consent-in'."),
                cookie(
                        "statistics by default in a part of Europe",
                        begin + "purpose: statistics, kind: statistics, life: P1D, consent-in: { ES-CT: implied } } #!",
                        "cookies[0].consent-in",
                        "Write 'consent: opt-in', and name other countries under 'consent-in'."),
                cookie(
                        "consent in no country",
                        begin + "purpose: billing, kind: preference, life: P1D, consent-in: { X: implied } } #!",
                        "cookies[0].consent-in.X",
                        "Write a code of ISO 3166-1 or 3166-2 such as CA or US-CA; name each member state of the"
                                + " European Union."),
                cookie(
                        "a preference that cannot be refused",
                        begin + "purpose: billing, kind: preference, life: P1D, consent: none } #!",
                        "cookies[0].consent",
                        "Write 'consent: implied' or 'consent: opt-in', or 'kind: session' if it is needed."),
                cookie(
                        "a session that is asked for",
                        begin + "purpose: billing, kind: session, life: session, consent: opt-in } #!",
                        "cookies[0].consent",
                        "Write 'consent: none', or the kind that it really is."),
                cookie(
                        "with a host",
                        begin + "purpose: billing, life: session, host: a.example } #!",
                        "cookies[0].host",
                        "Remove it, or write 'type: beacon'."),
                cookie(
                        "a beacon without a host",
                        beacon + "kind: marketing } #!",
                        "cookies[0].host",
                        "Add 'host: …' to this block."),
                cookie(
                        "a beacon from an address",
                        beacon + "kind: marketing, host: 'https://a.example/x' } #!",
                        "cookies[0].host",
                        "Write a host such as pixel.acme.example, or *.acme.example."),
                cookie(
                        "a beacon that lives",
                        beacon + "kind: marketing, host: a.example, life: P1D } #!",
                        "cookies[0].life",
                        "A beacon stores nothing: remove it."),
                cookie(
                        "a beacon for a preference",
                        beacon + "kind: preference, host: a.example } #!",
                        "cookies[0].kind",
                        "Write one of: statistics, marketing; or remove the beacon."),
                cookie(
                        "a host twice",
                        beacon + "host: a.example }\n" + beacon.replace("px", "py") + "host: a.example } #!",
                        "cookies[1].host",
                        "Keep one of the two."));
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "unknown key",
                        "controller: Acme Fiction",
                        "controller: Acme Fiction\nretension: P1Y #!",
                        "retension",
                        "Remove it, or use one of: cases, categories, children, contact, contacts, controller,"
                                + " cookies, disclosures, documents, jurisdictions, marketing, otherwise, ownership,"
                                + " pledge, prefix, promises, published, purposes, recipients, source, tenant, tiers,"
                                + " transfers, version."),
                new Case(
                        "mistyped key",
                        "    basis: contract",
                        "    basiss: contract #!",
                        "purposes.billing.basiss",
                        "Did you mean 'basis'?"),
                new Case(
                        "missing key",
                        "pledge: 1\ntenant: acme",
                        "pledge: 1 #!",
                        "tenant",
                        "Add 'tenant: …' to this block."),
                new Case(
                        "missing key inside",
                        "  marketing:\n    basis: consent",
                        "  marketing: #!",
                        "purposes.marketing.basis",
                        "Add 'basis: …' to this block."),
                new Case(
                        "another format",
                        "pledge: 1",
                        "pledge: 2 #!",
                        "pledge",
                        "Write digits only, without quotes, such as 1."),
                new Case(
                        "text for a number",
                        "version: 1",
                        "version: '1' #!",
                        "version",
                        "Write digits only, without quotes, such as 1."),
                new Case(
                        "version zero",
                        "version: 1",
                        "version: 0 #!",
                        "version",
                        "Write digits only, without quotes, such as 1."),
                new Case(
                        "number for a text",
                        "controller: Acme Fiction",
                        "controller: 17 #!",
                        "controller",
                        "Write some text, in quotes if it looks like a number."),
                new Case(
                        "list for a block",
                        "recipients:\n  ad-partner: third-party\n  bank: processor\n  court: authority",
                        "recipients: [bank] #!",
                        "recipients",
                        "Write 'name: value' lines below it, or {} for none."),
                new Case(
                        "block for a list",
                        "cookies:\n" + PREFS,
                        "cookies: {} #!",
                        "cookies",
                        "Begin each entry with '- ', or write [] for none."),
                new Case(
                        "word for a block in a list",
                        PREFS,
                        "  - prefs #!",
                        "cookies[0]",
                        "Write 'name: value' lines."),
                new Case(
                        "wrong word",
                        "    basis: contract",
                        "    basis: habit #!",
                        "purposes.billing.basis",
                        "Write one of: consent, contract, legal-obligation, vital-interest, public-task, "
                                + "legitimate-interest."),
                new Case(
                        "no date",
                        "published: 2004-06-06",
                        "published: 2004-13-06 #!",
                        "published",
                        "Write a date such as 2004-06-06."),
                new Case(
                        "bad tenant",
                        "tenant: acme",
                        "tenant: ACME! #!",
                        "tenant",
                        "Write 2 to 32 lower-case letters, digits or hyphens, starting with a letter."),
                new Case(
                        "bad prefix",
                        "prefix: AC",
                        "prefix: ac #!",
                        "prefix",
                        "Write 2 to 8 capital letters or digits, such as KX."),
                new Case(
                        "no jurisdiction",
                        "jurisdictions: [CA]",
                        "jurisdictions: [XQ] #!",
                        "jurisdictions",
                        "Write a code of ISO 3166-1 or 3166-2 such as CA or US-CA."),
                new Case(
                        "the Union as a jurisdiction of a person",
                        "    consent-in: { US: implied }",
                        "    consent-in: { EU: implied } #!",
                        "disclosures[0].consent-in.EU",
                        "Write a code of ISO 3166-1 or 3166-2 such as CA or US-CA; name each member state of the "
                                + "European Union."),
                new Case(
                        "bad hash",
                        "documents: { terms: acme.example/terms }",
                        "documents: { terms: 'sha256:12' } #!",
                        "documents.terms",
                        "Write sha256: and 64 lower-case hexadecimal digits, or the document's address."),
                new Case(
                        "syntax error",
                        "source: made up for the tests",
                        "source: made: up #!",
                        "(text)",
                        "Check indentation, brackets and quotes on this line and the one above it."),
                new Case(
                        "tag",
                        "contact: the privacy officer",
                        "contact: !!java.net.URL [x] #!",
                        "(text)",
                        "Remove the tag."),
                new Case(
                        "second document",
                        "pledge: 1\n",
                        "pledge: 1\n--- #!\n",
                        "(text)",
                        "Write one document to one file."),
                new Case(
                        "duplicate key",
                        "contact: the privacy officer",
                        "contact: the privacy officer\ncontact: somebody else #!",
                        "contact",
                        "Keep one of the two and remove the other."),
                new Case(
                        "number as key",
                        "documents: { terms: acme.example/terms }",
                        "documents: { 7: acme.example/terms } #!",
                        "documents",
                        "Write a name before the colon, in quotes if it is a number."),
                new Case(
                        "bad name",
                        "  bank: processor",
                        "  The Bank: processor #!",
                        "recipients.The Bank",
                        "Use lower-case letters, digits and hyphens, starting with a letter, and not 'any'."),
                new Case(
                        "open purpose",
                        "  statistics:\n",
                        "  other: #!\n",
                        "purposes.other",
                        "Name each purpose that is meant, one by one."),
                new Case(
                        "open purpose in disguise",
                        "  statistics:\n",
                        "  various-things: #!\n",
                        "purposes.various-things",
                        "Name each purpose that is meant, one by one."),
                new Case(
                        "category that no purpose retains",
                        "    data: { visits: P90D }",
                        "    data: {}",
                        "categories.visits",
                        "List it under 'data' of a purpose with an ISO 8601 duration such as P2Y or PT0S, or "
                                + "'until <event>' such as 'until account-closed', or remove it."),
                new Case(
                        "retention without a value",
                        "      email: P2Y",
                        "      email: #!",
                        "purposes.billing.data.email",
                        "Write an ISO 8601 duration such as P2Y or PT0S, or 'until <event>' such as 'until "
                                + "account-closed'."),
                new Case(
                        "retention in words",
                        "      email: P2Y",
                        "      email: two years #!",
                        "purposes.billing.data.email",
                        "Write an ISO 8601 duration such as P2Y or PT0S, or 'until <event>' such as 'until "
                                + "account-closed'."),
                new Case(
                        "recipient without kind",
                        "  bank: processor",
                        "  bank: #!",
                        "recipients.bank",
                        "Write one of: processor, third-party, authority."),
                new Case(
                        "recipient of unknown kind",
                        "  bank: processor",
                        "  bank: friend #!",
                        "recipients.bank",
                        "Write one of: processor, third-party, authority."),
                new Case(
                        "promise without control",
                        "  - id: AC-1\n    section: Sharing\n    text: Nothing goes out unasked.\n    control: "
                                + "disclosure-rule\n    with: { consent: opt-in, k: 20 }",
                        "  - id: AC-1 #!\n    section: Sharing\n    text: Nothing goes out unasked.",
                        "promises[AC-1]",
                        "Add 'control' with the name of one, or 'declared-only' with the reason why there cannot "
                                + "be one."),
                new Case(
                        "promise with control and declared-only",
                        "    planned: The vault brings it.",
                        "    declared-only: It cannot be kept. #!",
                        "promises[AC-2].declared-only",
                        "Remove either 'declared-only' or 'control', 'with' and 'planned'."),
                new Case(
                        "declared-only without reason",
                        "    declared-only: No code can tell what people do elsewhere.",
                        "    declared-only: #!",
                        "promises[AC-3].declared-only",
                        "Write the reason after 'declared-only:'."),
                new Case(
                        "planned without reason",
                        "    planned: The vault brings it.",
                        "    planned: '' #!",
                        "promises[AC-2].planned",
                        "Write the reason after 'planned:'."),
                new Case(
                        "planned control as if it existed",
                        "    control: separate-store\n    planned: The vault brings it.",
                        "    control: presence-gate #!",
                        "promises[AC-2].control",
                        "Add 'planned' with what keeps the promise until then."),
                new Case(
                        "unknown control",
                        "    control: disclosure-rule",
                        "    control: disclosure-rules #!",
                        "promises[AC-1].control",
                        "Did you mean 'disclosure-rule'?"),
                new Case(
                        "parameter that is a list",
                        "    with: { consent: opt-in, k: 20 }",
                        "    with: { consent: [opt-in] } #!",
                        "promises[AC-1].with.consent",
                        "Write one value, without brackets."),
                new Case(
                        "duplicate promise",
                        "  - id: AC-3",
                        "  - id: AC-2 #!",
                        "promises[AC-2].id",
                        "Give this one its own number, or remove one of the two."),
                new Case(
                        "promise of somebody else",
                        "  - id: AC-3",
                        "  - id: KX-3 #!",
                        "promises[KX-3].id",
                        "Write AC- and a number."),
                new Case(
                        "rule naming an unknown promise",
                        "    promises: [AC-1]\n    because: Only who",
                        "    promises: [AC-9] #!\n    because: Only who",
                        "disclosures[0].promises",
                        "Add it under 'promises', or name one that is there."),
                new Case(
                        "rule naming no promise",
                        "    promises: [AC-1]\n    because: Only who",
                        "    promises: [] #!\n    because: Only who",
                        "disclosures[0].promises",
                        "Name at least one."),
                new Case(
                        "rule naming an unknown category",
                        "    data: email\n    answer: permit",
                        "    data: shoe-size #!\n    answer: permit",
                        "disclosures[0].data",
                        "Add it under 'categories', or name one that is there."),
                new Case(
                        "rule naming an unknown purpose",
                        "    for: marketing",
                        "    for: delivery #!",
                        "disclosures[0].for",
                        "Add it under 'purposes', or name one that is there."),
                new Case(
                        "rule naming an unknown recipient",
                        "  - to: ad-partner\n",
                        "  - to: ad-partners #!\n",
                        "disclosures[0].to",
                        "Did you mean 'ad-partner'?"),
                new Case(
                        "rule naming an unknown group",
                        "  - to: kind:processor\n",
                        "  - to: kind:friend #!\n",
                        "disclosures[1].to",
                        "Write one of: kind:processor, kind:third-party, kind:authority."),
                new Case(
                        "any among others",
                        "    data: [name, email]",
                        "    data: [any, email] #!",
                        "disclosures[1].data",
                        "Write 'any' without other names, or the names only."),
                new Case(
                        "word twice",
                        "    data: [name, email]",
                        "    data: [name, name] #!",
                        "disclosures[1].data",
                        "Name it once."),
                new Case(
                        "tier naming an unknown category",
                        "    company: { required: [name]",
                        "    company: { required: [shoe-size] #!\n             ",
                        "tiers.standard.company.required",
                        "Add it under 'categories', or name one that is there."),
                new Case(
                        "tier naming an unknown promise",
                        "    individual: { required: [name, email], promises: [AC-2] }",
                        "    individual: { required: [name, email], promises: [AC-77] } #!",
                        "tiers.standard.individual.promises",
                        "Add it under 'promises', or name one that is there."),
                new Case(
                        "required and optional at once",
                        "    individual: { required: [name, email], promises: [AC-2] }",
                        "    individual: { required: [name], optional: { name: 1 }, promises: [AC-2] } #!",
                        "tiers.standard.individual.optional.name",
                        "Remove it from one of the two lists."),
                new Case(
                        "contact naming an unknown promise",
                        "  complete-contact: [AC-2]",
                        "  complete-contact: [AC-77] #!",
                        "contacts.complete-contact",
                        "Add it under 'promises', or name one that is there."),
                new Case(
                        "contact naming an unknown category",
                        "contacts:\n  required: [name]",
                        "contacts:\n  required: [shoe-size] #!",
                        "contacts.required",
                        "Add it under 'categories', or name one that is there."),
                new Case(
                        "permission without consent",
                        "    consent: opt-in\n",
                        "",
                        "disclosures[0].consent",
                        "Add 'consent: …' to this block."),
                new Case(
                        "denial with consent",
                        "    data: role:processor\n    answer: deny\n    promises: [AC-3]\n    because: Statistics",
                        "    data: role:processor\n    answer: deny\n    consent: opt-in #!\n    promises: "
                                + "[AC-3]\n    because: Statistics",
                        "disclosures[2].consent",
                        "Remove it, or write 'answer: permit'."),
                new Case(
                        "permission that no cell matches",
                        "  - to: ad-partner\n    for: marketing\n    data: email",
                        "  - to: ad-partner #!\n    for: marketing\n    data: name",
                        "disclosures[0]",
                        "List the category under 'data' of the purpose, or remove the rule."),
                new Case(
                        "denial that no cell matches",
                        "  - to: any\n    for: any\n    data: role:processor",
                        "  - to: bank #!\n    for: billing\n    data: class:sensitive",
                        "disclosures[2]",
                        "Name recipients, purposes and categories that the pack has, or remove the rule."),
                new Case(
                        "permission that is already there",
                        "  - to: any\n    for: any\n    data: role:processor\n    answer: deny",
                        "  - to: bank #!\n    for: billing\n    data: name\n    answer: permit\n    consent: opt-in",
                        "disclosures[2]",
                        "Remove one of these rules."),
                new Case(
                        "denial that is already there",
                        "otherwise:",
                        "  - to: any #!\n    for: any\n    data: role:processor\n    answer: deny\n    promises: "
                                + "[AC-1]\n    because: Twice.\notherwise:",
                        "disclosures[3]",
                        "Remove one of the two, or join their promises in one."),
                new Case(
                        "locked case without excepts",
                        "  - ground: [law, security]\n    to: court\n    data: email\n    answer: locked\n    "
                                + "excepts: [AC-1]",
                        "  - ground: [law, security] #!\n    to: court\n    data: email\n    answer: locked",
                        "cases[1].excepts",
                        "Add 'excepts' with the promises that need a recorded exception."),
                new Case(
                        "excepts that locks nothing",
                        "    data: name\n    answer: permit",
                        "    data: name\n    answer: permit\n    excepts: [AC-1] #!",
                        "cases[0].excepts",
                        "Remove it, or write 'answer: locked'."),
                new Case(
                        "case that is already there",
                        "marketing: {",
                        "  - ground: law #!\n    to: kind:authority\n    data: name\n    answer: permit\n    "
                                + "promises: [AC-1]\n    because: Twice.\nmarketing: {",
                        "cases[3]",
                        "Remove one of the two, or join their promises in one."),
                new Case(
                        "case on an unknown ground",
                        "  - ground: law\n",
                        "  - ground: curiosity #!\n",
                        "cases[0].ground",
                        "Write one of: law, security, enforcement, protection."),
                new Case(
                        "cookie without an end",
                        "life: session",
                        "life: long #!\n     ",
                        "cookies[0].life",
                        "Write 'session' or an ISO 8601 duration such as P1Y."),
                new Case(
                        "age as text",
                        "  minimum-age: 13",
                        "  minimum-age: thirteen #!",
                        "children.minimum-age",
                        "Write digits only, without quotes, such as 1."),
                new Case(
                        "guardian of whom the law asks more",
                        "  minimum-age: 13\n  in: { DE: 16 }\n",
                        "  minimum-age: 12\n  in: { DE: 16 }\n  guardian: consent #!\n",
                        "children.guardian",
                        "Raise 'minimum-age' to 13, or let 'guardian' be refuse."),
                new Case(
                        "guardian whom nobody asks",
                        "  in: { DE: 16 }\n",
                        "  guardian: consent #!\n",
                        "children.guardian",
                        "Name the ages of consent under 'in', or remove 'guardian'."),
                new Case(
                        "opt-out without a duration",
                        "opt-out: P10D",
                        "opt-out: ten days #!\n           ",
                        "marketing.opt-out",
                        "Write an ISO 8601 duration such as P10D."));
    }

    @ParameterizedTest
    @MethodSource({"cases", "cookies"})
    void namesFileLineFieldAndRemedy(Case broken) {
        String text = SmallPack.with(broken.passage(), broken.broken());

        List<Problem> problems = PackCompiler.compile(FILE, text).problems();

        assertThat(problems)
                .filteredOn(problem -> problem.field().equals(broken.field()))
                .as(problems.toString())
                .isNotEmpty()
                .first()
                .satisfies(problem -> {
                    assertThat(problem.file()).isEqualTo(FILE);
                    assertThat(problem.line()).isEqualTo(markedLine(text, broken));
                    assertThat(problem.text()).isNotBlank().endsWith(".");
                    assertThat(problem.remedy()).isEqualTo(broken.remedy());
                });
    }

    @Test
    void acceptsThePackItself() {
        assertThat(PackCompiler.compile(FILE, SmallPack.TEXT).problems()).isEmpty();
    }

    @Test
    void namesBothLinesOfAContradiction() {
        String text = SmallPack.with(
                "otherwise:",
                "  - to: kind:processor #!\n"
                        + "    for: any\n"
                        + "    data: any\n"
                        + "    answer: deny\n"
                        + "    promises: [AC-1]\n"
                        + "    because: No.\n"
                        + "otherwise:");
        int denial = lineOf(text, "#!");
        int permission = lineOf(text, "- to: kind:processor\n");

        assertThat(PackCompiler.compile(FILE, text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(permission);
            assertThat(problem.field()).isEqualTo("disclosures[1]");
            assertThat(problem.text()).contains("line " + permission + " ").contains("line " + denial + ":");
            assertThat(problem.remedy())
                    .isEqualTo("Remove the rule on line " + permission + ", or narrow the one on line " + denial + ".");
        });
    }

    @Test
    void namesBothLinesOfCasesThatContradict() {
        String text = SmallPack.with(
                "marketing: {",
                "  - ground: any #!\n"
                        + "    to: any\n"
                        + "    data: class:personal\n"
                        + "    answer: deny\n"
                        + "    promises: [AC-1]\n"
                        + "    because: No.\n"
                        + "marketing: {");
        int denial = lineOf(text, "#!");

        assertThat(PackCompiler.compile(FILE, text).problems())
                .extracting(Problem::field, Problem::line)
                .containsExactly(
                        tuple("cases[0]", lineOf(text, "- ground: law\n")),
                        tuple("cases[1]", lineOf(text, "- ground: [law, security]")));
        assertThat(PackCompiler.compile(FILE, text).problems().get(0).remedy()).contains("line " + denial);
    }

    @Test
    void refusesASixtyFifthCategory() {
        StringBuilder more = new StringBuilder("categories: #!\n");
        StringBuilder kept = new StringBuilder("    data:\n      visits: P90D\n");
        for (int i = 0; i < 61; i++) {
            more.append("  c")
                    .append(i)
                    .append(": { class: anonymous, role: controller, fideslang: user, dpv: Data }\n");
            kept.append("      c").append(i).append(": P1D\n");
        }
        String text = SmallPack.replaced(
                SmallPack.with("categories:\n", more.toString()), "    data: { visits: P90D }\n", kept.toString());

        assertThat(PackCompiler.compile(FILE, text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("categories");
            assertThat(problem.line()).isEqualTo(lineOf(text, "#!"));
            assertThat(problem.remedy()).isEqualTo("Keep at most 64.");
        });
    }

    @Test
    void collectsEveryProblemInTheOrderOfTheLines() {
        String text = SmallPack.replaced(
                SmallPack.replaced(SmallPack.with("version: 1", "version: 0"), "  bank: processor", "  bank: friend"),
                "    control: disclosure-rule",
                "    control: magic");

        assertThat(PackCompiler.compile(FILE, text).problems())
                .extracting(Problem::field)
                .containsExactly("version", "recipients.bank", "promises[AC-1].control");
    }

    @Test
    void survivesWhatIsBuiltToHurt() {
        String bomb =
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                        + "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n";

        for (String text : List.of(
                bomb,
                "a: &a [*a]",
                "[".repeat(100_000),
                "[".repeat(15_000) + "]".repeat(15_000),
                "a: ".repeat(1_000),
                "- ".repeat(50_000),
                "x".repeat(YamlText.MAX_CHARACTERS + 1),
                "",
                "just words",
                "\u0000",
                "a: \u0007",
                "? [a]\n: b",
                "%YAML 9.9\n---\na: b",
                "caf\uFFFD: x")) {
            assertThat(PackCompiler.compile(FILE, text).problems())
                    .as(text.substring(0, Math.min(20, text.length())))
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.remedy()).isNotBlank());
        }
    }

    @Test
    void aliasesAreReadInModeration() {
        String text = SmallPack.replaced(
                SmallPack.with("    data: [name, email]", "    data: *both"),
                "    individual: { required: [name, email]",
                "    individual: { required: &both [name, email]");

        assertThat(PackCompiler.compile(FILE, text).problems()).isEmpty();
    }

    private static int markedLine(String text, Case broken) {
        if (text.contains("#!")) {
            return lineOf(text, "#!");
        }
        return broken.field().startsWith("categories.visits")
                ? lineOf(text, "  visits: {")
                : lineOf(text, "- to: ad-partner");
    }

    private static int lineOf(String text, String mark) {
        return 1
                + (int) text.substring(0, text.indexOf(mark))
                        .chars()
                        .filter(each -> each == '\n')
                        .count();
    }
}
