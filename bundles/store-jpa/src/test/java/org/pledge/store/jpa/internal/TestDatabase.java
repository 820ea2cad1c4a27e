package org.pledge.store.jpa.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import javax.persistence.EntityManagerFactory;
import javax.persistence.Persistence;
import org.h2.store.fs.FilePath;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.inquiry.spi.InquiryStore;
import org.pledge.sharing.spi.NoticeStore;

/** A database with its pool and entity managers, outside a container. */
final class TestDatabase implements AutoCloseable {
    private static final String H2_OPTIONS =
            ";TRACE_LEVEL_FILE=0;DB_CLOSE_ON_EXIT=FALSE;TIME ZONE=UTC" + ";LOCK_TIMEOUT=5000;QUERY_CACHE_SIZE=256";

    private final HikariDataSource dataSource;
    private final EntityManagerFactory entities;

    private TestDatabase(String url, String user) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword("");
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        dataSource = new HikariDataSource(config);
        entities = Persistence.createEntityManagerFactory(
                "pledge", Map.of("javax.persistence.nonJtaDataSource", dataSource));
    }

    static TestDatabase h2(Path folder) {
        return h2("", folder);
    }

    /** On H2's file system of this prefix. */
    static TestDatabase h2(String prefix, Path folder) {
        return new TestDatabase("jdbc:h2:retry:" + prefix + folder.toAbsolutePath() + "/pledge" + H2_OPTIONS, "sa");
    }

    static TestDatabase postgresql(EmbeddedPostgres server) {
        return postgresql(server, "");
    }

    private static TestDatabase postgresql(EmbeddedPostgres server, String options) {
        return new TestDatabase(server.getJdbcUrl("postgres", "postgres") + options, "postgres");
    }

    /** On the server that all tests share; it ends with the process. */
    static TestDatabase postgresql() {
        return postgresql(SharedServer.RUNNING);
    }

    /** As {@link #postgresql()}, each session with a setting of its own. */
    static TestDatabase postgresqlWith(String setting, String value) {
        return postgresql(SharedServer.RUNNING, "&options=-c%20" + setting + "=" + value);
    }

    static EmbeddedPostgres server() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SharedServer {
        static final EmbeddedPostgres RUNNING = server();
    }

    HikariDataSource dataSource() {
        return dataSource;
    }

    EntityManagerFactory entities() {
        return entities;
    }

    Database open() {
        Database database = Database.open(dataSource, entities, TestDatabase::file);
        database.awaitDurable();
        return database;
    }

    /** Opens a file of H2's, on whichever of its file systems. */
    static FileChannel file(String name) throws IOException {
        return FilePath.get(name).open("rw");
    }

    static Stores stores(Database database) {
        JpaTransactions transactions = new JpaTransactions(database);
        return new Stores(
                transactions,
                new JpaSubjectStore(transactions),
                new JpaConsentStore(transactions),
                new JpaSharingStore(transactions),
                new JpaAuditStore(transactions),
                new JpaPolicyStore(transactions),
                new JpaWrappedKeyStore(transactions),
                new JpaAccessStore(transactions));
    }

    static NoticeStore notices(Stores stores) {
        return new JpaNoticeStore((JpaTransactions) stores.transactions());
    }

    static InquiryStore inquiries(Stores stores) {
        return new JpaInquiryStore((JpaTransactions) stores.transactions());
    }

    @Override
    public void close() {
        entities.close();
        dataSource.close();
    }
}
