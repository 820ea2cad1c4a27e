package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Ground;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.retention.RetentionService.Planned;
import org.pledge.retention.RetentionService.Schedule;

class RetentionCommandsTest {
    private static final UUID ID = UUID.randomUUID();
    private static final SubjectId PERSON = SubjectId.random();
    private static final TenantId TENANT = new TenantId("anonymizer");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Instant BEFORE = Instant.parse("2026-11-20T12:00:00Z");

    private final List<Certificate> swept = new ArrayList<>();
    private final List<Object> asked = new ArrayList<>();
    private boolean second;

    private final FakeShell shell = FakeShell.withPolicyOf("anonymizer")
            .with(RetentionService.class, (proxy, method, arguments) -> switch (method.getName()) {
                case "schedules" ->
                    List.of(
                            schedule("P2D", List.of("logs"), Optional.of(NOW), false),
                            schedule("P3D", List.of("logs"), Optional.of(NOW), true),
                            schedule("until account-closed", List.of("subjects"), Optional.empty(), false),
                            schedule("P9D", List.of(), Optional.empty(), false),
                            unanswered("until opted-out", Optional.of("until account-closed"), true),
                            unanswered("P7D", Optional.empty(), false));
                case "plan" -> List.of(new Planned("traffic-log", "logs", Set.of("service"), BEFORE, 12, false));
                case "run" -> run(arguments[1]);
                case "certificates" -> {
                    asked.add(arguments[1]);
                    yield List.of(certificate(7));
                }
                default -> throw new AssertionError(method.getName());
            })
            .with(HoldService.class, (proxy, method, arguments) -> switch (method.getName()) {
                case "place" -> {
                    asked.addAll(List.of(arguments).subList(1, 5));
                    asked.add(Duration.between(Instant.now(), (Instant) arguments[5])
                            .plusMinutes(1)
                            .toDays());
                    yield hold(Optional.empty());
                }
                case "approve" -> hold(Optional.empty());
                case "release" -> hold(second ? Optional.of(NOW) : Optional.empty());
                case "list" -> List.of(hold(Optional.of(NOW)));
                default -> throw new AssertionError(method.getName());
            });

    private static Schedule schedule(String end, List<String> by, Optional<Instant> swept, boolean late) {
        return new Schedule(
                "traffic-log", "service", end, List.of("AN-4"), by, Optional.empty(), true, swept, swept, late);
    }

    private static Schedule unanswered(String end, Optional<String> later, boolean held) {
        return new Schedule(
                "email", "offers", end, List.of(), List.of(), later, held, Optional.empty(), Optional.empty(), false);
    }

    private static Certificate certificate(long removed) {
        return new Certificate(ID, TENANT, "traffic-log", "logs", NOW, BEFORE, 4, removed, 0);
    }

    private static Hold hold(Optional<Instant> released) {
        return new Hold(
                ID,
                TENANT,
                "email",
                Optional.of(PERSON),
                Ground.LAW,
                "2026/1187",
                NOW,
                NOW.plusSeconds(60),
                Set.of("olga"),
                Set.of(),
                released);
    }

    private Object run(Object progress) {
        @SuppressWarnings("unchecked")
        Consumer<Certificate> told = (Consumer<Certificate>) progress;
        swept.forEach(told);
        return swept.isEmpty() ? List.of() : List.of(swept.get(swept.size() - 1));
    }

    private static <C extends TenantCommand> C csv(C command) {
        command.tenant = "anonymizer";
        command.output = "csv";
        return command;
    }

    private static <C extends TenantCommand> C table(C command) {
        command.tenant = "anonymizer";
        return command;
    }

    @Test
    void listsWhenDataLeavesAndWhatNobodyRemoves() throws IOException {
        assertThat(shell.run(csv(new RetentionList()))).isZero();
        assertThat(shell.printed())
                .contains(
                        "P2D,AN-4,logs,ON TIME,2026-11-22T12:00:00Z",
                        "P3D,AN-4,logs,LATE,",
                        "until account-closed,AN-4,subjects,DONE BY EVENT,,",
                        "P9D,AN-4,,NOBODY,,",
                        "until opted-out,,,KEPT until account-closed,,",
                        "P7D,,,NOT HELD,,");
    }

    @Test
    void listsOnlyWhatNobodyRemovesWhenAsked() throws IOException {
        RetentionList command = csv(new RetentionList());
        command.nobody = true;
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("P9D").doesNotContain("P2D", "P7D", "until opted-out");
    }

    @Test
    void countsWhatWouldGo() throws IOException {
        assertThat(shell.run(csv(new RetentionPlan()))).isZero();
        assertThat(shell.printed()).contains("traffic-log,service,logs,2026-11-20T12:00:00Z,12,false");
    }

    @Test
    void tellsHowFarASweepIs() throws IOException {
        swept.addAll(List.of(certificate(1000), certificate(1500)));
        assertThat(shell.run(table(new RetentionRun()))).isZero();
        assertThat(shell.printed())
                .contains("traffic-log: 1000 removed so far", "traffic-log: 1500 removed so far", ID.toString());
    }

    @Test
    void saysWhenNothingIsPastItsTime() throws IOException {
        assertThat(shell.run(table(new RetentionRun()))).isZero();
        assertThat(shell.printed()).contains("Nothing is past its time.");
    }

    @Test
    void saysWhatToDoWhenASweepFails() throws IOException {
        shell.with(RetentionService.class, (proxy, method, arguments) -> {
            throw new PledgeException(Kind.UNAVAILABLE, "1 of the sweeps failed").remedy("Run this again.");
        });
        assertThat(shell.run(table(new RetentionRun()))).isEqualTo(5);
        assertThat(shell.printed()).contains("UNAVAILABLE: 1 of the sweeps failed. Run this again.");
    }

    @Test
    void listsCertificates() throws IOException {
        RetentionCertificates command = csv(new RetentionCertificates());
        command.limit = 5;
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed())
                .contains(ID + ",2026-11-22T12:00:00Z,traffic-log,logs,2026-11-20T12:00:00Z,7,0,version 4");
        assertThat(asked).containsExactly(5);
    }

    @Test
    void placesAHoldOnOnePersonsField() throws IOException {
        RetentionHold command = table(new RetentionHold());
        command.category = "email";
        command.subject = PERSON.toString();
        command.ground = "law";
        command.reference = "2026/1187";
        command.days = 90;
        assertThat(shell.run(command)).isZero();
        assertThat(asked).containsExactly("email", Optional.of(PERSON), Ground.LAW, "2026/1187", 90L);
        assertThat(shell.printed()).contains("retention:approve --tenant anonymizer " + ID);
    }

    @Test
    void aReleaseTakesTwo() throws IOException {
        RetentionRelease command = table(new RetentionRelease());
        command.id = ID.toString();
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("stays until a second person releases it");
        second = true;
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("is released");
    }

    @Test
    void approvesAndListsHolds() throws IOException {
        RetentionApprove command = table(new RetentionApprove());
        command.id = ID.toString();
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("Hold " + ID + " is in force until");
        assertThat(shell.run(csv(new RetentionHolds()))).isZero();
        assertThat(shell.printed()).contains(ID + ",ENDED,email," + PERSON + ",LAW,2026/1187");
    }
}
