package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.inquiry.InquiryService;
import org.pledge.inquiry.InquiryService.Closing;
import org.pledge.inquiry.InquiryService.Inquiry;

class InquiryCommandsTest {
    private static final UUID INQUIRY = UUID.randomUUID();
    private static final UUID DISCLOSURE = UUID.randomUUID();
    private static final SubjectId PERSON = SubjectId.random();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final List<String> calls = new ArrayList<>();
    private final FakeShell shell = FakeShell.withPolicyOf("iwebtrack")
            .with(InquiryService.class, (proxy, method, arguments) -> {
                calls.add(method.getName());
                if (!arguments[1].equals(PERSON)) {
                    throw new PledgeException(Kind.NOT_FOUND, "no such person; nothing was recorded")
                            .remedy("Check the identifier.");
                }
                return switch (method.getName()) {
                    case "open" -> inquiry(Optional.empty());
                    case "inquiries" -> List.of(inquiry(Optional.of("olga")), inquiry(Optional.empty()));
                    case "close" -> {
                        assertThat(arguments[2]).isEqualTo(INQUIRY);
                        yield new Closing(inquiry(Optional.of("olga")), 2, List.of(new InDoubt(DISCLOSURE, "postbox")));
                    }
                    default -> throw new AssertionError(method.getName());
                };
            });

    private static Inquiry inquiry(Optional<String> closedBy) {
        return new Inquiry(INQUIRY, new TenantId("iwebtrack"), PERSON, NOW, "desk", closedBy.map(any -> NOW), closedBy);
    }

    private static <C extends TenantCommand> C iwebtrack(C command) {
        command.tenant = "iwebtrack";
        return command;
    }

    private InquiryClose close(String inquiry) {
        InquiryClose command = iwebtrack(new InquiryClose());
        command.subject = PERSON.toString();
        command.inquiry = inquiry;
        return command;
    }

    @Test
    void opensAnInquiryAndSaysWhich() throws IOException {
        InquiryOpen command = iwebtrack(new InquiryOpen());
        command.subject = PERSON.toString();
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed()).contains("Inquiry " + INQUIRY + " is open.");
    }

    @Test
    void saysWhatToDoWhereNobodyIsKnown() throws IOException {
        InquiryOpen command = iwebtrack(new InquiryOpen());
        command.subject = SubjectId.random().toString();
        assertThat(shell.run(command)).isEqualTo(4);
        assertThat(shell.printed()).contains("NOT_FOUND: no such person; nothing was recorded. Check the identifier.");
    }

    @Test
    void closesAnInquiryAndSaysWhatWasStopped() throws IOException {
        assertThat(shell.run(close(INQUIRY.toString()))).isZero();
        assertThat(shell.printed())
                .contains(
                        "Inquiry " + INQUIRY + " is closed: 2 queued disclosures stopped.",
                        "may already have left: " + DISCLOSURE + " to postbox");
    }

    @Test
    void closesNothingWithoutAnIdentifier() throws IOException {
        assertThat(shell.run(close("the last one"))).isEqualTo(2);
        assertThat(calls).isEmpty();
    }

    @Test
    void listsThePersonsInquiries() throws IOException {
        InquiryList command = iwebtrack(new InquiryList());
        command.subject = PERSON.toString();
        command.output = "csv";
        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed())
                .contains(
                        INQUIRY + ",CLOSED,2026-01-31T12:00:00Z,desk,2026-01-31T12:00:00Z,olga",
                        INQUIRY + ",OPEN,2026-01-31T12:00:00Z,desk,,");
    }
}
