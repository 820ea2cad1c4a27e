package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.sharing.internal.World.KORAX;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Decision.Denied;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.SharingService.State;

class SharingServiceTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private static void refused(Kind kind, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    private Request payment(Map<String, String> supplied, String... fields) {
        return new Request(world.anna, "cardclear", "payment", List.of(fields), Optional.empty(), supplied);
    }

    @Test
    void queuesExactlyWhatIsPermittedAndRecordsIt() {
        world.optIn("email");
        Disclosure queued = world.shareNewsletter("name", "email").disclosure();
        assertThat(queued.fields()).containsExactly("email");
        assertThat(queued.state()).isEqualTo(State.QUEUED);
        assertThat(queued.basis()).isEqualTo("consent");
        assertThat(queued.policyVersion()).isEqualTo(1);
        assertThat(queued.deadline()).isEqualTo(queued.created().plus(Duration.ofHours(24)));
        assertThat(world.sharing.disclosure(world.operator, queued.id())).isEqualTo(queued);
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_INTENDED))
                .singleElement()
                .satisfies(leaf -> {
                    assertThat(leaf.subject()).contains(world.anna);
                    assertThat(leaf.promises()).containsExactly("KX-1");
                    assertThat(leaf.details())
                            .containsEntry("disclosure", queued.id().toString())
                            .containsEntry("fields", "email");
                });
    }

    @Test
    void recordsARefusalAndQueuesNothing() {
        Outcome outcome = world.sharing.share(world.operator, world.request("mailhaus", "newsletter", "email"));
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(world.audit.leaves(Leaf.Act.REFUSED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.promises()).containsExactly("KX-1");
            assertThat(leaf.details())
                    .containsEntry("reason", "NO_CONSENT")
                    .containsEntry("partner", "mailhaus")
                    .containsEntry("fields", "email");
        });
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).isEmpty();
    }

    @Test
    void recordsNoNameThatNobodyDefined() {
        Request odd = new Request(
                world.anna,
                "anna-example",
                "call-15550100",
                List.of("anna-example", "email"),
                Optional.empty(),
                Map.of());
        assertThat(world.sharing.share(world.operator, odd)).isInstanceOf(Outcome.Refused.class);
        assertThat(world.audit.leaves(Leaf.Act.REFUSED)).singleElement().satisfies(leaf -> {
            assertThat(leaf.details().toString()).doesNotContain("anna", "1555");
            assertThat(leaf.details()).containsEntry("fields", "email").containsEntry("unknownFields", "1");
        });
    }

    @Test
    void explainsWithoutAnyTrace() {
        int before = world.audit.leaves().size();
        assertThat(world.sharing.explain(world.operator, world.request("mailhaus", "newsletter", "email")))
                .isInstanceOf(Denied.class);
        assertThat(world.audit.leaves()).hasSize(before);
    }

    @Test
    void takesSuppliedValuesWhereTheCategoryHasThemAndNowhereElse() {
        refused(Kind.INVALID, () -> world.sharing.share(world.operator, payment(Map.of(), "payment-amount")));
        refused(Kind.INVALID, () -> world.sharing.share(world.operator, payment(Map.of("name", "Eve"), "name")));
        refused(
                Kind.INVALID,
                () -> world.sharing.share(world.operator, payment(Map.of("payment-amount", "5"), "name")));
        refused(
                Kind.INVALID,
                () -> world.sharing.share(world.operator, payment(Map.of("payment-amount", ""), "payment-amount")));
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).isEmpty();

        Outcome outcome = world.sharing.share(
                world.operator, payment(Map.of("payment-amount", "12.50 CAD"), "name", "payment-amount"));
        Disclosure queued = ((Outcome.Queued) outcome).disclosure();
        assertThat(queued.basis()).isEqualTo("agreement");
        byte[] stored = world.store.required(
                () -> world.store.disclosure(KORAX, queued.id()).orElseThrow().supplied());
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("12.50");
    }

    @Test
    void aPartnerAsksForItselfOnly() {
        world.optIn("email");
        Request request = world.request("mailhaus", "newsletter", "email");
        Caller mailhaus = world.caller("mailhaus", Role.PARTNER);
        Caller other = world.caller("countly", Role.PARTNER);
        refused(Kind.DENIED, () -> world.sharing.share(other, request));
        refused(Kind.DENIED, () -> world.sharing.explain(other, request));
        refused(Kind.DENIED, () -> world.sharing.share(world.officer, request));
        Disclosure queued = ((Outcome.Queued) world.sharing.share(mailhaus, request)).disclosure();
        assertThat(world.sharing.disclosure(mailhaus, queued.id()).id()).isEqualTo(queued.id());
        refused(Kind.NOT_FOUND, () -> world.sharing.disclosure(other, queued.id()));
        refused(Kind.DENIED, () -> world.sharing.accounting(mailhaus, world.anna, Optional.empty(), 10));
    }

    @Test
    void anotherTenantSeesNothing() {
        world.optIn("email");
        UUID id = world.shareNewsletter("email").disclosure().id();
        Caller foreign = new Caller(new TenantId("opentracker"), "olga", Set.of(Role.OPERATOR));
        refused(Kind.NOT_FOUND, () -> world.sharing.disclosure(foreign, id));
        refused(Kind.NOT_FOUND, () -> world.sharing.retry(foreign, id));
        assertThat(world.sharing
                        .accounting(foreign, world.anna, Optional.empty(), 10)
                        .items())
                .isEmpty();
    }

    @Test
    void waitsForConsentsThatAreStoredButNotYetSeen() {
        world.optIn("email");
        List<Outcome> outcomes = new ArrayList<>();
        // The withdrawal is durable, and this machine's decisions do not know of it yet.
        world.consents.beforeView(() -> refused(
                Kind.UNAVAILABLE,
                () -> outcomes.add(
                        world.sharing.share(world.operator, world.request("mailhaus", "newsletter", "email")))));
        world.consents.withdraw(KORAX, world.anna, FakeConsents.everything());
        assertThat(outcomes).isEmpty();
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).isEmpty();
        assertThat(world.sharing.share(world.operator, world.request("mailhaus", "newsletter", "email")))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void whatAnotherNodeChangedIsTakenOverBeforeItIsDecided() {
        world.optIn("email");
        world.consents.withdrawElsewhere(KORAX, world.anna);
        assertThat(world.sharing.share(world.operator, world.request("mailhaus", "newsletter", "email")))
                .isInstanceOf(Outcome.Refused.class);
        assertThat(world.sharing.inState(world.operator, State.QUEUED, 10)).isEmpty();
    }

    @Test
    void accountsForEverythingPageByPageNewestFirst() {
        world.optIn("email");
        List<UUID> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(0, world.shareNewsletter("email").disclosure().id());
            world.clock.advance(Duration.ofNanos(1_000));
        }
        List<UUID> read = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        int pages = 0;
        do {
            Page<Disclosure> page = world.sharing.accounting(world.operator, world.anna, cursor, 3);
            page.items().forEach(disclosure -> read.add(disclosure.id()));
            cursor = page.next();
            pages++;
        } while (cursor.isPresent());
        assertThat(read).isEqualTo(made);
        assertThat(pages).isEqualTo(3);
        assertThat(world.sharing
                        .accounting(world.operator, SubjectId.random(), Optional.empty(), 3)
                        .items())
                .isEmpty();
    }

    @Test
    void refusesACursorOfItsOwnMaking() {
        for (String cursor : List.of("", "x", "!!!", "AAAA")) {
            refused(Kind.MALFORMED, () -> world.sharing.accounting(world.operator, world.anna, Optional.of(cursor), 3));
        }
        refused(Kind.INVALID, () -> world.sharing.accounting(world.operator, world.anna, Optional.empty(), 0));
    }

    @Test
    void onlyAParkedDisclosureIsRetriedOrDropped() {
        world.optIn("email");
        UUID id = world.shareNewsletter("email").disclosure().id();
        refused(Kind.CONFLICT, () -> world.sharing.retry(world.operator, id));
        refused(Kind.CONFLICT, () -> world.sharing.drop(world.operator, id));
        world.outbox.complete(world.claimOne("mailhaus"), Result.REFUSED, 410);
        assertThat(world.sharing.inState(world.operator, State.PARKED, 10))
                .extracting(Disclosure::id)
                .containsExactly(id);
        refused(Kind.DENIED, () -> world.sharing.retry(world.officer, id));

        world.clock.advance(Duration.ofDays(3));
        Disclosure retried = world.sharing.retry(world.operator, id);
        assertThat(retried.state()).isEqualTo(State.QUEUED);
        assertThat(world.claimOne("mailhaus").idempotencyKey()).isEqualTo(id.toString());
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_RETRIED)).hasSize(1);
    }

    @Test
    void everyRefusalSaysWhatToDoNext() {
        UUID unknown = UUID.randomUUID();
        List<ThrowingCallable> refused = List.of(
                () -> world.sharing.disclosure(world.operator, unknown),
                () -> world.sharing.share(world.operator, world.request("mailhaus", "newsletter")),
                () -> world.sharing.share(world.operator, world.request("Mailhaus", "newsletter", "email")),
                () -> world.cases.find(world.officer, unknown),
                () -> world.partners.suspend(world.integrator, "nobody", true));
        assertThat(refused).allSatisfy(act -> assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.remedy()).endsWith(".")));
    }

    @Test
    void aDroppedDisclosureKeepsNoValues() {
        Outcome outcome = world.sharing.share(world.operator, payment(Map.of("payment-amount", "1"), "payment-amount"));
        UUID id = ((Outcome.Queued) outcome).disclosure().id();
        world.outbox.complete(world.claimOne("cardclear"), Result.REFUSED, 400);
        assertThat(supplied(id)).isNotEmpty();
        assertThat(world.sharing.drop(world.operator, id).state()).isEqualTo(State.DROPPED);
        assertThat(supplied(id)).isEmpty();
        assertThat(world.audit.leaves(Leaf.Act.DISCLOSURE_DROPPED)).hasSize(1);
    }

    private byte[] supplied(UUID id) {
        return world.store.required(
                () -> world.store.disclosure(KORAX, id).orElseThrow().supplied());
    }
}
