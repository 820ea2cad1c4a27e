package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Dialect;
import org.pledge.database.RowId;
import org.pledge.database.Work;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;

/** Keeps partners, legal cases and disclosures; disclosures in plain SQL, as they are many. */
@Component
public final class JpaSharingStore implements SharingStore {
    private static final String PARTNERS = "select p from PartnerEntity p order by p.key.tenant, p.key.name";
    private static final String CASES =
            "select c from LegalCaseEntity c where c.key.tenant = ?1 order by c.opened desc, c.key.id desc";
    private static final String ONE = "select * from disclosure where tenant = ? and id = ?";
    private static final String OF_SUBJECT =
            """
            select * from disclosure where tenant = ? and subject = ?
            order by tenant desc, subject desc, created desc, id desc limit ?
            """;
    private static final String OF_SUBJECT_BEFORE =
            """
            select * from disclosure where tenant = ? and subject = ? and (created < ? or created = ? and id < ?)
            order by tenant desc, subject desc, created desc, id desc limit ?
            """;
    private static final String IN_STATE =
            """
            select * from disclosure where tenant = ? and state = ?
            order by tenant, state, created, id limit ?
            """;
    private static final String ADD =
            """
            insert into disclosure (
                subject, partner, purpose, fields, basis, promises, policy_version, legal_case, state, attempts, answer,
                created, deadline, delivered, supplied, next_attempt, claimed_until, due, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    /** In the order of {@link DisclosureRow#columns}. */
    private static final List<String> ADD_ALL_TYPES = List.of(
            "uuid",
            "varchar",
            "varchar",
            "varchar",
            "varchar",
            "varchar",
            "int4",
            "uuid",
            "varchar",
            "int4",
            "int4",
            "timestamptz",
            "timestamptz",
            "timestamptz",
            "bytea",
            "timestamptz",
            "timestamptz",
            "timestamptz",
            "varchar",
            "uuid");

    private static final String ADD_ALL_POSTGRESQL =
            """
            insert into disclosure (
                subject, partner, purpose, fields, basis, promises, policy_version, legal_case, state, attempts, answer,
                created, deadline, delivered, supplied, next_attempt, claimed_until, due, tenant, id)
            select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REPLACE =
            """
            update disclosure set
                subject = ?, partner = ?, purpose = ?, fields = ?, basis = ?, promises = ?, policy_version = ?,
                legal_case = ?, state = ?, attempts = ?, answer = ?, created = ?, deadline = ?, delivered = ?,
                supplied = ?, next_attempt = ?, claimed_until = ?, due = ?
            where tenant = ? and id = ?
            """;
    private static final String LOCK_DUE =
            """
            select * from disclosure where tenant = ? and partner = ? and due <= ?
            order by tenant, partner, due, id limit ? for update skip locked
            """;
    private static final String LOCK_UNFINISHED =
            """
            select * from disclosure where tenant = ? and subject = ? and state in ('QUEUED', 'SENDING', 'PARKED')
            order by tenant, subject, created, id for update
            """;
    private static final String BACKLOG =
            """
            select partner,
                sum(case when state = 'PARKED' then 0 else 1 end) as queued,
                sum(case when state = 'PARKED' then 1 else 0 end) as parked
            from disclosure where tenant = ? and state in ('QUEUED', 'SENDING', 'PARKED') group by partner
            """;
    private static final String NEXT_DUE = "select min(due) as due from disclosure where tenant = ? and partner = ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaSharingStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public List<Partner> partners() {
        return work().list(PartnerEntity.class, PARTNERS).stream()
                .map(PartnerEntity::toValue)
                .toList();
    }

    @Override
    public Optional<Partner> lockPartner(TenantId tenant, String name) {
        return work().lock(PartnerEntity.class, RowName.of(tenant, name)).map(PartnerEntity::toValue);
    }

    @Override
    public void putPartner(Partner partner) {
        work().put(PartnerEntity.from(partner));
    }

    @Override
    public void putCase(LegalCase legalCase) {
        work().put(LegalCaseEntity.from(legalCase));
    }

    @Override
    public Optional<LegalCase> lockCase(TenantId tenant, UUID id) {
        return work().lock(LegalCaseEntity.class, RowId.of(tenant, id)).map(LegalCaseEntity::toValue);
    }

    @Override
    public Optional<LegalCase> legalCase(TenantId tenant, UUID id) {
        return work().find(LegalCaseEntity.class, RowId.of(tenant, id)).map(LegalCaseEntity::toValue);
    }

    @Override
    public List<LegalCase> cases(TenantId tenant) {
        return work().list(LegalCaseEntity.class, CASES, tenant.value()).stream()
                .map(LegalCaseEntity::toValue)
                .toList();
    }

    @Override
    public void addDisclosure(StoredDisclosure disclosure) {
        work().updateLater(ADD, DisclosureRow.columns(disclosure));
    }

    @Override
    public void addDisclosures(List<StoredDisclosure> disclosures) {
        List<Object[]> rows = disclosures.stream().map(DisclosureRow::columns).toList();
        if (rows.isEmpty()) {
            return;
        }
        if (work().dialect() == Dialect.POSTGRESQL) {
            work().updateColumns(ADD_ALL_POSTGRESQL, ADD_ALL_TYPES, rows);
        } else {
            work().updateAll(ADD, rows);
        }
    }

    @Override
    public void putDisclosure(StoredDisclosure disclosure) {
        if (work().update(REPLACE, DisclosureRow.columns(disclosure)) == 0) {
            throw new IllegalStateException("the disclosure does not exist");
        }
    }

    @Override
    public Optional<StoredDisclosure> disclosure(TenantId tenant, UUID id) {
        return work().queryOne(DisclosureRow::stored, ONE, tenant, id);
    }

    @Override
    public Optional<StoredDisclosure> lockDisclosure(TenantId tenant, UUID id) {
        return work().queryOne(DisclosureRow::stored, ONE + " for update", tenant, id);
    }

    @Override
    public List<StoredDisclosure> lockDue(TenantId tenant, String partner, Instant now, int limit) {
        return work().query(DisclosureRow::stored, LOCK_DUE, tenant, partner, now, limit);
    }

    @Override
    public List<StoredDisclosure> lockUnfinished(TenantId tenant, SubjectId subject) {
        return work().query(DisclosureRow::stored, LOCK_UNFINISHED, tenant, subject);
    }

    @Override
    public List<Disclosure> ofSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit) {
        return before.map(from -> work().query(
                                DisclosureRow::disclosure,
                                OF_SUBJECT_BEFORE,
                                tenant,
                                subject,
                                from.created(),
                                from.created(),
                                from.id(),
                                limit))
                .orElseGet(() -> work().query(DisclosureRow::disclosure, OF_SUBJECT, tenant, subject, limit));
    }

    @Override
    public List<Disclosure> inState(TenantId tenant, State state, int limit) {
        return work().query(DisclosureRow::disclosure, IN_STATE, tenant, state, limit);
    }

    @Override
    public Map<String, Backlog> backlog(TenantId tenant) {
        Map<String, Backlog> backlog = new HashMap<>();
        work().query(
                        row -> backlog.put(
                                row.getString("partner"), new Backlog(row.getLong("queued"), row.getLong("parked"))),
                        BACKLOG,
                        tenant);
        return backlog;
    }

    @Override
    public Optional<Instant> nextDue(TenantId tenant, String partner) {
        return work().queryOne(row -> Work.optionalInstant(row, "due"), NEXT_DUE, tenant, partner)
                .flatMap(due -> due);
    }

    private Work work() {
        return transactions.current();
    }
}
