package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RequestStore;

/** Keeps requests and their codes in plain SQL. */
@Component
public final class JpaRequestStore implements RequestStore {
    private static final String ADD =
            """
            insert into rights_request (subject, type, state, jurisdiction, channel, received, opened_by, law, zone,
                acknowledge_by, acknowledged, answer_by, paused_since, paused_seconds, escalated, verified_by,
                extension_reason, extension_noticed, carried_out, closed, closed_by, ground, next_due, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update rights_request set subject = ?, type = ?, state = ?, jurisdiction = ?, channel = ?, received = ?,
                opened_by = ?, law = ?, zone = ?, acknowledge_by = ?, acknowledged = ?, answer_by = ?, paused_since = ?,
                paused_seconds = ?, escalated = ?, verified_by = ?, extension_reason = ?, extension_noticed = ?,
                carried_out = ?, closed = ?, closed_by = ?, ground = ?, next_due = ?
            where tenant = ? and id = ?
            """;
    private static final String ONE = "select * from rights_request where tenant = ? and id = ?";
    private static final String OF_SUBJECT =
            "select * from rights_request where tenant = ? and subject = ? order by tenant, subject, received, id";
    private static final String DUE =
            "select * from rights_request where tenant = ? and next_due < ? order by tenant, next_due, id limit ?";
    private static final String NEWLY_DUE =
            """
            select * from rights_request
            where tenant = ? and next_due <= ? and (escalated is null or escalated < next_due)
            order by tenant, next_due, id limit ? for update skip locked
            """;
    private static final String CARRIED_OUT =
            """
            select * from rights_request
            where tenant = ? and next_due is not null and carried_out is not null and id > ? order by tenant, id limit ?
            """;
    private static final UUID FIRST = new UUID(0, 0);
    private static final String ADD_CODES =
            "insert into rights_code (token, expires, codes, failures, tenant, request) values (?, ?, ?, ?, ?, ?)";
    private static final String REPLACE_CODES =
            """
            update rights_code set token = ?, expires = ?, codes = ?, failures = ? where tenant = ? and request = ?
            """;
    private static final String CODES = "select * from rights_code where tenant = ? and request = ?";
    private static final String REMOVE_CODES = "delete from rights_code where tenant = ? and request = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaRequestStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    private Work work() {
        return transactions.current();
    }

    @Override
    public void putRequest(Request request) {
        Deadlines deadlines = request.deadlines();
        Object[] columns = {
            request.subject(),
            request.type(),
            request.state(),
            request.jurisdiction(),
            request.channel(),
            request.received(),
            request.openedBy(),
            deadlines.law(),
            deadlines.zone().getId(),
            deadlines.acknowledgeBy(),
            deadlines.acknowledged(),
            deadlines.answerBy(),
            deadlines.pausedSince(),
            deadlines.paused().toSeconds(),
            deadlines.escalated(),
            request.verifiedBy(),
            request.extension().map(Extension::reason),
            request.extension().map(Extension::noticed),
            request.carriedOut(),
            request.closing().map(Closing::at),
            request.closing().map(Closing::by),
            request.closing().flatMap(Closing::ground),
            request.state().closed() ? Optional.empty() : Optional.of(deadlines.next()),
            request.tenant(),
            request.id()
        };
        if (work().update(REPLACE, columns) == 0) {
            work().update(ADD, columns);
        }
    }

    @Override
    public Optional<Request> request(TenantId tenant, UUID id) {
        return work().queryOne(JpaRequestStore::request, ONE, tenant, id);
    }

    @Override
    public Optional<Request> lockRequest(TenantId tenant, UUID id) {
        return work().queryOne(JpaRequestStore::request, ONE + " for update", tenant, id);
    }

    @Override
    public List<Request> requestsOf(TenantId tenant, SubjectId subject) {
        return work().query(JpaRequestStore::request, OF_SUBJECT, tenant, subject);
    }

    @Override
    public List<Request> requestsDue(TenantId tenant, Instant before, int limit) {
        return work().query(JpaRequestStore::request, DUE, tenant, before, limit);
    }

    @Override
    public List<Request> lockNewlyDue(TenantId tenant, Instant now, int limit) {
        return work().query(JpaRequestStore::request, NEWLY_DUE, tenant, now, limit);
    }

    @Override
    public List<Request> carriedOut(TenantId tenant, Optional<UUID> after, int limit) {
        return work().query(JpaRequestStore::request, CARRIED_OUT, tenant, after.orElse(FIRST), limit);
    }

    @Override
    public void putCodes(CodeState codes) {
        Object[] columns = {
            codes.token(), codes.expires(), codes.codes(), codes.failures(), codes.tenant(), codes.request()
        };
        if (work().update(REPLACE_CODES, columns) == 0) {
            work().update(ADD_CODES, columns);
        }
    }

    @Override
    public Optional<CodeState> codes(TenantId tenant, UUID request) {
        return work().queryOne(
                        row -> new CodeState(
                                tenant,
                                request,
                                row.getBytes("token"),
                                Work.instant(row, "expires"),
                                row.getInt("codes"),
                                row.getInt("failures")),
                        CODES,
                        tenant,
                        request);
    }

    @Override
    public void removeCodes(TenantId tenant, UUID request) {
        work().update(REMOVE_CODES, tenant, request);
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Request request(ResultSet row) throws SQLException {
        Optional<LocalDate> noticed = Optional.ofNullable(row.getObject("extension_noticed", LocalDate.class));
        Optional<String> closedBy = text(row, "closed_by");
        Optional<Ground> ground = text(row, "ground").map(Ground::valueOf);
        return new Request(
                row.getObject("id", UUID.class),
                new TenantId(row.getString("tenant")),
                SubjectId.of(row.getObject("subject", UUID.class)),
                Type.valueOf(row.getString("type")),
                State.valueOf(row.getString("state")),
                row.getString("jurisdiction"),
                row.getString("channel"),
                Work.instant(row, "received"),
                row.getString("opened_by"),
                new Deadlines(
                        row.getString("law"),
                        ZoneId.of(row.getString("zone")),
                        Work.optionalInstant(row, "acknowledge_by"),
                        Work.optionalInstant(row, "acknowledged"),
                        Work.instant(row, "answer_by"),
                        Work.optionalInstant(row, "paused_since"),
                        Duration.ofSeconds(row.getLong("paused_seconds")),
                        Work.optionalInstant(row, "escalated")),
                text(row, "verified_by").map(Method::valueOf),
                text(row, "extension_reason")
                        .flatMap(reason -> noticed.map(day -> new Extension(Reason.valueOf(reason), day))),
                Work.optionalInstant(row, "carried_out"),
                Work.optionalInstant(row, "closed").flatMap(at -> closedBy.map(by -> new Closing(at, by, ground))));
    }
}
