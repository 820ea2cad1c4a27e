package org.pledge.shell.internal;

import java.util.Collection;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;

/** Lists who was told of withdrawals and corrections, and who confirmed it. */
@Service
@Command(
        scope = "sharing",
        name = "notices",
        description = "Lists who was told of withdrawals and corrections, and who confirmed it",
        detailedDescription =
                """
            Example: sharing:notices --tenant korax SUBJECT
            With --overdue, those of everybody that no partner has confirmed in time.
            """)
public final class SharingNotices extends TenantCommand {
    @Argument(index = 0, name = "subject", description = "The opaque identifier of the person")
    String subject;

    @Option(name = "--overdue", description = "Those that are not confirmed although they are due")
    boolean overdue;

    @Option(name = "--limit", description = "At most so many")
    int limit = 50;

    @Override
    int run() {
        if (overdue == (subject != null)) {
            throw new PledgeException(PledgeException.Kind.INVALID, "name a person, or say --overdue")
                    .remedy("See sharing:notices --help.");
        }
        NoticeService notices = service(NoticeService.class);
        print(rows(
                overdue
                        ? notices.overdue(caller(), limit)
                        : notices.ofSubject(caller(), SubjectId.parse(subject), Optional.empty(), limit)
                                .items()));
        return 0;
    }

    private static Rows rows(Collection<Notice> notices) {
        Rows rows = new Rows(
                "Notice",
                "Subject",
                "Partner",
                "Kind",
                "Fields",
                "State",
                "Attempts",
                "Answer",
                "Created",
                "Due",
                "Legally due",
                "Confirmed",
                "Channel",
                "Overdue");
        notices.forEach(n -> rows.add(
                n.id(),
                n.subject(),
                n.partner(),
                n.kind(),
                n.fields(),
                n.state(),
                n.attempts(),
                n.answer().stream().boxed().findFirst(),
                n.created(),
                n.due(),
                n.legallyDue(),
                n.confirmed(),
                n.channel(),
                n.overdue()));
        return rows;
    }
}
