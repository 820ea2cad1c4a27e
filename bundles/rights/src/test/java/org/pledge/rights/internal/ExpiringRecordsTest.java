package org.pledge.rights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.rights.internal.World.DESK;
import static org.pledge.rights.internal.World.KORAX;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.StatementStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.memory.MemoryRecordStore;
import org.pledge.subject.spi.SubjectStore.Removal;

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
        return new ExpiringRecords(
                new MemoryRecordStore(world.store), world.store, world.certificates(), months(months));
    }

    @Test
    void areKeptForYearsUnlessSaidOtherwise() {
        assertThat(records(-1).records())
                .containsEntry("closed-request", "P48M")
                .containsEntry("ended-breach", "P60M")
                .containsEntry("foreign-message", "P24M")
                .containsEntry("settled-disclosure", "P48M")
                .containsEntry("settled-notice", "P48M")
                .containsEntry("untold-status", "P12M")
                .containsEntry("settled-removal", "P48M")
                .containsEntry("sweep-certificate", "P48M");
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

    private SubjectId removedAfterADisclosure() {
        SubjectId gone = SubjectId.random();
        Disclosure disclosure = new Disclosure(
                UUID.randomUUID(),
                KORAX,
                gone,
                "acme",
                "delivery",
                Set.of("email"),
                "consent",
                List.of(),
                1,
                Optional.empty(),
                SharingService.State.DELIVERED,
                1,
                OptionalInt.empty(),
                world.now,
                world.now,
                Optional.empty());
        world.store.required(() -> {
            world.store.addRemoval(new Removal(KORAX, gone, world.now, 7, Set.of("email"), Set.of()));
            world.store.addDisclosure(new StoredDisclosure(disclosure, new byte[0], world.now, Optional.empty()));
        });
        return gone;
    }

    private Due disclosures() {
        return new Due(KORAX, "settled-disclosure", world.now.plus(Duration.ofDays(1)), Set.of());
    }

    private Optional<String> statement(SubjectId gone) {
        return world.store.required(() -> world.store.statement(KORAX, StatementStore.Kind.PERSON, gone.toUuid()));
    }

    @Test
    void nobodyHasToAskForTheStatementThatDisclosuresWaitFor() {
        SubjectId one = removedAfterADisclosure();
        SubjectId other = removedAfterADisclosure();
        ExpiringRecords records = records(-1);
        assertThat(world.store.required(() -> records.count(disclosures()))).isEqualTo(2);

        assertThat(world.store.required(() -> records.remove(disclosures(), 1))).isOne();
        assertThat(world.store.required(() -> records.remove(disclosures(), 1))).isOne();
        assertThat(world.store.required(() -> records.remove(disclosures(), 1))).isZero();
        assertThat(List.of(statement(one), statement(other)))
                .allSatisfy(statement -> assertThat(statement.orElseThrow()).contains("\"complete\":true"));
        assertThat(world.acts()).filteredOn(Act.CERTIFICATE_ISSUED::equals).hasSize(2);
    }

    @Test
    void noStatementIsKeptThatIsNotFinal() {
        SubjectId gone = removedAfterADisclosure();
        world.notice(gone, "acme", NoticeService.State.DELIVERED);

        assertThat(world.store.required(() -> records(-1).remove(disclosures(), 10)))
                .isZero();
        assertThat(statement(gone)).isEmpty();
    }
}
