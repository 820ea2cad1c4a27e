package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.subject.spi.SubjectStore.Removal;

class RemovalThatWaitsTest {
    private static final int DAYS = 30;

    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final DefaultCertificateService certificates = world.certificates();
    private final SubjectId person = world.person("DE", "email");

    private Request request(Request request) {
        return rights.request(DESK, request.id());
    }

    private boolean due(Request request) {
        return rights.due(DESK, 2 * DAYS, 10).stream()
                .anyMatch(each -> each.id().equals(request.id()));
    }

    @Test
    void aRecipientThatIsDownForThirtyDaysKeepsItOpenAndInSightUntilItConfirms() {
        world.notice(person, "parcel-post", NoticeService.State.CONFIRMED);
        world.notice(person, "mail", NoticeService.State.PARKED);
        Request request = rights.open(DESK, new NewRequest(person, Type.ERASURE, "DE", "web"));
        rights.assertLogin(DESK, request.id());
        world.store.required(() ->
                world.store.addRemoval(new Removal(World.KORAX, person, world.now, 7, Set.of("email"), Set.of())));
        rights.fulfil(DESK, request.id());
        assertThat(world.knows(person)).isFalse();

        for (int day = 0; day < DAYS; day++) {
            world.watch.run();
            assertThat(request(request).state()).as("day %d", day).isEqualTo(State.OPEN);
            assertThat(due(request)).as("day %d", day).isTrue();
            assertThat(rights.ofSubject(DESK, person)).hasSize(1);
            assertThat(certificates.ofRequest(DESK, request.id()))
                    .contains("\"complete\":false", "\"partner\":\"mail\",\"disclosures\":1,\"answer\":\"AWAITED\"");
            world.later(Duration.ofDays(1));
        }
        world.now = request.deadlines().answerBy().plus(Duration.ofDays(DAYS));
        world.watch.run();
        world.watch.run();
        assertThat(world.escalated).as("told once that it is late").hasSize(1);
        assertThat(request(request).state()).isEqualTo(State.OPEN);
        assertThat(due(request)).isTrue();

        world.notices.clear();
        world.notice(person, "parcel-post", NoticeService.State.CONFIRMED);
        world.notice(person, "mail", NoticeService.State.CONFIRMED);
        world.watch.run();

        assertThat(request(request).state()).isEqualTo(State.FULFILLED);
        assertThat(due(request)).isFalse();
        assertThat(certificates.ofRequest(DESK, request.id())).contains("\"complete\":true");
        assertThat(world.acts()).filteredOn(Act.REQUEST_FULFILLED::equals).hasSize(1);
    }
}
