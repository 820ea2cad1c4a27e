package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** A row of {@code disclosure}; not an entity, as every delivery reads and writes some. */
final class DisclosureRow {
    private DisclosureRow() {}

    static Object[] columns(StoredDisclosure stored) {
        Disclosure disclosure = stored.disclosure();
        return new Object[] {
            disclosure.subject(),
            disclosure.partner(),
            disclosure.purpose(),
            Names.join(disclosure.fields()),
            disclosure.basis(),
            Names.joinInOrder(disclosure.promises()),
            disclosure.policyVersion(),
            disclosure.legalCase(),
            disclosure.state(),
            disclosure.attempts(),
            disclosure.answer().isPresent() ? Optional.of(disclosure.answer().getAsInt()) : Optional.empty(),
            disclosure.created(),
            disclosure.deadline(),
            disclosure.delivered(),
            stored.supplied(),
            stored.nextAttempt(),
            stored.claimedUntil(),
            due(stored),
            disclosure.tenant(),
            disclosure.id()
        };
    }

    /** When somebody has to act on it: to send it, or to take over a claim that lapsed. */
    private static Optional<Instant> due(StoredDisclosure stored) {
        return switch (stored.disclosure().state()) {
            case QUEUED -> Optional.of(stored.nextAttempt());
            case SENDING -> stored.claimedUntil();
            case DELIVERED, CANCELLED, PARKED, DROPPED -> Optional.empty();
        };
    }

    static Disclosure disclosure(ResultSet row) throws SQLException {
        int answer = row.getInt("answer");
        boolean answered = !row.wasNull();
        return new Disclosure(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("subject", UUID.class)),
                row.getString("partner"),
                row.getString("purpose"),
                Names.set(row.getString("fields")),
                row.getString("basis"),
                Names.list(row.getString("promises")),
                row.getInt("policy_version"),
                Optional.ofNullable(row.getObject("legal_case", UUID.class)),
                State.valueOf(row.getString("state")),
                row.getInt("attempts"),
                answered ? OptionalInt.of(answer) : OptionalInt.empty(),
                Work.instant(row, "created"),
                Work.instant(row, "deadline"),
                Work.optionalInstant(row, "delivered"));
    }

    static StoredDisclosure stored(ResultSet row) throws SQLException {
        return new StoredDisclosure(
                disclosure(row),
                row.getBytes("supplied"),
                Work.instant(row, "next_attempt"),
                Work.optionalInstant(row, "claimed_until"));
    }
}
