package org.pledge.store.vault.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.database.Dialect;
import org.pledge.database.RowChange;
import org.pledge.database.Work;

/** Keeps the vault's wrapped keys; in plain SQL, as JPA cannot insert only what is absent. */
@Component
public final class JpaCardKeyStore implements CardKeyStore {
    private static final String CARD_KEY = "select epoch, wrapped from card_key where tenant = ? and card = ?";
    private static final String PUT_CARD_KEY =
            "insert into card_key (tenant, card, epoch, wrapped) values (?, ?, ?, ?)";
    /** The epoch is null, which the column is not, where the epoch's key is gone. */
    private static final String ADD_CARD_KEY =
            """
            insert into card_key (tenant, card, epoch, wrapped)
            values (?, ?, (select name from wrapping_key where name = ?), ?)
            """;

    private static final String ADD_CARD_KEYS =
            """
            insert into card_key (tenant, card, epoch, wrapped)
            select row.tenant, row.card, wrapping_key.name, row.wrapped
            from unnest(?, ?, ?, ?) as row (tenant, card, epoch, wrapped)
            left join wrapping_key on wrapping_key.name = row.epoch
            """;
    private static final RowChange ADD =
            new RowChange(ADD_CARD_KEY, ADD_CARD_KEYS, List.of("varchar", "uuid", "varchar", "bytea"), 4);

    private static final String REPLACE_CARD_KEY =
            """
            update card_key set epoch = ?, wrapped = ?
            where tenant = ? and card = ? and epoch = ? and wrapped = ?
            """;
    private static final String REMOVE_CARD_KEY = "delete from card_key where tenant = ? and card = ?";
    private static final String KEYS_BELOW =
            "select tenant, card, epoch, wrapped from card_key where epoch < ? order by epoch limit ?";
    private static final String KEYS_ABOVE =
            "select tenant, card, epoch, wrapped from card_key where epoch > ? order by epoch limit ?";
    private static final String KEYS_BY_EPOCH = "select epoch, count(*) from card_key group by epoch";
    private static final String EPOCH_KEYS =
            "select name, wrapped, made from wrapping_key order by made desc, name desc";
    private static final String PUT_EPOCH_KEY = "insert into wrapping_key (name, wrapped, made) values (?, ?, ?)";
    private static final String EPOCH_KEY = "select name from wrapping_key where name = ?";
    /** The first half of the advisory locks by which PostgreSQL has epochs' keys held: a lock of the row is written. */
    private static final int EPOCH_LOCKS = 0x65706f63;

    private static final String HOLD = "select pg_advisory_xact_lock_shared(?, ?)";
    private static final String AWAIT_HOLDERS = "select pg_advisory_xact_lock(?, ?)";
    private static final String REMOVE_EPOCH_KEY = "delete from wrapping_key where name = ?";
    private static final String INTAKE_KEYS =
            "select kid, public_key, sealed, made, retired from intake_key order by made desc, kid desc";
    private static final String REPLACE_INTAKE_KEY =
            "update intake_key set public_key = ?, sealed = ?, made = ?, retired = ? where kid = ?";
    private static final String ADD_INTAKE_KEY =
            "insert into intake_key (public_key, sealed, made, retired, kid) values (?, ?, ?, ?, ?)";
    private static final String REMOVE_INTAKE_KEY = "delete from intake_key where kid = ?";

    private final JpaVaultTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaCardKeyStore(@Reference JpaVaultTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<WrappedKey> cardKey(TenantId tenant, UUID card) {
        return work().queryOne(JpaCardKeyStore::wrapped, CARD_KEY, tenant, card);
    }

    @Override
    public boolean putCardKey(TenantId tenant, UUID card, WrappedKey key) {
        return work().insertIfAbsent(PUT_CARD_KEY, tenant, card, key.epoch(), key.wrapped());
    }

    @Override
    public void addCardKey(TenantId tenant, UUID card, WrappedKey key) {
        Work work = work();
        if (work.dialect() == Dialect.POSTGRESQL) {
            lock(work, HOLD, key.epoch());
        } else {
            holdEpochKey(key.epoch());
        }
        work.changeOneLater(ADD, tenant, card, key.epoch(), key.wrapped());
    }

    /** Sent before the next statement, which sees what was committed while this waited. */
    private static void lock(Work work, String sql, String epoch) {
        work.onceLater(sql, EPOCH_LOCKS, epoch.hashCode());
    }

    @Override
    public boolean replaceCardKey(TenantId tenant, UUID card, WrappedKey before, WrappedKey after) {
        return work().update(
                                REPLACE_CARD_KEY,
                                after.epoch(),
                                after.wrapped(),
                                tenant,
                                card,
                                before.epoch(),
                                before.wrapped())
                == 1;
    }

    /** What a power cut takes back is still wrapped under a key that is there: removing that one is durable. */
    @Override
    public int replaceCardKeys(List<Replacement> replacements) {
        List<Object[]> rows = replacements.stream()
                .map(each -> new Object[] {
                    each.after().epoch(),
                    each.after().wrapped(),
                    each.tenant(),
                    each.card(),
                    each.before().epoch(),
                    each.before().wrapped()
                })
                .toList();
        return rows.isEmpty()
                ? 0
                : IntStream.of(work().updateAllDerived(REPLACE_CARD_KEY, rows)).sum();
    }

    @Override
    public void removeCardKey(TenantId tenant, UUID card) {
        work().updateLater(REMOVE_CARD_KEY, tenant, card);
    }

    @Override
    public List<CardKey> keysOutside(String epoch, int limit) {
        List<CardKey> found = new ArrayList<>(work().query(JpaCardKeyStore::cardKey, KEYS_BELOW, epoch, limit));
        if (found.size() < limit) {
            found.addAll(work().query(JpaCardKeyStore::cardKey, KEYS_ABOVE, epoch, limit - found.size()));
        }
        return found;
    }

    @Override
    public Map<String, Long> keysByEpoch() {
        return work().query(row -> Map.entry(row.getString(1), row.getLong(2)), KEYS_BY_EPOCH).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public List<EpochKey> epochKeys() {
        return work().query(
                        row -> new EpochKey(row.getString("name"), row.getBytes("wrapped"), Work.instant(row, "made")),
                        EPOCH_KEYS);
    }

    @Override
    public boolean putEpochKey(EpochKey key) {
        return work().insertIfAbsent(PUT_EPOCH_KEY, key.name(), key.wrapped(), key.made());
    }

    @Override
    public boolean holdEpochKey(String name) {
        Work work = work();
        if (work.dialect() == Dialect.POSTGRESQL) {
            lock(work, HOLD, name);
        }
        String locked = work.dialect() == Dialect.H2 ? EPOCH_KEY + " for update" : EPOCH_KEY;
        return work.queryOne(row -> row.getString(1), locked, name).isPresent();
    }

    @Override
    public void removeEpochKey(String name) {
        Work work = work();
        if (work.dialect() == Dialect.POSTGRESQL) {
            lock(work, AWAIT_HOLDERS, name);
        }
        work.update(REMOVE_EPOCH_KEY, name);
    }

    @Override
    public List<IntakeKeyPair> intakeKeys() {
        return work().query(
                        row -> new IntakeKeyPair(
                                row.getString("kid"),
                                row.getBytes("public_key"),
                                row.getBytes("sealed"),
                                Work.instant(row, "made"),
                                Work.optionalInstant(row, "retired")),
                        INTAKE_KEYS);
    }

    @Override
    public void putIntakeKey(IntakeKeyPair key) {
        Object[] columns = {key.publicKey(), key.sealed(), key.made(), key.retired(), key.kid()};
        Work work = work();
        if (work.update(REPLACE_INTAKE_KEY, columns) == 0) {
            work.update(ADD_INTAKE_KEY, columns);
        }
    }

    @Override
    public void removeIntakeKey(String kid) {
        work().update(REMOVE_INTAKE_KEY, kid);
    }

    private static WrappedKey wrapped(ResultSet row) throws SQLException {
        return new WrappedKey(row.getString("epoch"), row.getBytes("wrapped"));
    }

    private static CardKey cardKey(ResultSet row) throws SQLException {
        return new CardKey(new TenantId(row.getString("tenant")), row.getObject("card", UUID.class), wrapped(row));
    }

    private Work work() {
        return transactions.current();
    }
}
