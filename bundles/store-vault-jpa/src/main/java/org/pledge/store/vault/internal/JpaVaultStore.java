package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.database.Dialect;
import org.pledge.database.Work;
import org.pledge.vault.EvidenceService.Evidence;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.spi.VaultStore;

/** Keeps cards, movements of money, requests and acts; in plain SQL but for new requests, which are few. */
@Component
public final class JpaVaultStore implements VaultStore {
    private static final String CARD = "select * from card where tenant = ? and token = ?";
    private static final String SOME_CARDS = "select * from card where tenant = ? and token = any (?)";
    /** In one order for everybody, so that nobody waits for whom they keep waiting. */
    private static final String LOCK_CARDS =
            "select * from card where tenant = ? and token = any (?) order by token for update";

    private static final String LOCK_ALL_BY_LOOKUP =
            "select * from card where tenant = ? and lookup = any (?) order by token for update";
    private static final String LOCK_PAYMENTS =
            "select * from payment where tenant = ? and id = any (?::uuid[]) order by id for update";
    private static final String LOCK_BY_LOOKUP = "select * from card where tenant = ? and lookup = ? for update";
    private static final String CARDS =
            "select * from card where tenant = ? and customer = ? order by stored desc, token desc";
    private static final String REMOVE_CARD = "delete from card where tenant = ? and token = ?";
    private static final String CARDS_BY_NETWORK =
            "select network, count(*) from card where tenant = ? group by network";
    private static final String EXPIRED = "select count(*) from card where tenant = ? and expires < ?";
    private static final String PAYMENT = "select * from payment where tenant = ? and id = ?";
    private static final String BY_REFERENCE = "select * from payment where tenant = ? and kind = ? and reference = ?";
    private static final String ON = "select * from payment where tenant = ? and parent = ? order by created, id";
    private static final String OF_CARD =
            """
            select * from payment where tenant = ? and token = ?
            order by tenant desc, token desc, created desc, id desc limit ?
            """;
    private static final String IN_STATE =
            "select * from payment where tenant = ? and state = ? order by tenant, state, created, id limit ?";
    private static final String IN_STATE_AFTER =
            """
            select * from payment where tenant = ? and state = ? and created >= ? and (created > ? or id > ?)
            order by tenant, state, created, id limit ?
            """;
    private static final String STUCK =
            "select * from payment where state in (%s) and changed < ? order by changed, id limit ?";
    private static final String PAYMENTS_BY_STATE =
            "select state, count(*) from payment where tenant = ? group by state";
    private static final String OLDEST = "select min(changed) as oldest from payment where tenant = ? and state = ?";
    private static final String EVIDENCE = "select * from evidence where tenant = ? and id = ?";
    private static final String EVIDENCE_PARTS =
            "select content from evidence_part where tenant = ? and evidence = ? order by part";
    private static final String EVIDENCE_AGAINST =
            "select * from evidence where tenant = ? and chargeback = ? order by added, id";
    private static final String EVIDENCE_OF_CARD =
            "select * from evidence where tenant = ? and token = ? order by added, id";
    private static final String EVIDENCE_OF_CUSTOMER =
            "select * from evidence where tenant = ? and customer = ? order by added, id";
    private static final String EVIDENCE_UNTIL =
            "select * from evidence where keep_until < ? order by keep_until limit ?";
    private static final String REMOVE_PARTS = "delete from evidence_part where tenant = ? and evidence = ?";
    private static final String REMOVE_EVIDENCE = "delete from evidence where tenant = ? and id = ?";
    private static final String REQUESTS =
            "select r from RequestEntity r where r.key.tenant = ?1 order by r.opened desc, r.key.id desc";
    private static final String LOCK_UNRELAYED =
            "select * from vault_event where relayed = false order by sequence limit ? for update skip locked";
    private static final String LOCK_UNRELAYED_WITHOUT =
            """
            select * from vault_event where relayed = false and not (tenant = any (?))
            order by sequence limit ? for update skip locked
            """;
    private static final String RELAYED =
            "update vault_event set relayed = true where tenant = ? and token = ? and sequence = ?";
    private static final String RELAYED_POSTGRESQL =
            """
            update vault_event as event set relayed = true
            from unnest(?::varchar[], ?::varchar[], ?::bigint[]) as done (tenant, token, sequence)
            where event.relayed = false and event.sequence = done.sequence
                and event.tenant = done.tenant and event.token = done.token
            """;
    private static final String EVENTS =
            """
            select * from vault_event where tenant = ? and token = ? and sequence < ?
            order by tenant desc, token desc, sequence desc limit ?
            """;
    private static final String COUNT =
            "select count(*) from vault_event where tenant = ? and act = ? and happened >= ?";
    private static final String REMOVE_EVENTS =
            """
            delete from vault_event where (tenant, token, sequence) in (
                select tenant, token, sequence from vault_event
                where relayed = true and happened < ? order by happened limit ?)
            """;

    private final JpaVaultTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaVaultStore(@Reference JpaVaultTransactions transactions) {
        this.transactions = transactions;
    }

    private Work work() {
        return transactions.current();
    }

    // cards

    @Override
    public void addCard(StoredCard card) {
        work().changeOneLater(CardRow.ADD, CardRow.columns(card));
    }

    @Override
    public void putCard(StoredCard card) {
        work().changeOneLater(CardRow.REPLACE, CardRow.columns(card));
    }

    @Override
    public Optional<StoredCard> card(TenantId tenant, String token) {
        return work().queryOne(CardRow::read, CARD, tenant, token);
    }

    @Override
    public Optional<StoredCard> lockCard(TenantId tenant, String token) {
        return work().queryOne(CardRow::read, CARD + " for update", tenant, token);
    }

    /** Who finds the card acknowledges what somebody else may have stored just now. */
    @Override
    public Optional<StoredCard> lockCardByLookup(TenantId tenant, byte[] lookup) {
        return acknowledged(work().queryOne(CardRow::read, LOCK_BY_LOOKUP, tenant, lookup));
    }

    @Override
    public List<StoredCard> cards(TenantId tenant, Set<String> tokens) {
        return isOneByOne(tokens)
                ? VaultStore.super.cards(tenant, tokens)
                : work().query(CardRow::read, SOME_CARDS, tenant, tokens.toArray(String[]::new));
    }

    @Override
    public List<StoredCard> lockCards(TenantId tenant, Set<String> tokens) {
        return isOneByOne(tokens)
                ? VaultStore.super.lockCards(tenant, tokens)
                : work().query(CardRow::read, LOCK_CARDS, tenant, tokens.toArray(String[]::new));
    }

    @Override
    public List<StoredCard> lockCardsByLookup(TenantId tenant, List<byte[]> lookups) {
        if (isOneByOne(lookups)) {
            return VaultStore.super.lockCardsByLookup(tenant, lookups);
        }
        List<StoredCard> found =
                work().query(CardRow::read, LOCK_ALL_BY_LOOKUP, tenant, lookups.toArray(byte[][]::new));
        found.stream().findAny().ifPresent(any -> work().readsWhatMustBeDurable());
        return found;
    }

    @Override
    public List<StoredCard> cards(TenantId tenant, SubjectId customer) {
        return work().query(CardRow::read, CARDS, tenant, customer);
    }

    @Override
    public void removeCard(TenantId tenant, String token) {
        work().updateLater(REMOVE_CARD, tenant, token);
    }

    @Override
    public Map<Network, Long> cardsByNetwork(TenantId tenant) {
        return counts(work().query(JpaVaultStore::count, CARDS_BY_NETWORK, tenant), Network.class);
    }

    @Override
    public long expired(TenantId tenant, YearMonth month) {
        return number(work().queryOne(row -> row.getLong(1), EXPIRED, tenant, CardRow.day(month)));
    }

    // movements of money

    @Override
    public boolean addPayment(Payment payment) {
        return work().insertIfAbsent(PaymentRow.ADD, PaymentRow.columns(payment));
    }

    @Override
    public void putPayment(Payment payment) {
        work().changeOneLater(PaymentRow.REPLACE, PaymentRow.columns(payment));
    }

    @Override
    public Optional<Payment> payment(TenantId tenant, UUID id) {
        return work().queryOne(PaymentRow::read, PAYMENT, tenant, id);
    }

    @Override
    public Optional<Payment> lockPayment(TenantId tenant, UUID id) {
        return work().queryOne(PaymentRow::read, PAYMENT + " for update", tenant, id);
    }

    @Override
    public List<Payment> lockPayments(TenantId tenant, Set<UUID> ids) {
        return isOneByOne(ids)
                ? VaultStore.super.lockPayments(tenant, ids)
                : work().query(PaymentRow::read, LOCK_PAYMENTS, tenant, texts(ids));
    }

    /** Who finds the movement acknowledges it again. */
    @Override
    public Optional<Payment> paymentByReference(TenantId tenant, String kind, String reference) {
        return acknowledged(work().queryOne(PaymentRow::read, BY_REFERENCE, tenant, kind, reference));
    }

    @Override
    public List<Payment> paymentsOn(TenantId tenant, UUID parent) {
        return work().query(PaymentRow::read, ON, tenant, parent);
    }

    @Override
    public List<Payment> payments(TenantId tenant, String token, int limit) {
        return work().query(PaymentRow::read, OF_CARD, tenant, token, limit);
    }

    @Override
    public List<Payment> payments(TenantId tenant, State state, Optional<Payment> after, int limit) {
        if (after.isEmpty()) {
            return work().query(PaymentRow::read, IN_STATE, tenant, state, limit);
        }
        Instant created = after.get().created();
        UUID id = after.get().id();
        return work().query(PaymentRow::read, IN_STATE_AFTER, tenant, state, created, created, id, limit);
    }

    @Override
    public List<Payment> stuck(List<State> states, Instant before, int limit) {
        Work work = work();
        if (states.isEmpty()) {
            return List.of();
        }
        List<Object> parameters = new ArrayList<>(states);
        parameters.add(before);
        parameters.add(limit);
        String sql = STUCK.formatted(String.join(", ", Collections.nCopies(states.size(), "?")));
        return work.query(PaymentRow::read, sql, parameters.toArray());
    }

    @Override
    public Map<State, Long> paymentsByState(TenantId tenant) {
        return counts(work().query(JpaVaultStore::count, PAYMENTS_BY_STATE, tenant), State.class);
    }

    @Override
    public Optional<Instant> oldest(TenantId tenant, State state) {
        return work().queryOne(row -> Work.optionalInstant(row, "oldest"), OLDEST, tenant, state)
                .flatMap(oldest -> oldest);
    }

    // evidence

    @Override
    public void addEvidence(StoredEvidence evidence) {
        Work work = work();
        work.update(EvidenceRow.ADD, EvidenceRow.columns(evidence));
        work.updateAll(EvidenceRow.ADD_PART, EvidenceRow.parts(evidence));
    }

    @Override
    public Optional<StoredEvidence> evidence(TenantId tenant, UUID id) {
        Work work = work();
        return work.queryOne(EvidenceRow::readWhole, EVIDENCE, tenant, id).map(row -> {
            List<byte[]> parts = work.query(part -> part.getBytes("content"), EVIDENCE_PARTS, tenant, id);
            return new StoredEvidence(row.evidence(), row.token(), row.customer(), EvidenceRow.together(parts));
        });
    }

    @Override
    public List<Evidence> evidenceAgainst(TenantId tenant, UUID chargeback) {
        return work().query(EvidenceRow::read, EVIDENCE_AGAINST, tenant, chargeback);
    }

    @Override
    public List<Evidence> evidenceAbout(TenantId tenant, String token) {
        return work().query(EvidenceRow::read, EVIDENCE_OF_CARD, tenant, token);
    }

    @Override
    public List<Evidence> evidenceAbout(TenantId tenant, SubjectId customer) {
        return work().query(EvidenceRow::read, EVIDENCE_OF_CUSTOMER, tenant, customer);
    }

    @Override
    public List<Evidence> evidenceUntil(Instant before, int limit) {
        return work().query(EvidenceRow::read, EVIDENCE_UNTIL, before, limit);
    }

    @Override
    public boolean removeEvidence(TenantId tenant, UUID id) {
        Work work = work();
        work.update(REMOVE_PARTS, tenant, id);
        return work.update(REMOVE_EVIDENCE, tenant, id) == 1;
    }

    // requests

    @Override
    public void putRequest(Request request) {
        Work work = work();
        if (work.update(RequestRow.REPLACE_ONE, RequestRow.columns(request)) == 0) {
            work.add(RequestEntity.from(request));
        }
    }

    @Override
    public Optional<Request> lockRequest(TenantId tenant, UUID id) {
        return work().queryOne(RequestRow::read, RequestRow.LOCK, tenant, id);
    }

    @Override
    public List<Request> requests(TenantId tenant, Set<UUID> ids) {
        return ids.isEmpty() || work().dialect() == Dialect.H2
                ? VaultStore.super.requests(tenant, ids)
                : work().query(RequestRow::read, RequestRow.SOME, tenant, texts(ids));
    }

    @Override
    public List<Request> lockRequests(TenantId tenant, Set<UUID> ids) {
        return isOneByOne(ids)
                ? VaultStore.super.lockRequests(tenant, ids)
                : work().query(RequestRow::read, RequestRow.LOCK_MANY, tenant, texts(ids));
    }

    @Override
    public void replaceRequest(Request request) {
        work().changeOneLater(RequestRow.REPLACE, RequestRow.columns(request));
    }

    @Override
    public List<Request> requests(TenantId tenant, int limit) {
        return work().page(RequestEntity.class, limit, REQUESTS, tenant.value()).stream()
                .map(RequestEntity::toValue)
                .toList();
    }

    // acts

    @Override
    public void addEvent(Event event) {
        work().changeOneLater(EventRow.ADD, EventRow.columns(event));
    }

    @Override
    public List<Event> lockUnrelayed(int limit, Set<TenantId> without) {
        return without.isEmpty()
                ? work().query(EventRow::read, LOCK_UNRELAYED, limit)
                : work().query(
                                EventRow::read,
                                LOCK_UNRELAYED_WITHOUT,
                                without.stream().map(TenantId::value).toArray(String[]::new),
                                limit);
    }

    @Override
    public void relayed(List<Event> events) {
        Work work = work();
        if (events.isEmpty()) {
            return;
        }
        if (work.dialect() == Dialect.POSTGRESQL) {
            work.updateLater(RELAYED_POSTGRESQL, EventRow.keys(events));
        } else {
            work.updateAll(RELAYED, events.stream().map(EventRow::key).toList());
        }
    }

    @Override
    public List<Event> events(TenantId tenant, String token, long before, int limit) {
        return work().query(EventRow::read, EVENTS, tenant, token, before, limit);
    }

    @Override
    public long count(TenantId tenant, Leaf.Act act, Instant since) {
        return number(work().queryOne(row -> row.getLong(1), COUNT, tenant, act, since));
    }

    @Override
    public int removeEvents(Instant before, int limit) {
        return work().update(REMOVE_EVENTS, before, limit);
    }

    /** Whether rows are looked for one by one: where there is one, or in H2, which has no use for arrays. */
    private boolean isOneByOne(Collection<?> rows) {
        return rows.size() < 2 || work().dialect() == Dialect.H2;
    }

    private static String[] texts(Set<UUID> ids) {
        return ids.stream().map(UUID::toString).toArray(String[]::new);
    }

    private <T> Optional<T> acknowledged(Optional<T> found) {
        if (found.isPresent()) {
            work().readsWhatMustBeDurable();
        }
        return found;
    }

    private static long number(Optional<Long> counted) {
        return counted.orElse(0L);
    }

    private static Map.Entry<String, Long> count(ResultSet row) throws SQLException {
        return Map.entry(row.getString(1), row.getLong(2));
    }

    private static <E extends Enum<E>> Map<E, Long> counts(List<Map.Entry<String, Long>> rows, Class<E> type) {
        return rows.stream().collect(Collectors.toMap(row -> Enum.valueOf(type, row.getKey()), Map.Entry::getValue));
    }
}
