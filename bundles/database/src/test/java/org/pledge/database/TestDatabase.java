package org.pledge.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import javax.persistence.EntityManagerFactory;
import javax.persistence.Persistence;
import javax.sql.DataSource;
import org.h2.store.fs.FilePath;

/** A database with its pool and entity managers, outside a container. */
public final class TestDatabase implements AutoCloseable {
    private final DatabaseUnit unit;
    private final HikariDataSource dataSource;
    private final EntityManagerFactory entities;

    TestDatabase(String url, String user, DatabaseUnit unit) {
        H2.registerFiles();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword("");
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        this.unit = unit;
        this.dataSource = new HikariDataSource(config);
        this.entities = Persistence.createEntityManagerFactory(
                unit.name(), Map.of("javax.persistence.nonJtaDataSource", dataSource));
    }

    /** Its pool. */
    public HikariDataSource dataSource() {
        return dataSource;
    }

    /** Its entity managers. */
    public EntityManagerFactory entities() {
        return entities;
    }

    /** What tells it from others. */
    public DatabaseUnit unit() {
        return unit;
    }

    /** Checks and migrates it. */
    public Database open() {
        return open(dataSource);
    }

    /** As {@link #open()}, through a data source of the test. */
    public Database open(DataSource through) {
        Database database = Database.open(through, entities, unit, TestDatabase::file);
        database.awaitDurable();
        return database;
    }

    /** Opens a file of H2's without recovering it, on whichever of its file systems. */
    public static FileChannel file(String name) throws IOException {
        return FilePath.get(name.replace(DurableFile.SCHEME + ":", "")).open("rw");
    }

    @Override
    public void close() {
        entities.close();
        dataSource.close();
    }
}
