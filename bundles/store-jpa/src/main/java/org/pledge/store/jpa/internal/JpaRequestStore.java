package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
import org.pledge.database.Names;
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

/** Keeps requests, their codes and their exports in plain SQL. */
@Component
public final class JpaRequestStore implements RequestStore {
    private static final String ADD =
            """
            insert into rights_request (subject, type, state, jurisdiction, channel, received, opened_by, law, zone,
                acknowledge_by, acknowledged, answer_by, paused_since, paused_seconds, escalated, verified_by,
                extension_reason, extension_noticed, carried_out, closed, closed_by, ground, next_due, identified, purposes,
                tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update rights_request set subject = ?, type = ?, state = ?, jurisdiction = ?, channel = ?, received = ?,
                opened_by = ?, law = ?, zone = ?, acknowledge_by = ?, acknowledged = ?, answer_by = ?, paused_since = ?,
                paused_seconds = ?, escalated = ?, verified_by = ?, extension_reason = ?, extension_noticed = ?,
                carried_out = ?, closed = ?, closed_by = ?, ground = ?, next_due = ?,
                identified = ?, purposes = ?
            where tenant = ? and id = ?
            """;
    private static final String ONE = "select * from rights_request where tenant = ? and id = ?";
    private static final String LOCKED_RANGE =
            "select * from rights_request where tenant = ? and id > ? and id <= ? order by tenant, id for update";
    private static final String OF_SUBJECT =
            "select * from rights_request where tenant = ? and subject = ? order by tenant, subject, received, id";
    private static final String DUE =
            "select * from rights_request where tenant = ? and next_due < ? order by tenant, next_due, id limit ?";
    private static final String OPEN =
            """
            select type, count(*) as requests, sum(case when next_due <= ? then 1 else 0 end) as overdue,
                sum(case when next_due > ? and next_due <= ? then 1 else 0 end) as soon, min(received) as oldest
            from rights_request where tenant = ? and next_due is not null group by type
            """;
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

    private static final String ADD_CODE_DAY =
            "insert into rights_code_day (tenant, counted_on, subject, codes, failures) values (?, ?, ?, 0, 0)";
    private static final String ADD_TO_CODE_DAY =
            """
            update rights_code_day set codes = codes + ?, failures = failures + ?
            where tenant = ? and counted_on = ? and subject = ?
            """;
    private static final String CODE_DAY =
            "select codes, failures from rights_code_day where tenant = ? and counted_on = ? and subject = ?";
    private static final String REMOVE_CODE_DAYS = "delete from rights_code_day where tenant = ? and counted_on < ?";

    private static final String ADD_EXPORT =
            """
            insert into rights_export (id, state, protection, started, made, expires, counts, bytes, sha256, tenant,
                request)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE_EXPORT =
            """
            update rights_export set id = ?, state = ?, protection = ?, started = ?, made = ?, expires = ?, counts = ?,
                bytes = ?, sha256 = ?
            where tenant = ? and request = ?
            """;
    private static final String EXPORT = "select * from rights_export where tenant = ? and request = ?";
    private static final String EXPIRED_EXPORTS =
            """
            select * from rights_export where tenant = ? and state = 'READY' and expires <= ?
            order by tenant, expires, request limit ?
            """;

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
            request.identified(),
            Names.join(request.purposes()),
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
    public List<Request> lockRequests(TenantId tenant, UUID after, UUID last) {
        return work().query(JpaRequestStore::request, LOCKED_RANGE, tenant, after, last);
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
    public List<Open> open(TenantId tenant, Instant now, Instant soon) {
        return work().query(
                        row -> new Open(
                                Type.valueOf(row.getString("type")),
                                row.getLong("requests"),
                                row.getLong("overdue"),
                                row.getLong("soon"),
                                Work.instant(row, "oldest")),
                        OPEN,
                        now,
                        now,
                        soon,
                        tenant);
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

    @Override
    public CodeDay addToCodeDay(TenantId tenant, SubjectId subject, LocalDate day, CodeDay more) {
        work().insertIfAbsent(ADD_CODE_DAY, tenant, day, subject);
        work().update(ADD_TO_CODE_DAY, more.codes(), more.failures(), tenant, day, subject);
        return work().queryOne(
                        row -> new CodeDay(row.getInt("codes"), row.getInt("failures")), CODE_DAY, tenant, day, subject)
                .orElse(more);
    }

    @Override
    public void removeCodeDays(TenantId tenant, LocalDate before) {
        work().update(REMOVE_CODE_DAYS, tenant, before);
    }

    @Override
    public void putExport(Export export) {
        Object[] columns = {
            export.id(),
            export.state(),
            export.protection(),
            export.started(),
            export.made(),
            export.expires(),
            export.counts().entrySet().stream()
                    .map(count -> count.getKey() + "=" + count.getValue())
                    .sorted()
                    .collect(Collectors.joining(",")),
            export.bytes(),
            export.sha256(),
            export.tenant(),
            export.request()
        };
        if (work().update(REPLACE_EXPORT, columns) == 0) {
            work().update(ADD_EXPORT, columns);
        }
    }

    @Override
    public Optional<Export> export(TenantId tenant, UUID request) {
        return work().queryOne(JpaRequestStore::export, EXPORT, tenant, request);
    }

    @Override
    public List<Export> expiredExports(TenantId tenant, Instant now, int limit) {
        return work().query(JpaRequestStore::export, EXPIRED_EXPORTS, tenant, now, limit);
    }

    private static Export export(ResultSet row) throws SQLException {
        return new Export(
                new TenantId(row.getString("tenant")),
                row.getObject("request", UUID.class),
                row.getObject("id", UUID.class),
                AnswerService.State.valueOf(row.getString("state")),
                AnswerService.Protection.valueOf(row.getString("protection")),
                Work.instant(row, "started"),
                Work.optionalInstant(row, "made"),
                Work.optionalInstant(row, "expires"),
                Arrays.stream(row.getString("counts").split(","))
                        .filter(count -> !count.isEmpty())
                        .map(count -> count.split("=", 2))
                        .collect(Collectors.toMap(count -> count[0], count -> Long.valueOf(count[1]))),
                row.getLong("bytes"),
                text(row, "sha256"));
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
                Work.optionalInstant(row, "closed").flatMap(at -> closedBy.map(by -> new Closing(at, by, ground))),
                row.getBoolean("identified"),
                Names.set(row.getString("purposes")));
    }
}
