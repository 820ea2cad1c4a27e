package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.database.SqlFailure;
import org.pledge.database.TestDatabase;
import org.pledge.database.UnsuitableDatabaseException;

/** On H2 an upgrade that was cut off in the midst of a change that cannot be repeated is known as such. */
final class CutUpgradeTest {
    /** Of one change of two statements, and of one that can be repeated. */
    private static final List<String> BEFORE = List.of(
            "drop table campaign_person",
            "drop table policy_campaign",
            "drop index person_removal_by_time",
            "delete from databasechangelog where id in ('policy-campaigns', 'person-removals-by-time')");

    private static final String WHOLE =
            """
            select (select count(*) from information_schema.tables
                where lower(table_name) in ('campaign_person', 'policy_campaign'))
            + (select count(*) from information_schema.indexes where lower(index_name) = 'person_removal_by_time')
            - (select count(*) from information_schema.tables where lower(table_name) like '%_unfinished')
            """;

    private enum Found {
        WHOLE,
        REFUSED
    }

    @TempDir
    private Path folder;

    @Test
    void isEitherWholeOrRefusedWhereverItWasCut() throws SQLException, IOException {
        Path old = Files.createDirectories(folder.resolve("old"));
        try (TestDatabase test = TestStores.UNIT.h2(old)) {
            test.open().close();
            try (Connection connection = test.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                for (String sql : BEFORE) {
                    statement.execute(sql);
                }
            }
        }
        List<Found> found = new ArrayList<>();
        boolean cut = true;
        for (int steps = 0; cut; steps++) {
            Path copy = Files.createDirectories(folder.resolve("cut-after-" + steps));
            Files.copy(old.resolve("pledge.mv.db"), copy.resolve("pledge.mv.db"));
            cut = cutAfter(steps, copy);
            found.add(found(copy));
        }
        assertThat(found).startsWith(Found.WHOLE).endsWith(Found.WHOLE).contains(Found.REFUSED);
        assertThat(found.subList(found.indexOf(Found.REFUSED), found.lastIndexOf(Found.REFUSED) + 1))
                .as("in the midst of the change, and nowhere else")
                .containsOnly(Found.REFUSED)
                .hasSizeLessThan(found.size() / 2);
    }

    /** Whether it was cut. */
    private static boolean cutAfter(int steps, Path at) {
        try (TestDatabase test = TestStores.UNIT.h2(at)) {
            test.open(new Dying(steps).source(test.dataSource())).close();
            return false;
        } catch (SqlFailure | UnsuitableDatabaseException e) {
            return true;
        }
    }

    private static Found found(Path at) throws SQLException {
        try (TestDatabase test = TestStores.UNIT.h2(at)) {
            test.open().close();
            assertThat(ofTheUpgrade(test)).isEqualTo(3);
            return Found.WHOLE;
        } catch (UnsuitableDatabaseException e) {
            assertThat(e).hasMessageContaining("policy-campaigns").hasMessageContaining("restore the backup");
            return Found.REFUSED;
        }
    }

    private static int ofTheUpgrade(TestDatabase test) throws SQLException {
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHOLE)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Lets so many statements and commits change something, and nothing after them. */
    private static final class Dying {
        private static final Pattern CHANGES =
                Pattern.compile("(?is)\\s*(create|alter|drop|insert|update|delete|merge)\\b.*");
        private int left;

        Dying(int steps) {
            this.left = steps;
        }

        DataSource source(DataSource of) {
            return proxy(DataSource.class, (self, method, arguments) -> {
                Object made = invoke(of, method, arguments);
                return made instanceof Connection connection ? connection(connection) : made;
            });
        }

        private Connection connection(Connection of) {
            return proxy(Connection.class, (self, method, arguments) -> {
                if (method.getName().equals("commit")) {
                    step(of);
                }
                Object made = invoke(of, method, arguments);
                if (made instanceof PreparedStatement) {
                    return proxy(PreparedStatement.class, statement(of, made, (String) arguments[0]));
                }
                return made instanceof Statement ? proxy(Statement.class, statement(of, made, "")) : made;
            });
        }

        private InvocationHandler statement(Connection on, Object of, String prepared) {
            return (self, method, arguments) -> {
                String sql = arguments != null && arguments[0] instanceof String given ? given : prepared;
                if (method.getName().startsWith("execute")
                        && CHANGES.matcher(sql).matches()) {
                    step(on);
                }
                return invoke(of, method, arguments);
            };
        }

        /** What was done before is on the disk. */
        private void step(Connection connection) throws SQLException {
            if (left == 0) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("checkpoint sync");
                }
                throw new SQLException("made to fail");
            }
            left--;
        }

        private static <T> T proxy(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(Dying.class.getClassLoader(), new Class<?>[] {type}, handler));
        }

        private static Object invoke(Object of, Method method, Object... arguments) throws Throwable {
            try {
                return method.invoke(of, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }
}
