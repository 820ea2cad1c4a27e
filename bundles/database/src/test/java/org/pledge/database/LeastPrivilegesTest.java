package org.pledge.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The users that docs/operating.md makes on PostgreSQL, as which the tests of the stores run. */
final class LeastPrivilegesTest {
    private static final String MORE_THAN_OWNING =
            """
            select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
                or exists (select 1 from pg_auth_members where member = pg_roles.oid)
                or (select datdba from pg_database where datname = current_database()) <> pg_roles.oid
            from pg_roles where rolname = current_user
            """;

    @ParameterizedTest
    @ValueSource(strings = {"pledge", "pledge_vault"})
    void eachOwnsItsDatabaseAndNoMore(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestUnit.sharedUrl(name, name));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(MORE_THAN_OWNING)) {
            row.next();
            assertThat(row.getBoolean(1)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"pledge, pledge_vault", "pledge_vault, pledge"})
    void noneReachesTheOthersDatabase(String user, String database) {
        String url = TestUnit.sharedUrl(user, database);
        assertThatThrownBy(() -> DriverManager.getConnection(url).close())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
}
