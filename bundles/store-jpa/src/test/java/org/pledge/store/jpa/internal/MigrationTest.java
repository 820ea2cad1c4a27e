package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.TenantId;
import org.pledge.audit.spi.AuditStore;
import org.pledge.audit.spi.AuditStore.Link;
import org.pledge.audit.spi.AuditStore.StoredLeaf;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.TestUnit;

/** What an earlier version kept is there after the migration. */
final class MigrationTest {
    private static final TenantId TENANT = new TenantId("kx");
    private static final List<String> BEFORE_BLOCKS = List.of(
            "create table audit_unchained (tenant varchar(32) not null, leaf bigint not null, primary key (tenant, leaf))",
            """
            create table audit_link (
                tenant varchar(32) not null, position bigint not null, leaf bigint not null, chain bytea not null,
                primary key (tenant, position))
            """,
            "drop table audit_block",
            "delete from databasechangelog where id like 'audit-%'");

    @TempDir
    private Path folder;

    @Test
    void linksAndWaitingLeavesMoveIntoBlocksOnH2() throws SQLException {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            linksAndWaitingLeavesMoveIntoBlocks(test);
        }
    }

    @Test
    void linksAndWaitingLeavesMoveIntoBlocksOnPostgresql() throws SQLException, IOException {
        try (EmbeddedPostgres server = TestUnit.server();
                TestDatabase test = TestStores.UNIT.postgresql(server)) {
            linksAndWaitingLeavesMoveIntoBlocks(test);
        }
    }

    private static void linksAndWaitingLeavesMoveIntoBlocks(TestDatabase test) throws SQLException {
        test.open().close();
        try (Connection connection = test.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : BEFORE_BLOCKS) {
                statement.execute(sql);
            }
            for (int number = 1; number <= 4; number++) {
                leaf(connection, number, number <= 3);
            }
        }
        try (Database database = test.open()) {
            Stores stores = TestStores.on(database);
            AuditStore audit = stores.audit();
            List<Link> links = stores.transactions().required(() -> audit.links(TENANT, 0, 10));
            assertThat(links).extracting(Link::position).containsExactly(0L, 1L, 2L);
            assertThat(links).extracting(Link::leafId).containsExactly(1001L, 1002L, 1003L);
            for (int number = 1; number <= 3; number++) {
                assertThat(links.get(number - 1).content()).isEqualTo(content(number));
                assertThat(links.get(number - 1).chain()).isEqualTo(chain(number));
            }
            List<StoredLeaf> waiting = stores.transactions().required(() -> audit.unchained(TENANT, 10));
            assertThat(waiting).extracting(StoredLeaf::id).containsExactly(1004L);
        }
    }

    private static void leaf(Connection connection, int number, boolean linked) throws SQLException {
        insert(
                connection,
                "insert into audit_leaf (tenant, id, content) values (?, ?, ?)",
                1000L + number,
                content(number));
        if (linked) {
            String link =
                    "insert into audit_link (tenant, position, leaf, chain) values (?, " + (number - 1) + ", ?, ?)";
            insert(connection, link, 1000L + number, chain(number));
        } else {
            insert(connection, "insert into audit_unchained (tenant, leaf) values (?, ?)", 1000L + number);
        }
    }

    private static void insert(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, TENANT.value());
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 2, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static byte[] content(int number) {
        return filled(100 * number, number);
    }

    private static byte[] chain(int number) {
        return filled(32, -number);
    }

    private static byte[] filled(int length, int with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }
}
