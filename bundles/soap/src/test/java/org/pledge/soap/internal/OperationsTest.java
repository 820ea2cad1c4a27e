package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.soap.internal.Platform.element;
import static org.pledge.soap.internal.Platform.usernameToken;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy.Obligation;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;

class OperationsTest {
    static final String SUBJECT = "018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31";
    private static final UUID ID = UUID.fromString("7d9f0e8a-3f0b-4d8e-8f39-0c2a5b1e6d44");
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    static final String ASK = "<subject>" + SUBJECT + "</subject><partner>parcel-post</partner>"
            + "<purpose>delivery</purpose><field>email</field><field>phone</field>";
    private static final Decision.Permitted PERMITTED = new Decision.Permitted(
            Set.of("email"),
            List.of(new Obligation("single-subject", Map.of("subjects", "1"))),
            List.of("KX-1"),
            List.of(new Decision.Reason(Decision.Code.NOT_AGREED, "phone", List.of("KX-1"), "not agreed <&>")));
    static final Decision.Denied DENIED = new Decision.Denied(
            List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "", List.of("KX-1", "KX-2"), "no consent")),
            List.of("KX-1", "KX-2"),
            "Ask the person.");

    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void forget() {
        platform.sharing.calls().clear();
        platform.consents.calls().clear();
        platform.notices.calls().clear();
    }

    private static SharingService.Disclosure disclosure() {
        return new SharingService.Disclosure(
                ID,
                Platform.TENANT,
                SubjectId.parse(SUBJECT),
                "parcel-post",
                "delivery",
                Set.of("name", "email"),
                "consent",
                List.of("KX-1"),
                3,
                Optional.empty(),
                SharingService.State.DELIVERED,
                2,
                OptionalInt.of(204),
                NOW,
                NOW.plusSeconds(60),
                Optional.of(NOW.plusSeconds(1)));
    }

    @Test
    void decideAnswersWithTheDecision() {
        platform.sharing.on("explain", args -> {
            Caller caller = (Caller) args[0];
            SharingService.Request request = (SharingService.Request) args[1];
            assertThat(caller.tenant()).isEqualTo(Platform.TENANT);
            assertThat(caller.name()).isEqualTo("the-partner");
            assertThat(request.subject().toString()).isEqualTo(SUBJECT);
            assertThat(request.fields()).containsExactly("email", "phone");
            assertThat(request.legalCase()).contains(ID);
            assertThat(request.supplied()).containsExactly(Map.entry("amount", "12.50"));
            return PERMITTED;
        });

        HttpResponse<String> answer = platform.as(
                Role.PARTNER,
                element("decide", ASK + "<legalCase>" + ID + "</legalCase><supplied name=\"amount\">12.50</supplied>"));

        assertThat(answer.body())
                .contains(
                        "decideResponse xmlns",
                        "<decision><outcome>PERMITTED</outcome><field>email</field><promise>KX-1</promise>"
                                + "<obligation><name>single-subject</name>"
                                + "<parameter name=\"subjects\">1</parameter></obligation>"
                                + "<reason><code>NOT_AGREED</code><field>phone</field><promise>KX-1</promise>"
                                + "<text>not agreed &lt;&amp;&gt;</text></reason><remedy></remedy></decision>");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/xml");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void decideTakesAUsernameToken() {
        platform.sharing.on("explain", args -> DENIED);

        HttpResponse<String> answer = platform.with(
                usernameToken("korax/the-partner", platform.password(Role.PARTNER)), element("decide", ASK));

        assertThat(answer.body()).contains("<outcome>DENIED</outcome>", "<remedy>Ask the person.</remedy>");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(platform.sharing.calls()).containsExactly("explain");
    }

    @Test
    void shareQueuesAndAnswersWithTheDisclosure() {
        platform.sharing
                .on("share", args -> new Outcome.Queued(disclosure(), PERMITTED))
                .on("disclosure", args -> {
                    assertThat(args[1]).isEqualTo(ID);
                    return disclosure();
                });

        HttpResponse<String> answer = platform.as(Role.OPERATOR, element("share", ASK));

        assertThat(answer.body())
                .contains("<id>" + ID + "</id>", "<state>DELIVERED</state>", "<answer>204</answer>")
                .contains("<field>email</field><field>name</field>", "<created>2026-01-31T12:00:00Z</created>");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void aRefusedShareIsAFaultWithThePromisesAndTheRemedy() {
        platform.sharing.on("share", args -> new Outcome.Refused(DENIED));

        HttpResponse<String> answer = platform.as(Role.OPERATOR, element("share", ASK));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body())
                .contains("<faultcode>soap:Client</faultcode><faultstring>no consent</faultstring>")
                .contains("<type>urn:pledge:problem:denied</type><title>Denied</title><status>403</status>")
                .contains("<code>DENIED</code><promise>KX-1</promise><promise>KX-2</promise>")
                .contains("<remedy>Ask the person.</remedy><reason><code>NO_CONSENT</code><promise>");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void aRequestThatIsRepeatedUnderItsKeyActsOnceWhateverItsUsernameToken() {
        platform.sharing
                .on("share", args -> new Outcome.Queued(disclosure(), PERMITTED))
                .on("disclosure", args -> disclosure());
        String share = element("share", "<idempotencyKey>k 1</idempotencyKey>" + ASK);

        for (int i = 0; i < 3; i++) {
            String header = usernameToken("korax/the-operator", platform.password(Role.OPERATOR));
            assertThat(platform.with(header, share).statusCode()).isEqualTo(200);
        }

        assertThat(platform.sharing.calls()).containsOnlyOnce("share");
        assertThat(platform.as(Role.OPERATOR, share.replace("phone", "name")).body())
                .contains("<code>INVALID</code>", "<status>422</status>");
        assertThat(platform.as(Role.OPERATOR, share.replace("k 1", "k\u00e4")).body())
                .contains("<code>MALFORMED</code>");
    }

    @Test
    void aRefusalIsRepeatedUnderItsKey() {
        platform.sharing.on("share", args -> new Outcome.Refused(DENIED)).on("explain", args -> DENIED);
        String share = element("share", "<idempotencyKey>k2</idempotencyKey>" + ASK);

        platform.as(Role.OPERATOR, share);
        assertThat(platform.as(Role.OPERATOR, share).body()).contains("<code>DENIED</code>", "KX-2");
        platform.sharing.on("explain", args -> PERMITTED);
        assertThat(platform.as(Role.OPERATOR, share).body()).contains("<code>CONFLICT</code>", "new idempotency key");

        assertThat(platform.sharing.calls()).containsOnlyOnce("share");
    }

    @Test
    void withdrawAnswersWithTheReceiptAndWhatIsInDoubt() {
        platform.consents.on("withdraw", args -> {
            ConsentService.Withdrawal withdrawal = (ConsentService.Withdrawal) args[2];
            assertThat(withdrawal.purpose()).contains("delivery");
            assertThat(withdrawal.recipient()).isEmpty();
            assertThat(withdrawal.categories()).containsExactly("email");
            assertThat(withdrawal.channel()).isEqualTo("phone");
            return new ConsentService.Receipt(
                    ID,
                    Platform.TENANT,
                    SubjectId.parse(SUBJECT),
                    ConsentService.Kind.WITHDRAWN,
                    NOW,
                    4,
                    2,
                    List.of(new ConsentService.InDoubt(ID, "parcel-post")),
                    List.of(new ConsentService.Told(ID, "call-desk")));
        });

        HttpResponse<String> answer = platform.as(
                Role.OPERATOR,
                element(
                        "withdraw",
                        "<idempotencyKey>w1</idempotencyKey><subject>" + SUBJECT + "</subject>"
                                + "<purpose>delivery</purpose><category>email</category><channel>phone</channel>"));

        assertThat(answer.body())
                .contains("<kind>WITHDRAWN</kind><at>2026-01-31T12:00:00Z</at><epoch>4</epoch>")
                .contains("<cancelled>2</cancelled><inDoubt><disclosure>" + ID + "</disclosure>")
                .contains("<told><notice>" + ID + "</notice><partner>call-desk</partner></told>");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void aPartnerAcknowledgesANotice() {
        platform.notices.on("acknowledge", args -> {
            assertThat(((Caller) args[0]).name()).isEqualTo("the-partner");
            assertThat(args).hasSize(2);
            return new NoticeService.Notice(
                    (UUID) args[1],
                    Platform.TENANT,
                    SubjectId.parse(SUBJECT),
                    "the-partner",
                    Outbox.Kind.WITHDRAWAL,
                    Set.of(ID),
                    Set.of("email"),
                    NoticeService.State.CONFIRMED,
                    1,
                    OptionalInt.of(202),
                    NOW,
                    NOW.plusSeconds(60),
                    NOW.plusSeconds(90),
                    Optional.of(NOW),
                    Optional.of(NOW),
                    Optional.of("partner"),
                    false);
        });

        HttpResponse<String> answer = platform.as(Role.PARTNER, element("acknowledge", "<notice>" + ID + "</notice>"));

        assertThat(answer.body()).contains("<kind>WITHDRAWAL</kind>", "<state>CONFIRMED</state>", "<confirmed>");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void anotherTenantsNoticeIsNotThere() {
        platform.notices.on("acknowledge", args -> {
            throw new PledgeException(Kind.NOT_FOUND, "there is no such notice");
        });

        assertThat(platform.as(Role.PARTNER, element("acknowledge", "<notice>" + ID + "</notice>"))
                        .body())
                .contains("<status>404</status>", "<code>NOT_FOUND</code>");
    }

    @Test
    void accountingListsPages() {
        platform.sharing.on("accounting", args -> {
            assertThat(args[2]).isEqualTo(Optional.of("c1"));
            assertThat(args[3]).isEqualTo(2);
            return new Page<>(List.of(disclosure(), disclosure()), Optional.of("c2"));
        });

        HttpResponse<String> answer = platform.as(
                Role.AUDITOR,
                element("accounting", "<subject>" + SUBJECT + "</subject><cursor>c1</cursor><limit>2</limit>"));

        assertThat(answer.body()).contains("<next>c2</next>").containsPattern("(?s)<disclosure>.*<disclosure>");
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void accountingTakes50WhereNoLimitIsGivenAnd200AtMost() {
        platform.sharing.on("accounting", args -> {
            assertThat(args[3]).isEqualTo(50);
            return new Page<>(List.of(), Optional.empty());
        });
        String subject = "<subject>" + SUBJECT + "</subject>";

        assertThat(platform.as(Role.OFFICER, element("accounting", subject)).statusCode())
                .isEqualTo(200);
        for (String limit : List.of("0", "201", "-1", "x", "")) {
            assertThat(platform.as(Role.OFFICER, element("accounting", subject + "<limit>" + limit + "</limit>"))
                            .body())
                    .contains("<code>MALFORMED</code>");
        }
    }

    @Test
    void aRefusalByRoleIsRecordedWithoutAnythingOfTheRequest() {
        platform.leaves.clear();
        platform.as(Role.VIEWER, element("decide", ASK));

        assertThat(platform.leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.ROLE_REFUSED);
            assertThat(leaf.tenant()).isEqualTo(Platform.TENANT);
            assertThat(leaf.actor()).isEqualTo("the-viewer");
            assertThat(leaf.subject()).isEmpty();
            assertThat(leaf.details()).isEqualTo(Map.of("operation", "decide", "roles", "OFFICER,OPERATOR,PARTNER"));
        });
    }

    @Test
    void aRefusalByRoleStandsWhenItCannotBeRecorded() {
        platform.stopped.add("audit");
        try {
            assertThat(platform.as(Role.VIEWER, element("decide", ASK)).body()).contains("<code>DENIED</code>");
        } finally {
            platform.stopped.clear();
        }
    }

    @Test
    void eachOperationTakesTheRolesThatItTakesInRest() {
        Map<String, Set<Role>> expected = new HashMap<>(Map.of(
                "decide", Set.of(Role.OPERATOR, Role.OFFICER, Role.PARTNER),
                "share", Set.of(Role.OPERATOR),
                "withdraw", Set.of(Role.OPERATOR),
                "acknowledge", Set.of(Role.PARTNER),
                "accounting", Set.of(Role.OPERATOR, Role.OFFICER, Role.AUDITOR),
                "storeCard", Set.of(Role.OPERATOR),
                "listCards", Set.of(Role.OPERATOR, Role.CUSTODIAN),
                "deleteCard", Set.of(Role.OPERATOR)));
        expected.putAll(Map.of(
                "authorise", Set.of(Role.OPERATOR),
                "capture", Set.of(Role.OPERATOR),
                "void", Set.of(Role.OPERATOR),
                "refund", Set.of(Role.OPERATOR),
                "getPayment", Set.of(Role.OPERATOR, Role.AUDITOR),
                "listPayments", Set.of(Role.OPERATOR, Role.AUDITOR)));
        Map<String, String> requests = new HashMap<>(Map.of(
                "decide", ASK,
                "share", ASK,
                "withdraw", "<subject>" + SUBJECT + "</subject><channel>phone</channel>",
                "acknowledge", "<notice>" + ID + "</notice>",
                "accounting", "<subject>" + SUBJECT + "</subject>",
                "storeCard", "<subject>" + SUBJECT + "</subject><jwe>e30..aXY.Yw.dA</jwe>",
                "listCards", "<subject>" + SUBJECT + "</subject>",
                "deleteCard", "<token>tok_x</token>"));
        String movement = "<payment>" + ID + "</payment><amount>1</amount><reference>r</reference>";
        requests.putAll(Map.of(
                "authorise",
                "<token>t</token><amount>1</amount><currency>EUR</currency><purpose>p</purpose><reference>r</reference>",
                "capture",
                movement,
                "void",
                "<payment>" + ID + "</payment><reference>r</reference>",
                "refund",
                movement,
                "getPayment",
                "<payment>" + ID + "</payment>",
                "listPayments",
                ""));
        PledgeException reached = new PledgeException(Kind.STALE, "reached");
        for (String method : List.of("explain", "share", "accounting")) {
            platform.sharing.on(method, args -> {
                throw reached;
            });
        }
        for (String method : List.of("authorise", "capture", "cancel", "refund", "payment", "payments")) {
            platform.payments.on(method, args -> {
                throw reached;
            });
        }
        for (String method : List.of("store", "cards", "delete")) {
            platform.cards.on(method, args -> {
                throw reached;
            });
        }
        platform.consents.on("withdraw", args -> {
            throw reached;
        });
        platform.notices.on("acknowledge", args -> {
            throw reached;
        });

        expected.forEach((operation, roles) -> {
            for (Role role : Role.values()) {
                if (role != Role.ADMIN) {
                    assertThat(platform.as(role, element(operation, requests.get(operation)))
                                    .body())
                            .as(operation + " as " + role)
                            .contains(roles.contains(role) ? "<code>STALE</code>" : "<code>DENIED</code>");
                }
            }
        });
    }
}
