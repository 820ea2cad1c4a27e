package org.pledge.store.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.database.TestDatabase;

/** What the vault's schema can hold, and what its indexes can tell. */
final class VaultSchemaTest {
    /** Nothing but these; a further one has to be argued for here. */
    private static final Map<String, Set<String>> TABLES = Map.of(
            "card",
            Set.of(
                    "tenant",
                    "token",
                    "id",
                    "customer",
                    "lookup",
                    "network",
                    "last_four",
                    "expires",
                    "code_given",
                    "number_sealed",
                    "holder_sealed",
                    "stored"),
            "card_key",
            Set.of("tenant", "card", "epoch", "wrapped"),
            "tombstone",
            Set.of("tenant", "token", "destroyed", "kind", "kept", "unrecorded"),
            "wrapping_key",
            Set.of("name", "wrapped", "made"),
            "intake_key",
            Set.of("kid", "public_key", "sealed", "made", "retired"),
            "payment",
            Set.of(
                    "tenant",
                    "id",
                    "kind",
                    "parent",
                    "token",
                    "amount",
                    "currency",
                    "reference",
                    "state",
                    "code_match",
                    "address_match",
                    "reason",
                    "created",
                    "changed",
                    "evidence_until"),
            "evidence",
            Set.of(
                    "tenant",
                    "id",
                    "chargeback",
                    "token",
                    "customer",
                    "kind",
                    "bytes",
                    "sha256",
                    "added",
                    "added_by",
                    "keep_until"),
            "evidence_part",
            Set.of("tenant", "evidence", "part", "content"),
            "reveal_request",
            Set.of(
                    "tenant",
                    "id",
                    "token",
                    "customer",
                    "kind",
                    "ticket",
                    "state",
                    "opened",
                    "expires",
                    "opened_by",
                    "approved_by",
                    "used"),
            "vault_event",
            Set.of(
                    "tenant",
                    "token",
                    "sequence",
                    "id",
                    "happened",
                    "act",
                    "actor",
                    "subject",
                    "promises",
                    "details",
                    "relayed"));

    /** Databases print the values of such columns in their errors: none of a card may be among them. */
    private static final Set<String> INDEXED = Set.of(
            "tenant",
            "token",
            "id",
            "customer",
            "lookup",
            "card",
            "epoch",
            "name",
            "kid",
            "kind",
            "parent",
            "reference",
            "state",
            "created",
            "changed",
            "opened",
            "sequence",
            "happened",
            "relayed",
            "chargeback",
            "keep_until",
            "evidence",
            "part");

    /** They serve every tenant. */
    private static final Set<String> WITHOUT_TENANT = Set.of("wrapping_key", "intake_key");

    private static final int SHORTEST_SECURITY_CODE = 3;

    @TempDir
    private Path folder;

    private interface Check {
        void of(DatabaseMetaData database) throws SQLException;
    }

    private void onBoth(Check check) throws SQLException {
        for (TestDatabase test : List.of(Vaults.UNIT.h2(folder), Vaults.UNIT.postgresql())) {
            try (test) {
                test.open().close();
                try (Connection connection = test.dataSource().getConnection()) {
                    check.of(connection.getMetaData());
                }
            }
        }
    }

    private static String schema(DatabaseMetaData database) throws SQLException {
        return database.storesUpperCaseIdentifiers() ? "PUBLIC" : "public";
    }

    private static String stored(DatabaseMetaData database, String table) throws SQLException {
        return database.storesUpperCaseIdentifiers() ? table.toUpperCase(Locale.ROOT) : table;
    }

    private static String lower(ResultSet row, String column) throws SQLException {
        return row.getString(column).toLowerCase(Locale.ROOT);
    }

    @Test
    void hasTheseTablesAndColumnsAlone() throws SQLException {
        onBoth(database -> {
            Map<String, Set<String>> found = new TreeMap<>();
            try (ResultSet columns = database.getColumns(null, schema(database), "%", "%")) {
                while (columns.next()) {
                    if (!lower(columns, "TABLE_NAME").startsWith("databasechangelog")) {
                        found.computeIfAbsent(tableOf(columns), table -> new TreeSet<>())
                                .add(lower(columns, "COLUMN_NAME"));
                    }
                }
            }
            found.keySet().removeIf(name -> !TABLES.containsKey(name) && isIndex(name));
            assertThat(found).isEqualTo(TABLES);
        });
    }

    private static String tableOf(ResultSet row) throws SQLException {
        return lower(row, "TABLE_NAME");
    }

    /** PostgreSQL's driver lists the columns of sequences and indexes, too. */
    private static boolean isIndex(String name) {
        return name.endsWith("_seq") || name.endsWith("_pkey");
    }

    @Test
    void hasNoColumnThatCouldHoldASecurityCode() throws SQLException {
        onBoth(database -> {
            Map<String, Integer> spokenOf = new TreeMap<>();
            try (ResultSet columns = database.getColumns(null, schema(database), "%", "%")) {
                while (columns.next()) {
                    String name = lower(columns, "COLUMN_NAME");
                    if (name.matches(".*(code|cvv|cvc|cvn|cid|csc|security).*")) {
                        spokenOf.put(tableOf(columns) + "." + name, columns.getInt("DATA_TYPE"));
                        assertThat(columns.getInt("COLUMN_SIZE")).isLessThan(SHORTEST_SECURITY_CODE);
                    }
                }
            }
            assertThat(spokenOf).containsOnlyKeys("card.code_given", "payment.code_match");
            assertThat(spokenOf.get("card.code_given")).isIn(Types.BOOLEAN, Types.BIT);
            assertThat(spokenOf).containsEntry("payment.code_match", Types.VARCHAR);
        });
    }

    @Test
    void hasNoForeignKey() throws SQLException {
        onBoth(database -> {
            for (String table : TABLES.keySet()) {
                try (ResultSet keys = database.getImportedKeys(null, schema(database), stored(database, table))) {
                    assertThat(keys.next()).as(table).isFalse();
                }
            }
        });
    }

    @Test
    void everyPrimaryKeyStartsWithTheTenant() throws SQLException {
        onBoth(database -> {
            for (String table : TABLES.keySet()) {
                Map<Short, String> columns = new TreeMap<>();
                try (ResultSet keys = database.getPrimaryKeys(null, schema(database), stored(database, table))) {
                    while (keys.next()) {
                        columns.put(keys.getShort("KEY_SEQ"), lower(keys, "COLUMN_NAME"));
                    }
                }
                assertThat(columns).as(table).isNotEmpty();
                assertThat(columns.get((short) 1).equals("tenant"))
                        .as(table)
                        .isNotEqualTo(WITHOUT_TENANT.contains(table));
            }
        });
    }

    @Test
    void indexesTellNothingOfACard() throws SQLException {
        onBoth(database -> {
            Set<String> indexed = new TreeSet<>();
            for (String table : TABLES.keySet()) {
                try (ResultSet indexes =
                        database.getIndexInfo(null, schema(database), stored(database, table), false, true)) {
                    while (indexes.next()) {
                        if (indexes.getString("COLUMN_NAME") != null) {
                            indexed.add(lower(indexes, "COLUMN_NAME"));
                        }
                    }
                }
            }
            assertThat(indexed).isSubsetOf(INDEXED).contains("lookup");
        });
    }

    /** A constraint that looks at values, such as at the length of a number, prints them when it refuses a row. */
    @Test
    void noConstraintLooksAtValues() throws SQLException {
        onBoth(database -> {
            String sql =
                    """
                    select count(*) from information_schema.table_constraints
                    where constraint_type in ('CHECK', 'FOREIGN KEY') and lower(table_schema) = 'public'
                    and constraint_name not like '%not_null'
                    """;
            try (ResultSet row = database.getConnection().createStatement().executeQuery(sql)) {
                row.next();
                assertThat(row.getInt(1)).isZero();
            }
        });
    }
}
