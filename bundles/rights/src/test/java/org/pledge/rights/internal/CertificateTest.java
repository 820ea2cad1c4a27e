package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.subject.spi.SubjectStore.Removal;

class CertificateTest {
    private static final Caller DESK = new Caller(World.KORAX, "desk", Set.of(Role.OPERATOR));

    private final World world = new World();
    private final DefaultCertificateService certificates = world.certificates();
    private final SubjectId person = world.person("DE", "email");

    private Request erased() {
        Request request = world.rights.open(DESK, new NewRequest(person, Type.ERASURE, "DE", "web"));
        world.store.required(() ->
                world.store.addRemoval(new Removal(World.KORAX, person, world.now, 7, Set.of("email"), Set.of())));
        return world.rights
                .fulfil(DESK, world.rights.assertLogin(DESK, request.id()).id())
                .request();
    }

    @Test
    void saysWhatWentWhoHasYetToAnswerAndThatItIsNotDone() {
        world.notice(person, "mail", NoticeService.State.DELIVERED);
        String open = certificates.ofRequest(DESK, erased().id());
        assertThat(open)
                .startsWith("pledge-removal+jws {\"schema\":\"urn:pledge:removal:1\"")
                .contains(
                        "\"complete\":false",
                        "\"fields\":[\"email\"]",
                        "\"partner\":\"mail\",\"disclosures\":1,\"answer\":\"AWAITED\"");
        assertThat(world.acts()).doesNotContain(Act.CERTIFICATE_ISSUED);
    }

    @Test
    void theFinalOneStaysTheSame() {
        Request request = erased();
        String done = certificates.ofRequest(DESK, request.id());
        assertThat(done).contains("\"complete\":true", request.id().toString());
        world.later(java.time.Duration.ofDays(1));
        assertThat(certificates.ofRequest(DESK, request.id())).isEqualTo(done);
        assertThat(world.acts()).filteredOn(Act.CERTIFICATE_ISSUED::equals).hasSize(1);
        assertThat(certificates.ofPerson(DESK, person))
                .contains("\"complete\":true", person.toString())
                .doesNotContain("\"request\"");
    }

    @Test
    void nobodyWhoIsThereHasOne() {
        refused(Kind.NOT_FOUND, () -> certificates.ofPerson(DESK, person));
        refused(Kind.NOT_FOUND, () -> certificates.ofRequest(DESK, UUID.randomUUID()));
        Request open = world.rights.open(DESK, new NewRequest(person, Type.ERASURE, "DE", "web"));
        refused(Kind.CONFLICT, () -> certificates.ofRequest(DESK, open.id()));
        refused(Kind.NOT_FOUND, () -> certificates.ofSweep(DESK, UUID.randomUUID()));
        Caller viewer = new Caller(World.KORAX, "vera", Set.of(Role.VIEWER));
        refused(Kind.DENIED, () -> certificates.ofPerson(viewer, person));
    }

    private static void refused(Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    @Test
    void whatIsWrittenIsJson() {
        assertThat(new String(new Statement().with("a\"\n", "b\\").json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\\\"\\u000a\":\"b\\\\\"}");
    }
}
