package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Role;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.visitor.CookieService;
import org.pledge.visitor.CookieService.Choice;
import org.pledge.visitor.CookieService.Fault;
import org.pledge.visitor.CookieService.Sending;
import org.pledge.visitor.CookieService.Verdict;

/** The register, a visitor's choice, and the gate of a site. */
class CookiesTest {
    private static Platform platform;

    private final List<Choice> choices = new ArrayList<>();
    private final List<Sending> sendings = new ArrayList<>();

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void stubs() {
        platform.forget();
        platform.cookies
                .on(
                        "register",
                        args -> new CookieService.Register(
                                2,
                                List.of(new Tracker(
                                        "px",
                                        TrackerType.BEACON,
                                        false,
                                        "marketing",
                                        TrackerKind.MARKETING,
                                        Need.OPT_IN,
                                        Map.of("US", Need.IMPLIED),
                                        "",
                                        "a.example",
                                        List.of("AI-17")))))
                .on("choose", args -> {
                    choices.add((Choice) args[1]);
                    return new CookieService.Chosen(Set.of(), List.of("cookie-consent=refused"));
                })
                .on("check", args -> {
                    sendings.add((Sending) args[1]);
                    return new CookieService.Checked(
                            List.of(new Verdict(
                                    Optional.of("sid"), Optional.of(Fault.LIVES_TOO_LONG), List.of("AI-15"))),
                            List.of(),
                            List.of(new Verdict(Optional.of("px"), Optional.empty(), List.of())));
                });
    }

    private static HttpResponse<String> send(String path, String body, String... headers) {
        return platform.as(Role.INTEGRATOR, "POST", path, body, headers);
    }

    @Test
    void theRegisterIsListed() {
        HttpResponse<String> answer = platform.as(Role.VIEWER, "GET", "cookies", null);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"policyVersion\":2,\"entries\":[{\"name\":\"px\",\"type\":\"BEACON\",\"firstParty\":false,"
                                + "\"purpose\":\"marketing\",\"kind\":\"MARKETING\",\"consent\":\"OPT_IN\","
                                + "\"consentIn\":{\"US\":\"IMPLIED\"},\"host\":\"a.example\",\"promises\":[\"AI-17\"]}]}");
    }

    @Test
    void refusingEverythingTakesTheLeast() {
        HttpResponse<String> answer = send("visitor-choices", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"agreed\":[],\"setCookies\":[\"cookie-consent=refused\"]}");
        assertThat(choices).containsExactly(new Choice(Set.of(), false));
    }

    @Test
    void eachYesIsToldApartAndEachSignalIsHeard() {
        send("visitor-choices", "{\"preferences\":true,\"statistics\":false}");
        send("visitor-choices", "{\"statistics\":true,\"marketing\":true,\"gpc\":true}");
        send("visitor-choices", "{\"marketing\":true,\"dnt\":true}");
        send("visitor-choices", "{\"marketing\":true}", "Sec-GPC", "1");
        send("visitor-choices", "{\"marketing\":true}", "DNT", "1");
        send("visitor-choices", "{\"marketing\":true}", "Sec-GPC", "0");

        assertThat(choices)
                .containsExactly(
                        new Choice(Set.of(TrackerKind.PREFERENCE), false),
                        new Choice(Set.of(TrackerKind.STATISTICS, TrackerKind.MARKETING), true),
                        new Choice(Set.of(TrackerKind.MARKETING), true),
                        new Choice(Set.of(TrackerKind.MARKETING), true),
                        new Choice(Set.of(TrackerKind.MARKETING), true),
                        new Choice(Set.of(TrackerKind.MARKETING), false));
    }

    @Test
    void aVerdictComesForEach() {
        HttpResponse<String> answer = send(
                "cookie-checks",
                "{\"cookies\":[\"sid=john@example.org; Max-Age=9\"],\"storage\":[{\"name\":\"a\",\"value\":\"b\"}],"
                        + "\"beacons\":[\"a.example\"],\"choice\":\"granted\",\"country\":\"DE\",\"dnt\":false}",
                "Sec-GPC",
                "1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"cookies\":[{\"kept\":false,\"entry\":\"sid\",\"fault\":\"LIVES_TOO_LONG\","
                        + "\"promises\":[\"AI-15\"]}],\"storage\":[],\"beacons\":[{\"kept\":true,\"entry\":\"px\","
                        + "\"promises\":[]}]}");
        assertThat(sendings)
                .containsExactly(new Sending(
                        List.of("sid=john@example.org; Max-Age=9"),
                        List.of(new CookieService.Stored("a", "b")),
                        List.of("a.example"),
                        Optional.of("granted"),
                        Optional.of("DE"),
                        true));
    }

    @Test
    void whatIsLeftOutIsNotThere() {
        send("cookie-checks", "{}");

        assertThat(sendings)
                .containsExactly(
                        new Sending(List.of(), List.of(), List.of(), Optional.empty(), Optional.empty(), false));
    }

    @Test
    void whatCannotBeReadIsRefusedWithoutEcho() {
        for (String body : List.of(
                "[]",
                "null",
                "{\"cookies\":\"john@example.org\"}",
                "{\"cookies\":[null]}",
                "{\"cookies\":[{\"john@example.org\":1}]}",
                "{\"storage\":[{\"name\":\"john@example.org\"}]}",
                "{\"gpc\":\"john@example.org\"}",
                "{\"john@example.org\":true}")) {
            HttpResponse<String> answer = send("cookie-checks", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("john@example.org");
        }
        assertThat(sendings).isEmpty();
    }
}
