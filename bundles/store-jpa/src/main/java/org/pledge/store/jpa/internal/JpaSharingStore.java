package org.pledge.store.jpa.internal;

import java.sql.Timestamp;
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
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;

/** Keeps partners, legal cases and disclosures; disclosures are written, claimed and counted in plain SQL. */
@Component
public final class JpaSharingStore implements SharingStore {
    private static final String PARTNERS = "select p from PartnerEntity p order by p.key.tenant, p.key.name";
    private static final String CASES =
            "select c from LegalCaseEntity c where c.key.tenant = ?1 order by c.opened desc, c.key.id desc";
    private static final String OF_SUBJECT =
            """
            select d from DisclosureEntity d where d.key.tenant = ?1 and d.subject = ?2
            order by d.created desc, d.key.id desc
            """;
    private static final String OF_SUBJECT_BEFORE =
            """
            select d from DisclosureEntity d where d.key.tenant = ?1 and d.subject = ?2
            and (d.created < ?3 or d.created = ?3 and d.key.id < ?4)
            order by d.created desc, d.key.id desc
            """;
    private static final String IN_STATE =
            "select d from DisclosureEntity d where d.key.tenant = ?1 and d.state = ?2 order by d.created, d.key.id";
    private static final String ADD =
            """
            insert into disclosure (
                subject, partner, purpose, fields, basis, promises, policy_version, legal_case, state, attempts, answer,
                created, deadline, delivered, supplied, next_attempt, claimed_until, due, tenant, id)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
            select * from disclosure where tenant = ?1 and partner = ?2 and due <= ?3
            order by due, id limit ?4 for update skip locked
            """;
    private static final String LOCK_UNFINISHED =
            """
            select * from disclosure where tenant = ?1 and subject = ?2 and state in ('QUEUED', 'SENDING', 'PARKED')
            order by created, id for update
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
        work().update(ADD, columns(disclosure));
    }

    @Override
    public void putDisclosure(StoredDisclosure disclosure) {
        if (work().update(REPLACE, columns(disclosure)) == 0) {
            throw new IllegalStateException("the disclosure does not exist");
        }
    }

    private static Object[] columns(StoredDisclosure stored) {
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
            DisclosureEntity.due(stored),
            disclosure.tenant(),
            disclosure.id()
        };
    }

    @Override
    public Optional<StoredDisclosure> disclosure(TenantId tenant, UUID id) {
        return work().find(DisclosureEntity.class, RowId.of(tenant, id)).map(DisclosureEntity::toValue);
    }

    @Override
    public Optional<StoredDisclosure> lockDisclosure(TenantId tenant, UUID id) {
        return work().lock(DisclosureEntity.class, RowId.of(tenant, id)).map(DisclosureEntity::toValue);
    }

    @Override
    public List<StoredDisclosure> lockDue(TenantId tenant, String partner, Instant now, int limit) {
        return values(work().listLocked(
                        DisclosureEntity.class, LOCK_DUE, tenant.value(), partner, Timestamp.from(now), limit));
    }

    @Override
    public List<StoredDisclosure> lockUnfinished(TenantId tenant, SubjectId subject) {
        return values(work().listLocked(DisclosureEntity.class, LOCK_UNFINISHED, tenant.value(), subject.toUuid()));
    }

    private static List<StoredDisclosure> values(List<DisclosureEntity> entities) {
        return entities.stream().map(DisclosureEntity::toValue).toList();
    }

    @Override
    public List<Disclosure> ofSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit) {
        List<DisclosureEntity> found = before.isEmpty()
                ? work().page(DisclosureEntity.class, limit, OF_SUBJECT, tenant.value(), subject.toUuid())
                : work().page(
                                DisclosureEntity.class,
                                limit,
                                OF_SUBJECT_BEFORE,
                                tenant.value(),
                                subject.toUuid(),
                                before.get().created(),
                                before.get().id());
        return found.stream().map(DisclosureEntity::toDisclosure).toList();
    }

    @Override
    public List<Disclosure> inState(TenantId tenant, State state, int limit) {
        return work().page(DisclosureEntity.class, limit, IN_STATE, tenant.value(), state).stream()
                .map(DisclosureEntity::toDisclosure)
                .toList();
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
