package org.pledge.store.vault.internal;

import javax.persistence.EntityManagerFactory;
import javax.sql.DataSource;
import org.pledge.database.Database;
import org.pledge.database.DatabaseFile;

/** Opens the vault's database outside a container. */
public final class OpenVaultDatabase {
    private OpenVaultDatabase() {}

    /** As the component that opens it in the container. */
    public static Database open(DataSource dataSource, EntityManagerFactory entities) {
        return Database.open(dataSource, entities, VaultDatabase.UNIT, DatabaseFile::open);
    }
}
