package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.consent.ConsentService;
import org.pledge.inquiry.InquiryService;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.SubjectService.Person;
import org.pledge.subject.SubjectService.Withheld;

class RequestsTest {
    private static final SubjectId ID = SubjectId.parse("018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31");
    private static final SubjectId CONTACT = SubjectId.parse("2b9c1f70-83d4-4e65-a1b7-0c9d8e7f6a52");
    private static final UUID DISCLOSURE = UUID.fromString("5f0e7c1a-94b2-4d38-8a6f-1b2c3d4e5f60");
    private static final UUID CHANGE = UUID.fromString("91e2d3c4-b5a6-4798-8a9b-acbdcedfe0f1");
    private static final String NEW_ACCOUNT =
            "{\"tier\":\"standard\",\"holder\":\"COMPANY\",\"jurisdiction\":\"CA\",\"fields\":{\"name\":[\"Vera\"]}}";
    private static final String ASK =
            "{\"subject\":\"" + ID + "\",\"partner\":\"parcel-post\",\"purpose\":\"delivery\",\"fields\":[\"email\"]}";
    private static final Decision.Permitted YES =
            new Decision.Permitted(Set.of("email"), List.of(), List.of("KX-1"), List.of());
    private static final Decision.Denied NO = new Decision.Denied(
            List.of(new Decision.Reason(Decision.Code.NO_CONSENT, "email", List.of("KX-1"), "no consent")),
            List.of("KX-1"),
            "Ask the person.");

    private static Platform platform;
    private final List<Object> accepted = new ArrayList<>();

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
        platform.subjects
                .on("open", args -> account(1))
                .on("account", args -> account(7))
                .on("accountOf", args -> account(7))
                .on(
                        "person",
                        args -> new Person(
                                Platform.TENANT,
                                (SubjectId) args[1],
                                ID,
                                Set.of("billing"),
                                Map.of("name", List.of("Vera"))));
        Policy policy = Stub.of(Policy.class)
                .on("version", args -> 3)
                .on("digest", args -> "d".repeat(64))
                .get();
        platform.policies.on("current", args -> policy);
        platform.consents.on("accept", args -> {
            assertThat(platform.inTransaction()).isTrue();
            accepted.addAll(List.of(args).subList(1, 6));
            return receipt(ConsentService.Kind.ACCEPTED);
        });
    }

    @Test
    void aPersonIsReadForAPurposeAndWhatIsWithheldIsNamed() {
        List<Object> asked = new ArrayList<>();
        platform.subjects.on("person", args -> {
            asked.add(args[2]);
            return new Person(
                    Platform.TENANT,
                    (SubjectId) args[1],
                    ID,
                    Set.of(),
                    Map.of("email", List.of("vera@example.org")),
                    List.of(new Withheld("cv", List.of("KX-9"), "cv serves recruitment, not own-offers")));
        });

        assertThat(platform.as(Role.OPERATOR, "GET", "subjects/" + ID + "?purpose=own-offers", null)
                        .body())
                .contains("\"withheld\":[{\"field\":\"cv\",\"promises\":[\"KX-9\"],"
                        + "\"because\":\"cv serves recruitment, not own-offers\"}]");
        platform.as(Role.OPERATOR, "GET", "subjects/" + ID, null);
        assertThat(asked).containsExactly(Optional.of("own-offers"), Optional.empty());
    }

    private static final UUID NOTICE = UUID.fromString("3c4d5e6f-7081-4293-a4b5-c6d7e8f90112");

    private static Account account(long version) {
        return new Account(Platform.TENANT, ID, "standard", Policy.Holder.COMPANY, "CA", List.of(ID, CONTACT), version);
    }

    private static ConsentService.Receipt receipt(ConsentService.Kind kind) {
        return new ConsentService.Receipt(
                CHANGE,
                Platform.TENANT,
                ID,
                kind,
                Platform.NOW,
                2,
                1,
                List.of(new ConsentService.InDoubt(DISCLOSURE, "parcel-post")),
                List.of(new ConsentService.Told(NOTICE, "parcel-post")));
    }

    private static NoticeService.Notice notice(NoticeService.State state) {
        return new NoticeService.Notice(
                NOTICE,
                Platform.TENANT,
                ID,
                "parcel-post",
                Outbox.Kind.WITHDRAWAL,
                Set.of(DISCLOSURE),
                Set.of("email"),
                state,
                1,
                OptionalInt.of(202),
                Platform.NOW,
                Platform.NOW.plusSeconds(1),
                Platform.NOW.plusSeconds(2),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    private static SharingService.Disclosure disclosure(SharingService.State state) {
        return new SharingService.Disclosure(
                DISCLOSURE,
                Platform.TENANT,
                ID,
                "parcel-post",
                "delivery",
                Set.of("email"),
                "consent",
                List.of("KX-1"),
                3,
                Optional.empty(),
                state,
                0,
                OptionalInt.empty(),
                Platform.NOW,
                Platform.NOW,
                Optional.empty());
    }

    @Test
    void opensAnAccountAndRecordsThatThePolicyInForceIsAcceptedByUse() {
        HttpResponse<String> answer = platform.as(Role.OPERATOR, "POST", "accounts", NEW_ACCOUNT);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/accounts/" + ID);
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"7\"");
        assertThat(answer.body())
                .contains("\"id\":\"" + ID + "\"")
                .doesNotContain("Vera")
                .doesNotContain("korax");
        assertThat(accepted)
                .containsExactly(
                        ID,
                        3,
                        ConsentService.Level.IMPLIED,
                        "CA",
                        new ConsentService.Wording("rest", "policy-3", "d".repeat(64)));
    }

    @Test
    void takesAnExpressAcceptanceOnlyWithTheWordingShown() {
        String express = NEW_ACCOUNT.replace("{\"tier\"", "{\"acceptance\":{\"level\":\"OPT_IN\"},\"tier\"");
        assertThat(platform.as(Role.OPERATOR, "POST", "accounts", express).statusCode())
                .isEqualTo(400);

        String shown = express.replace(
                "\"OPT_IN\"",
                "\"OPT_IN\",\"wording\":{\"channel\":\"web\",\"version\":\"v\",\"sha256\":\"" + "a".repeat(64) + "\"}");
        assertThat(platform.as(Role.OPERATOR, "POST", "accounts", shown).statusCode())
                .isEqualTo(201);
        assertThat(accepted).contains(ConsentService.Level.OPT_IN);
    }

    private static Leaf leaf(String actor) {
        return new Leaf(Platform.TENANT, Platform.NOW, Leaf.Act.REFUSED, actor, Optional.empty(), List.of(), Map.of());
    }

    @Test
    void actsOnceUnderOneKeyAndAnswersAsTheFirstTime() {
        HttpResponse<String> first =
                platform.as(Role.OPERATOR, "POST", "accounts", NEW_ACCOUNT, "Idempotency-Key", "a key");
        HttpResponse<String> second =
                platform.as(Role.OPERATOR, "POST", "accounts", NEW_ACCOUNT, "Idempotency-Key", "a key");

        assertThat(platform.subjects.calls()).filteredOn("open"::equals).hasSize(1);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherBodyOrPath() {
        platform.as(Role.OPERATOR, "POST", "accounts", NEW_ACCOUNT, "Idempotency-Key", "k");

        assertThat(platform.as(Role.OPERATOR, "POST", "accounts", NEW_ACCOUNT + " ", "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(422);
        assertThat(platform.as(
                                Role.OPERATOR,
                                "POST",
                                "accounts/" + ID + "/contacts",
                                NEW_ACCOUNT,
                                "Idempotency-Key",
                                "k",
                                "If-Match",
                                "\"7\"")
                        .statusCode())
                .isIn(400, 422);
        assertThat(platform.as(
                                Role.OPERATOR,
                                "POST",
                                "disclosures/" + DISCLOSURE + "/retries",
                                null,
                                "Idempotency-Key",
                                "k")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertThat(platform.as(Role.OPERATOR, "POST", "accounts", NEW_ACCOUNT, "Idempotency-Key", "k".repeat(256))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void queuesADisclosureOnceAndSaysWhereItIs() {
        platform.sharing
                .on("share", args -> new Outcome.Queued(disclosure(SharingService.State.QUEUED), YES))
                .on("disclosure", args -> disclosure(SharingService.State.DELIVERED));

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer =
                    platform.as(Role.OPERATOR, "POST", "disclosures", ASK, "Idempotency-Key", "once");
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/disclosures/" + DISCLOSURE);
            assertThat(answer.body()).contains("\"id\":\"" + DISCLOSURE + "\"").doesNotContain("legalCase", "null");
        }
        assertThat(platform.sharing.calls()).filteredOn("share"::equals).hasSize(1);
    }

    @Test
    void aRefusedDisclosureIsAProblemWithReasonsAndItsRecordIsKept() {
        platform.sharing.on("share", args -> {
            platform.audit.get().append(leaf("kept"));
            return new Outcome.Refused(NO);
        });

        HttpResponse<String> answer =
                platform.as(Role.OPERATOR, "POST", "disclosures", ASK, "Idempotency-Key", "refused");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body())
                .contains("\"promises\":[\"KX-1\"]", "\"remedy\":\"Ask the person.\"", "\"code\":\"NO_CONSENT\"");
        assertThat(platform.leaves).extracting(Leaf::actor).containsExactly("kept");
    }

    @Test
    void aRefusalUnderAKeyNeverTurnsIntoADisclosureByRepeatingIt() {
        platform.sharing.on("share", args -> new Outcome.Refused(NO)).on("explain", args -> NO);
        platform.as(Role.OPERATOR, "POST", "disclosures", ASK, "Idempotency-Key", "no");
        assertThat(platform.as(Role.OPERATOR, "POST", "disclosures", ASK, "Idempotency-Key", "no")
                        .statusCode())
                .isEqualTo(403);

        platform.sharing.on("explain", args -> YES);
        HttpResponse<String> later = platform.as(Role.OPERATOR, "POST", "disclosures", ASK, "Idempotency-Key", "no");

        assertThat(later.statusCode()).isEqualTo(409);
        assertThat(later.body()).contains("new Idempotency-Key");
        assertThat(platform.sharing.calls()).filteredOn("share"::equals).hasSize(1);
    }

    @Test
    void listsParkedDisclosuresRetriesAndDropsThem() {
        platform.sharing
                .on("inState", args -> {
                    assertThat(args[1]).isEqualTo(SharingService.State.PARKED);
                    assertThat(args[2]).isEqualTo(20);
                    return List.of(disclosure(SharingService.State.PARKED));
                })
                .on("retry", args -> disclosure(SharingService.State.QUEUED))
                .on("disclosure", args -> disclosure(SharingService.State.QUEUED))
                .on("drop", args -> disclosure(SharingService.State.DROPPED));

        assertThat(platform.as(Role.OPERATOR, "GET", "disclosures?state=PARKED&limit=20", null)
                        .body())
                .startsWith("{\"items\":[{");
        assertThat(platform.as(Role.OPERATOR, "POST", "disclosures/" + DISCLOSURE + "/retries", null)
                        .statusCode())
                .isEqualTo(202);
        assertThat(platform.as(Role.OPERATOR, "DELETE", "disclosures/" + DISCLOSURE, null)
                        .body())
                .contains("\"state\":\"DROPPED\"");
        assertThat(platform.as(Role.OPERATOR, "GET", "disclosures?limit=201", null)
                        .statusCode())
                .isEqualTo(400);
        assertThat(platform.as(Role.OPERATOR, "GET", "disclosures?state=ANY", null)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aChangeNeedsTheVersionThatWasRead() {
        platform.subjects.on("update", args -> {
            assertThat(args[2]).isEqualTo(Map.of("email", List.of("a@example.org"), "fax", List.of()));
            if (!args[3].equals(7L)) {
                throw new PledgeException(Kind.STALE, "the account has changed since");
            }
            return account(8);
        });
        String change = "{\"fields\":{\"email\":[\"a@example.org\"],\"fax\":[]}}";
        String path = "subjects/" + ID;

        assertThat(platform.as(Role.OPERATOR, "GET", path, null).headers().firstValue("ETag"))
                .hasValue("\"7\"");
        assertThat(platform.as(Role.OPERATOR, "PATCH", path, change).statusCode())
                .isEqualTo(428);
        assertThat(platform.as(Role.OPERATOR, "PATCH", path, change, "If-Match", "\"6\"")
                        .statusCode())
                .isEqualTo(412);
        assertThat(platform.as(Role.OPERATOR, "PATCH", path, change, "If-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(platform.as(Role.OPERATOR, "PATCH", path, change, "If-Match", "\"7\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.OPERATOR, "DELETE", path, null).statusCode())
                .isEqualTo(428);
        assertThat(platform.as(Role.OPERATOR, "DELETE", "accounts/" + ID, null).statusCode())
                .isEqualTo(428);
        assertThat(platform.as(Role.OPERATOR, "PUT", path + "/roles", "{\"roles\":[\"billing\"]}")
                        .statusCode())
                .isEqualTo(428);
        assertThat(platform.as(Role.OPERATOR, "POST", "accounts/" + ID + "/contacts", "{\"roles\":[\"billing\"]}")
                        .statusCode())
                .isEqualTo(428);
    }

    @Test
    void addsRemovesAndAppointsContacts() {
        platform.subjects
                .on("addContact", args -> CONTACT)
                .on("setRoles", args -> account(8))
                .on("removeContact", args -> null)
                .on("close", args -> null);

        HttpResponse<String> added = platform.as(
                Role.OPERATOR,
                "POST",
                "accounts/" + ID + "/contacts",
                "{\"roles\":[\"billing\"],\"fields\":{\"name\":[\"Vera\"]}}",
                "If-Match",
                "\"7\"");

        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(added.headers().firstValue("Location")).hasValue("/api/v1/subjects/" + CONTACT);
        assertThat(accepted).startsWith(CONTACT, 3, ConsentService.Level.IMPLIED);
        String path = "subjects/" + CONTACT;
        assertThat(platform.as(Role.OPERATOR, "PUT", path + "/roles", "{\"roles\":[]}", "If-Match", "\"7\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.OPERATOR, "DELETE", path, null, "If-Match", "\"7\"")
                        .statusCode())
                .isEqualTo(204);
        assertThat(platform.as(Role.OPERATOR, "DELETE", "accounts/" + ID, null, "If-Match", "\"7\"")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void pagesThroughAccountsAndTheAccountingOfDisclosures() {
        platform.subjects.on("accounts", args -> {
            assertThat(args[1]).isEqualTo(Optional.of("here"));
            assertThat(args[2]).isEqualTo(50);
            return new Page<>(List.of(account(1)), Optional.of("there"));
        });
        platform.sharing.on("accounting", args -> {
            assertThat(args[2]).isEqualTo(Optional.empty());
            return new Page<>(List.of(disclosure(SharingService.State.DELIVERED)), Optional.empty());
        });

        assertThat(platform.as(Role.OPERATOR, "GET", "accounts?cursor=here", null)
                        .body())
                .contains("\"next\":\"there\"");
        assertThat(platform.as(Role.AUDITOR, "GET", "subjects/" + ID + "/disclosures", null)
                        .body())
                .contains(DISCLOSURE.toString())
                .doesNotContain("next");
    }

    @Test
    void pagesThroughThePersonsNotices() {
        platform.notices.on("ofSubject", args -> {
            assertThat(args[1]).isEqualTo(ID);
            assertThat(args[2]).isEqualTo(Optional.of("here"));
            assertThat(args[3]).isEqualTo(7);
            return new Page<>(List.of(notice(NoticeService.State.DELIVERED)), Optional.of("there"));
        });
        assertThat(platform.as(Role.OFFICER, "GET", "subjects/" + ID + "/notices?cursor=here&limit=7", null)
                        .body())
                .contains(
                        "\"id\":\"" + NOTICE,
                        "\"kind\":\"WITHDRAWAL\"",
                        "\"disclosures\":[\"" + DISCLOSURE + "\"]",
                        "\"fields\":[\"email\"]",
                        "\"state\":\"DELIVERED\"",
                        "\"overdue\":true",
                        "\"next\":\"there\"")
                .doesNotContain("confirmed", "channel");
        assertThat(platform.as(Role.PARTNER, "GET", "subjects/" + ID + "/notices", null)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aPartnerConfirmsANoticeAndAnOperatorRecordsItByHand() {
        List<List<Object>> confirmed = new ArrayList<>();
        platform.notices
                .on("acknowledge", args -> {
                    confirmed.add(List.of(args).subList(1, args.length));
                    return notice(NoticeService.State.CONFIRMED);
                })
                .on("notice", args -> notice(NoticeService.State.CONFIRMED));
        String path = "notices/" + NOTICE + "/acknowledgement";

        HttpResponse<String> own = platform.as(Role.PARTNER, "POST", path, "{}", "Idempotency-Key", "n");
        HttpResponse<String> repeated = platform.as(Role.PARTNER, "POST", path, "{}", "Idempotency-Key", "n");
        HttpResponse<String> byHand = platform.as(Role.OPERATOR, "POST", path, "{\"channel\":\"phone\"}");

        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(own.body()).contains("\"state\":\"CONFIRMED\"");
        assertThat(repeated.statusCode()).isEqualTo(200);
        assertThat(byHand.statusCode()).isEqualTo(200);
        assertThat(confirmed).containsExactly(List.<Object>of(NOTICE), List.<Object>of(NOTICE, "phone"));
        assertThat(platform.as(Role.OFFICER, "POST", path, "{}").statusCode()).isEqualTo(403);
        assertThat(platform.as(Role.PARTNER, "GET", "notices/" + NOTICE, null).statusCode())
                .isEqualTo(200);
        assertThat(platform.as(Role.PARTNER, "POST", path, "{\"who\":\"me\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void recordsWhatAGuardianAuthorisesAndTakesBack() {
        SubjectId guardian = SubjectId.random();
        ConsentService.Authorisation authorisation = new ConsentService.Authorisation(
                event().tenant(),
                ID,
                "marketing",
                guardian,
                Evidence.CALL,
                event().at(),
                "desk",
                Instant.parse("2028-02-01T00:00:00Z"),
                Optional.empty());
        platform.consents
                .on("authorise", args -> {
                    assertThat(args[2])
                            .isEqualTo(new ConsentService.Guardian(guardian, Evidence.CALL, Set.of("marketing")));
                    return List.of(authorisation);
                })
                .on("authorisations", args -> List.of(authorisation))
                .on("withdrawAuthorisation", args -> {
                    assertThat(args[2]).isEqualTo(Optional.of("marketing"));
                    assertThat(args[3]).isEqualTo("phone");
                    return receipt(ConsentService.Kind.WITHDRAWN);
                });
        String path = "subjects/" + ID + "/authorisations";

        HttpResponse<String> given = platform.as(
                Role.OPERATOR,
                "POST",
                path,
                "{\"guardian\":\"" + guardian + "\",\"evidence\":\"CALL\",\"purposes\":[\"marketing\"]}");
        assertThat(given.statusCode()).isEqualTo(201);
        assertThat(given.body()).contains("\"guardian\":\"" + guardian, "\"until\":\"2028-02-01T00:00:00Z\"");
        assertThat(platform.as(Role.OPERATOR, "POST", path, "{\"evidence\":\"CALL\",\"purposes\":[\"marketing\"]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(platform.as(Role.AUDITOR, "GET", path, null).body()).contains("\"purpose\":\"marketing\"");
        HttpResponse<String> takenBack = platform.as(
                Role.OPERATOR,
                "POST",
                "subjects/" + ID + "/authorisation-withdrawals",
                "{\"purpose\":\"marketing\",\"channel\":\"phone\"}");
        assertThat(takenBack.statusCode()).isEqualTo(201);
        assertThat(takenBack.body()).contains("\"kind\":\"WITHDRAWN\"");
    }

    @Test
    void recordsConsentAndWithdrawalAndAnswersWithTheReceipt() {
        platform.consents
                .on("grant", args -> receipt(ConsentService.Kind.GRANTED))
                .on("withdraw", args -> {
                    assertThat(args[2])
                            .isEqualTo(new ConsentService.Withdrawal(
                                    Optional.empty(), Optional.empty(), Set.of(), "phone"));
                    return receipt(ConsentService.Kind.WITHDRAWN);
                })
                .on("history", args -> List.of(event()))
                .on("acceptanceDue", args -> true);
        String wording = "{\"channel\":\"web\",\"version\":\"v\",\"sha256\":\"" + "a".repeat(64) + "\"}";

        HttpResponse<String> granted = platform.as(
                Role.OPERATOR,
                "POST",
                "subjects/" + ID + "/consents",
                "{\"purpose\":\"delivery\",\"recipient\":\"parcel-post\",\"categories\":[\"email\"],\"level\":\"OPT_IN\","
                        + "\"wording\":" + wording + "}");
        HttpResponse<String> withdrawn = platform.as(
                Role.OPERATOR,
                "POST",
                "subjects/" + ID + "/withdrawals",
                "{\"channel\":\"phone\"}",
                "Idempotency-Key",
                "w");
        HttpResponse<String> repeated = platform.as(
                Role.OPERATOR,
                "POST",
                "subjects/" + ID + "/withdrawals",
                "{\"channel\":\"phone\"}",
                "Idempotency-Key",
                "w");

        assertThat(granted.statusCode()).isEqualTo(201);
        assertThat(withdrawn.statusCode()).isEqualTo(201);
        assertThat(withdrawn.body())
                .contains(
                        "\"cancelled\":1",
                        "\"inDoubt\":[{\"disclosure\":\"" + DISCLOSURE,
                        "\"told\":[{\"notice\":\"" + NOTICE + "\",\"partner\":\"parcel-post\"}]");
        assertThat(repeated.statusCode()).isEqualTo(201);
        assertThat(repeated.body())
                .contains("\"id\":\"" + CHANGE, "\"kind\":\"WITHDRAWN\"", "\"epoch\":2")
                .doesNotContain("cancelled", "inDoubt", "told");
        assertThat(platform.consents.calls()).filteredOn("withdraw"::equals).hasSize(1);
        assertThat(platform.as(Role.OPERATOR, "GET", "subjects/" + ID + "/consents", null)
                        .body())
                .contains("\"acceptanceDue\":true", "\"kind\":\"WITHDRAWN\"");
    }

    private static ConsentService.Event event() {
        return new ConsentService.Event(
                12,
                CHANGE,
                Platform.TENANT,
                ID,
                ConsentService.Kind.WITHDRAWN,
                Platform.NOW,
                2,
                "",
                "",
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                3,
                "",
                new ConsentService.Wording("phone", "", ""),
                "test");
    }

    private static final UUID INQUIRY = UUID.fromString("2b7c6d5e-4f30-4a1b-8c9d-0e1f2a3b4c5d");

    private static InquiryService.Inquiry inquiry(Optional<String> closedBy) {
        return new InquiryService.Inquiry(
                INQUIRY, Platform.TENANT, ID, Platform.NOW, "desk", closedBy.map(any -> Platform.NOW), closedBy);
    }

    @Test
    void opensListsAndClosesInquiries() {
        platform.inquiries
                .on("open", args -> {
                    assertThat(args[1]).isEqualTo(ID);
                    return inquiry(Optional.empty());
                })
                .on("inquiries", args -> List.of(inquiry(Optional.empty())))
                .on("close", args -> {
                    assertThat(List.of(args).subList(1, 3)).containsExactly(ID, INQUIRY);
                    return new InquiryService.Closing(
                            inquiry(Optional.of("olga")),
                            1,
                            List.of(new ConsentService.InDoubt(DISCLOSURE, "parcel-post")));
                });
        String path = "subjects/" + ID + "/inquiries";

        HttpResponse<String> opened = platform.as(Role.OPERATOR, "POST", path, null, "Idempotency-Key", "i");
        HttpResponse<String> repeated = platform.as(Role.OPERATOR, "POST", path, null, "Idempotency-Key", "i");
        HttpResponse<String> closed = platform.as(Role.OPERATOR, "POST", path + "/" + INQUIRY + "/close", null);

        assertThat(opened.statusCode()).isEqualTo(201);
        assertThat(opened.headers().firstValue("Location")).contains("/api/v1/" + path);
        assertThat(opened.body())
                .contains("\"id\":\"" + INQUIRY, "\"openedBy\":\"desk\"")
                .doesNotContain("closed");
        assertThat(repeated.body()).isEqualTo(opened.body());
        assertThat(platform.inquiries.calls()).filteredOn("open"::equals).hasSize(1);
        assertThat(closed.statusCode()).isEqualTo(200);
        assertThat(closed.body())
                .contains(
                        "\"closedBy\":\"olga\"",
                        "\"cancelled\":1",
                        "\"inDoubt\":[{\"disclosure\":\"" + DISCLOSURE + "\",\"partner\":\"parcel-post\"}]");
        assertThat(platform.as(Role.AUDITOR, "GET", path, null).body()).contains("\"items\":[{\"id\":\"" + INQUIRY);
        assertThat(platform.as(Role.VIEWER, "GET", path, null).statusCode()).isEqualTo(403);
        assertThat(platform.as(Role.AUDITOR, "POST", path, null).statusCode()).isEqualTo(403);
        assertThat(platform.as(Role.OPERATOR, "POST", path + "/none/close", null)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void anAcceptanceTakesTheJurisdictionOfTheAccountUnlessItNamesOne() {
        platform.consents.on("accept", args -> {
            accepted.addAll(List.of(args).subList(1, 5));
            return receipt(ConsentService.Kind.ACCEPTED);
        });
        String body =
                "{\"version\":4,\"level\":\"OPT_IN\",\"wording\":{\"channel\":\"web\",\"version\":\"v\",\"sha256\":\""
                        + "a".repeat(64) + "\"}}";

        platform.as(Role.OPERATOR, "POST", "subjects/" + ID + "/acceptances", body);
        platform.as(
                Role.OPERATOR,
                "POST",
                "subjects/" + ID + "/acceptances",
                body.replace("{\"version\":4", "{\"jurisdiction\":\"US-CA\",\"version\":4"));

        assertThat(accepted)
                .containsExactly(ID, 4, ConsentService.Level.OPT_IN, "CA", ID, 4, ConsentService.Level.OPT_IN, "US-CA");
    }

    @Test
    void puttingAPartnerKeepsItSuspended() {
        List<Object> put = new ArrayList<>();
        platform.partners.on("find", args -> Optional.of(partner(true, 4))).on("put", args -> {
            put.addAll(List.of(args).subList(1, 3));
            return partner(true, 5);
        });
        String body =
                "{\"recipient\":\"shipping-partner\",\"agreement\":{\"fields\":[\"email\"],\"purposes\":[\"delivery\"],"
                        + "\"region\":\"CA\",\"from\":\"2026-01-01\",\"until\":\"2026-12-31\"},"
                        + "\"endpoint\":\"https://partner.example.org/inbox\"}";

        HttpResponse<String> answer = platform.as(Role.INTEGRATOR, "PUT", "partners/parcel-post", body);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"5\"");
        assertThat(put).hasSize(2);
        assertThat(((Partner) put.get(0)).suspended()).isTrue();
        assertThat(((Partner) put.get(0)).tenant()).isEqualTo(Platform.TENANT);
        assertThat(((Partner) put.get(0)).connector()).isEqualTo("rest");
        assertThat(((Partner) put.get(0)).settings()).isEmpty();
        assertThat(put.get(1)).isEqualTo(OptionalLong.of(4));

        put.clear();
        platform.as(Role.INTEGRATOR, "PUT", "partners/parcel-post", body, "If-Match", "\"2\"");
        assertThat(put.get(1)).isEqualTo(OptionalLong.of(2));
    }

    @Test
    void aPartnerHasAConnectorAndItsSettings() {
        platform.partners.on("find", args -> Optional.empty()).on("put", args -> args[1]);
        String body =
                "{\"recipient\":\"shipping-partner\",\"agreement\":{\"fields\":[\"email\"],\"purposes\":[\"delivery\"],"
                        + "\"region\":\"CA\",\"from\":\"2026-01-01\",\"until\":\"2026-12-31\"},\"connector\":\"sftp\","
                        + "\"endpoint\":\"sftp://partner.example.org/in\",\"settings\":{\"host-key\":\"SHA256:a\"}}";

        assertThat(platform.as(Role.INTEGRATOR, "PUT", "partners/parcel-post", body)
                        .body())
                .contains("\"connector\":\"sftp\"")
                .contains("\"settings\":{\"host-key\":\"SHA256:a\"}");
        String odd = body.replace("\"SHA256:a\"", "null");
        assertThat(platform.as(Role.INTEGRATOR, "PUT", "partners/parcel-post", odd)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void suspendsAndResumesAPartner() {
        platform.partners
                .on("suspend", args -> partner((boolean) args[2], 5))
                .on("find", args -> Optional.of(partner(true, 5)));

        assertThat(platform.as(Role.OFFICER, "POST", "partners/parcel-post/suspensions", null)
                        .body())
                .contains("\"suspended\":true");
        assertThat(platform.as(Role.INTEGRATOR, "DELETE", "partners/parcel-post/suspensions", null)
                        .body())
                .contains("\"suspended\":false");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, partners/parcel-post, INTEGRATOR",
        "POST, partners/parcel-post/suspensions, OFFICER INTEGRATOR",
        "DELETE, partners/parcel-post/suspensions, OFFICER INTEGRATOR",
        "GET, subjects/018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31, OPERATOR",
        "GET, subjects/018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31/consents, OPERATOR",
        "GET, cases, OFFICER AUDITOR",
        "GET, cases/5f0e7c1a-94b2-4d38-8a6f-1b2c3d4e5f60, OFFICER AUDITOR"
    })
    void takesTheRolesThatTheServiceTakesAndNoOther(String method, String path, String roles) {
        for (Role role : Role.values()) {
            boolean taken = List.of(roles.split(" ")).contains(role.name());
            assertThat(platform.as(role, method, path, null).body().contains("this takes one of the roles"))
                    .as(role.name())
                    .isNotEqualTo(taken);
        }
    }

    private static Partner partner(boolean suspended, long version) {
        return new Partner(
                Platform.TENANT,
                "parcel-post",
                "shipping-partner",
                new Partner.Agreement(
                        Set.of("email"),
                        Set.of("delivery"),
                        "CA",
                        LocalDate.of(2026, 1, 1),
                        LocalDate.of(2026, 12, 31),
                        Optional.empty()),
                URI.create("https://partner.example.org/inbox"),
                suspended,
                version);
    }

    @Test
    void readsTheRecordOfTheCallersTenantOnly() {
        platform.audit.on("tail", args -> {
            assertThat(args).containsExactly(Platform.TENANT, 2);
            return List.of(new Entry(41, leaf("webshop"), "c".repeat(64)));
        });
        platform.audit.on("verify", args -> new org.pledge.audit.Verification(42, OptionalLong.of(17), "c".repeat(64)));

        assertThat(platform.as(Role.AUDITOR, "GET", "audit?limit=2", null).body())
                .contains("\"position\":41");
        assertThat(platform.as(Role.AUDITOR, "GET", "audit/verification", null).body())
                .isEqualTo("{\"intact\":false,\"entries\":42,\"firstBroken\":17,\"head\":\"" + "c".repeat(64) + "\"}");
        assertThat(platform.as(Role.OFFICER, "GET", "audit", null).statusCode()).isEqualTo(403);
    }

    @Test
    void theCallerOfEveryServiceIsTheCredentials() {
        platform.sharing.on("explain", args -> {
            assertThat(((Caller) args[0]).tenant()).isEqualTo(Platform.TENANT);
            assertThat(((Caller) args[0]).roles()).containsExactly(Role.PARTNER);
            return NO;
        });

        HttpResponse<String> answer = platform.as(Role.PARTNER, "POST", "decisions", ASK, "X-Tenant", "anyip");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"decision\":\"DENIED\"", "\"remedy\":\"Ask the person.\"");
    }
}
