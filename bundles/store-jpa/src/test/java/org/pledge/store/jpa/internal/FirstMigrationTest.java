package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** On H2 a statement that makes a table stays, whatever becomes of its change. */
final class FirstMigrationTest {
    @TempDir
    private Path folder;

    @Test
    void aFirstMigrationThatWasCutBeginsAnew() throws SQLException {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            run(test, "create table schema_unfinished (since timestamp(6) with time zone)");
            run(test, "create table account (half integer)");
            use(test);
            use(test);
        }
    }

    private static void run(TestDatabase test, String sql) throws SQLException {
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void use(TestDatabase test) {
        try (Database database = test.open()) {
            JpaTransactions transactions = new JpaTransactions(database);
            JpaSubjectStore store = new JpaSubjectStore(transactions);
            assertThat(transactions.required(() -> store.account(new TenantId("kx"), SubjectId.random())))
                    .isEqualTo(Optional.empty());
        }
    }
}
