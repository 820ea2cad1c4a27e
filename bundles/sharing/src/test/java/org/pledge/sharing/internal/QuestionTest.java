package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.audit.Leaf.Act;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;

class QuestionTest {
    private final World world = new World();
    private final Caller mailhaus = world.caller("mailhaus", Role.PARTNER);
    private final UUID request = UUID.randomUUID();

    @BeforeEach
    void receive() {
        world.policies.add(World.policy(2).processor("marketing-partner"));
        world.optIn("email");
        world.shareNewsletter("email");
        Delivery delivery = world.claimOne("mailhaus");
        world.outbox.load(delivery);
        world.outbox.complete(delivery, Result.DELIVERED, 200);
        world.table.put(with(Map.of("access", "true")));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Partner with(Map<String, String> settings) {
        Partner before = world.table.find(KORAX, "mailhaus").orElseThrow();
        return new Partner(
                KORAX,
                before.name(),
                before.recipient(),
                before.agreement(),
                "opendsr",
                before.endpoint(),
                settings,
                false,
                before.version());
    }

    private void ask() {
        world.notices.ask(world.operator, world.anna, Kind.ACCESS, request);
    }

    private List<Notice> all() {
        return world.notices
                .ofSubject(world.operator, world.anna, Optional.empty(), 100)
                .items();
    }

    private Recipient asked() {
        List<Recipient> asked = world.notices.asked(world.operator, world.anna, request);
        assertThat(asked).hasSize(1);
        return asked.get(0);
    }

    private void deliver() {
        Delivery delivery = world.claimOne("mailhaus");
        world.outbox.load(delivery);
        assertThat(world.outbox.release(delivery)).isTrue();
        world.outbox.complete(delivery, Result.DELIVERED, 201);
    }

    @Test
    void goesOnceForEachRequestToAProcessorThatReceivedSomething() {
        ask();
        ask();
        assertThat(all()).singleElement().satisfies(notice -> {
            assertThat(notice.kind()).isEqualTo(Kind.ACCESS);
            assertThat(notice.partner()).isEqualTo("mailhaus");
            assertThat(notice.id().version()).isEqualTo(4);
            assertThat(notice.id()).isNotEqualTo(request);
        });
        world.notices.ask(world.operator, world.anna, Kind.PORTABILITY, UUID.randomUUID());
        assertThat(all()).hasSize(2);
        assertThat(asked().partner()).isEqualTo("mailhaus");
        assertThat(world.audit.leaves(Act.NOTICE_QUEUED))
                .allSatisfy(leaf -> assertThat(leaf.promises()).isEmpty());
    }

    @Test
    void goesToNobodyWhoseFileDoesNotSaySoNorToAThirdParty() {
        world.policies.add(World.policy(3));
        ask();
        assertThat(all()).isEmpty();
        world.policies.add(World.policy(4).processor("marketing-partner"));
        world.table.put(with(Map.of("access", "false")));
        ask();
        assertThat(all()).isEmpty();
    }

    @Test
    void carriesNamesOnlyAndIsAnsweredByThePartner() {
        ask();
        Delivery delivery = world.claimOne("mailhaus");
        assertThat(world.outbox.load(delivery).orElseThrow()).containsOnlyKeys("disclosures", "fields");
        assertThat(world.outbox.release(delivery)).isTrue();
        world.outbox.complete(delivery, Result.DELIVERED, 201);
        assertThat(asked().answer()).isEqualTo(Answer.AWAITED);
        assertThat(asked().contact().told()).contains(world.clock.instant());
        world.notices.acknowledge(mailhaus, all().get(0).id());
        assertThat(asked().answer()).isEqualTo(Answer.CONFIRMED);
    }

    @Test
    void isNotAskedAgainOnceTheRequestIsClosedAndWhoIsMissingStaysNamed() {
        ask();
        deliver();
        world.notices.endAsking(world.operator, world.anna, UUID.randomUUID());
        assertThat(all().get(0).state()).isEqualTo(State.DELIVERED);
        world.notices.endAsking(world.operator, world.anna, request);
        assertThat(all().get(0).state()).isEqualTo(State.SUPERSEDED);
        assertThat(asked().answer()).isEqualTo(Answer.AWAITED);
        world.notices.acknowledge(mailhaus, all().get(0).id());
        assertThat(asked().answer()).as("late, and still an answer").isEqualTo(Answer.CONFIRMED);
    }

    @Test
    void isOverWithTheLongestClockThatItMayBelongTo() {
        ask();
        deliver();
        world.clock.advance(Duration.ofDays(30));
        world.noticeClock().check();
        assertThat(world.claimOne("mailhaus").attempt()).isEqualTo(2);
        world.clock.advance(Duration.ofDays(63));
        assertThat(world.outbox.claim(KORAX, "mailhaus", 10)).isEmpty();
        assertThat(all().get(0).state()).isEqualTo(State.SUPERSEDED);
    }

    @Test
    void isVoidOnceThePersonIsRemovedAndNoAnswerToTheRemoval() {
        ask();
        deliver();
        world.notices.acknowledge(mailhaus, all().get(0).id());
        UUID later = UUID.randomUUID();
        world.notices.ask(world.operator, world.anna, Kind.ACCESS, later);
        Delivery leaving = world.claimOne("mailhaus");
        world.outbox.load(leaving);
        world.store.required(() -> {
            world.recipients.removed(KORAX, world.anna, Set.of("email"));
            world.store.removePerson(KORAX, world.anna);
        });
        assertThat(world.outbox.release(leaving)).isFalse();
        assertThat(all().stream().filter(notice -> notice.kind().asks()).map(Notice::state))
                .containsExactlyInAnyOrder(State.CONFIRMED, State.SUPERSEDED);
        assertThat(world.notices.recipients(world.operator, world.anna))
                .singleElement()
                .satisfies(recipient -> {
                    assertThat(recipient.answer()).isEqualTo(Answer.AWAITED);
                    assertThat(recipient.contact().told()).isEmpty();
                });
    }
}
