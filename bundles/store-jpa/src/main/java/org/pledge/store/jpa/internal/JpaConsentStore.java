package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
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
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.database.Dialect;
import org.pledge.database.Names;
import org.pledge.database.Work;
import org.pledge.rights.RightsService.Evidence;

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

    private static final String REACH =
            """
            select coalesce((select max(sequence) from consent_event), 0),
                cast(cast(pg_snapshot_xmin(snapshot) as text) as bigint),
                cast(cast(pg_snapshot_xmax(snapshot) as text) as bigint)
            from pg_current_snapshot() snapshot
            """;

    private static final String ADD_AUTHORISATION =
            """
            insert into guardian_authorisation (
                guardian, evidence, given, given_by, ends, withdrawn, tenant, child, purpose)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE_AUTHORISATION =
            """
            update guardian_authorisation
            set guardian = ?, evidence = ?, given = ?, given_by = ?, ends = ?, withdrawn = ?
            where tenant = ? and child = ? and purpose = ?
            """;
    private static final String AUTHORISATIONS =
            "select * from guardian_authorisation where tenant = ? and child = ? order by tenant, child, purpose";
    private static final String AUTHORISATIONS_BY =
            "select * from guardian_authorisation where tenant = ? and guardian = ? order by tenant, child, purpose";
    private static final String REMOVE_AUTHORISATIONS =
            "delete from guardian_authorisation where tenant = ? and child = ?";
    private static final String REMOVE_AUTHORISATION = REMOVE_AUTHORISATIONS + " and purpose = ?";
    private static final String ENDED = " from guardian_authorisation where tenant = ? and ends <= ?";

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

    /** A change takes the person's row, and with it the number of its transaction, before its place in the log. */
    @Override
    public Reach reach() {
        Work work = transactions.current();
        return work.dialect() == Dialect.POSTGRESQL
                ? work.queryOne(row -> new Reach(row.getLong(1), row.getLong(2), row.getLong(3)), REACH)
                        .orElseThrow()
                : ConsentStore.super.reach();
    }

    @Override
    public List<Event> log(long after, int limit) {
        return transactions.current().query(JpaConsentStore::event, LOG, after, limit);
    }

    @Override
    public void putAuthorisation(Authorisation authorisation) {
        Object[] columns = {
            authorisation.guardian(),
            authorisation.evidence(),
            authorisation.given(),
            authorisation.givenBy(),
            authorisation.until(),
            authorisation.withdrawn(),
            authorisation.tenant(),
            authorisation.child(),
            authorisation.purpose()
        };
        Work work = transactions.current();
        if (work.update(REPLACE_AUTHORISATION, columns) == 0) {
            work.update(ADD_AUTHORISATION, columns);
        }
    }

    @Override
    public List<Authorisation> authorisations(TenantId tenant, SubjectId child) {
        return transactions.current().query(JpaConsentStore::authorisation, AUTHORISATIONS, tenant, child);
    }

    @Override
    public List<Authorisation> authorisationsBy(TenantId tenant, SubjectId guardian) {
        return transactions.current().query(JpaConsentStore::authorisation, AUTHORISATIONS_BY, tenant, guardian);
    }

    @Override
    public void removeAuthorisations(TenantId tenant, SubjectId child) {
        transactions.current().update(REMOVE_AUTHORISATIONS, tenant, child);
    }

    @Override
    public long countEndedAuthorisations(TenantId tenant, Instant before, Set<SubjectId> held) {
        return transactions
                .current()
                .queryOne(
                        row -> row.getLong(1),
                        "select count(*)" + ENDED + butOf(held),
                        ended(tenant, before, held).toArray())
                .orElse(0L);
    }

    @Override
    public List<Authorisation> removeEndedAuthorisations(
            TenantId tenant, Instant before, Set<SubjectId> held, int limit) {
        Work work = transactions.current();
        List<Object> values = ended(tenant, before, held);
        values.add(limit);
        List<Authorisation> ended = work.query(
                JpaConsentStore::authorisation,
                "select *" + ENDED + butOf(held) + " order by tenant, ends, child, purpose limit ?",
                values.toArray());
        ended.forEach(one -> work.update(REMOVE_AUTHORISATION, tenant, one.child(), one.purpose()));
        return ended;
    }

    private static List<Object> ended(TenantId tenant, Instant before, Set<SubjectId> held) {
        List<Object> values = new ArrayList<>(List.of(tenant, before));
        values.addAll(held);
        values.addAll(held);
        return values;
    }

    private static String butOf(Set<SubjectId> held) {
        String people = String.join(", ", Collections.nCopies(held.size(), "?"));
        return held.isEmpty() ? "" : " and child not in (" + people + ") and guardian not in (" + people + ")";
    }

    private static Authorisation authorisation(ResultSet row) throws SQLException {
        return new Authorisation(
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("child", UUID.class)),
                row.getString("purpose"),
                SubjectId.of(row.getObject("guardian", UUID.class)),
                Evidence.valueOf(row.getString("evidence")),
                Work.instant(row, "given"),
                row.getString("given_by"),
                Work.instant(row, "ends"),
                Work.optionalInstant(row, "withdrawn"));
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
