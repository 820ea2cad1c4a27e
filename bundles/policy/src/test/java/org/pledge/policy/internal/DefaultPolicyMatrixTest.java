package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyMatrix.Question;

class DefaultPolicyMatrixTest {
    private static final String QUESTION =
            """
            questions:
              - id: 1a
                text: Advertising
                recipient: ad-partner
                purpose: marketing
                data: [email]
                consent: opt-in
            """;

    @TempDir
    Path directory;

    private final House house = new House();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void answersEveryQuestionForEveryPolicyInForce() throws IOException {
        house.policies.install(House.OFFICER, "acme.policy.yaml", SmallPack.TEXT);
        write(QUESTION);

        assertThat(new DefaultPolicyMatrix(house.policies, directory).answers())
                .singleElement()
                .satisfies(answer -> {
                    assertThat(answer.prefix()).isEqualTo("AC");
                    assertThat(answer.question().id()).isEqualTo("1a");
                    assertThat(answer.decision()).isInstanceOf(Decision.Permitted.class);
                });
    }

    @Test
    void readsTheQuestionsAgainWhenTheyChangeAndKeepsThemWhenTheyBreak() throws IOException {
        DefaultPolicyMatrix matrix = new DefaultPolicyMatrix(house.policies, directory);
        assertThat(matrix.questions()).isEmpty();

        write(QUESTION);
        assertThat(matrix.questions()).extracting(Question::id).containsExactly("1a");

        write(QUESTION.replace("1a", "another"));
        assertThat(matrix.questions()).extracting(Question::id).containsExactly("another");

        write("questions: [ { id: broken } ]");
        assertThat(matrix.questions()).extracting(Question::id).containsExactly("another");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(directory.resolve("questions.yaml"), yaml);
    }
}
