package org.pledge.store.jpa.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.campaign.CampaignService.Counts;
import org.pledge.campaign.CampaignService.Member;
import org.pledge.campaign.spi.CampaignStore;
import org.pledge.database.Work;

/** Keeps who was asked in plain SQL; who accepted is read from the consent log. */
@Component
public final class JpaCampaignStore implements CampaignStore {
    private static final String ASK =
            "insert into campaign_person (tenant, version, subject, asking, asked) values (?, ?, ?, ?, ?)";
    private static final String ASK_AFTER_ANSWER =
            """
            update campaign_person set asking = ?, asked = ?
            where tenant = ? and version = ? and subject = ? and asked is null
            """;
    private static final String ADD_DECLINED =
            "insert into campaign_person (tenant, version, subject, asking, declined) values (?, ?, ?, 'NOT_YET', ?)";
    private static final String DECLINE =
            """
            update campaign_person set declined = ?
            where tenant = ? and version = ? and subject = ? and declined is null
            """;
    /** Takes the version and the tenant, the version twice. */
    private static final String AUDIENCE =
            """
            select person.id, asked.asking, asked.asked,
                case when exists (select 1 from consent_event later where later.tenant = person.tenant
                        and later.subject = person.id and later.kind = 'ACCEPTED' and later.policy_version >= ?)
                    then 'ACCEPTED'
                    when asked.declined is not null then 'DECLINED' else 'UNANSWERED' end as answer
            from person left join campaign_person asked
                on asked.tenant = person.tenant and asked.version = ? and asked.subject = person.id
            where person.tenant = ? and exists (select 1 from consent_event earlier where earlier.tenant = person.tenant
                and earlier.subject = person.id and earlier.kind = 'ACCEPTED' and earlier.policy_version < ?)
            """;

    private static final String ONE = AUDIENCE + " and person.id = ?";
    private static final String UNASKED = "select * from (" + AUDIENCE
            + ") audience where answer = 'UNANSWERED' and asked is null order by id limit ?";
    private static final String COUNTS =
            """
            select count(*) as audience,
                coalesce(sum(case when asking = 'QUEUED' then 1 else 0 end), 0) as queued,
                coalesce(sum(case when asking in ('REFUSED', 'UNREACHABLE') then 1 else 0 end), 0) as unreachable,
                coalesce(sum(case when answer = 'ACCEPTED' then 1 else 0 end), 0) as accepted,
                coalesce(sum(case when answer = 'DECLINED' then 1 else 0 end), 0) as declined
            from ("""
                    + AUDIENCE + ") audience";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaCampaignStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean ask(TenantId tenant, int version, SubjectId subject, Asking asking, Instant at) {
        Work work = transactions.current();
        return work.insertIfAbsent(ASK, tenant, version, subject, asking, at)
                || work.update(ASK_AFTER_ANSWER, asking, at, tenant, version, subject) > 0;
    }

    @Override
    public boolean decline(TenantId tenant, int version, SubjectId subject, Instant at) {
        Work work = transactions.current();
        return work.insertIfAbsent(ADD_DECLINED, tenant, version, subject, at)
                || work.update(DECLINE, at, tenant, version, subject) > 0;
    }

    @Override
    public Optional<Member> member(TenantId tenant, int version, SubjectId subject) {
        return transactions
                .current()
                .queryOne(JpaCampaignStore::member, ONE, version, version, tenant, version, subject);
    }

    @Override
    public List<Member> members(
            TenantId tenant, int version, Optional<Answer> answer, Optional<SubjectId> after, int limit) {
        List<Object> values = new ArrayList<>(List.of(version, version, tenant, version));
        StringBuilder sql = new StringBuilder("select * from (").append(AUDIENCE);
        after.ifPresent(last -> {
            sql.append(" and person.id > ?");
            values.add(last);
        });
        sql.append(") audience");
        answer.ifPresent(wanted -> {
            sql.append(" where answer = ?");
            values.add(wanted);
        });
        sql.append(" order by id limit ?");
        values.add(limit);
        return transactions.current().query(JpaCampaignStore::member, sql.toString(), values.toArray());
    }

    @Override
    public List<SubjectId> unasked(TenantId tenant, int version, int limit) {
        return transactions
                .current()
                .query(
                        row -> SubjectId.of(row.getObject("id", UUID.class)),
                        UNASKED,
                        version,
                        version,
                        tenant,
                        version,
                        limit);
    }

    @Override
    public Counts counts(TenantId tenant, int version) {
        return transactions
                .current()
                .queryOne(JpaCampaignStore::counts, COUNTS, version, version, tenant, version)
                .orElseThrow();
    }

    private static Counts counts(ResultSet row) throws SQLException {
        long audience = row.getLong("audience");
        long accepted = row.getLong("accepted");
        long declined = row.getLong("declined");
        return new Counts(
                audience,
                row.getLong("queued"),
                row.getLong("unreachable"),
                accepted,
                declined,
                audience - accepted - declined);
    }

    private static Member member(ResultSet row) throws SQLException {
        String asking = row.getString("asking");
        return new Member(
                SubjectId.of(row.getObject("id", UUID.class)),
                asking == null ? Asking.NOT_YET : Asking.valueOf(asking),
                Work.optionalInstant(row, "asked"),
                Answer.valueOf(row.getString("answer")));
    }
}
