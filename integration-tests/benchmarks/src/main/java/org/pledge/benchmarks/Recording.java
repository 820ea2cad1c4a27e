package org.pledge.benchmarks;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.pledge.audit.internal.DefaultAuditLog;
import org.pledge.consent.internal.ConsentTable;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Answer;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.sharing.SharingService.Request;
import org.pledge.sharing.internal.PlainSharing;
import org.pledge.store.jpa.internal.JpaAuditStore;
import org.pledge.store.jpa.internal.JpaConsentStore;
import org.pledge.store.jpa.internal.JpaNoticeStore;
import org.pledge.store.jpa.internal.JpaPolicyStore;
import org.pledge.store.jpa.internal.JpaSharingStore;
import org.pledge.store.jpa.internal.JpaTransactions;
import org.pledge.store.jpa.internal.OpenDatabase;

/** Our sharing service over a database, put together as the container does it, with people who consented. */
final class Recording implements AutoCloseable {
    private static final int PEOPLE = 50_000;
    private static final int AT_ONCE = 1000;
    /** After so many records those who share wait until all of them stand in the chain. */
    private static final int CHAINED_AFTER = 20_000;

    private static final int EPOCH = 1 + People.PARTNERS.size();

    private final OpenUnit unit;
    private final DefaultAuditLog audit;
    private final PlainSharing sharing;
    private final AtomicLong records = new AtomicLong();

    Recording(String url, String user, Path packs) throws SQLException {
        unit = new OpenUnit(url, user, "pledge", OpenDatabase::open);
        consent();
        JpaTransactions transactions = new JpaTransactions(unit.database());
        audit = new DefaultAuditLog(transactions, new JpaAuditStore(transactions));
        DefaultPolicyService policies = new DefaultPolicyService(transactions, new JpaPolicyStore(transactions), audit);
        Korax.install(policies, packs);
        JpaSharingStore store = new JpaSharingStore(transactions);
        transactions.required(() -> store.putPartner(partner()));
        sharing = new PlainSharing(
                transactions,
                store,
                new JpaNoticeStore(transactions),
                new JpaConsentStore(transactions),
                new ConsentTable(new People(Korax.TENANT, PEOPLE), transactions),
                policies,
                audit);
    }

    /** The rows that are locked; what people consented to is in memory only. */
    private void consent() throws SQLException {
        try (Connection connection = unit.pool().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into consent_subject (tenant, subject, epoch) values (?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (int person = 0; person < PEOPLE; person++) {
                insert.setString(1, Korax.TENANT.value());
                insert.setObject(2, People.person(person).toUuid());
                insert.setLong(3, EPOCH);
                insert.addBatch();
                if (person % AT_ONCE == AT_ONCE - 1) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    private static Partner partner() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return new Partner(
                Korax.TENANT,
                People.PARTNERS.get(0),
                "marketing-partner",
                new Partner.Agreement(
                        Set.of("email"),
                        Set.of(People.PURPOSE),
                        "CA",
                        today.minusDays(1),
                        today.plusYears(1),
                        Optional.empty()),
                URI.create("https://mailhaus.example/in"),
                false,
                1);
    }

    /** Shares the record of one random person after the other. */
    Callable<?> one(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            if (!(sharing.service().share(Korax.OPERATOR, request(random)) instanceof Outcome.Queued)) {
                throw new IllegalStateException("a record was not shared");
            }
            chained(1);
            return true;
        };
    }

    /** Shares so many records at once. */
    Callable<?> many(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            List<Request> requests =
                    Stream.generate(() -> request(random)).limit(count).toList();
            SharingService.Batch batch = sharing.service().shareAll(Korax.OPERATOR, requests);
            if (!batch.answers().stream()
                    .allMatch(answer ->
                            answer instanceof Answer.Decided decided && decided.outcome() instanceof Outcome.Queued)) {
                throw new IllegalStateException(
                        "a record was not shared: " + batch.answers().get(0));
            }
            chained(count);
            return true;
        };
    }

    private void chained(int more) {
        long before = records.getAndAdd(more);
        if (before / CHAINED_AFTER != (before + more) / CHAINED_AFTER) {
            drain();
        }
    }

    void drain() {
        audit.tail(Korax.TENANT, 1);
    }

    private static Request request(SplittableRandom random) {
        return new Request(
                People.person(random.nextInt(PEOPLE)),
                People.PARTNERS.get(0),
                People.PURPOSE,
                List.of("email"),
                Optional.empty(),
                Map.of());
    }

    @Override
    public void close() {
        sharing.close();
        audit.deactivate();
        unit.close();
    }
}
