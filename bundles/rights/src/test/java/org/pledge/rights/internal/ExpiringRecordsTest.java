package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.store.memory.MemoryRecordStore;

/** Records of what is over. */
class ExpiringRecordsTest {
    private final World world = new World();
    private final SubjectId person = world.person("DE", "email");

    private static ExpiringRecords.Config months(int wanted) {
        return (ExpiringRecords.Config) Proxy.newProxyInstance(
                ExpiringRecordsTest.class.getClassLoader(),
                new Class<?>[] {ExpiringRecords.Config.class},
                (proxy, method, arguments) -> wanted < 0 ? method.getDefaultValue() : wanted);
    }

    private ExpiringRecords records(int months) {
        return new ExpiringRecords(new MemoryRecordStore(world.store), months(months));
    }

    @Test
    void areKeptForYearsUnlessSaidOtherwise() {
        assertThat(records(-1).records())
                .containsEntry("closed-request", "P48M")
                .containsEntry("ended-breach", "P60M")
                .containsEntry("foreign-message", "P24M")
                .containsEntry("settled-disclosure", "P48M")
                .containsEntry("settled-notice", "P48M")
                .containsEntry("untold-status", "P12M");
    }

    @Test
    void areNeverKeptShorterThanTheLawWants() {
        assertThat(records(1).records())
                .containsEntry("closed-request", "P24M")
                .containsEntry("ended-breach", "P24M")
                .containsEntry("foreign-message", "P3M")
                .containsEntry("settled-disclosure", "P24M")
                .containsEntry("untold-status", "P3M");
        assertThat(records(9999).records().values()).containsOnly("P240M");
    }

    @Test
    void leaveByWhatTheirNameStandsFor() {
        Request request = world.rights.open(DESK, new NewRequest(person, Type.OPT_OUT, "DE", "web"));
        world.rights.fulfil(DESK, request.id());
        Due due = new Due(KORAX, "closed-request", world.now.plus(Duration.ofDays(1)), Set.of());
        ExpiringRecords records = records(-1);

        assertThat(world.store.required(() -> records.count(due))).isOne();
        assertThat(world.store.required(
                        () -> records.remove(new Due(KORAX, "closed-request", due.before(), Set.of(person)), 10)))
                .isZero();
        assertThat(world.store.required(() -> records.remove(due, 10))).isOne();
        assertThat(world.rights.ofSubject(DESK, person)).isEmpty();
    }
}
