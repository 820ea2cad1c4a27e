package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService.Held;
import org.pledge.rights.SelfService.SignedIn;

class SelfServiceTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String LINK = "A".repeat(43);
    private static final String PASS = "B".repeat(43);
    private static final SubjectId PERSON = SubjectId.random();

    private final Platform platform = new Platform();
    private final List<Object> asked = new ArrayList<>();
    private boolean sendsLinks = true;
    private boolean emailStopped;
    private boolean mayLogin = true;

    @BeforeEach
    void answer() {
        platform.selfService
                .on("open", args -> {
                    asked.addAll(List.of("open", args[0], args[1]));
                    if (!args[1].equals(LINK)) {
                        throw new PledgeException(Kind.NOT_FOUND, "this link was used").remedy("Ask for another one.");
                    }
                    return PASS;
                })
                .on(
                        "held",
                        args -> new Held(
                                "Korax <Ltd>",
                                "privacy@korax.example",
                                Map.of("name", List.of("<***", "\"***")),
                                emailStopped ? Set.of("name") : Set.of("email", "name"),
                                emailStopped,
                                mayLogin,
                                false,
                                List.of(RightsTest.request())))
                .on("sendsLinks", args -> sendsLinks)
                .on("change", args -> {
                    asked.addAll(List.of("change", args[1], args[2]));
                    return null;
                })
                .on("ask", args -> {
                    if (args.length == 2) {
                        asked.addAll(List.of("ask", args[0], ((Identified) args[1]).identifiers()));
                        return null;
                    }
                    asked.addAll(List.of("ask", args[1], args[2]));
                    return RightsTest.request();
                })
                .on("changeEmail", args -> {
                    asked.addAll(List.of("changeEmail", args[1], args[2]));
                    return null;
                })
                .on("confirmEmail", args -> {
                    asked.addAll(List.of("confirmEmail", args[1], args[2]));
                    return null;
                })
                .on("end", args -> {
                    asked.addAll(List.of("end", args[1]));
                    return null;
                })
                .on("send", args -> {
                    asked.addAll(List.of("send", args[1]));
                    return null;
                });
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private HttpResponse<String> get(String path) {
        return platform.send(platform.request("GET", "self-service/" + path, null));
    }

    private HttpResponse<String> post(String path, String form) {
        return platform.send(platform.request("POST", "self-service/" + path, form, "Content-Type", FORM));
    }

    private static void isPlainAndKept(HttpResponse<String> page) {
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(csp -> assertThat(csp).contains("default-src 'none'", "form-action 'self'"));
        assertThat(page.body()).doesNotContain("<script", "http://", "https://", LINK);
    }

    @Test
    void lookingAtALinkUsesNothingUp() {
        HttpResponse<String> page = get("korax/" + LINK);
        isPlainAndKept(page);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(asked).isEmpty();
    }

    @Test
    void theButtonUsesTheLinkAndThePassIsInFormsOnly() {
        HttpResponse<String> page = post("korax/" + LINK, "");
        isPlainAndKept(page);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(asked).containsExactly("open", new TenantId("korax"), LINK);
        assertThat(page.body())
                .contains("name=\"pass\" value=\"" + PASS + "\"", "action=\"session\"", "&lt;***<br>&quot;***")
                .contains("Korax &lt;Ltd&gt;", "OPT_OUT")
                .doesNotContain("<***", "/" + PASS);
    }

    @Test
    void aLinkThatIsNotGoodIsAPageThatSaysSo() {
        HttpResponse<String> page = post("korax/" + "C".repeat(43), "");
        assertThat(page.statusCode()).isEqualTo(410);
        isPlainAndKept(page);
        assertThat(page.body()).contains("this link was used", "Ask for another one.");
        assertThat(post("No Tenant!".replace(" ", "%20") + "/" + LINK, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void changesAsksAndEnds() {
        HttpResponse<String> changed = post(
                "korax/session", "act=change&pass=" + PASS + "&field=email&value=a%40b.example%0D%0A+%0Ac%40d.example");
        isPlainAndKept(changed);
        assertThat(changed.body()).contains("Changed: email");
        post("korax/session", "act=change&pass=" + PASS + "&field=email&value=");
        assertThat(post("korax/session", "act=ask&type=OPT_OUT&pass=" + PASS).body())
                .contains("answer due by 2026-02-14");
        assertThat(post("korax/session", "act=end&pass=" + PASS).body())
                .contains("closed")
                .doesNotContain(PASS);
        assertThat(asked)
                .containsExactly(
                        "change",
                        PASS,
                        Map.of("email", List.of("a@b.example", "c@d.example")),
                        "change",
                        PASS,
                        Map.of("email", List.of()),
                        "ask",
                        PASS,
                        Type.OPT_OUT,
                        "end",
                        PASS);
    }

    @Test
    void aNewAddressIsGivenAndThenConfirmed() {
        HttpResponse<String> page = post("korax/session", "act=show&pass=" + PASS);
        assertThat(page.body())
                .contains("name=\"act\" value=\"email\"", "name=\"act\" value=\"confirm\"")
                .doesNotContain("name=\"field\" value=\"email\"");
        HttpResponse<String> sent = post("korax/session", "act=email&value=a%40b.example&pass=" + PASS);
        isPlainAndKept(sent);
        assertThat(sent.body()).contains("A code is on its way").doesNotContain("a@b.example");
        assertThat(post("korax/session", "act=confirm&value=123456&pass=" + PASS)
                        .body())
                .contains("Changed: email");
        assertThat(post("korax/session", "act=email&pass=" + PASS).statusCode()).isEqualTo(400);
        assertThat(asked).containsExactly("changeEmail", PASS, "a@b.example", "confirmEmail", PASS, "123456");
    }

    @Test
    void signsInByFormAndByProgram() {
        platform.selfService.on("signIn", args -> {
            asked.addAll(List.of("signIn", args[0], args[1], new String((char[]) args[2])));
            if (!args[1].equals("ada")) {
                throw new PledgeException(Kind.UNAUTHENTICATED, "they do not fit").remedy("Wait.");
            }
            return new SignedIn(PERSON, PASS);
        });
        isPlainAndKept(get("korax/sign-in"));
        HttpResponse<String> page = post("korax/sign-in", "name=ada&password=a+b%26c");
        isPlainAndKept(page);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("name=\"pass\" value=\"" + PASS + "\"").doesNotContain("a b&");
        HttpResponse<String> other = post("korax/sign-in", "name=eve&password=x");
        assertThat(other.statusCode()).isEqualTo(401);
        assertThat(other.body()).doesNotContain("eve");
        HttpResponse<String> answer = platform.send(
                platform.request("POST", "self-service/korax/sign-ins", "{\"name\":\"ada\",\"password\":\"pw\"}"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"person\":\"" + PERSON + "\"", "\"pass\":\"" + PASS + "\"");
        assertThat(platform.send(platform.request(
                                "POST", "self-service/korax/sign-ins", "{\"name\":\"eve\",\"password\":\"pw\"}"))
                        .statusCode())
                .isEqualTo(401);
        for (String path : List.of("sign-in", "sign-ins")) {
            assertThat(platform.send(platform.request("POST", "self-service/korax/" + path, null))
                            .statusCode())
                    .isBetween(400, 499)
                    .isNotEqualTo(401);
        }
        assertThat(platform.send(platform.request("PATCH", "self-service/korax/people/" + PERSON, null))
                        .statusCode())
                .isBetween(400, 499)
                .isNotIn(401, 403);
        assertThat(asked).startsWith("signIn", new TenantId("korax"), "ada", "a b&c");
    }

    @Test
    void aProgramSeesAndEditsItsOwnersDataAndNobodyElses() {
        platform.selfService.on("requireHolder", args -> {
            if (!args[1].equals(PASS)) {
                throw new PledgeException(Kind.NOT_FOUND, "ended").remedy("Sign in.");
            }
            if (!args[2].equals(PERSON)) {
                throw new PledgeException(Kind.DENIED, "somebody else's").remedy("Use yours.");
            }
            return null;
        });
        HttpResponse<String> own = own("GET", PERSON, null, PASS);
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(own.body()).contains("\"fields\":{\"name\":", "\"changeable\":[\"email\",\"name\"]");
        String change = "{\"fields\":{\"name\":[\"Ada\"]}}";
        assertThat(own("PATCH", PERSON, change, PASS).statusCode()).isEqualTo(200);
        assertThat(own("GET", SubjectId.random(), null, PASS).statusCode()).isEqualTo(403);
        assertThat(own("PATCH", SubjectId.random(), change, PASS).statusCode()).isEqualTo(403);
        assertThat(own("GET", PERSON, null, "C".repeat(43)).statusCode()).isEqualTo(404);
        assertThat(platform.send(platform.request("GET", "self-service/korax/people/" + PERSON, null))
                        .statusCode())
                .isEqualTo(400);
        assertThat(asked).containsExactly("change", PASS, Map.of("name", List.of("Ada")));
    }

    @Test
    void aProgramChangesItsOwnersAddressAndLogin() {
        platform.selfService
                .on("requireHolder", args -> {
                    if (!args[2].equals(PERSON)) {
                        throw new PledgeException(Kind.DENIED, "somebody else's").remedy("Use yours.");
                    }
                    return null;
                })
                .on("setLogin", args -> {
                    asked.addAll(List.of("setLogin", args[1], args[2], new String((char[]) args[3])));
                    return null;
                });
        Map<String, String> bodies = Map.of(
                "POST /email-changes", "{\"email\":\"a@b.example\"}",
                "POST /email-confirmations", "{\"code\":\"123456\"}",
                "PUT /login", "{\"name\":\"ada\",\"password\":\"four words\"}");
        bodies.forEach((route, body) -> {
            String[] parts = route.split(" ");
            assertThat(own(parts[0], SubjectId.random() + parts[1], body, PASS).statusCode())
                    .isEqualTo(403);
            assertThat(own(parts[0], PERSON + parts[1], "{}", PASS).statusCode())
                    .isEqualTo(400);
            assertThat(platform.send(platform.request(parts[0], "self-service/korax/people/" + PERSON + parts[1], body))
                            .statusCode())
                    .isEqualTo(400);
        });
        assertThat(asked).isEmpty();
        HttpResponse<String> given = own("POST", PERSON + "/email-changes", bodies.get("POST /email-changes"), PASS);
        assertThat(given.statusCode()).isEqualTo(202);
        HttpResponse<String> confirmed =
                own("POST", PERSON + "/email-confirmations", bodies.get("POST /email-confirmations"), PASS);
        assertThat(confirmed.statusCode()).isEqualTo(200);
        assertThat(confirmed.body()).contains("\"changeable\":");
        HttpResponse<String> set = own("PUT", PERSON + "/login", bodies.get("PUT /login"), PASS);
        assertThat(set.statusCode()).isEqualTo(204);
        assertThat(asked)
                .containsExactly(
                        "changeEmail",
                        PASS,
                        "a@b.example",
                        "confirmEmail",
                        PASS,
                        "123456",
                        "setLogin",
                        PASS,
                        "ada",
                        "four words");
    }

    private HttpResponse<String> own(String method, Object person, String body, String pass) {
        return platform.send(
                platform.request(method, "self-service/korax/people/" + person, body, "Pledge-Pass", pass));
    }

    @Test
    void aUserNameAndPasswordAreSetOnThePage() {
        platform.selfService.on("setLogin", args -> {
            asked.addAll(List.of("setLogin", args[1], args[2], new String((char[]) args[3])));
            return null;
        });
        HttpResponse<String> page = post("korax/session", "act=login&name=ada&password=four+words&pass=" + PASS);
        isPlainAndKept(page);
        assertThat(page.body()).contains("are set").doesNotContain("four words");
        assertThat(post("korax/session", "act=login&name=ada&pass=" + PASS).statusCode())
                .isEqualTo(400);
        assertThat(asked).containsExactly("setLogin", PASS, "ada", "four words");
    }

    @Test
    void refusesWhatIsNoFormOfThePage() {
        assertThat(post("korax/session", "act=change&field=email&value=x").statusCode())
                .isEqualTo(400);
        assertThat(post("korax/session", "act=steal&pass=" + PASS).statusCode()).isEqualTo(400);
        assertThat(post("korax/session", "act=ask&type=ALL&pass=" + PASS).statusCode())
                .isEqualTo(400);
        assertThat(post("korax/session", "act=change&pass=" + PASS + "&field=email")
                        .statusCode())
                .isEqualTo(400);
        assertThat(platform.send(platform.request("POST", "self-service/korax/session", "{}"))
                        .statusCode())
                .isEqualTo(415);
        assertThat(get("korax/session?pass=" + PASS + "&act=end").body()).doesNotContain(PASS);
        assertThat(asked).isEmpty();
    }

    @Test
    void whoeverAsksForALinkLearnsNothing() {
        isPlainAndKept(get("korax"));
        HttpResponse<String> one = post("korax", "email=ada%40example.org");
        HttpResponse<String> other = post("korax", "email=");
        assertThat(one.statusCode()).isEqualTo(202);
        assertThat(other.statusCode()).isEqualTo(202);
        assertThat(one.body()).isEqualTo(other.body()).doesNotContain("ada");
        assertThat(asked).containsExactly("ask", new TenantId("korax"), Map.of("email", "ada@example.org"));
    }

    @Test
    void offersNothingThatCannotWork() {
        assertThat(get("korax").body()).contains("name=\"email\"").doesNotContain("No links");
        assertThat(post("korax/session", "act=show&pass=" + PASS).body())
                .contains("value=\"login\"", "is told when they are set")
                .doesNotContain("cannot be taken");
        sendsLinks = false;
        emailStopped = true;
        mayLogin = false;
        assertThat(get("korax").body())
                .contains("korax/sign-in", "No links are sent by email here now.")
                .doesNotContain("name=\"email\"");
        assertThat(post("korax", "email=ada%40example.org").statusCode()).isEqualTo(409);
        assertThat(post("korax/session", "act=show&pass=" + PASS).body())
                .contains("A new email address cannot be taken here now.", "value=\"change\"")
                .doesNotContain("value=\"email\"", "value=\"confirm\"", "value=\"login\"");
        assertThat(asked).isEmpty();
    }

    @Test
    void theApplicationSendsALink() {
        String path = "subjects/" + PERSON + "/links";
        assertThat(platform.as(Role.OPERATOR, "POST", path, null).statusCode()).isEqualTo(202);
        assertThat(platform.as(Role.OFFICER, "POST", path, null).statusCode()).isEqualTo(403);
        assertThat(asked).containsExactly("send", PERSON);
    }
}
