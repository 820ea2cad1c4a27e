package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.answers.AnswerService.Answer;
import org.pledge.answers.AnswerService.Export;
import org.pledge.answers.AnswerService.Protection;
import org.pledge.answers.AnswerService.RecipientKey;
import org.pledge.answers.AnswerService.Started;
import org.pledge.answers.AnswerService.State;

class ExportsTest {
    private static final UUID ID = UUID.fromString("c0a8f1d2-3e4b-4c5d-8e6f-708192a3b4c5");
    private static final String PATH = "requests/" + ID + "/export";
    private static final String PASSWORD = "7KQ2-V9XD-M4TB-1RHN-8ZWE";

    private final Platform platform = new Platform();

    @AfterEach
    void close() {
        platform.close();
    }

    private static Export export(State state) {
        return new Export(
                Platform.TENANT,
                ID,
                ID,
                state,
                Protection.PASSWORD,
                Platform.NOW,
                Optional.empty(),
                Optional.empty(),
                Map.of("data", 4L),
                state == State.READY ? 6 : 0,
                Optional.empty());
    }

    private void file(IOException failure) {
        platform.answers.on("answer", args -> new Answer() {
            @Override
            public Export export() {
                return ExportsTest.export(State.READY);
            }

            @Override
            public String name() {
                return "answer-" + ID + ".zip";
            }

            @Override
            public String mediaType() {
                return "application/zip";
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                out.write("PK-zip".getBytes(StandardCharsets.US_ASCII));
            }
        });
    }

    @Test
    void startsAndShowsThePasswordInThisAnswerAlone() {
        platform.answers
                .on("start", args -> {
                    assertThat(args[2]).isEqualTo(Optional.empty());
                    assertThat(args[3]).isEqualTo(false);
                    return new Started(export(State.RUNNING), Optional.of(PASSWORD));
                })
                .on("export", args -> export(State.RUNNING));

        HttpResponse<String> started = platform.as(Role.OPERATOR, "POST", PATH, "{}");

        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.headers().firstValue("Location")).hasValue("/api/v1/" + PATH);
        assertThat(started.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(started.body()).contains("\"password\":\"" + PASSWORD + "\"", "\"state\":\"RUNNING\"");
        assertThat(platform.as(Role.AUDITOR, "GET", PATH, null).body())
                .contains("\"counts\":{\"data\":4}")
                .doesNotContain("password\"");
    }

    @Test
    void aKeyThatIsRepeatedIsKeptNowhere() {
        platform.answers.on("start", args -> new Started(export(State.RUNNING), Optional.of(PASSWORD)));
        for (int i = 0; i < 2; i++) {
            assertThat(platform.as(Role.OPERATOR, "POST", PATH, "{}", "Idempotency-Key", "one")
                            .statusCode())
                    .isEqualTo(202);
        }
        assertThat(platform.answers.calls()).filteredOn("start"::equals).hasSize(2);
    }

    @Test
    void takesAKeyOfThePerson() {
        platform.answers.on("start", args -> {
            assertThat(args[2]).isEqualTo(Optional.of(new RecipientKey("OKP", "X25519", "abc", "", "k")));
            assertThat(args[3]).isEqualTo(true);
            return new Started(export(State.RUNNING), Optional.empty());
        });
        String body = "{\"key\":{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"abc\",\"kid\":\"k\"},\"anew\":true}";
        HttpResponse<String> started = platform.as(Role.OPERATOR, "POST", PATH, body);
        assertThat(started.statusCode()).isEqualTo(202);
        assertThat(started.body()).doesNotContain("\"password\"");
        for (String wrong : List.of("{\"key\":{\"kty\":\"OKP\"}}", "{\"key\":7}", "{\"other\":1}", "")) {
            assertThat(platform.as(Role.OPERATOR, "POST", PATH, wrong).statusCode())
                    .as(wrong)
                    .isBetween(400, 422);
        }
    }

    @Test
    void givesTheFile() {
        file(null);
        HttpResponse<String> file = platform.as(Role.OPERATOR, "GET", PATH + "/file", null);
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Type")).hasValue("application/zip");
        assertThat(file.headers().firstValue("Content-Length")).hasValue("6");
        assertThat(file.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"answer-" + ID + ".zip\"");
        assertThat(file.body()).isEqualTo("PK-zip");
    }

    @Test
    void aFileThatIsGoneIsAPlainNo() {
        platform.answers.on("answer", args -> {
            throw new PledgeException(Kind.NOT_FOUND, "there is no file to fetch: EXPIRED").remedy("Make it again.");
        });
        HttpResponse<String> file = platform.as(Role.OPERATOR, "GET", PATH + "/file", null);
        assertThat(file.statusCode()).isEqualTo(404);
        assertThat(file.body()).contains("EXPIRED", "Make it again.");
        assertThat(platform.as(Role.AUDITOR, "GET", PATH + "/file", null).statusCode())
                .isEqualTo(403);
    }

    @Test
    void theSchemaIsForEverybody() {
        platform.answers.on("schema", args -> "{\"$id\":\"urn:pledge:answer:1\"}");
        HttpResponse<String> schema = platform.send(platform.request("GET", "schemas/answer-1.json", null));
        assertThat(schema.statusCode()).isEqualTo(200);
        assertThat(schema.body()).contains("urn:pledge:answer:1");
    }
}
