package org.pledge.shell.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox;

/** Lists the partners that have not confirmed that somebody unsubscribed, and the time they have left. */
@Service
@Command(
        scope = "message",
        name = "unsubscribes",
        description =
                "Lists the partners that have not confirmed that somebody unsubscribed, and the time they have left",
        detailedDescription =
                """
            Example: message:unsubscribes --tenant anyip
            We stop at once; the clock, ten days where the policy says so, measures the partners. The earliest end comes
            first. sharing:notices SUBJECT shows those that are confirmed too.
            """)
public final class MessageUnsubscribes extends TenantCommand {
    private static final List<State> OPEN =
            List.of(State.QUEUED, State.SENDING, State.DELIVERED, State.PARKED, State.DROPPED);

    private static final int PAGE = 500;

    @Option(name = "--limit", description = "At most so many, the earliest end first; all are counted")
    int limit = 50;

    private final Clock clock;

    /** In the shell. */
    public MessageUnsubscribes() {
        this(Clock.systemUTC());
    }

    MessageUnsubscribes(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run() {
        Caller caller = caller();
        NoticeService notices = service(NoticeService.class);
        List<Notice> open = new ArrayList<>();
        OPEN.forEach(state -> addAll(open, notices, caller, state));
        open.sort(Comparator.comparing(Notice::due));
        Rows rows =
                new Rows("Partner", "Notice", "State", "Unsubscribed", "Due", "Legally due", "Days left", "Overdue");
        Instant now = clock.instant();
        open.stream()
                .limit(limit)
                .forEach(one -> rows.add(
                        one.partner(),
                        one.id(),
                        one.state(),
                        one.created(),
                        one.due(),
                        one.legallyDue(),
                        Math.floorDiv(
                                Duration.between(now, one.due()).toSeconds(),
                                Duration.ofDays(1).toSeconds()),
                        now.isAfter(one.due())));
        print(rows);
        if (forPeople()) {
            if (open.size() > limit) {
                out().println("The first " + limit + "; --limit " + open.size() + " shows all.");
            }
            out().println(open.size() + " not confirmed, "
                    + open.stream().map(Notice::partner).distinct().count() + " partners, "
                    + open.stream().filter(one -> now.isAfter(one.due())).count() + " overdue.");
        }
        return 0;
    }

    private static void addAll(List<Notice> open, NoticeService notices, Caller caller, State state) {
        Optional<String> cursor = Optional.empty();
        do {
            Page<Notice> page = notices.inState(caller, state, cursor, PAGE);
            page.items().stream()
                    .filter(notice -> notice.kind() == Outbox.Kind.WITHDRAWAL)
                    .forEach(open::add);
            cursor = page.next();
        } while (cursor.isPresent());
    }
}
