package org.pledge.backup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.LedgerRollbacks;

/** A step that keeps failing is told of, less and less often, with what to do. */
final class RestoredRemovalsTest {
    private static final int STEPS_OF_AN_HOUR = 720;

    private final List<String> warnings = new ArrayList<>();

    private RestoredRemovals failingWith(RuntimeException failure) {
        LedgerRollbacks rollbacks = new LedgerRollbacks() {
            @Override
            public List<Rollback> waiting() {
                throw failure;
            }

            @Override
            public void accept(Caller caller, TenantId tenant, Reason reason) {
                throw failure;
            }
        };
        return new RestoredRemovals(null, null, null, null, null, rollbacks, warnings::add);
    }

    @Test
    void tellsTheFirstFailureAndThenEverMoreSeldom() {
        RestoredRemovals removals = failingWith(
                new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database is older").remedy("Accept it."));
        removals.step();
        assertThat(warnings)
                .containsExactly("Removals after a restore are not in the record of acts yet, after 1 tries; who was"
                        + " removed stays removed. the database is older. Accept it.");
        for (int i = 1; i < STEPS_OF_AN_HOUR; i++) {
            removals.step();
        }
        assertThat(warnings).as("after 1, 2, 4 to 512, and an hour").hasSize(11);
        for (int i = 0; i < 23 * STEPS_OF_AN_HOUR; i++) {
            removals.step();
        }
        assertThat(warnings).hasSize(11 + 23);
    }

    @Test
    void tellsNoTextOfOthers() {
        failingWith(new IllegalStateException("somebody@example.org")).step();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("java.lang.IllegalStateException", "Look at the databases")
                .doesNotContain("somebody");
    }
}
