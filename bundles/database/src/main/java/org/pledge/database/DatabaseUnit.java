package org.pledge.database;

/**
 * What tells one database of the platform from another.
 *
 * @param name of its persistence unit, and the property {@code unit} of the service that it is offered as
 * @param called what messages call it
 * @param changelog the resource that makes its schema
 * @param migrationLock the key under which one node at a time migrates it on PostgreSQL
 */
public record DatabaseUnit(String name, String called, String changelog, long migrationLock) {
    /** The main database. */
    public static final DatabaseUnit MAIN = new DatabaseUnit("pledge", "database", "db/changelog.sql", 0x706c65646765L);

    /** The card vault's. */
    public static final DatabaseUnit VAULT =
            new DatabaseUnit("pledge-vault", "vault's database", "db/vault-changelog.sql", 0x706c656467652d76L);

    /** The property of the service. */
    public static final String PROPERTY = "unit";
}
