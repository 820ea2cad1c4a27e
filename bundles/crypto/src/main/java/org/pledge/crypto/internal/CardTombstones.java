package org.pledge.crypto.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.pledge.TenantId;
import org.pledge.crypto.spi.TombstoneStore;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.store.VaultTransactions;

/**
 * Tombstones of cards' keys, under the platform's lookup key, as cards are deleted while the vault is sealed, too. After a
 * restore the cards of people who were removed go with them.
 */
public final class CardTombstones {
    static final String UNIT = "pledge-vault";

    private final Tombstones tombstones;

    /** Removes cards that came back. */
    CardTombstones(
            RootKeys roots,
            SubjectTombstones people,
            VaultTransactions transactions,
            TombstoneStore store,
            Path folder,
            Clock clock) {
        TombstoneFiles files = new TombstoneFiles(folder, UNIT);
        this.tombstones = new Tombstones(transactions, store, files, new DefaultLookupTokens(roots), clock);
        tombstones.replay(files.replayAsked() ? people.ofEverything() : Map.of(), (card, names, nothing) -> Map.of());
    }

    void leave(TenantId tenant, UUID card) {
        tombstones.leave(tenant, card, Kind.ENDED, Set.of());
    }
}
