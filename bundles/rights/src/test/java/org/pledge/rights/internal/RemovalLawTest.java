package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;

/**
 * Whatever happens in whichever order, a removal is done when nothing stays and every recipient has answered, and not
 * before; who the recipients are by the ledger is the law of the sharing bundle.
 */
class RemovalLawTest {
    private enum Step {
        SHARE,
        HOLD,
        HOLD_ENDS,
        FULFIL,
        ANSWER,
        DAY,
        WATCH,
        FAILURE,
        FAILURE_ENDS
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        return Arbitraries.of(Step.class).list().ofMinSize(4).ofMaxSize(30);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.BOUNDED)
    void doneMeansThatNothingStaysAndEverybodyAnswered(@ForAll("histories") List<Step> history) {
        Walk walk = new Walk();
        history.forEach(step -> {
            walk.take(step);
            walk.check();
        });
        walk.end();
    }

    /** One history. */
    private static final class Walk {
        private final World world = new World();
        private final SubjectId person = world.person("DE", "email");
        private final Request request = world.rights.open(DESK, new NewRequest(person, Type.ERASURE, "DE", "web"));
        private int partners;

        Walk() {
            world.rights.assertLogin(DESK, request.id());
        }

        private Request now() {
            return world.rights.request(DESK, request.id());
        }

        void take(Step step) {
            try {
                switch (step) {
                    case SHARE -> share();
                    case HOLD -> hold();
                    case HOLD_ENDS -> world.held.clear();
                    case FULFIL -> world.rights.fulfil(DESK, request.id());
                    case ANSWER -> answer();
                    case DAY -> world.later(Duration.ofDays(1));
                    case WATCH -> world.watch.run();
                    case FAILURE -> world.failing.add(person);
                    case FAILURE_ENDS -> world.failing.clear();
                    default -> throw new AssertionError(step);
                }
            } catch (PledgeException | IllegalStateException e) {
                assertThat(e).hasMessageMatching("a test lets this fail|this request is closed.*");
            }
        }

        /** Nothing of who is gone is shared or held any more. */
        private void share() {
            if (world.knows(person) && now().carriedOut().isEmpty()) {
                world.notice(person, "partner-" + ++partners, NoticeService.State.PARKED);
            }
        }

        private void hold() {
            if (world.knows(person)) {
                world.held.add(person);
            }
        }

        private void answer() {
            List<Notice> open =
                    world.notices.stream().filter(notice -> !notice.answered()).toList();
            if (!open.isEmpty()) {
                world.notices.remove(open.get(0));
                world.notice(person, open.get(0).partner(), NoticeService.State.CONFIRMED);
            }
        }

        void check() {
            boolean done = now().state() == State.FULFILLED;
            if (done) {
                assertThat(world.notices).allMatch(Notice::answered);
                assertThat(world.held).isEmpty();
                assertThat(world.knows(person)).isFalse();
            }
            assertThat(world.acts().stream().filter(Act.REQUEST_FULFILLED::equals))
                    .hasSize(done ? 1 : 0);
        }

        void end() {
            take(Step.HOLD_ENDS);
            take(Step.FAILURE_ENDS);
            while (!world.notices.stream().allMatch(Notice::answered)) {
                take(Step.ANSWER);
            }
            take(Step.FULFIL);
            take(Step.WATCH);
            assertThat(now().state()).isEqualTo(State.FULFILLED);
            check();
        }
    }
}
