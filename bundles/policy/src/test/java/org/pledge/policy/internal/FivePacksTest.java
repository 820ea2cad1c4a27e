package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyMatrix.Question;
import org.pledge.yaml.Problems;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

class FivePacksTest {
    private static final Path FOLDER = Path.of("..", "..", "etc", "policies");
    private static final List<String> TENANTS = List.of("anonymizer", "anyip", "iwebtrack", "korax", "opentracker");
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<String> tenants() {
        return TENANTS;
    }

    /** One expected answer. */
    private record Expected(String tenant, String question) {
        @Override
        public String toString() {
            return tenant + " " + question;
        }
    }

    static Stream<Expected> answers() {
        return TENANTS.stream()
                .flatMap(tenant -> questions().stream().map(question -> new Expected(tenant, question.id())));
    }

    @ParameterizedTest
    @MethodSource("tenants")
    void compiles(String tenant) {
        assertThat(PackCompiler.compile(tenant, text(tenant + ".policy.yaml")).problems())
                .isEmpty();
        assertThat(policy(tenant).tenant().value()).isEqualTo(tenant);
    }

    @ParameterizedTest
    @MethodSource("tenants")
    void followsThePublishedSchema(String tenant) {
        assertThat(schema().validate(json(text(tenant + ".policy.yaml")))).isEmpty();
    }

    @Test
    void everyOneOfThe113PromisesIsThere() {
        List<String> ids = TENANTS.stream()
                .flatMap(tenant -> policy(tenant).promises().stream())
                .map(Policy.Promise::id)
                .toList();

        List<String> expected = new ArrayList<>();
        numbered(expected, "AN", 18);
        numbered(expected, "AI", 40);
        numbered(expected, "IW", 16);
        numbered(expected, "KX", 20);
        numbered(expected, "OT", 19);
        assertThat(ids).hasSize(113).containsExactlyElementsOf(expected);
    }

    /** What version 1 and 2 of the packs had: neither kinds nor consent. */
    @Test
    void aRegisterOfAnEarlierVersionStillCompilesAndAsksForMost() {
        CompiledPolicy policy = SmallPack.compiled(SmallPack.with(
                "{ name: prefs, owner: first-party, purpose: billing, kind: preference, life: session, ",
                "{ name: prefs, owner: first-party, purpose: billing, life: P1Y, "));

        assertThat(policy.trackers()).singleElement().satisfies(tracker -> {
            assertThat(tracker.kind()).isEqualTo(Policy.TrackerKind.MARKETING);
            assertThat(tracker.needFor("DE")).isEqualTo(Policy.Need.OPT_IN);
        });
    }

    @Test
    void onlyAnyIpKoraxAndOpentrackerNameCookies() {
        assertThat(TENANTS.stream().flatMap(tenant -> policy(tenant).trackers().stream()
                        .map(each -> tenant + " " + each.name() + " " + each.kind() + " " + each.needFor("DE") + " "
                                + each.needFor("US-CA"))))
                .containsExactly(
                        "anyip registration PREFERENCE IMPLIED IMPLIED",
                        "anyip session SESSION NOTHING NOTHING",
                        "anyip interests MARKETING OPT_IN IMPLIED",
                        "anyip page-pixel STATISTICS OPT_IN IMPLIED",
                        "anyip partner-beacon MARKETING OPT_IN IMPLIED",
                        "korax prefs PREFERENCE IMPLIED IMPLIED",
                        "opentracker visitor STATISTICS OPT_IN IMPLIED");
    }

    @Test
    void onlyAnyIpLetsGuardiansAgreeAndNeverBelowItsOwnAge() {
        assertThat(TENANTS)
                .filteredOn(tenant -> policy(tenant).minimumAgeWithGuardian().isPresent())
                .containsExactly("anyip");
        assertThat(policy("anyip").minimumAgeWithGuardian()).hasValue(13);
        assertThat(policy("anyip").minimumAge("US")).hasValue(13);
        assertThat(policy("anyip").minimumAge("DE")).hasValue(16);
    }

    @Test
    void onlyAnyIpAnnouncesThatDataGoesWithTheCompanyAndTheOthersNameWhatForbidsIt() {
        assertThat(TENANTS)
                .filteredOn(tenant -> policy(tenant).announcesOwnershipTransfer())
                .containsExactly("anyip");
        assertThat(policy("anyip").promisesOf("ownership-transfer")).containsExactly("AI-38");
        assertThat(TENANTS).allSatisfy(tenant -> assertThat(
                        policy(tenant).ruling("", "ownership-transfer", "").promises())
                .isNotEmpty());
        assertThat(policy("anonymizer").ruling("", "ownership-transfer", "").promises())
                .contains("AN-12");
    }

    @Test
    void onlyOpentrackerDeclaresTransfersAbroad() {
        assertThat(TENANTS)
                .filteredOn(tenant -> !policy(tenant).transfers().isEmpty())
                .containsExactly("opentracker");
        assertThat(policy("opentracker").transfers()).containsOnlyKeys("NL", "US");
        assertThat(policy("opentracker").promisesOf("transfer-register")).containsExactly("OT-12");
    }

    @Test
    void thePromisesAboutCookiesAreEnforced() {
        assertThat(TENANTS.stream()
                        .flatMap(tenant -> policy(tenant).promises().stream())
                        .filter(promise -> promise.control().equals("cookie-register")
                                || promise.control().equals("cookie-linter"))
                        .filter(promise -> promise.status() == Policy.Status.ENFORCED)
                        .map(Policy.Promise::id))
                .containsExactly("AI-14", "AI-15", "AI-16", "AI-17", "KX-18", "OT-6");
    }

    @Test
    void whatAnswersAnInquiryEndsWithIt() {
        Policy policy = policy("iwebtrack");
        assertThat(policy.purposes().stream()
                        .filter(Policy.Purpose::endsWithInquiry)
                        .map(Policy.Purpose::name))
                .containsExactly("inquiry-response");
        assertThat(policy.endingWithInquiry("inquiry-response")).containsExactly("IW-8");
        assertThat(policy.promise("IW-8").orElseThrow().status()).isEqualTo(Policy.Status.ENFORCED);
    }

    @Test
    void asksTenQuestions() {
        assertThat(questions())
                .extracting(Question::id)
                .containsExactly("1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answersAsWorkedOut(Expected expected) {
        JsonNode file = json(text(expected.tenant() + ".answers.yaml"));
        JsonNode right = file.path("answers").path(expected.question());
        Question question = questions().stream()
                .filter(each -> each.id().equals(expected.question()))
                .findFirst()
                .orElseThrow();

        Decision decision = DefaultPolicyMatrix.decide(policy(expected.tenant()), question);

        assertThat(file.path("tenant").asText()).isEqualTo(expected.tenant());
        assertThat(decision instanceof Decision.Permitted ? "permit" : "deny")
                .isEqualTo(right.path("answer").asText());
        assertThat(new HashSet<>(decision.promises())).isEqualTo(words(right.path("promises")));
        assertThat(decision instanceof Decision.Permitted permitted ? permitted.fields() : Set.of())
                .isEqualTo(words(right.path("fields")));
        assertThat(right.path("reasoning").asText()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "basis: contract|basis: habit",
                "pledge: 1|pledge: 2",
                "controller: Acme Fiction|controler: Acme Fiction",
                "email: P2Y|email: two years",
                "bank: processor|bank: friend",
                "excepts: [AC-1]|remedy: none",
                "consent: opt-in\n|remedyy: x\n",
                "control: disclosure-rule|control: magic",
                "  statistics:\n|  other:\n",
                "life: session|life: long",
                "kind: preference|kind: essential",
                "kind: preference, life: session|kind: session, life: P1D",
                "life: session, promises|life: session, host: a.example, promises",
                "name: prefs,|name: prefs, type: beacon, host: a.example,",
                "name: prefs,|name: 'a*',"
            })
    void theSchemaRefusesWhatTheCompilerRefuses(String change) {
        String[] parts = change.split("\\|");
        String text = SmallPack.TEXT.replace(parts[0], parts[1]);

        assertThat(schema().validate(json(text)).isEmpty())
                .isEqualTo(PackCompiler.compile("acme", text).problems().isEmpty());
    }

    private static Set<String> words(JsonNode node) {
        Set<String> words = new TreeSet<>();
        node.forEach(each -> words.add(each.asText()));
        return words;
    }

    private static void numbered(List<String> ids, String prefix, int count) {
        IntStream.rangeClosed(1, count).forEach(number -> ids.add(prefix + "-" + number));
    }

    private static Policy policy(String tenant) {
        return SmallPack.compiled(text(tenant + ".policy.yaml"));
    }

    private static List<Question> questions() {
        Problems problems = new Problems("questions.yaml");
        List<Question> questions = DefaultPolicyMatrix.read(text("questions.yaml"), problems);
        assertThat(problems.list()).isEmpty();
        return questions;
    }

    private static JsonSchema schema() {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text("pack.schema.json"));
    }

    private static JsonNode json(String yaml) {
        return JSON.valueToTree(
                new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(yaml));
    }

    private static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
