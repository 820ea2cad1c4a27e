package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.sharing.SharingService.Request;
import org.pledge.subject.SubjectService.Person;
import org.pledge.subject.SubjectService.Withheld;

/** IW-9, by the pack as it is shipped: what somebody volunteered on a form serves that form alone. */
class PurposeBoundReadsTest {
    private static final Caller DESK = World.operator("iwebtrack");
    private static final List<String> FORMS = List.of("contest-entry", "job-application", "survey-answers");

    private final World world = new World();
    private SubjectId applicant;

    @BeforeEach
    void apply() {
        applicant = world.register(
                "iwebtrack",
                "member",
                "US",
                Map.of(
                        "email", List.of("ira@mail.example"),
                        "job-application", List.of("ten years at sea"),
                        "survey-answers", List.of("yes"),
                        "contest-entry", List.of("42")));
    }

    private Person read(String purpose) {
        return world.subjects.person(DESK, applicant, Optional.of(purpose));
    }

    @Test
    void aJobApplicationIsUnreadableForMarketing() {
        Person person = read("own-offers");

        assertThat(person.fields()).containsOnlyKeys("email");
        assertThat(person.withheld()).extracting(Withheld::field).containsExactlyElementsOf(FORMS);
        assertThat(person.withheld())
                .allSatisfy(field -> assertThat(field.promises()).containsExactly("IW-9"));
        assertThat(person.withheld().get(1).because())
                .isEqualTo("\"job-application\" serves recruitment, not own-offers");
        assertThat(world.sharing.explain(
                        DESK,
                        new Request(
                                applicant,
                                "postbox",
                                "own-offers",
                                List.of("job-application"),
                                Optional.empty(),
                                Map.of())))
                .isInstanceOf(Decision.Denied.class);
    }

    @Test
    void eachFormIsReadForItsOwnPurpose() {
        assertThat(read("recruitment").fields())
                .containsExactly(Map.entry("job-application", List.of("ten years at sea")));
        assertThat(read("survey").fields()).containsOnlyKeys("survey-answers");
        assertThat(read("contest").fields()).containsOnlyKeys("contest-entry");
    }

    @Test
    void withoutAPurposeNoFormIsRead() {
        Person person = world.subjects.person(DESK, applicant);

        assertThat(person.fields()).containsOnlyKeys("email");
        assertThat(person.withheld()).extracting(Withheld::field).containsExactlyElementsOf(FORMS);
        assertThat(person.withheld().get(1).because())
                .isEqualTo("\"job-application\" serves recruitment, and no purpose is named");
    }

    @Test
    void theRecordKeepsThePurposeAndWhatWasShown() {
        read("recruitment");

        assertThat(world.audit.of(Leaf.Act.SUBJECT_VIEWED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("purpose", "recruitment")
                .containsEntry("fields", "job-application"));
    }

    @Test
    void thePersonSeesEverything() {
        assertThat(world.subjects.themself(DESK, applicant).fields()).hasSize(4);
        assertThat(world.subjects.values(DESK.tenant(), applicant, Set.copyOf(FORMS)))
                .hasSize(3);
    }

    @Test
    void thePromiseIsEnforced() {
        assertThat(world.policy("iwebtrack").promise("IW-9").orElseThrow().status())
                .isEqualTo(Policy.Status.ENFORCED);
    }
}
