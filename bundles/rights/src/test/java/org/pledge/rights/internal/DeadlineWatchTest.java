package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;

/** What fails for one keeps nobody else from it. */
class DeadlineWatchTest {
    private static final TenantId OTHER = new TenantId("anyip");

    private final World world = new World();
    private final DefaultRightsService rights = world.rights;

    private Request open(Type type, SubjectId person) {
        return rights.open(DESK, new NewRequest(person, type, "DE", "web"));
    }

    private State state(Request request) {
        return rights.request(DESK, request.id()).state();
    }

    private static Request in(TenantId tenant, Request from) {
        return new Request(
                from.id(),
                tenant,
                from.subject(),
                from.type(),
                from.state(),
                from.jurisdiction(),
                from.channel(),
                from.received(),
                from.openedBy(),
                from.deadlines(),
                from.verifiedBy(),
                from.extension(),
                from.carriedOut(),
                from.closing());
    }

    @Test
    void aTenantThatFailsKeepsNoOtherFromItsDeadlines() {
        Request request = open(Type.COMPLAINT, world.person("DE"));
        Request failing = in(OTHER, request);
        world.store.required(() -> world.store.putRequest(failing));
        world.addFailingTenant(OTHER);
        world.now = request.deadlines().answerBy();
        world.watch.run();
        assertThat(world.escalated).extracting(Request::tenant).containsExactly(KORAX);
        assertThat(world.store.required(() -> world.store.request(OTHER, failing.id())))
                .contains(failing);
    }

    @Test
    void aRemovalThatFailsKeepsNoOtherFromItsEnd() {
        List<Request> removals = Stream.generate(() -> world.person("DE", "email"))
                .limit(3)
                .map(person -> open(Type.ERASURE, person))
                .toList();
        world.notice(removals.get(0).subject(), "mail", NoticeService.State.DELIVERED);
        removals.forEach(request -> {
            rights.assertLogin(DESK, request.id());
            rights.fulfil(DESK, request.id());
        });
        Request failing = world.store.required(
                () -> world.store.carriedOut(KORAX, Optional.empty(), 1).get(0));
        world.failing.add(failing.subject());
        world.notices.clear();
        world.watch.run();
        assertThat(removals).allSatisfy(request -> assertThat(state(request))
                .isEqualTo(request.id().equals(failing.id()) ? State.OPEN : State.FULFILLED));
        world.failing.clear();
        world.watch.run();
        assertThat(state(failing)).isEqualTo(State.FULFILLED);
    }
}
