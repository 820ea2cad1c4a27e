package org.pledge.benchmarks;

import java.nio.file.Path;
import java.util.Map;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;
import org.pledge.crypto.internal.DefaultCardSealer;
import org.pledge.crypto.internal.VaultKeyRing;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.store.VaultTransactions;

/** The vault's keys under a root key that lies in a file. */
final class KeyRing implements AutoCloseable {
    private final VaultKeyRing keys;
    private final CardSealer sealer;

    KeyRing(VaultTransactions transactions, CardKeyStore store, Path keystore) {
        keys = new VaultKeyRing(
                Settings.of(
                        VaultKeyRing.Config.class,
                        Map.of(
                                "keys",
                                "development",
                                "keystore",
                                keystore.toAbsolutePath().toString())),
                transactions,
                store);
        sealer = new DefaultCardSealer(keys, transactions, store);
    }

    VaultKeys keys() {
        return keys;
    }

    CardSealer sealer() {
        return sealer;
    }

    @Override
    public void close() {
        keys.deactivate();
    }
}
