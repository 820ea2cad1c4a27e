package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.database.Dialect;
import org.pledge.database.Names;
import org.pledge.database.Work;

/** Keeps the consent log; in plain SQL, as every change of consent and every disclosure passes here. */
@Component
public final class JpaConsentStore implements ConsentStore {
    private static final String NEXT_EPOCH_POSTGRESQL =
            """
            insert into consent_subject (tenant, subject, epoch) values (?, ?, 1)
            on conflict (tenant, subject) do update set epoch = consent_subject.epoch + 1
            returning epoch
            """;
    private static final String NEXT_EPOCH_H2 =
            """
            select epoch from final table (
                update consent_subject set epoch = epoch + 1 where tenant = ? and subject = ?)
            """;
    private static final String FIRST_EPOCH = "insert into consent_subject (tenant, subject, epoch) values (?, ?, 1)";
    private static final String EPOCH = "select epoch from consent_subject where tenant = ? and subject = ?";
    private static final String LOCKED_EPOCH = EPOCH + " for update";
    private static final String EPOCH_OF =
            "select subject, epoch from consent_subject where tenant = ? and subject = ?";
    /** Ordered by the key, in which the rows are locked then. */
    private static final String EPOCHS =
            """
            select subject, epoch from consent_subject where tenant = ? and subject = any (?)
            order by tenant, subject
            """;

    private static final String APPEND =
            """
            insert into consent_event (
                tenant, subject, epoch, id, kind, happened, purpose, recipient, categories, level, expires,
                policy_version, jurisdiction, channel, wording_version, wording_sha256, actor)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String HISTORY =
            "select * from consent_event where tenant = ? and subject = ? order by epoch, sequence";
    private static final String HISTORY_PART =
            """
            select * from consent_event
            where tenant = ? and subject = ? and epoch >= ? and (epoch > ? or sequence > ?)
            order by tenant, subject, epoch, sequence limit ?
            """;
    private static final String LOG = "select * from consent_event where sequence > ? order by sequence limit ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaConsentStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public long nextEpoch(TenantId tenant, SubjectId subject) {
        Work work = transactions.current();
        if (work.dialect() == Dialect.POSTGRESQL) {
            return raise(work, NEXT_EPOCH_POSTGRESQL, tenant, subject).orElseThrow();
        }
        Optional<Long> raised = raise(work, NEXT_EPOCH_H2, tenant, subject);
        if (raised.isPresent()) {
            return raised.get();
        }
        return work.insertIfAbsent(FIRST_EPOCH, tenant, subject)
                ? 1
                : raise(work, NEXT_EPOCH_H2, tenant, subject).orElseThrow();
    }

    private static Optional<Long> raise(Work work, String sql, TenantId tenant, SubjectId subject) {
        return work.change(row -> row.getLong(1), sql, tenant, subject);
    }

    @Override
    public OptionalLong lockEpoch(TenantId tenant, SubjectId subject) {
        Work work = transactions.current();
        return epoch(work, work.dialect().lockShared(EPOCH), tenant, subject);
    }

    @Override
    public OptionalLong lockEpochExclusively(TenantId tenant, SubjectId subject) {
        return epoch(transactions.current(), LOCKED_EPOCH, tenant, subject);
    }

    private static OptionalLong epoch(Work work, String sql, TenantId tenant, SubjectId subject) {
        return work.queryOne(row -> row.getLong(1), sql, tenant, subject).stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    @Override
    public Map<SubjectId, Long> lockEpochs(TenantId tenant, Set<SubjectId> subjects) {
        Work work = transactions.current();
        Map<SubjectId, Long> epochs = new HashMap<>();
        Work.Row<Long> keep = row -> epochs.put(SubjectId.of(row.getObject(1, UUID.class)), row.getLong(2));
        List<SubjectId> ordered = subjects.stream().sorted().toList();
        if (work.dialect() == Dialect.POSTGRESQL) {
            UUID[] keys = ordered.stream().map(SubjectId::toUuid).toArray(UUID[]::new);
            work.query(keep, work.dialect().lockShared(EPOCHS), tenant, keys);
        } else {
            // H2 looks through the whole array again for each row
            List<Object[]> keys =
                    ordered.stream().map(key -> new Object[] {tenant, key}).toList();
            work.queryEach(keep, work.dialect().lockShared(EPOCH_OF), keys);
        }
        return epochs;
    }

    @Override
    public void append(Event event) {
        Wording wording = event.wording();
        transactions
                .current()
                .updateLater(
                        APPEND,
                        event.tenant(),
                        event.subject(),
                        event.epoch(),
                        event.id(),
                        event.kind(),
                        event.at(),
                        event.purpose(),
                        event.recipient(),
                        Names.join(event.categories()),
                        event.level(),
                        event.expires(),
                        event.policyVersion(),
                        event.jurisdiction(),
                        wording.channel(),
                        wording.version(),
                        wording.sha256(),
                        event.actor());
    }

    @Override
    public List<Event> history(TenantId tenant, SubjectId subject) {
        return transactions.current().query(JpaConsentStore::event, HISTORY, tenant, subject);
    }

    @Override
    public List<Event> history(TenantId tenant, SubjectId subject, Optional<Event> after, int limit) {
        long epoch = after.map(Event::epoch).orElse(0L);
        long sequence = after.map(Event::sequence).orElse(0L);
        return transactions
                .current()
                .query(JpaConsentStore::event, HISTORY_PART, tenant, subject, epoch, epoch, sequence, limit);
    }

    @Override
    public List<Event> log(long after, int limit) {
        return transactions.current().query(JpaConsentStore::event, LOG, after, limit);
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("sequence"),
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("subject", UUID.class)),
                Kind.valueOf(row.getString("kind")),
                Work.instant(row, "happened"),
                row.getLong("epoch"),
                row.getString("purpose"),
                row.getString("recipient"),
                Names.set(row.getString("categories")),
                Optional.ofNullable(row.getString("level")).map(Level::valueOf),
                Work.optionalInstant(row, "expires"),
                row.getInt("policy_version"),
                row.getString("jurisdiction"),
                new Wording(
                        row.getString("channel"), row.getString("wording_version"), row.getString("wording_sha256")),
                row.getString("actor"));
    }
}
