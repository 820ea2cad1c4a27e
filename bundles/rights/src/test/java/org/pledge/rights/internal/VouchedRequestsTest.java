package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.OLGA;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;

/** Requests for which somebody trusted vouches. */
class VouchedRequestsTest {
    private final World world = new World();
    private final DefaultRightsService rights = world.rights;

    private Request asked(String email) {
        return rights.openFor(DESK, new Identified(Map.of("email", email)), Type.ACCESS, "DE", "drp");
    }

    @Test
    void theWordCountsWhereACodeWouldBeEnough() {
        SubjectId ada = world.person("DE", "email");
        world.known.put("email=ada@example.org", Set.of(ada));
        Request request = asked("ada@example.org");
        Request vouched = rights.vouch(DESK, request.id());
        assertThat(vouched.state()).isEqualTo(State.OPEN);
        assertThat(vouched.verifiedBy()).contains(Method.TRUSTED_PARTY);
        assertThat(world.leaves.get(world.leaves.size() - 1).act()).isEqualTo(Act.REQUEST_VERIFIED);
        int leaves = world.leaves.size();
        assertThat(rights.vouch(DESK, request.id())).isEqualTo(vouched);
        assertThat(world.leaves).hasSize(leaves);
    }

    @Test
    void itIsNotEnoughWhereALoginIsNeededAndCountsForNobody() {
        SubjectId rich = world.person("DE", "email", "card-holder");
        world.known.put("email=rich@example.org", Set.of(rich));
        for (String email : new String[] {"rich@example.org", "unknown@example.org"}) {
            Request request = asked(email);
            assertThat(rights.vouch(DESK, request.id())).isEqualTo(request);
            assertThat(request.verifiedBy()).isEmpty();
        }
    }

    @Test
    void onlyOperatorsPassItOnAndNothingFollowsAnEnd() {
        Request request = asked("unknown@example.org");
        assertThatThrownBy(() -> rights.vouch(OLGA, request.id())).isInstanceOf(PledgeException.class);
        Request withdrawn = rights.withdraw(DESK, request.id());
        assertThat(rights.vouch(DESK, request.id())).isEqualTo(withdrawn);
    }
}
