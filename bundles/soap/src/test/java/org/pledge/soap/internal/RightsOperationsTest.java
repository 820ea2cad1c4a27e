package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.soap.internal.Platform.element;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.CodeCheck;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

class RightsOperationsTest {
    private static final Platform PLATFORM = new Platform();
    private static final UUID ID = UUID.randomUUID();
    private static final SubjectId ADA = SubjectId.random();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final String STEP = "<request>" + ID + "</request>";
    private static final String WHAT = "<type>ERASURE</type><jurisdiction>DE</jurisdiction><channel>soap</channel>";

    private final List<Object> asked = new ArrayList<>();

    @AfterAll
    static void stop() {
        PLATFORM.close();
    }

    @BeforeEach
    void answer() {
        PLATFORM.rights.on("open", args -> {
            asked.add(args[1]);
            return request();
        });
        PLATFORM.rights.on("openFor", args -> {
            asked.addAll(List.of(((Identified) args[1]).identifiers(), args[2], args[3], args[4], args[5], args[6]));
            return request();
        });
        for (String step : List.of("request", "acknowledge", "sendCode", "withdraw")) {
            PLATFORM.rights.on(step, args -> {
                asked.add(step);
                return request();
            });
        }
        for (String step : List.of("extend", "refuse")) {
            PLATFORM.rights.on(step, args -> {
                asked.add(args[2]);
                return request();
            });
        }
        PLATFORM.rights.on("checkCode", args -> {
            asked.add(args[2]);
            return new CodeCheck(request(), true, false);
        });
        PLATFORM.rights.on("fulfil", args -> new Fulfilment(request(), 2, List.of(), Optional.of("ab".repeat(32))));
        PLATFORM.rights.on("ofSubject", args -> List.of(request(), request()));
        PLATFORM.rights.on("due", args -> {
            asked.addAll(List.of(args[1], args[2]));
            return List.of(request());
        });
    }

    private static Request request() {
        return new Request(
                ID,
                Platform.TENANT,
                ADA,
                Type.ERASURE,
                RightsService.State.EXTENDED,
                "DE",
                "soap",
                NOW,
                "desk",
                new Deadlines(
                        "gdpr",
                        ZoneOffset.UTC,
                        Optional.of(NOW),
                        Optional.of(NOW),
                        NOW,
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.of(Method.MAIL_CODE),
                Optional.of(new Extension(Reason.COMPLEXITY, LocalDate.of(2026, 1, 30))),
                Optional.of(NOW),
                Optional.empty());
    }

    private static String answered(Role role, String name, String content) {
        String body = PLATFORM.as(role, element(name, content)).body();
        XsdTest.assertFollowsTheSchema(body);
        return body;
    }

    @Test
    void opensForASubject() {
        assertThat(answered(Role.OPERATOR, "openRequest", "<subject>" + ADA + "</subject>" + WHAT))
                .contains("<openRequestResponse", "<id>" + ID + "</id>", "<lastDay>2026-01-31</lastDay>")
                .contains("<verifiedBy>MAIL_CODE</verifiedBy>", "<extensionReason>COMPLEXITY</extensionReason>");
        assertThat(asked).first().isEqualTo(new NewRequest(ADA, Type.ERASURE, "DE", "soap"));
    }

    @Test
    void aRequestArrivedWhenItCame() {
        String when = WHAT + "<received>2026-01-09T08:00:00Z</received>";
        Optional<Instant> arrived = Optional.of(Instant.parse("2026-01-09T08:00:00Z"));
        answered(Role.OPERATOR, "openRequest", "<subject>" + ADA + "</subject>" + when);
        answered(Role.OPERATOR, "openRequest", "<identifier name=\"email\">ada@example.org</identifier>" + when);
        assertThat(asked)
                .contains(new NewRequest(ADA, Type.ERASURE, "DE", "soap", Set.of(), arrived))
                .containsSequence(Type.ERASURE, "DE", "soap", Set.of(), arrived);
        for (String no : List.of("2026-01-09", "2026-01-09T08:00:00", "2026-13-09T08:00:00Z")) {
            assertThat(PLATFORM.as(
                                    Role.OPERATOR,
                                    element(
                                            "openRequest",
                                            "<subject>" + ADA + "</subject>" + WHAT + "<received>" + no
                                                    + "</received>"))
                            .statusCode())
                    .as(no)
                    .isEqualTo(400);
        }
    }

    @Test
    void opensForWhoSomebodySaysTheyAreAndRepeatsNoneOfIt() {
        String answer = answered(
                Role.OPERATOR,
                "openRequest",
                "<identifier name=\"email\">ada@example.org</identifier>"
                        + "<identifier name=\"phone\">+49 30 1</identifier>" + WHAT);
        assertThat(asked)
                .startsWith(Map.of("email", "ada@example.org", "phone", "+49 30 1"), Type.ERASURE, "DE", "soap");
        assertThat(answer).doesNotContain("example.org", "+49");
    }

    @Test
    void anObjectionNamesItsPurposes() {
        String objection = "<type>OBJECTION</type><jurisdiction>DE</jurisdiction><channel>soap</channel>"
                + "<purpose>newsletter</purpose><purpose>analysis</purpose>";
        answered(Role.OPERATOR, "openRequest", "<subject>" + ADA + "</subject>" + objection);
        answered(Role.OPERATOR, "openRequest", "<identifier name=\"email\">ada@example.org</identifier>" + objection);
        assertThat(asked)
                .contains(new NewRequest(ADA, Type.OBJECTION, "DE", "soap", Set.of("newsletter", "analysis")))
                .containsSequence(Type.OBJECTION, "DE", "soap", Set.of("newsletter", "analysis"));
    }

    @Test
    void aRequestHasEitherASubjectOrIdentifiers() {
        String both = "<subject>" + ADA + "</subject><identifier name=\"email\">a@b.c</identifier>" + WHAT;
        String twice = "<identifier name=\"email\">a@b.c</identifier><identifier name=\"email\">d@b.c</identifier>";
        for (String content : List.of(WHAT, both, twice + WHAT)) {
            assertThat(answered(Role.OPERATOR, "openRequest", content)).contains("<code>MALFORMED</code>");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void theSameKeyOpensOnce() {
        String content = "<idempotencyKey>k-1</idempotencyKey><subject>" + ADA + "</subject>" + WHAT;
        answered(Role.OPERATOR, "openRequest", content);
        answered(Role.OPERATOR, "openRequest", content);
        assertThat(asked).filteredOn(NewRequest.class::isInstance).hasSize(1);
    }

    @Test
    void everyStepReachesItsOwnMethod() {
        for (String step : List.of("getRequest", "acknowledgeRequest", "sendCode", "withdrawRequest")) {
            assertThat(answered(Role.OPERATOR, step, STEP))
                    .contains("<" + step + "Response", "<state>EXTENDED</state>");
        }
        assertThat(answered(Role.OPERATOR, "checkCode", STEP + "<code>123456</code>"))
                .contains("<verified>true</verified>", "<locked>false</locked>")
                .doesNotContain("123456");
        answered(Role.OFFICER, "extendRequest", STEP + "<reason>COMPLEXITY</reason><noticed>2026-01-30</noticed>");
        answered(Role.OFFICER, "refuseRequest", STEP + "<ground>EXCESSIVE</ground>");
        assertThat(answered(Role.OPERATOR, "fulfilRequest", STEP))
                .contains("<awaiting>2</awaiting>", "<digest>" + "ab".repeat(32) + "</digest>");
        assertThat(asked)
                .containsExactly(
                        "request",
                        "acknowledge",
                        "sendCode",
                        "withdraw",
                        "123456",
                        new Extension(Reason.COMPLEXITY, LocalDate.of(2026, 1, 30)),
                        Ground.EXCESSIVE);
    }

    @Test
    void listsThoseOfAPersonOrThoseThatAreDue() {
        assertThat(answered(Role.AUDITOR, "listRequests", "<subject>" + ADA + "</subject>")
                        .split("<request>"))
                .hasSize(3);
        answered(Role.OFFICER, "listRequests", "<dueInDays>0</dueInDays><limit>7</limit>");
        answered(Role.OFFICER, "listRequests", "");
        assertThat(asked).containsExactly(0, 7, 3650, 50);
    }

    @Test
    void whatTheSchemaDoesNotKnowIsMalformed() {
        for (String day : List.of("2026-01-30Z", "yesterday", "2026-02-30")) {
            assertThat(answered(
                            Role.OFFICER,
                            "extendRequest",
                            STEP + "<reason>COMPLEXITY</reason><noticed>" + day + "</noticed>"))
                    .contains("<code>MALFORMED</code>");
        }
        assertThat(answered(Role.OFFICER, "refuseRequest", STEP + "<ground>NO</ground>"))
                .contains("<code>MALFORMED</code>");
        assertThat(asked).isEmpty();
    }

    @Test
    void aRefusalIsAFault() {
        PLATFORM.rights.on("fulfil", args -> {
            throw new PledgeException(Kind.CONFLICT, "it is not verified who asks").remedy("Send a code.");
        });
        assertThat(answered(Role.OPERATOR, "fulfilRequest", STEP))
                .contains("<status>409</status>", "<code>CONFLICT</code>", "<remedy>Send a code.</remedy>");
    }
}
