package org.pledge.store.jpa.internal;

import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.pledge.database.Database;
import org.pledge.database.DatabaseFile;

/** Opens a database outside a container. */
public final class OpenDatabase {
    private OpenDatabase() {}

    /** As the component that opens it in the container. */
    public static Database open(DataSource dataSource, EntityManagerFactory entities) {
        return Database.open(dataSource, entities, MainDatabase.UNIT, DatabaseFile::open);
    }
}
