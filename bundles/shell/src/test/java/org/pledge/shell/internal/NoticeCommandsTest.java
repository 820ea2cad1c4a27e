package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService;

class NoticeCommandsTest {
    private static final UUID NOTICE = UUID.randomUUID();
    private static final SubjectId PERSON = SubjectId.random();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final List<String> calls = new ArrayList<>();
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(NoticeService.class, (proxy, method, arguments) -> {
                calls.add(method.getName());
                return switch (method.getName()) {
                    case "ofSubject" -> {
                        assertThat(arguments[1]).isEqualTo(PERSON);
                        yield new Page<>(List.of(notice(State.DELIVERED)), Optional.empty());
                    }
                    case "overdue" -> List.of(notice(State.DELIVERED));
                    case "inState" -> List.of(notice((State) arguments[1]));
                    case "retry" -> notice(State.QUEUED);
                    case "drop" -> notice(State.DROPPED);
                    case "acknowledge" -> {
                        assertThat(arguments[2]).isEqualTo("letter");
                        yield notice(State.CONFIRMED);
                    }
                    default -> throw new AssertionError(method.getName());
                };
            })
            .with(SharingService.class, (proxy, method, arguments) -> {
                if (method.getName().equals("inState")) {
                    return List.of();
                }
                throw new PledgeException(Kind.NOT_FOUND, "this tenant has no such disclosure");
            });

    private static Notice notice(State state) {
        return new Notice(
                NOTICE,
                new TenantId("korax"),
                PERSON,
                "acme",
                Outbox.Kind.WITHDRAWAL,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                state,
                2,
                OptionalInt.of(202),
                NOW,
                NOW.plusSeconds(1),
                NOW.plusSeconds(2),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    private static <C extends TenantCommand> C korax(C command) {
        command.tenant = "korax";
        command.output = "json";
        return command;
    }

    @Test
    void listsThePersonsNotices() throws IOException {
        SharingNotices command = korax(new SharingNotices());
        command.subject = PERSON.toString();
        assertThat(shell.run(command)).isZero();
        assertThat(calls).containsExactly("ofSubject");
        assertThat(shell.printed())
                .contains(
                        "\"notice\": \"" + NOTICE,
                        "\"partner\": \"acme\"",
                        "\"state\": \"DELIVERED\"",
                        "\"confirmed\": null",
                        "\"overdue\": true");
    }

    @Test
    void listsWhatIsOverdue() throws IOException {
        SharingNotices command = korax(new SharingNotices());
        command.overdue = true;
        assertThat(shell.run(command)).isZero();
        assertThat(calls).containsExactly("overdue");
    }

    @Test
    void asksForAPersonOrForWhatIsOverdue() throws IOException {
        assertThat(shell.run(korax(new SharingNotices()))).isEqualTo(2);
        SharingNotices both = korax(new SharingNotices());
        both.overdue = true;
        both.subject = PERSON.toString();
        assertThat(shell.run(both)).isEqualTo(2);
        assertThat(calls).isEmpty();
    }

    @Test
    void listsParkedNoticesBesideParkedDisclosures() throws IOException {
        assertThat(shell.run(korax(new SharingParked()))).isZero();
        assertThat(shell.printed()).contains("\"kind\": \"WITHDRAWAL\"", "\"state\": \"PARKED\"");
        SharingParked cancelled = korax(new SharingParked());
        cancelled.state = "cancelled";
        calls.clear();
        assertThat(shell.run(cancelled)).isZero();
        assertThat(calls).isEmpty();
    }

    @Test
    void retriesAndDropsANoticeWhereNoDisclosureHasTheIdentifier() throws IOException {
        SharingRetry retry = korax(new SharingRetry());
        retry.id = NOTICE.toString();
        SharingDrop drop = korax(new SharingDrop());
        drop.id = NOTICE.toString();
        assertThat(shell.run(retry)).isZero();
        assertThat(shell.run(drop)).isZero();
        assertThat(shell.printed()).isEqualTo("Notice " + NOTICE + " is QUEUED.\nNotice " + NOTICE + " is DROPPED.\n");
    }

    @Test
    void leavesNoticesAloneWhenTheDisclosureIsNotParked() throws IOException {
        shell.with(SharingService.class, (proxy, method, arguments) -> {
            throw new PledgeException(Kind.CONFLICT, "the disclosure is not parked");
        });
        SharingRetry retry = korax(new SharingRetry());
        retry.id = NOTICE.toString();
        assertThat(shell.run(retry)).isEqualTo(6);
        assertThat(calls).isEmpty();
    }

    @Test
    void recordsAConfirmationByHand() throws IOException {
        SharingNoticeAcknowledge command = korax(new SharingNoticeAcknowledge());
        command.notice = NOTICE.toString();
        command.channel = "letter";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).isEqualTo("Notice " + NOTICE + " is CONFIRMED.\n");
    }
}
