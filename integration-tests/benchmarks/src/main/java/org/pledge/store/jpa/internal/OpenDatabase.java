package org.pledge.store.jpa.internal;

import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;

/** Opens a database outside a container. */
public final class OpenDatabase {
    private OpenDatabase() {}

    /** As the component that opens it in the container. */
    public static Database open(DataSource dataSource, EntityManagerFactory entities) {
        return Database.open(dataSource, entities, DatabaseFile::open);
    }
}
