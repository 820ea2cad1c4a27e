package org.pledge.retention.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Ground;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.retention.RetentionService.Planned;
import org.pledge.retention.RetentionService.Schedule;
import org.pledge.retention.spi.Expiring;

class DefaultRetentionServiceTest {
    private static final Duration TWO_DAYS = Duration.ofHours(48);

    private final World world = new World();
    private final DefaultRetentionService service = world.service();

    private List<Certificate> run() {
        return service.run(World.OPERATOR, certificate -> {});
    }

    private Instant ago(Duration age) {
        return world.now.minus(age);
    }

    @Test
    void removesWhatIs48HoursOldAndNothingYounger() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS.minusNanos(1000)), ago(TWO_DAYS));
        assertThat(run()).hasSize(1);
        assertThat(rows.rows.values()).extracting(World.Row::written).containsExactly(ago(TWO_DAYS.minusNanos(1000)));
        world.now = world.now.plusNanos(1000);
        run();
        assertThat(rows.rows).isEmpty();
    }

    @Test
    void aClockThatJumpsBackRemovesNothingEarlyAndLosesNothing() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        Instant before = world.now;
        world.now = before.minus(Duration.ofDays(30));
        assertThat(run()).isEmpty();
        rows.with(world.now);
        assertThat(rows.rows).hasSize(2);
        world.now = before;
        assertThat(run()).hasSize(1);
        assertThat(rows.rows).isEmpty();
    }

    @Test
    void certifiesWithCountsAloneWhatItRemoved() {
        world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS), ago(TWO_DAYS), ago(TWO_DAYS));
        List<Certificate> progress = new ArrayList<>();
        List<Certificate> done = service.run(World.OPERATOR, progress::add);

        assertThat(progress).extracting(Certificate::removed).containsExactly(2L, 3L);
        assertThat(done).containsExactly(progress.get(1));
        assertThat(service.certificates(World.OLGA, 10)).isEqualTo(done);
        Certificate certificate = done.get(0);
        assertThat(certificate.category()).isEqualTo("traffic-log");
        assertThat(certificate.before()).isEqualTo(ago(TWO_DAYS));
        assertThat(certificate.policyVersion()).isEqualTo(4);
        assertThat(world.leaves(Leaf.Act.RETENTION_SWEPT)).hasSize(2).allSatisfy(leaf -> {
            assertThat(leaf.promises()).containsExactly("AN-4");
            assertThat(leaf.subject()).isEmpty();
            assertThat(leaf.actor()).isEqualTo("desk");
            assertThat(leaf.details())
                    .containsOnlyKeys(
                            "certificate",
                            "category",
                            "answeredBy",
                            "before",
                            "removed",
                            "removedSoFar",
                            "held",
                            "policyVersion")
                    .containsEntry("certificate", certificate.id().toString());
        });
        assertThat(world.leaves(Leaf.Act.RETENTION_SWEPT)
                        .map(leaf -> leaf.details().get("removed")))
                .containsExactly("2", "1");
    }

    @Test
    void aSecondRunFindsNothing() {
        world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        assertThat(run()).hasSize(1);
        assertThat(run()).isEmpty();
        assertThat(service.certificates(World.OLGA, 10)).hasSize(1);
        assertThat(world.leaves(Leaf.Act.RETENTION_SWEPT)).hasSize(1);
    }

    @Test
    void aStopEndsASweepAfterItsBatchAndTheNextOneGoesOn() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS), ago(TWO_DAYS), ago(TWO_DAYS));
        assertThat(service.run(World.OPERATOR, certificate -> service.stop()))
                .singleElement()
                .satisfies(certificate -> assertThat(certificate.removed()).isEqualTo(2));
        assertThat(rows.rows).hasSize(1);
        assertThat(world.service().run(World.OPERATOR, certificate -> {})).hasSize(1);
        assertThat(rows.rows).isEmpty();
    }

    @Test
    void aPlanCountsAndRemovesNothing() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS), world.now);
        assertThat(service.plan(World.OPERATOR))
                .containsExactly(
                        new Planned("traffic-log", "logs", Set.of("service-operation"), ago(TWO_DAYS), 1, false));
        assertThat(rows.rows).hasSize(2);
        assertThat(world.leaves).isEmpty();
    }

    @Test
    void theLongestOfSeveralPeriodsCounts() {
        world.purposes.put("security", Map.of("traffic-log", "P30D"));
        World.Rows rows =
                world.new Rows("logs", "traffic-log").with(ago(Duration.ofDays(29)), ago(Duration.ofDays(30)));
        run();
        assertThat(rows.rows).hasSize(1);
    }

    @Test
    void whatServesAPurposeUntilAnEventIsNotRemovedByTime() {
        world.purposes.put("account", Map.of("traffic-log", "until account-closed"));
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(Duration.ofDays(4000)));
        assertThat(run()).isEmpty();
        rows.otherwise = Optional.of("P366D");
        assertThat(run()).hasSize(1);
    }

    @Test
    void whatIsHeldStaysUntilTheHoldEnds() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        Hold hold = world.holds()
                .place(
                        World.OLGA,
                        "traffic-log",
                        Optional.empty(),
                        Ground.LAW,
                        "2026/1187",
                        world.now.plus(Duration.ofHours(2)));
        assertThat(run()).isEmpty();
        assertThat(service.plan(World.OPERATOR).get(0).held()).isTrue();
        assertThat(rows.rows).hasSize(1);
        world.now = hold.expires();
        assertThat(run()).hasSize(1);
        assertThat(rows.rows).isEmpty();
    }

    @Test
    void aHoldOfOnePersonKeepsTheirDataAlone() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        SubjectId person = SubjectId.random();
        rows.rows.put(9, new World.Row(ago(TWO_DAYS), Optional.of(person)));
        world.holds()
                .place(
                        World.OLGA,
                        "traffic-log",
                        Optional.of(person),
                        Ground.LAW,
                        "2026/1187",
                        world.now.plus(Duration.ofHours(2)));
        assertThat(run()).singleElement().satisfies(certificate -> {
            assertThat(certificate.removed()).isOne();
            assertThat(certificate.held()).isOne();
        });
        assertThat(rows.rows).containsOnlyKeys(9);
    }

    @Test
    void listsEachCategoryOfEachPurposeAndWhatNobodyAnswersFor() {
        world.purposes.put("payment", Map.of("payment-amount", "P18M", "traffic-log", "P1D"));
        world.new Rows("logs", "traffic-log");
        run();
        assertThat(service.schedules(World.OLGA))
                .containsExactly(
                        new Schedule(
                                "payment-amount",
                                "payment",
                                "P18M",
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                false),
                        logs("payment", "P1D", false),
                        logs("service-operation", "P2D", false));
    }

    private Schedule logs(String purpose, String end, boolean late) {
        Instant swept = Instant.parse("2026-11-22T12:00:00Z");
        return new Schedule(
                "traffic-log",
                purpose,
                end,
                List.of("AN-4"),
                List.of("logs"),
                Optional.empty(),
                true,
                Optional.of(swept),
                Optional.of(swept.plus(World.INTERVAL)),
                late);
    }

    @Test
    void aSweepIsLateAfterTwoIntervals() {
        world.new Rows("logs", "traffic-log");
        run();
        world.now = world.now.plus(World.INTERVAL.multipliedBy(2));
        assertThat(service.schedules(World.OLGA)).containsExactly(logs("service-operation", "P2D", false));
        world.now = world.now.plusNanos(1000);
        assertThat(service.schedules(World.OLGA)).containsExactly(logs("service-operation", "P2D", true));
        run();
        assertThat(service.schedules(World.OLGA).get(0).late()).isFalse();
    }

    @Test
    void tellsOfALateSweepOnceAndAgainWhenItIsLateAgain() {
        world.new Rows("logs", "traffic-log");
        assertThat(service.watch()).isZero();
        world.now = world.now.plus(World.INTERVAL.multipliedBy(3));
        assertThat(service.watch()).isOne();
        assertThat(service.watch()).isZero();
        run();
        assertThat(service.watch()).isZero();
        world.now = world.now.plus(World.INTERVAL.multipliedBy(3));
        assertThat(service.watch()).isOne();
    }

    @Test
    void whatWasNeverSweptIsLateAfterTwoIntervalsToo() {
        world.new Rows("logs", "traffic-log");
        assertThat(service.schedules(World.OLGA).get(0).late()).isFalse();
        world.now = world.now.plus(World.INTERVAL.multipliedBy(2)).plusNanos(1000);
        assertThat(service.schedules(World.OLGA).get(0).late()).isTrue();
    }

    @Test
    void whatEndsWithAnEventIsNeverLate() {
        world.purposes.clear();
        world.purposes.put("account", Map.of("email", "until account-closed"));
        world.new Rows("subjects", "email");
        world.now = world.now.plus(Duration.ofDays(9));
        assertThat(service.schedules(World.OLGA)).singleElement().satisfies(schedule -> {
            assertThat(schedule.answeredBy()).containsExactly("subjects");
            assertThat(schedule.next()).isEmpty();
            assertThat(schedule.late()).isFalse();
        });
    }

    @Test
    void oneWhoFailsKeepsNobodyElseFromSweepingAndBecomesLate() {
        world.purposes.put("analysis", Map.of("visits", "P1D"));
        World.Rows logs = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        World.Rows visits = world.new Rows("visits", "visits").with(ago(TWO_DAYS));
        logs.failing = true;
        assertThatThrownBy(this::run).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(PledgeException.Kind.UNAVAILABLE));
        assertThat(visits.rows).isEmpty();
        assertThat(logs.rows).hasSize(1);
        world.now = world.now.plus(World.INTERVAL.multipliedBy(3));
        service.sweep();
        assertThat(service.schedules(World.OLGA)).extracting(Schedule::late).containsExactly(true, false);
        logs.failing = false;
        service.sweep();
        assertThat(service.schedules(World.OLGA)).extracting(Schedule::late).containsExactly(false, false);
    }

    @Test
    void whoLeavesIsNotSweptAndTheOthersAre() {
        World.Rows logs = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        world.answering.clear();
        assertThat(run()).isEmpty();
        assertThat(logs.rows).hasSize(1);
        assertThat(service.schedules(World.OLGA).get(0).answeredBy()).isEmpty();
    }

    @Test
    void onlyThoseWithARoleSweepOrLook() {
        Caller partner = new Caller(World.TENANT, "acme", Set.of(Role.PARTNER));
        assertThatThrownBy(() -> service.run(World.OLGA, c -> {})).hasMessageContaining("OPERATOR");
        assertThatThrownBy(() -> service.plan(partner)).hasMessageContaining("OPERATOR");
        assertThatThrownBy(() -> service.schedules(partner)).hasMessageContaining("VIEWER");
        assertThatThrownBy(() -> service.certificates(partner, 1)).hasMessageContaining("AUDITOR");
        assertThatThrownBy(() -> service.certificates(World.OLGA, 0)).hasMessageContaining("limit");
    }

    /** 48 hours and 15 minutes after the last line, no file is left: a file an hour long, a sweep each ten minutes. */
    @Test
    void noLogIsLeftAfter48HoursAnd15Minutes(@TempDir Path folder) throws IOException {
        world.answering.add(new LogFiles(
                world.store,
                Optional.of(folder),
                List.of("karaf-*.log", "karaf-*.log.gz"),
                List.of("security*"),
                "traffic-log",
                Duration.ofHours(1),
                world.clock,
                ZoneOffset.UTC));
        for (String name : List.of("karaf-1.log", "karaf-1.log.gz", "security.log", "karaf.log")) {
            Files.setLastModifiedTime(Files.writeString(folder.resolve(name), "a line"), FileTime.from(world.now));
        }
        Instant written = world.now;
        world.now = written.plus(TWO_DAYS).minus(Duration.ofHours(1)).minusSeconds(1);
        assertThat(run()).isEmpty();
        while (world.now.isBefore(written.plus(TWO_DAYS).plus(Duration.ofMinutes(15)))) {
            world.now = world.now.plus(World.INTERVAL);
            service.sweep();
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("karaf.log", "security.log");
        assertThat(world.leaves(Leaf.Act.RETENTION_SWEPT)).singleElement().satisfies(leaf -> assertThat(leaf.details())
                .containsEntry("removed", "2"));
    }

    @Test
    void tellsThatACopyStaysForAnotherPurpose() {
        world.purposes.put("offers", Map.of("email", "until opted-out"));
        world.answering.add(new Expiring() {
            @Override
            public String name() {
                return "accounts";
            }

            @Override
            public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
                return false;
            }

            @Override
            public boolean holds(Policy policy, String category) {
                return category.equals("email");
            }

            @Override
            public Optional<String> laterEnd(Policy policy, Policy.Purpose purpose, String category) {
                return Optional.of("until account-closed").filter(end -> category.equals("email"));
            }
        });
        assertThat(service.schedules(World.OLGA))
                .filteredOn(schedule -> schedule.category().equals("email"))
                .singleElement()
                .satisfies(schedule -> {
                    assertThat(schedule.answeredBy()).isEmpty();
                    assertThat(schedule.laterEnd()).contains("until account-closed");
                    assertThat(schedule.held()).isTrue();
                });
    }

    @Test
    void sweepsRecordsOfThePlatformThatNoPolicyNames() {
        World.Rows rows = world.new Rows("keys", "repeatable-request").with(ago(TWO_DAYS), ago(Duration.ofHours(1)));
        rows.records = Map.of("repeatable-request", "P1D");
        assertThat(service.plan(World.OPERATOR)).singleElement().satisfies(planned -> {
            assertThat(planned.category()).isEqualTo("repeatable-request");
            assertThat(planned.purposes()).containsExactly("platform");
            assertThat(planned.count()).isOne();
        });
        assertThat(run()).singleElement().satisfies(certificate -> assertThat(certificate.removed())
                .isOne());
        assertThat(rows.rows).hasSize(1);
        assertThat(service.schedules(World.OLGA)).anySatisfy(schedule -> assertThat(schedule)
                .extracting(Schedule::category, Schedule::purpose, Schedule::end, Schedule::swept)
                .containsExactly("repeatable-request", "platform", "P1D", Optional.of(world.now)));
    }

    @Test
    void whoLooksAtHoldsThemselvesIsNotKeptFromItByAHoldOfSomethingElse() {
        World.Rows rows = world.new Rows("fields", "ended-field").with(ago(TWO_DAYS));
        rows.records = Map.of("ended-field", "P1D");
        world.holds()
                .place(
                        World.OLGA,
                        "traffic-log",
                        Optional.empty(),
                        Ground.LAW,
                        "2026/1187",
                        world.now.plus(Duration.ofHours(2)));
        assertThat(run()).isEmpty();
        assertThat(rows.rows).hasSize(1);
        rows.looking = true;
        assertThat(service.plan(World.OPERATOR)).singleElement().satisfies(planned -> assertThat(planned.held())
                .isFalse());
        assertThat(run()).hasSize(1);
        assertThat(rows.rows).isEmpty();
    }

    @Test
    void oneWhoCannotEvenSayWhatItHoldsKeepsNobodyFromSweeping() {
        world.answering.add((Expiring) Proxy.newProxyInstance(
                Expiring.class.getClassLoader(), new Class<?>[] {Expiring.class}, (self, method, args) -> {
                    if (method.getName().equals("name")) {
                        return "broken";
                    }
                    throw new IllegalStateException("a bundle is half gone");
                }));
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        service.sweep();
        assertThat(rows.rows).isEmpty();
        assertThat(service.watch()).isZero();
        assertThatThrownBy(this::run).isInstanceOf(PledgeException.class).hasMessageContaining("1 of the sweeps");
    }

    @Test
    void onePersonWhoseDataCannotBeRemovedKeepsNobodyElsesAndIsAlarmed() {
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        SubjectId bad = SubjectId.random();
        rows.bad = Optional.of(bad);
        rows.rows.put(7, new World.Row(ago(TWO_DAYS), Optional.of(bad)));
        rows.rows.put(8, new World.Row(ago(TWO_DAYS), Optional.of(SubjectId.random())));
        assertThatThrownBy(this::run).isInstanceOf(PledgeException.class).hasMessageContaining("1 of the sweeps");
        assertThat(rows.rows).containsOnlyKeys(7);
        assertThat(service.certificates(World.OLGA, 10)).singleElement().satisfies(certificate -> {
            assertThat(certificate.removed()).isEqualTo(2);
            assertThat(certificate.held()).isZero();
        });
        world.now = world.now.plus(World.INTERVAL.multipliedBy(2)).plusSeconds(1);
        service.sweep();
        assertThat(service.watch()).isOne();
        rows.bad = Optional.empty();
        service.sweep();
        assertThat(rows.rows).isEmpty();
        assertThat(service.watch()).isZero();
    }

    @Test
    void oneTenantThatCannotBeSweptKeepsNoOtherFromIt() {
        world.others = List.of(new TenantId("broken"));
        World.Rows rows = world.new Rows("logs", "traffic-log").with(ago(TWO_DAYS));
        rows.failingFor = Optional.of(new TenantId("broken"));
        service.sweep();
        assertThat(rows.rows).isEmpty();
        assertThat(world.leaves(Leaf.Act.RETENTION_SWEPT)).hasSize(1);
    }
}
