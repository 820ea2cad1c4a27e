package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.rights.spi.RecordStore;

/** Ends records of what is over, in plain SQL. */
@Component
public final class JpaRecordStore implements RecordStore {
    private static final String PERSON =
            "select 1 from person where person.tenant = one.tenant and person.id = one.subject";

    /** Each takes the tenant and the time, and goes on with the people who are held. */
    private static final String REQUESTS =
            """
            from rights_request one where one.tenant = ? and one.closed <= ?
                and (one.state <> 'FULFILLED' or (one.type not in ('RESTRICTION', 'OBJECTION') or not exists (%s))
                    and (one.type not in ('ERASURE', 'CHILD_REMOVAL') or not exists (
                        select 1 from disclosure where disclosure.tenant = one.tenant
                            and disclosure.subject = one.subject)))
            """
                    .formatted(PERSON);

    private static final String BREACHES =
            "from breach one where one.tenant = ? and one.changed <= ? and one.state in ('CLOSED', 'DISMISSED')";
    private static final String MESSAGES =
            """
            from external_request one where one.tenant = ? and one.received <= ? and not exists (
                select 1 from rights_request request where request.tenant = one.tenant and request.id = one.request)
            """;
    private static final String NEVER_LEFT = "one.attempts = 0 and one.state <> 'DELIVERED'";
    /** Takes the time four times more. */
    private static final String DISCLOSURES =
            """
            from disclosure one where one.tenant = ? and one.created <= ?
                and (one.legal_case is null or exists (select 1 from legal_case where legal_case.tenant = one.tenant
                    and legal_case.id = one.legal_case and legal_case.expires <= ?))
                and one.state in ('DELIVERED', 'CANCELLED', 'DROPPED')
                and (%s or not exists (%s)
                    and not exists (select 1 from rights_request request where request.tenant = one.tenant
                        and request.subject = one.subject and (request.closed is null or request.closed > ?))
                    and not exists (select 1 from notice where notice.tenant = one.tenant
                        and notice.subject = one.subject and (notice.state not in ('CONFIRMED', 'REFUSED', 'SUPERSEDED')
                            or notice.created > ? or notice.confirmed > ?)))
            """
                    .formatted(NEVER_LEFT, PERSON);

    private static final String STATED =
            """
            (%s or exists (select 1 from signed_statement statement where statement.tenant = one.tenant
                    and statement.kind = 'PERSON' and statement.id = one.subject)
                or exists (select 1 from rights_request request join signed_statement statement
                    on statement.tenant = request.tenant and statement.kind = 'REQUEST' and statement.id = request.id
                    where request.tenant = one.tenant and request.subject = one.subject
                        and request.type in ('ERASURE', 'CHILD_REMOVAL') and request.state = 'FULFILLED'))
            """
                    .formatted(NEVER_LEFT);
    private static final String UNSTATED =
            """
             and not %s and exists (select 1 from person_removal removal where removal.tenant = one.tenant
                and removal.person = one.subject) and one.subject > ? order by one.subject limit ?
            """
                    .formatted(STATED);
    private static final UUID FIRST = new UUID(0, 0);

    private static final String NOTICES =
            """
            from notice one where one.tenant = ? and coalesce(one.confirmed, one.created) <= ?
                and one.state in ('CONFIRMED', 'REFUSED', 'SUPERSEDED') and not exists (%s)
                and not exists (select 1 from disclosure where disclosure.tenant = one.tenant
                    and disclosure.subject = one.subject)
            """
                    .formatted(PERSON);

    /** The people who are held come last, in place of the sign. */
    private static final String CALLBACKS =
            """
            from status_callback one where one.tenant = ? and not exists (
                select 1 from rights_request request where request.tenant = one.tenant and request.id = one.request
                    and (request.closed is null or request.closed > ?%s))
            """;

    /** The last of each person. Takes the time once more. */
    private static final String REMOVALS =
            """
            from person_removal one where one.tenant = ? and one.happened <= ?
                and not exists (select 1 from person_removal later where later.tenant = one.tenant
                    and later.person = one.person and later.happened > one.happened)
                and not exists (select 1 from person where person.tenant = one.tenant and person.id = one.person)
                and not exists (select 1 from signed_statement statement where statement.tenant = one.tenant
                    and statement.kind = 'PERSON' and statement.id = one.person and statement.created > ?)
                and not exists (select 1 from rights_request request where request.tenant = one.tenant
                    and request.subject = one.person)
                and not exists (select 1 from notice where notice.tenant = one.tenant and notice.subject = one.person)
                and not exists (select 1 from disclosure where disclosure.tenant = one.tenant
                    and disclosure.subject = one.person)
            """;

    /** Takes the time once more. */
    private static final String SWEEPS =
            """
            from retention_certificate one where one.tenant = ? and one.swept <= ?
                and not exists (select 1 from signed_statement statement where statement.tenant = one.tenant
                    and statement.kind = 'SWEEP' and statement.id = one.id and statement.created > ?)
            """;

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaRecordStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    /** What is due of one kind; the text continues with what is wanted of it. */
    private record Due(String sql, List<Object> values) {
        static Due of(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held) {
            List<Object> values = new ArrayList<>(List.of(tenant, before));
            if (kind == Kind.DISCLOSURE) {
                values.addAll(Collections.nCopies(4, before));
            } else if (kind == Kind.REMOVAL || kind == Kind.SWEEP) {
                values.add(before);
            }
            String sql =
                    switch (kind) {
                        case REQUEST -> REQUESTS + notIn("one.subject", held);
                        case BREACH ->
                            BREACHES
                                    + (held.isEmpty()
                                            ? ""
                                            : " and not exists (select 1 from breach_told told where told.tenant ="
                                                    + " one.tenant and told.breach = one.id and not (true"
                                                    + notIn("told.person", held) + "))");
                        case MESSAGE -> MESSAGES;
                        case DISCLOSURE -> DISCLOSURES + notIn("one.subject", held);
                        case NOTICE -> NOTICES + notIn("one.subject", held);
                        case CALLBACK ->
                            CALLBACKS.formatted(
                                    held.isEmpty() ? "" : " or not (true" + notIn("request.subject", held) + ")");
                        case REMOVAL -> REMOVALS + notIn("one.person", held);
                        case SWEEP -> SWEEPS;
                    };
            if (kind != Kind.MESSAGE && kind != Kind.SWEEP) {
                values.addAll(held);
            }
            return new Due(sql, values);
        }

        Due and(String condition) {
            return new Due(sql + " and " + condition, values);
        }

        private static String notIn(String column, Set<SubjectId> held) {
            return held.isEmpty()
                    ? ""
                    : " and " + column + " not in (" + String.join(", ", Collections.nCopies(held.size(), "?")) + ")";
        }
    }

    @Override
    public long count(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held) {
        Due due = Due.of(kind, tenant, before, held);
        return work().queryOne(
                        row -> row.getLong(1),
                        "select count(*) " + due.sql(),
                        due.values().toArray())
                .orElse(0L);
    }

    @Override
    public int remove(Kind kind, TenantId tenant, Instant before, Set<SubjectId> held, int limit) {
        Due due = Due.of(kind, tenant, before, held);
        due.values().add(limit);
        return switch (kind) {
            case REQUEST -> requests(tenant, ids(due, "one.closed", "one.id"));
            case BREACH -> breaches(tenant, ids(due, "one.changed", "one.id"));
            case MESSAGE -> messages(tenant, due);
            case DISCLOSURE -> removed("disclosure", tenant, ids(due.and(STATED), "one.created", "one.id"));
            case NOTICE -> removed("notice", tenant, ids(due, "one.created", "one.id"));
            case CALLBACK -> callbacks(tenant, due);
            case REMOVAL -> removals(tenant, ids(due, "one.happened", "one.person"));
            case SWEEP -> sweeps(tenant, ids(due, "one.swept", "one.id"));
        };
    }

    @Override
    public List<SubjectId> unstated(
            TenantId tenant, Instant before, Set<SubjectId> held, Optional<SubjectId> after, int limit) {
        Due due = Due.of(Kind.DISCLOSURE, tenant, before, held);
        due.values().add(after.map(SubjectId::toUuid).orElse(FIRST));
        due.values().add(limit);
        return work().query(
                        row -> SubjectId.of(row.getObject(1, UUID.class)),
                        "select distinct one.subject " + due.sql() + UNSTATED,
                        due.values().toArray());
    }

    private List<UUID> ids(Due due, String time, String id) {
        return work().query(
                        row -> row.getObject(1, UUID.class),
                        "select " + id + " " + due.sql() + " order by " + time + ", " + id + " limit ?",
                        due.values().toArray());
    }

    private int removals(TenantId tenant, List<UUID> people) {
        people.forEach(person -> {
            work().update(
                            "delete from signed_statement where tenant = ? and kind = 'PERSON' and id = ?",
                            tenant,
                            person);
            work().update("delete from person_removal where tenant = ? and person = ?", tenant, person);
        });
        return people.size();
    }

    private int sweeps(TenantId tenant, List<UUID> ids) {
        ids.forEach(id -> work().update(
                        "delete from signed_statement where tenant = ? and kind = 'SWEEP' and id = ?", tenant, id));
        return removed("retention_certificate", tenant, ids);
    }

    private int requests(TenantId tenant, List<UUID> ids) {
        for (UUID id : ids) {
            work().update("delete from rights_code where tenant = ? and request = ?", tenant, id);
            work().update("delete from rights_export where tenant = ? and request = ?", tenant, id);
            work().update("delete from external_request where tenant = ? and request = ?", tenant, id);
            work().update("delete from signed_statement where tenant = ? and kind = 'REQUEST' and id = ?", tenant, id);
        }
        return removed("rights_request", tenant, ids);
    }

    private int breaches(TenantId tenant, List<UUID> ids) {
        ids.forEach(id -> work().update("delete from breach_told where tenant = ? and breach = ?", tenant, id));
        return removed("breach", tenant, ids);
    }

    private int messages(TenantId tenant, Due due) {
        List<byte[]> tokens = work().query(
                        row -> row.getBytes(1),
                        "select one.token " + due.sql() + " order by one.received, one.token limit ?",
                        due.values().toArray());
        tokens.forEach(
                token -> work().update("delete from external_request where tenant = ? and token = ?", tenant, token));
        return tokens.size();
    }

    private int callbacks(TenantId tenant, Due due) {
        List<Runnable> removals = work().query(
                        row -> {
                            UUID request = row.getObject(1, UUID.class);
                            String partner = row.getString(2);
                            return () -> work().update(
                                            "delete from status_callback where tenant = ? and request = ? and partner = ?",
                                            tenant,
                                            request,
                                            partner);
                        },
                        "select one.request, one.partner " + due.sql() + " order by one.request, one.partner limit ?",
                        due.values().toArray());
        removals.forEach(Runnable::run);
        return removals.size();
    }

    private int removed(String table, TenantId tenant, List<UUID> ids) {
        ids.forEach(id -> work().update("delete from " + table + " where tenant = ? and id = ?", tenant, id));
        return ids.size();
    }

    private Work work() {
        return transactions.current();
    }
}
