package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.notices.MessageService.Audience;
import org.pledge.notices.MessageService.MessageClass;
import org.pledge.policy.Decision.Denied;
import org.pledge.policy.Decision.Permitted;
import org.pledge.policy.PolicyService.Installation;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.State;

class DefaultMessageServiceTest {
    private static final TenantId IW = new TenantId("iwebtrack");
    private static final Caller IW_DESK = World.operator("iwebtrack");
    private static final String NEWS =
            """
            Class: marketing
            Purpose: own-offers
            Subject: News for {{name}}
            Parameters: name

            Hello {{name}}, there is news.
            {{unsubscribe}}
            --- html
            <p>Hello {{name}}</p><a href="{{unsubscribe}}">Unsubscribe</a>
            """;
    private static final String EXPIRY =
            """
            Class: service
            Purpose: account
            Subject: Your account ends
            Parameters: date

            It ends on {{date}}. Questions: {{contact}}
            """;

    private final World world = new World();
    private SubjectId ira;

    @BeforeEach
    void write() {
        world.template("iwebtrack", "news", NEWS);
        world.template("iwebtrack", "expiry", EXPIRY);
        ira = world.member("ira@mail.example");
    }

    private Outcome news() {
        return world.messages.send(IW_DESK, ira, "news", Map.of("name", "Ira \"<W>\""));
    }

    private Outcome expiry() {
        return world.messages.send(IW_DESK, ira, "expiry", Map.of("date", "2026-12-01"));
    }

    /** What the mail partner gets for the message that is next. */
    private Map<String, List<String>> carried() {
        List<Delivery> due = world.outbox.claim(IW, "postbox", 10);
        assertThat(due).hasSize(1);
        Map<String, List<String>> values = world.outbox.load(due.get(0)).orElseThrow();
        assertThat(world.outbox.release(due.get(0))).isTrue();
        return values;
    }

    private String token() {
        assertThat(news()).isInstanceOf(Outcome.Queued.class);
        return carried()
                .get("message")
                .get(0)
                .replaceAll("(?s).*\"unsubscribe\":\"[^\"]*/unsubscribe/([^\"/]+)\".*", "$1");
    }

    private static PledgeException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable act) {
        PledgeException refusal = catchThrowableOfType(PledgeException.class, act);
        assertThat(refusal).isNotNull();
        assertThat(refusal.remedy()).isNotBlank();
        return refusal;
    }

    // sending

    @Test
    void theMailPartnerGetsTheAddressAndTheFilledInMessageAndNothingElse() {
        assertThat(news()).isInstanceOfSatisfying(Outcome.Queued.class, queued -> {
            assertThat(queued.disclosure().partner()).isEqualTo("postbox");
            assertThat(queued.disclosure().purpose()).isEqualTo("own-offers");
            assertThat(queued.decision().promises()).contains("IW-10");
        });

        Map<String, List<String>> carried = carried();
        assertThat(carried).containsOnlyKeys("email", "message");
        assertThat(carried.get("email")).containsExactly("ira@mail.example");
        String token =
                new UnsubscribeTokens(new World.TestTokens()).token(new UnsubscribeTokens.Link(IW, ira, "own-offers"));
        String link = World.URL + "/unsubscribe/" + token;
        assertThat(carried.get("message"))
                .containsExactly("{\"html\":\"<p>Hello Ira &quot;&lt;W&gt;&quot;</p><a href=\\\"" + link
                        + "\\\">Unsubscribe</a>\\n\",\"subject\":\"News for Ira \\\"<W>\\\"\",\"template\":\"news\","
                        + "\"text\":\"Hello Ira \\\"<W>\\\", there is news.\\n" + link + "\\n\",\"unsubscribe\":\""
                        + link
                        + "\"}");
    }

    @Test
    void aServiceMessageHasNoLinkToUnsubscribe() {
        assertThat(expiry()).isInstanceOf(Outcome.Queued.class);
        assertThat(carried().get("message").get(0))
                .contains("It ends on 2026-12-01. Questions: privacy@iwebtrack.com")
                .doesNotContain("unsubscribe");
    }

    @Test
    void listsTheTemplatesInUse() {
        assertThat(world.messages.templates(IW)).extracting("name").containsExactly("expiry", "news");
        assertThat(world.messages.templates(IW).get(1)).satisfies(news -> {
            assertThat(news.messageClass()).isEqualTo(MessageClass.MARKETING);
            assertThat(news.declinable()).isTrue();
            assertThat(news.parameters()).containsExactly("name");
        });
        assertThat(world.messages.templates(new TenantId("anyip"))).isEmpty();
        assertThat(world.messages.check(IW, "x/news.template", NEWS)).isEmpty();
        assertThat(world.messages.check(IW, "x/news.template", "nothing")).isNotEmpty();
        assertThat(world.audit.of(Act.TEMPLATE_INSTALLED)).hasSize(2);
    }

    @Test
    void takesExactlyTheParametersOfTheTemplate() {
        for (Map<String, String> wrong : List.of(
                Map.<String, String>of(),
                Map.of("name", "Ira", "more", "x"),
                Map.of("name", " "),
                Map.of("name", "Ira\r\nBcc: all@mail.example"),
                Map.of("name", "x".repeat(1001)))) {
            assertThat(refused(() -> world.messages.send(IW_DESK, ira, "news", wrong))
                            .kind())
                    .isEqualTo(Kind.INVALID);
        }
        assertThat(refused(() -> world.messages.send(IW_DESK, ira, "nope", Map.of()))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
        assertThat(world.disclosures("iwebtrack", ira)).isEmpty();
    }

    @Test
    void parametersAreNeverReadAsPlaceholders() {
        world.messages.send(IW_DESK, ira, "expiry", Map.of("date", "{{contact}} $1 \\"));

        assertThat(carried().get("message").get(0)).contains("It ends on {{contact}} $1 \\\\.");
    }

    @Test
    void refusesParametersThatAskForPersonalData() {
        PledgeException refusal = refused(() ->
                world.messages.send(IW_DESK, ira, "expiry", Map.of("date", "Monday, so reply with your password")));

        assertThat(refusal.kind()).isEqualTo(Kind.DENIED);
        assertThat(world.disclosures("iwebtrack", ira)).isEmpty();
        assertThat(world.audit.of(Act.REFUSED)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("rule", "ASKS_FOR_DATA")
                .containsEntry("template", "expiry"));
    }

    @Test
    void onlyAnOperatorSends() {
        Caller viewer = new Caller(IW, "vera", Set.of(Role.VIEWER, Role.INTEGRATOR));
        assertThatThrownBy(() -> world.messages.send(viewer, ira, "expiry", Map.of("date", "x")))
                .isInstanceOf(PledgeException.class);
    }

    @Test
    void needsAnAddressAMailPartnerAndAPlaceToUnsubscribe() {
        SubjectId nobody = world.register("anyip", "free", "US", Map.of("name", List.of("Nina")));
        world.template("anyip", "down", "Class: service\nPurpose: service-provision\nSubject: Down\n\nWe are down.\n");
        assertThat(refused(() -> world.messages.send(World.operator("anyip"), nobody, "down", Map.of()))
                        .kind())
                .isEqualTo(Kind.CONFLICT);

        world.partners.removeIf(partner -> partner.tenant().equals(IW));
        assertThat(refused(this::expiry).getMessage()).contains("no mail partner");

        World unreachable = new World("");
        unreachable.template("iwebtrack", "news", NEWS);
        SubjectId member = unreachable.member("m@mail.example");
        assertThat(refused(() -> unreachable.messages.send(IW_DESK, member, "news", Map.of("name", "M")))
                        .remedy())
                .contains("publicUrl");
    }

    @Test
    void insistsOnAnEncryptedPublicAddress() {
        assertThatThrownBy(() -> new World("http://privacy.example/api/v1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https");
        assertThat(new World("http://127.0.0.1:8181/api/v1")).isNotNull();
    }

    @Test
    void passesOverASuspendedMailPartner() {
        Partner postbox = world.partners.stream()
                .filter(partner -> partner.tenant().equals(IW))
                .findFirst()
                .orElseThrow();
        world.partners.remove(postbox);
        world.partners.add(new Partner(
                IW,
                postbox.name(),
                postbox.recipient(),
                postbox.agreement(),
                postbox.connector(),
                postbox.endpoint(),
                Map.of(),
                true,
                2));

        assertThat(refused(this::expiry).getMessage()).contains("no mail partner");
    }

    // opting out

    @Test
    void unsubscribingStopsTheNextMessageOfThatPurposeAndNoOther() {
        world.messages.unsubscribe(token());

        assertThat(news()).isInstanceOfSatisfying(Outcome.Refused.class, refused -> assertThat(
                        refused.decision().promises())
                .contains("IW-10"));
        assertThat(expiry()).isInstanceOf(Outcome.Queued.class);
        assertThat(world.audit.of(Act.CONSENT_WITHDRAWN)).hasSize(1);
        assertThat(world.audit.of(Act.REFUSED)).isNotEmpty();
    }

    @Test
    void unsubscribingCancelsWhatIsQueued() {
        String token = token();
        Outcome.Queued second = (Outcome.Queued) news();

        world.messages.unsubscribe(token);

        assertThat(world.disclosures("iwebtrack", ira))
                .filteredOn(one -> one.id().equals(second.disclosure().id()))
                .singleElement()
                .satisfies(one -> assertThat(one.state()).isEqualTo(State.CANCELLED));
        assertThat(world.outbox.claim(IW, "postbox", 10)).isEmpty();
    }

    @Test
    void whatIsBeingSentDoesNotPassTheLastCheckAfterUnsubscribing() {
        String token = token();
        news();
        Delivery sending = world.outbox.claim(IW, "postbox", 10).get(0);
        assertThat(world.outbox.load(sending)).isPresent();

        world.messages.unsubscribe(token);

        assertThat(world.outbox.release(sending)).isFalse();
    }

    @Test
    void unsubscribingAgainChangesNothing() {
        String token = token();
        world.messages.unsubscribe(token);
        int before = world.consents.history(IW_DESK, ira).size();

        world.messages.unsubscribe(token);
        world.messages.unsubscribe(token);

        assertThat(world.consents.history(IW_DESK, ira)).hasSize(before);
    }

    @Test
    void neverTakesConsentForImpliedAgainAfterSomebodyDeclined() {
        world.consents.withdraw(
                IW_DESK, ira, new Withdrawal(Optional.of("own-offers"), Optional.empty(), Set.of(), "phone"));

        assertThat(news()).isInstanceOf(Outcome.Refused.class);
        assertThat(world.audit.of(Act.CONSENT_GRANTED)).isEmpty();
    }

    @Test
    void whoWithdrewEverythingGetsNoOffers() {
        world.consents.withdraw(IW_DESK, ira, new Withdrawal(Optional.empty(), Optional.empty(), Set.of(), "phone"));

        assertThat(news()).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void anExpressYesAfterwardsCountsUntilTheLinkIsUsedAgain() {
        String token = token();
        world.messages.unsubscribe(token);
        world.consents.grant(
                IW_DESK,
                ira,
                new Grant(
                        "own-offers",
                        "postbox",
                        Set.of("email", "message"),
                        Level.OPT_IN,
                        Optional.empty(),
                        new Wording("web", "again-1", "b".repeat(64))));
        assertThat(news()).isInstanceOf(Outcome.Queued.class);

        world.messages.unsubscribe(token);

        assertThat(news()).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void consentForHalfAMessageSendsNothing() {
        news();
        world.consents.withdraw(
                IW_DESK, ira, new Withdrawal(Optional.of("own-offers"), Optional.empty(), Set.of("email"), "phone"));

        assertThat(news()).isInstanceOf(Outcome.Refused.class);
        assertThat(world.disclosures("iwebtrack", ira))
                .allSatisfy(one -> assertThat(one.state()).isEqualTo(State.CANCELLED));
        assertThat(world.audit.of(Act.REFUSED)).extracting(Leaf::details).anySatisfy(details -> assertThat(details)
                .containsEntry("rule", "IN_PART"));
    }

    @Test
    void recordsImpliedConsentOnceWithTheWordingThatWasAccepted() {
        news();
        news();

        assertThat(world.consents.history(IW_DESK, ira))
                .filteredOn(event -> event.kind() == ConsentService.Kind.GRANTED)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.level()).contains(Level.IMPLIED);
                    assertThat(event.wording().version()).isEqualTo("signup-1");
                    assertThat(event.categories()).containsExactlyInAnyOrder("email", "message");
                });
    }

    @Test
    void impliedConsentIsNotEnoughWhereThePolicyAsksForAnOptIn() {
        world.template("anyip", "news", NEWS);
        Caller desk = World.operator("anyip");
        Map<String, List<String>> fields = Map.of("email", List.of("n@mail.example"));
        SubjectId german = world.register("anyip", "free", "DE", fields);
        SubjectId american = world.register("anyip", "free", "US", fields);

        assertThat(world.messages.send(desk, german, "news", Map.of("name", "N")))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.decision().promises()).contains("AI-24"));
        assertThat(world.messages.send(desk, american, "news", Map.of("name", "N")))
                .isInstanceOf(Outcome.Queued.class);
    }

    @Test
    void aLinkWeDidNotMakeIsRefusedAndOneOfSomebodyWhoIsGoneIsNot() {
        assertThat(refused(() -> world.messages.unsubscribe("made-up")).kind()).isEqualTo(Kind.NOT_FOUND);
        String gone = new UnsubscribeTokens(new World.TestTokens())
                .token(new UnsubscribeTokens.Link(IW, SubjectId.random(), "own-offers"));

        world.messages.unsubscribe(gone);

        assertThat(world.audit.of(Act.CONSENT_WITHDRAWN)).isEmpty();
    }

    @Test
    void aLinkOfSomebodyWhoWasRemovedStillTakesBackWhatTheySaid() {
        String token = token();
        world.store.required(() -> {
            world.store.removePerson(IW, ira);
        });

        world.messages.unsubscribe(token);
        world.messages.unsubscribe(token);

        assertThat(world.audit.of(Act.CONSENT_WITHDRAWN)).hasSize(1);
    }

    // asking first

    @Test
    void explainsWithoutSendingOrRecording() {
        long leaves = world.audit.of(Act.CONSENT_GRANTED).size();
        assertThat(world.messages.explain(IW_DESK, ira, "news"))
                .isInstanceOfSatisfying(
                        Permitted.class, yes -> assertThat(yes.promises()).contains("IW-10"));
        assertThat(world.messages.explain(IW_DESK, ira, "expiry")).isInstanceOf(Permitted.class);
        assertThat(world.messages.explain(IW_DESK, SubjectId.random(), "news")).isInstanceOf(Denied.class);

        assertThat(world.audit.of(Act.CONSENT_GRANTED)).hasSize((int) leaves);
        assertThat(world.disclosures("iwebtrack", ira)).isEmpty();
        world.messages.unsubscribe(token());
        assertThat(world.messages.explain(IW_DESK, ira, "news")).isInstanceOf(Denied.class);
    }

    @Test
    void countsWhoWouldGetATemplate() {
        world.member("ada@mail.example");
        SubjectId gone = world.member("gone@mail.example");
        world.messages.send(IW_DESK, gone, "news", Map.of("name", "x"));
        world.consents.withdraw(
                IW_DESK, gone, new Withdrawal(Optional.of("own-offers"), Optional.empty(), Set.of(), "phone"));

        assertThat(world.messages.audience(IW_DESK, "news")).isEqualTo(new Audience("own-offers", 2, 1, 0, 0, true));
        assertThat(world.messages.audience(IW_DESK, "expiry")).isEqualTo(new Audience("account", 3, 0, 0, 0, true));
    }

    @Test
    void whatIsPreparedCanBeSentInsideATransaction() {
        world.messages.prepare(IW_DESK, ira, "news", Map.of("name", "Ira"));
        assertThat(world.store.<Outcome>required(this::news)).isInstanceOf(Outcome.Queued.class);
        assertThat(world.audit.of(Act.CONSENT_GRANTED)).hasSize(1);
    }

    @Test
    void preparingChecksAsSendingDoes() {
        assertThat(refused(() -> world.messages.prepare(IW_DESK, ira, "news", Map.of()))
                        .kind())
                .isEqualTo(Kind.INVALID);
        assertThat(world.disclosures("iwebtrack", ira)).isEmpty();
    }

    // answering

    private static final String ANSWER =
            """
            Class: service
            Purpose: inquiry-response
            Subject: Your question

            We looked into it.
            """;

    private Outcome answer() {
        return world.messages.send(IW_DESK, ira, "answer", Map.of());
    }

    @Test
    void anAnswerGoesOutWhileTheInquiryIsOpenOnly() {
        world.template("iwebtrack", "answer", ANSWER);
        assertThat(answer()).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.decision().promises()).containsExactly("IW-8");
            assertThat(refused.decision().remedy()).contains("inquiry:open --tenant iwebtrack SUBJECT");
        });
        assertThat(world.messages.explain(IW_DESK, ira, "answer")).isInstanceOf(Denied.class);

        UUID inquiry = world.inquiries.open(IW_DESK, ira).id();
        assertThat(world.messages.audience(IW_DESK, "answer"))
                .isEqualTo(new Audience("inquiry-response", 1, 0, 0, 0, true));
        assertThat(answer()).isInstanceOf(Outcome.Queued.class);
        assertThat(carried()).containsOnlyKeys("email", "message");

        assertThat(answer()).isInstanceOf(Outcome.Queued.class);
        assertThat(expiry()).isInstanceOf(Outcome.Queued.class);
        assertThat(world.inquiries.close(IW_DESK, ira, inquiry).cancelled()).isEqualTo(1);
        assertThat(answer()).isInstanceOf(Outcome.Refused.class);
        assertThat(world.messages.audience(IW_DESK, "answer"))
                .isEqualTo(new Audience("inquiry-response", 0, 0, 1, 0, true));
        assertThat(carried().get("message").get(0)).contains("Your account ends");
    }

    @Test
    void nothingAnswersSomebodyWhoWasRemoved() {
        world.template("iwebtrack", "answer", ANSWER);
        world.inquiries.open(IW_DESK, ira);
        assertThat(answer()).isInstanceOf(Outcome.Queued.class);
        world.subjects.close(IW_DESK, ira, 1);
        assertThat(world.disclosures("iwebtrack", ira))
                .singleElement()
                .satisfies(disclosure -> assertThat(disclosure.state()).isEqualTo(State.CANCELLED));
        assertThat(world.messages.explain(IW_DESK, ira, "answer"))
                .isInstanceOfSatisfying(
                        Denied.class, denied -> assertThat(denied.promises()).containsExactly("IW-8"));
    }

    // the policy changes

    @Test
    void aNewVersionOfThePolicyStopsATemplateThatItNoLongerAllows() {
        String stricter = World.pack("iwebtrack")
                .replace("version: 5\n", "version: 6\n")
                .replace("    control: message-class\n", "    control: message-gate\n")
                .replace("    with: { account: no opt-out, own-offers: opt-out }", "    with: { purposes: account }");
        assertThat(world.install("iwebtrack", stricter)).isInstanceOf(Installation.Installed.class);

        PledgeException refusal = refused(this::news);

        assertThat(refusal.kind()).isEqualTo(Kind.DENIED);
        assertThat(refusal.promises()).containsExactly("IW-10");
        assertThat(world.audit.of(Act.REFUSED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.promises()).containsExactly("IW-10");
            assertThat(leaf.details()).containsEntry("rule", "TEMPLATE_PURPOSE").containsEntry("template", "news");
        });
        assertThat(expiry()).isInstanceOf(Outcome.Queued.class);
    }
}
