package org.pledge.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.Map;
import javax.persistence.EntityManagerFactory;
import javax.persistence.Persistence;
import javax.sql.DataSource;
import liquibase.Scope;
import liquibase.ui.LoggerUIService;
import org.pledge.database.Database;

/** A database with its pool and its persistence unit, opened as the container does it. */
final class OpenUnit implements AutoCloseable {
    private static final String H2_OPTIONS = ";TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;DB_CLOSE_ON_EXIT=FALSE"
            + ";TIME ZONE=UTC;LOCK_TIMEOUT=5000;QUERY_CACHE_SIZE=256";

    /** Checks and migrates it. */
    interface Opening {
        Database open(DataSource dataSource, EntityManagerFactory entities);
    }

    private final HikariDataSource pool;
    private final EntityManagerFactory entities;
    private final Database database;

    OpenUnit(String url, String user, String unit, Opening opening) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword("");
        config.setMaximumPoolSize(20);
        config.setMinimumIdle(0); // H2 opens another file where the file system is not known yet
        config.setInitializationFailTimeout(-1); // as the distribution does
        pool = new HikariDataSource(config);
        entities = Persistence.createEntityManagerFactory(unit, Map.of("javax.persistence.nonJtaDataSource", pool));
        // so that the migrations do not print
        database = Blocks.call(() ->
                Scope.child(Map.of(Scope.Attr.ui.name(), new LoggerUIService()), () -> opening.open(pool, entities)));
    }

    /** An H2 file that the container would open. */
    static String h2(Path file) {
        return h2("durable:retry:", file);
    }

    /** An H2 file as H2 keeps it by itself. */
    static String bareH2(Path file) {
        return h2("retry:", file);
    }

    private static String h2(String files, Path file) {
        return "jdbc:h2:" + files + file.toAbsolutePath() + H2_OPTIONS;
    }

    DataSource pool() {
        return pool;
    }

    Database database() {
        return database;
    }

    @Override
    public void close() {
        database.close();
        entities.close();
        pool.close();
    }
}
