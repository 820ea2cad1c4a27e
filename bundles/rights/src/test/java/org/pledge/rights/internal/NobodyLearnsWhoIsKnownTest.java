package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.OLGA;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.rights.RightsService.CodeCheck;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

class NobodyLearnsWhoIsKnownTest {
    enum Step {
        OPEN,
        OPEN_FOR,
        SEND_CODE,
        CHECK_CODE,
        LOGIN,
        REFUSE,
        LATER
    }

    @Property(tries = 200)
    void verificationNeverRevealsExistence(@ForAll @Size(max = 40) List<Step> steps, @ForAll Type type) {
        World one = new World();
        World two = new World();
        SubjectId known = one.person("DE", "email");
        one.known.put("email=ada@example.org", Set.of(known));
        assertThat(answers(one, known, type, steps)).isEqualTo(answers(two, SubjectId.random(), type, steps));
    }

    private static List<Object> answers(World world, SubjectId person, Type type, List<Step> steps) {
        List<Object> answers = new ArrayList<>();
        Request last = world.rights.open(DESK, new NewRequest(person, type, "DE", "web"));
        for (Step step : steps) {
            try {
                last = done(world, person, type, step, last, answers);
                answers.add(shape(last));
            } catch (PledgeException e) {
                answers.add(e.kind() + " " + e.getMessage() + " " + e.remedy());
            }
            answers.add(world.rights.due(OLGA, 60, 100).stream()
                    .map(request -> shape(request).toString())
                    .sorted()
                    .toList());
        }
        return answers;
    }

    private static Request done(
            World world, SubjectId person, Type type, Step step, Request last, List<Object> answers) {
        DefaultRightsService rights = world.rights;
        return switch (step) {
            case OPEN -> rights.open(DESK, new NewRequest(person, type, "DE", "web"));
            case OPEN_FOR ->
                rights.openFor(DESK, new Identified(Map.of("email", "ada@example.org")), type, "DE", "mail");
            case SEND_CODE -> rights.sendCode(DESK, last.id());
            case CHECK_CODE -> {
                CodeCheck check = rights.checkCode(DESK, last.id(), "wrong");
                answers.add(check.verified());
                answers.add(check.locked());
                yield check.request();
            }
            case LOGIN -> rights.assertLogin(DESK, last.id());
            case REFUSE -> rights.refuse(OLGA, last.id(), Ground.UNVERIFIED);
            case LATER -> {
                world.later(Duration.ofDays(5));
                yield rights.request(OLGA, last.id());
            }
        };
    }

    /** Everything but whom and which. */
    private static List<Object> shape(Request request) {
        return List.of(
                request.type(),
                request.state(),
                request.deadlines(),
                request.verifiedBy(),
                request.received(),
                request.closing(),
                request.carriedOut(),
                request.identified());
    }
}
