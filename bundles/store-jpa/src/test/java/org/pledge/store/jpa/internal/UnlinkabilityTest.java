package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;

/** No table holds a person or an address next to a place somebody visits (AN-2, AN-5), nor can two be joined to it. */
final class UnlinkabilityTest {
    /** Words in the name of a column that holds or leads to a person. */
    private static final Set<String> WHO = Set.of(
            "subject",
            "subjects",
            "person",
            "account",
            "sealed_value",
            "wrapped",
            "email",
            "mail",
            "phone",
            "ip",
            "address",
            "user",
            "visitor_id",
            "session",
            "cookie",
            "device",
            "actor",
            "jurisdiction",
            "name");

    /** Words in the name of a column that tells what is visited. */
    private static final Set<String> WHERE = Set.of(
            "site",
            "host",
            "domain",
            "page",
            "path",
            "url",
            "uri",
            "referrer",
            "referer",
            "destination",
            "cell",
            "dimension",
            "visited",
            "browser");

    @TempDir
    private static Path folder;

    private static Map<String, Set<String>> tables;

    @BeforeAll
    static void migrate() throws SQLException {
        TestDatabase test = TestStores.UNIT.h2(folder);
        Database database = test.open();
        try (Connection connection = test.dataSource().getConnection()) {
            tables = columns(connection);
        } finally {
            database.close();
            test.close();
        }
    }

    private static Map<String, Set<String>> columns(Connection connection) throws SQLException {
        Map<String, Set<String>> found = new TreeMap<>();
        try (ResultSet columns = connection.getMetaData().getColumns(null, "PUBLIC", "%", "%")) {
            while (columns.next()) {
                found.computeIfAbsent(
                                columns.getString("TABLE_NAME").toLowerCase(Locale.ROOT), table -> new TreeSet<>())
                        .add(columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
            }
        }
        return found;
    }

    private static boolean speaksOf(Set<String> words, String column) {
        return words.contains(column) || List.of(column.split("_")).stream().anyMatch(words::contains);
    }

    private static Set<String> tablesAbout(Set<String> words) {
        return tables.entrySet().stream()
                .filter(table -> table.getValue().stream().anyMatch(column -> speaksOf(words, column)))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void noTableTellsWhoVisitsWhat() {
        Set<String> both = tablesAbout(WHO);
        both.retainAll(tablesAbout(WHERE));

        assertThat(both).isEmpty();
        assertThat(tablesAbout(WHO)).contains("person", "disclosure");
        assertThat(tablesAbout(WHERE)).containsExactly("usage_count", "usage_day");
    }

    @Test
    void tablesOfVisitsHaveTheseColumnsAlone() {
        assertThat(tables.get("usage_day")).containsExactly("on_day", "sealed", "site", "tenant");
        assertThat(tables.get("usage_count"))
                .containsExactly("cell", "dimension", "events", "on_day", "site", "tenant", "visitors");
    }

    /** What they share with other tables is the tenant, which leads to nobody. */
    @Test
    void nothingJoinsATableOfVisitsToOneOfPeople() {
        Set<String> visits = new TreeSet<>(tables.get("usage_count"));
        visits.addAll(tables.get("usage_day"));
        tables.forEach((table, columns) -> {
            if (!table.startsWith("usage_")) {
                Set<String> shared = new TreeSet<>(columns);
                shared.retainAll(visits);
                shared.removeAll(Set.of("tenant", "sealed"));
                assertThat(shared).as(table).isEmpty();
            }
        });
    }
}
