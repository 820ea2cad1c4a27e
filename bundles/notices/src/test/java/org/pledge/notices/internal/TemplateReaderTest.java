package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService.Problem;

class TemplateReaderTest {
    private static final World WORLD = new World();
    private static final String FILE = "news.template";
    private static final String OFFERS =
            """
            # what members get in spring
            Class: marketing
            Purpose: own-offers
            Subject: Spring at {{controller}}
            Parameters: name

            Hello {{name}},
            our new statistics are there.

            {{unsubscribe}}
            --- html
            <p>Hello {{name}},<br>our new statistics are <b>there</b>.</p>
            <p><a href="{{unsubscribe}}">Unsubscribe</a></p>
            """;

    /** A template that is refused; the mark {@code #!} stands at the end of the line of the problem and is taken away. */
    private record Case(String tenant, String passage, String broken, String field, String... words) {
        @Override
        public String toString() {
            return tenant + ": " + broken.replace("\n", " | ");
        }
    }

    private static List<Problem> problems(String tenant, String source) {
        return TemplateReader.read(new TenantId(tenant), "news", FILE, source, WORLD.policy(tenant))
                .problems();
    }

    private static String with(String passage, String other) {
        assertThat(OFFERS).contains(passage);
        return OFFERS.replace(passage, other);
    }

    private static Case change(String passage, String broken, String field, String... words) {
        return new Case("iwebtrack", passage, broken, field, words);
    }

    static Stream<Case> refused() {
        return Stream.of(
                // AI-24 and the link
                change("{{unsubscribe}}\n--- html", "--- html", "text", "no link to unsubscribe"),
                change("<p><a href=\"{{unsubscribe}}\">Unsubscribe</a></p>", "", "html", "no link to unsubscribe"),
                change(
                        "<a href=\"{{unsubscribe}}\">",
                        "<a href=\"https://x.example/\">{{unsubscribe}}",
                        "html",
                        "no link"),
                change("Subject: Spring", "Subject: {{unsubscribe}} #!", "Subject", "not in the subject"),
                // purposes
                change(
                        "Purpose: own-offers",
                        "Purpose: newsletter #!",
                        "Purpose",
                        "has no purpose 'newsletter'",
                        "IW-1"),
                change("Purpose: own-offers", "Purpose: marketing #!", "Purpose", "prohibits the purpose", "(IW-2)"),
                change("Purpose: own-offers", "Purpose: recruitment #!", "Purpose", "lets nobody carry", "own-offers"),
                change("Purpose: own-offers", "Purpose: Own Offers #!", "Purpose", "cannot name a purpose"),
                // classes
                change(
                        "Class: marketing\nPurpose: own-offers",
                        "Class: marketing #!\nPurpose: account",
                        "Class",
                        "people cannot decline",
                        "(IW-10)"),
                change("Class: marketing", "Class: service #!", "Class", "people can decline", "(IW-10)"),
                change(
                        "Class: marketing\nPurpose: own-offers",
                        "Class: survey #!\nPurpose: account",
                        "Class",
                        "people cannot decline",
                        "Reviewed: sha256:"),
                change("Class: marketing", "Class: newsletter #!", "Class", "no such class"),
                // OT-16
                change(
                        "our new statistics are there.",
                        "reply with your date of birth. #!",
                        "text",
                        "asks for personal"),
                change("Subject: Spring", "Subject: Confirm your password #!", "Subject", "asks for personal"),
                change(
                        "are <b>there</b>.</p>",
                        "<b>Send us</b> your <i>phone</i>.</p> #!",
                        "html",
                        "asks for personal"),
                change("<b>there</b>", "<form action=\"https://x.example\"></form> #!", "html", "asks for personal"),
                change("<b>there</b>", "<input name=\"x\"> #!", "html", "asks for personal", "'input'"),
                // HTML
                change("<b>there</b>", "<img src=\"https://x.example/1.gif\"> #!", "html", "'img'"),
                change("<b>there</b>", "<b onclick=\"x()\">there</b> #!", "html", "'onclick'"),
                change("<b>there</b>", "<b style=\"x\">there</b> #!", "html", "'style'"),
                change("<b>there</b>", "<a href=\"http://x.example\">there</a> #!", "html", "neither https"),
                change("<b>there</b>", "<a href=\"javascript:x()\">there</a> #!", "html", "neither https"),
                change("<b>there</b>", "<!-- x --> #!", "html", "no element"),
                // placeholders
                change("new statistics", "new {{thing}} #!", "text", "{{thing}} is unknown"),
                change("new statistics", "new {{ name }} #!", "text", "no placeholder"),
                change("new statistics", "new }} #!", "text", "no placeholder"),
                change("Parameters: name", "Parameters: name, date #!", "Parameters", "'date' is used nowhere"),
                change("Parameters: name", "Parameters: name, contact #!", "Parameters", "cannot be one"),
                // the head
                change("Class: marketing", "Klass: marketing #!", "(head)", "no line of the head"),
                change("Class: marketing\n", "Class: marketing\nClass: survey #!\n", "Class", "already on line 2"),
                change("Class: marketing", "Class: #!", "Class", "nothing stands after the colon"),
                change("Parameters: name", "Reviewed-By: ann #!", "Reviewed-By", "only a survey"),
                // other policies
                new Case("anonymizer", "own-offers", "newsletter #!", "Purpose", "(AN-10)", "service-notice"),
                new Case("korax", "own-offers", "billing #!", "Purpose", "lets nobody carry", "(KX-1)"),
                new Case("opentracker", "own-offers", "contact", "Class", "people cannot decline"),
                new Case("anyip", "{{unsubscribe}}\n--- html", "--- html", "text", "no link to unsubscribe (AI-24)"),
                new Case("anyip", "own-offers", "service-provision", "Class", "people cannot decline", "(AI-26)"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWithFileLineFieldAndRemedy(Case broken) {
        String marked = with(broken.passage(), broken.broken());
        int line = marked.contains("#!")
                ? (int) marked.substring(0, marked.indexOf("#!")).lines().count()
                : 0;
        List<Problem> problems = problems(broken.tenant(), marked.replace(" #!", ""));

        assertThat(problems)
                .filteredOn(problem -> problem.field().equals(broken.field()))
                .as(problems.toString())
                .isNotEmpty()
                .first()
                .satisfies(problem -> {
                    assertThat(problem.file()).isEqualTo(FILE);
                    assertThat(problem.text() + " " + problem.remedy()).contains(broken.words());
                    assertThat(problem.text()).endsWith(".");
                    assertThat(problem.remedy()).isNotBlank();
                    if (line > 0) {
                        assertThat(problem.line()).isEqualTo(line);
                    }
                });
    }

    @Test
    void acceptsTheTemplateItself() {
        assertThat(problems("iwebtrack", OFFERS)).isEmpty();
        assertThat(problems("anyip", OFFERS)).isEmpty();
    }

    @Test
    void namesOpentrackersPromiseNotToAskForDataByEmail() {
        String source =
                "Class: service\nPurpose: contact\nSubject: Your account\n\nPlease\nreply with your\npassword.\n";

        assertThat(problems("opentracker", source)).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(6);
            assertThat(problem.text()).contains("(OT-16)");
        });
    }

    @Test
    void aReviewedSurveyIsNoMarketingUntilItsTextChanges() {
        String survey = "Class: survey\nPurpose: service-provision\nSubject: Three questions\n\nHow do you like it?\n";
        String digest = problems("anyip", survey).get(0).remedy().replaceAll("(?s).*sha256:([0-9a-f]{64}).*", "$1");
        String reviewed = "Reviewed-By: m.vance\nReviewed: sha256:" + digest + "\n" + survey;

        TemplateReader.Result result =
                TemplateReader.read(new TenantId("anyip"), "survey", FILE, reviewed, WORLD.policy("anyip"));

        assertThat(result.problems()).isEmpty();
        assertThat(result.ready().orElseThrow().template().declinable()).isFalse();
        assertThat(result.ready().orElseThrow().template().reviewer()).contains("m.vance");
        assertThat(problems("anyip", reviewed.replace("like it", "like our offer")))
                .extracting(Problem::field)
                .contains("Reviewed");
        assertThat(problems("anyip", reviewed.replace("Reviewed-By: m.vance\n", "")))
                .extracting(Problem::field)
                .contains("Reviewed");
    }

    @Test
    void nobodyUnsubscribesFromAServiceMessage() {
        String source = "Class: service\nPurpose: account\nSubject: Your account\n\nIt ends soon.\n{{unsubscribe}}\n";

        assertThat(problems("iwebtrack", source)).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(6);
            assertThat(problem.text()).contains("nobody can unsubscribe");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Please reply to this message with your full name.",
                "Respond with the following: date of birth",
                "Email us your account number today",
                "send us a copy of your passport",
                "To go on, verify your\n  credit card",
                "We need your postal address",
                "let us know your new phone",
                "Fill in the following: iban",
                "Password: ______",
                "Name: [ ]",
                "Answer with your PIN",
                "what is your mother's maiden name",
                "confirm\u00a0your password",
                "REPLY WITH YOUR SSN"
            })
    void findsRequestsForPersonalData(String text) {
        assertThat(AskedFor.in(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Antwoord op dit bericht met uw geboortedatum.",
                "Bevestig uw wachtwoord.",
                "Uw rekeningnummer hebben wij nodig.",
                "Bitte antworten Sie mit Ihrem vollständigen Namen.",
                "Bestätigen Sie Ihr Passwort.",
                "Bitte hier Ihre Kontonummer angeben.",
                "Répondez à ce message avec votre date de naissance.",
                "Veuillez confirmer votre mot de passe.",
                "ENVOYEZ-NOUS VOTRE NUMÉRO DE COMPTE",
                "Responda a este mensaje con su fecha de nacimiento.",
                "Confirme su contraseña.",
                "Envíenos su número de tarjeta.",
                "Contraseña: ______"
            })
    void findsThemInTheOtherLanguages(String text) {
        assertThat(AskedFor.in(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Uw account loopt af op 2026-12-01. Log in om het te verlengen.",
                "Wij vragen u nooit uw wachtwoord door te geven.",
                "Hallo Ada, Ihr Passwort wurde gestern geändert.",
                "Wir werden Sie niemals bitten, Ihr Passwort einzugeben.",
                "Bonjour Ada, votre mot de passe a été modifié hier.",
                "Nous ne vous demanderons jamais de confirmer votre mot de passe.",
                "Hola Ada, su contraseña se cambió ayer.",
                "Nunca le pediremos que confirme su contraseña."
            })
    void leavesOrdinaryMessagesInTheOtherLanguagesAlone(String text) {
        assertThat(AskedFor.in(text)).isEmpty();
    }

    @Test
    void takesLanguagesWhoseWordingIsKnownOnly() {
        for (String language : AskedFor.LANGUAGES) {
            assertThat(problems(
                            "iwebtrack",
                            "Class: service\nPurpose: account\nLanguage: " + language + "\nSubject: S\n\nText\n"))
                    .isEmpty();
        }
        assertThat(problems("iwebtrack", "Class: service\nPurpose: account\nLanguage: fi\nSubject: S\n\nText\n"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(3);
                    assertThat(problem.field()).isEqualTo("Language");
                    assertThat(problem.remedy()).contains("en, nl, de, fr, es");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<img src=\"https://track.example/o.gif\" width=\"1\" height=\"1\">",
                "<p background=\"https://track.example/o.gif\">x</p>",
                "<a href=\"https://news.example/?utm_source=mail\">x</a>",
                "<a href=\"https://news.example/{{name}}\">x</a>",
                "<a href=\"https://news.example/#you\">x</a>"
            })
    void refusesBeaconsAndLinksThatCouldTellWhoOpenedThem(String html) {
        assertThat(problems(
                        "iwebtrack",
                        "Class: service\nPurpose: account\nSubject: S\nParameters: name\n\nHi {{name}}\n--- html\n"
                                + html + "\n"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.field()).isEqualTo("html"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your account expires on 2026-12-01. Log in to renew it.",
                "Hello Ada, your password was changed yesterday.",
                "We will never ask you to reply with your password.",
                "You can reply to this message.",
                "Update your profile after logging in.",
                "Our address: 12 Harbour Road",
                "The price per card goes down."
            })
    void leavesOrdinaryMessagesAlone(String text) {
        assertThat(AskedFor.in(text)).isEmpty();
    }

    @Test
    void survivesWhatIsBuiltToHurt() {
        for (String source : List.of(
                "",
                "\n\n\n",
                "x".repeat(70_000),
                "Class: marketing\u0000",
                "{{".repeat(10_000),
                "Class: service\nPurpose: account\nSubject: x\n\n" + "reply your ".repeat(5_000),
                "Class: service\nPurpose: account\nSubject: x\n\ny\n--- html\n" + "<a ".repeat(10_000),
                "Class: service\nPurpose: account\nSubject: x\n\ny\n--- html\n" + "<a title=\"".repeat(3_000))) {
            assertThat(problems("iwebtrack", source))
                    .as(source.substring(0, Math.min(30, source.length())))
                    .allSatisfy(problem -> assertThat(problem.remedy()).isNotBlank());
        }
    }
}
