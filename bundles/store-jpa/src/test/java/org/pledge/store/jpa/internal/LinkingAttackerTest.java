package org.pledge.store.jpa.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.policy.Policy.Holder;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.pledge.visitor.UsageService.Dimension;
import org.pledge.visitor.spi.UsageStore.Count;

/**
 * Somebody who has every file of a host, and knows who its users are and which pages there are, links users to the pages
 * they visited no better than by chance (AN-2, AN-5). The users act in the worst order for them: each visit is counted
 * next to the visitor's own registration, and no day is sealed yet.
 */
final class LinkingAttackerTest {
    private static final TenantId TENANT = new TenantId("iwebtrack");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final int USERS = 1000;
    private static final int PAGES = 50;
    /** Visits come from sites in batches of several visitors. */
    private static final int BATCH = 20;
    /** By chance 20 guesses of 1000 are right; 60 are by chance in fewer than one of 10^9 runs. */
    private static final int MOST_BY_CHANCE = 60;

    private static final int FOUND = 900;

    @TempDir
    private Path folder;

    private final Random random = new Random(20_261_122);
    private final List<UUID> users = new ArrayList<>();
    private final int[] visited =
            IntStream.range(0, USERS).map(user -> random.nextInt(PAGES)).toArray();

    /** A row of any table in the order in which the database keeps it: each value as text. */
    private record Row(String table, List<String> values) {}

    private static String page(int number) {
        return "/page-" + (char) ('a' + number / 10) + (char) ('a' + number % 10);
    }

    private List<Row> afterADay(boolean planted) throws SQLException {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            try (Database database = test.open()) {
                fill(TestStores.on(database));
            }
            if (planted) {
                plant(test);
            }
            return rows(test);
        }
    }

    private void fill(Stores stores) {
        JpaUsageStore usage = new JpaUsageStore((JpaTransactions) stores.transactions());
        for (int first = 0; first < USERS; first += BATCH) {
            List<Count> counts = new ArrayList<>();
            for (int user = first; user < first + BATCH; user++) {
                UUID id = new UUID(random.nextLong(), random.nextLong());
                users.add(id);
                register(stores, id, START.plusSeconds(user));
                counts.add(new Count("shop", DAY, Dimension.DAY, "", 1, 1));
                counts.add(new Count("shop", DAY, Dimension.PAGE, page(visited[user]), 1, 1));
            }
            stores.transactions().required(() -> usage.add(TENANT, counts));
        }
    }

    private void register(Stores stores, UUID id, Instant at) {
        SubjectId person = SubjectId.of(id);
        stores.transactions().required(() -> {
            stores.subjects().addAccount(new StoredAccount(TENANT, person, "client", Holder.INDIVIDUAL, "US", 1));
            stores.subjects().addPerson(new StoredPerson(TENANT, person, person, Set.of(), 0));
            stores.keys().putSubjectKey(TENANT, person, new WrappedKey("2026-11", noise(40)));
            stores.subjects().putField(TENANT, person, "email", noise(120));
            stores.subjects().stampField(TENANT, person, "email", at);
            stores.audit().add(TENANT, ("SUBJECT_REGISTERED " + at + " " + id).getBytes(UTF_8));
        });
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What must never be: a session that a user has, and that visits. */
    private void plant(TestDatabase test) throws SQLException {
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table planted_session (session uuid, person uuid)");
            statement.execute("create table planted_visit (session uuid, cell varchar(64))");
            try (PreparedStatement session = connection.prepareStatement("insert into planted_session values (?, ?)");
                    PreparedStatement visit = connection.prepareStatement("insert into planted_visit values (?, ?)")) {
                for (int user = 0; user < USERS; user++) {
                    UUID id = new UUID(random.nextLong(), random.nextLong());
                    session.setObject(1, id);
                    session.setObject(2, users.get(user));
                    session.executeUpdate();
                    visit.setObject(1, id);
                    visit.setString(2, page(visited[user]));
                    visit.executeUpdate();
                }
            }
        }
    }

    private static List<Row> rows(TestDatabase test) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found =
                    connection.getMetaData().getTables(null, "PUBLIC", "%", new String[] {"BASE TABLE"})) {
                while (found.next()) {
                    tables.add(found.getString("TABLE_NAME"));
                }
            }
            for (String table : tables) {
                try (ResultSet row = statement.executeQuery("select * from \"" + table + "\" order by _rowid_")) {
                    int columns = row.getMetaData().getColumnCount();
                    while (row.next()) {
                        List<String> values = new ArrayList<>();
                        for (int column = 1; column <= columns; column++) {
                            values.add(text(row.getObject(column)));
                        }
                        rows.add(new Row(table, values));
                    }
                }
            }
        }
        return rows;
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes
                ? new String(bytes, ISO_8859_1)
                : Optional.ofNullable(value).map(Object::toString).orElse("");
    }

    private int right(IntUnaryOperator guess) {
        return (int) IntStream.range(0, USERS)
                .filter(user -> guess.applyAsInt(user) == visited[user])
                .count();
    }

    /** Follows every stored value that few rows share, from the rows of a user to rows of pages. */
    private IntUnaryOperator byJoins(List<Row> rows) {
        Map<String, List<Row>> holding = new HashMap<>();
        rows.forEach(row -> new HashSet<>(row.values())
                .forEach(value ->
                        holding.computeIfAbsent(value, any -> new ArrayList<>()).add(row)));
        Map<String, List<Row>> mentioning = new HashMap<>();
        users.forEach(user -> mentioning.put(user.toString(), new ArrayList<>()));
        rows.forEach(row -> row.values().forEach(value -> {
            int id = value.length() - 36;
            if (id >= 0 && mentioning.containsKey(value.substring(id))) {
                mentioning.get(value.substring(id)).add(row);
            }
        }));
        return user -> {
            Set<Row> reached = new HashSet<>(mentioning.get(users.get(user).toString()));
            for (int hop = 0; hop < 2; hop++) {
                List.copyOf(reached).stream()
                        .flatMap(row -> row.values().stream())
                        .map(value -> holding.getOrDefault(value, List.of()))
                        .filter(sharing -> sharing.size() <= BATCH)
                        .forEach(reached::addAll);
            }
            return pageIn(reached.stream().flatMap(row -> row.values().stream()), user);
        };
    }

    private static int pageIn(Stream<String> values, int otherwise) {
        Set<String> all = new HashSet<>(values.toList());
        return IntStream.range(0, PAGES)
                .filter(number -> all.contains(page(number)))
                .findFirst()
                .orElse(otherwise % PAGES);
    }

    /** Takes the n-th part of the pages, in the order of their rows, for the n-th part of the users. */
    private static IntUnaryOperator byOrder(List<Row> rows) {
        List<Integer> order = new ArrayList<>();
        rows.stream()
                .flatMap(row -> row.values().stream())
                .filter(value -> value.startsWith("/page-"))
                .forEach(value -> IntStream.range(0, PAGES)
                        .filter(number -> page(number).equals(value) && !order.contains(number))
                        .forEach(order::add));
        assertThat(order).hasSize(PAGES);
        return user -> order.get(user * PAGES / USERS);
    }

    /** Takes the page with the most visits for everybody. */
    private static IntUnaryOperator byCounts(List<Row> rows) {
        Map<Long, String> counts = new TreeMap<>(Collections.reverseOrder());
        rows.stream()
                .filter(row -> row.table().equals("USAGE_COUNT") && row.values().contains("PAGE"))
                .forEach(row -> counts.put(
                        row.values().stream()
                                .filter(value -> value.matches("[0-9]+"))
                                .mapToLong(Long::parseLong)
                                .max()
                                .orElse(0),
                        row.values().stream()
                                .filter(value -> value.startsWith("/page-"))
                                .findFirst()
                                .orElse("")));
        String most = counts.values().iterator().next();
        int number = IntStream.range(0, PAGES)
                .filter(each -> page(each).equals(most))
                .findFirst()
                .orElseThrow();
        return user -> number;
    }

    /** Takes the page whose name is nearest to the user's identifier in any file, old versions of rows among it. */
    private IntUnaryOperator byDistance() throws IOException {
        List<String> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.add(new String(Files.readAllBytes(file), ISO_8859_1));
            }
        }
        TreeMap<Integer, Integer> pages = new TreeMap<>();
        String largest = files.stream()
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .orElseThrow();
        for (int number = 0; number < PAGES; number++) {
            for (int at = largest.indexOf(page(number)); at >= 0; at = largest.indexOf(page(number), at + 1)) {
                pages.put(at, number);
            }
        }
        assertThat(pages).as("the file is not compressed").isNotEmpty();
        return user -> {
            int at = largest.lastIndexOf(bytes(users.get(user)));
            return Optional.ofNullable(pages.ceilingEntry(Math.max(0, at)))
                    .or(() -> Optional.ofNullable(pages.floorEntry(Math.max(0, at))))
                    .map(Map.Entry::getValue)
                    .orElse(0);
        };
    }

    private static String bytes(UUID id) {
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return new String(bytes, ISO_8859_1);
    }

    @Test
    void findsNobodysPages() throws SQLException, IOException {
        List<Row> rows = afterADay(false);
        assertThat(users).hasSize(USERS);
        assertThat(right(byJoins(rows))).as("joins").isLessThan(MOST_BY_CHANCE);
        assertThat(right(byOrder(rows))).as("order").isLessThan(MOST_BY_CHANCE);
        assertThat(right(byCounts(rows))).as("counts").isLessThan(MOST_BY_CHANCE);
        assertThat(right(byDistance())).as("distance").isLessThan(MOST_BY_CHANCE);
    }

    /** The same attacker finds a link that is there; without this the test above would prove nothing. */
    @Test
    void findsALinkThatWasPlanted() throws SQLException {
        assertThat(right(byJoins(afterADay(true)))).isGreaterThan(FOUND);
    }
}
