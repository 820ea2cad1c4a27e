package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.sorted;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Outbox;

/** The schemas of {@code openapi.yaml} about notices to earlier recipients. */
final class NoticeContract {
    private NoticeContract() {}

    /** Without a channel it is the partner's own. */
    record Acknowledgement(String channel) {
        Optional<String> byHand() {
            return Optional.ofNullable(channel);
        }
    }

    /** Without a channel it is the partner's own. */
    record NoticeRefusal(NoticeService.Exemption ground, String channel) {
        NoticeRefusal {
            Contract.needed("ground", ground);
        }
    }

    record Notice(
            UUID id,
            SubjectId subject,
            String partner,
            Outbox.Kind kind,
            Set<UUID> disclosures,
            Set<String> fields,
            NoticeService.State state,
            int attempts,
            Integer answer,
            Instant created,
            Instant due,
            Instant legallyDue,
            Instant delivered,
            Instant confirmed,
            String channel,
            boolean overdue,
            NoticeService.Exemption ground) {
        static Notice of(NoticeService.Notice n) {
            return new Notice(
                    n.id(),
                    n.subject(),
                    n.partner(),
                    n.kind(),
                    new TreeSet<>(n.disclosures()),
                    sorted(n.fields()),
                    n.state(),
                    n.attempts(),
                    n.answer().isPresent() ? (Integer) n.answer().getAsInt() : null,
                    n.created(),
                    n.due(),
                    n.legallyDue(),
                    n.delivered().orElse(null),
                    n.confirmed().orElse(null),
                    n.channel().orElse(null),
                    n.overdue(),
                    n.ground().orElse(null));
        }
    }
}
