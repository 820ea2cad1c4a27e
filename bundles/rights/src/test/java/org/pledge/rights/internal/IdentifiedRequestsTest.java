package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.OLGA;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** Requests of people who say who they are. */
class IdentifiedRequestsTest {
    private final World world = new World();
    private final DefaultRightsService rights = world.rights;
    private final SubjectId ada = world.person("DE", "email", "phone");
    private final SubjectId grace = world.person("DE", "email", "phone");

    IdentifiedRequestsTest() {
        world.known.putAll(Map.of(
                "email=ada@example.org", Set.of(ada),
                "phone=1", Set.of(ada, grace),
                "phone=2", Set.of(grace)));
    }

    private Request asked(String... pairs) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return rights.openFor(DESK, new Identified(values), Type.ERASURE, "DE", "mail");
    }

    @Test
    void findsTheOnePersonWhoHoldsEveryValue() {
        assertThat(asked("email", "ada@example.org").subject()).isEqualTo(ada);
        assertThat(asked("email", "ada@example.org", "phone", "1").subject()).isEqualTo(ada);
    }

    @Test
    void whatNobodyOrNotOnePersonHoldsIsAboutNobody() {
        List<Request> nobodys = List.of(
                asked("email", "unknown@example.org"),
                asked("email", "ada@example.org", "phone", "2"),
                asked("email", "ada@example.org", "phone", "3"));
        assertThat(nobodys)
                .extracting(Request::subject)
                .doesNotContain(ada, grace)
                .doesNotHaveDuplicates();
        assertThat(nobodys)
                .allSatisfy(request ->
                        assertThat(request.subject().toUuid().version()).isEqualTo(4));
        assertThat(asked("email", "unknown@example.org").subject())
                .isEqualTo(nobodys.get(0).subject());
    }

    @Test
    void aRequestAboutNobodyGoesOnLikeAnyOtherAndIsNeverVerified() {
        Request real = asked("email", "ada@example.org");
        Request nobodys = asked("email", "unknown@example.org");
        assertThat(nobodys.deadlines()).isEqualTo(real.deadlines());
        assertThat(nobodys.state()).isEqualTo(real.state());
        assertThat(rights.sendCode(DESK, nobodys.id()).state())
                .isEqualTo(rights.sendCode(DESK, real.id()).state());
        assertThat(world.calls.get("send")).hasSize(1);
        String code = world.code();
        assertThat(rights.checkCode(DESK, nobodys.id(), code).verified()).isFalse();
        assertThat(rights.request(OLGA, nobodys.id()).state()).isEqualTo(State.VERIFYING);
        assertThat(rights.checkCode(DESK, real.id(), code).verified()).isTrue();
    }

    @Test
    void aLoginVerifiesNoneOfThemWhoeverTheyAreAbout() {
        for (String email : List.of("ada@example.org", "unknown@example.org")) {
            Request request = asked("email", email);
            assertThatThrownBy(() -> rights.assertLogin(DESK, request.id()))
                    .isInstanceOfSatisfying(PledgeException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
                        assertThat(e).hasMessageContaining("who somebody says they are");
                    });
            assertThat(rights.request(OLGA, request.id())).isEqualTo(request);
        }
    }

    @Test
    void namesBetweenOneAndEightIdentifiersWithValues() {
        for (Map<String, String> values : List.of(Map.<String, String>of(), Map.of("email", " "))) {
            assertThatThrownBy(() -> rights.openFor(DESK, new Identified(values), Type.ACCESS, "DE", "mail"))
                    .isInstanceOfSatisfying(
                            PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID));
        }
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void onlyOperatorsOpenThem() {
        assertThatThrownBy(
                        () -> rights.openFor(OLGA, new Identified(Map.of("email", "a@b.c")), Type.ACCESS, "DE", "mail"))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }

    @Test
    void noValueIsInALeafOrAText() {
        asked("email", "unknown@example.org");
        assertThat(world.leaves).allSatisfy(leaf -> assertThat(leaf.toString()).doesNotContain("example.org"));
        assertThat(new Identified(Map.of("email", "unknown@example.org")).toString())
                .doesNotContain("example.org");
    }
}
