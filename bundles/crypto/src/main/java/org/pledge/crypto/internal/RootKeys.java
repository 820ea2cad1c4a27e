package org.pledge.crypto.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.store.Transactions;

/** Holds the two keys everything else follows from, while the platform runs. */
public final class RootKeys {
    private static final String PROOF = "0000-00";
    private static final int PROOF_BYTES = 32;

    private final KeyStoreFile.Keys keys;

    /** Where the keys are, and how many of those that follow from them stay in memory. */
    @ObjectClassDefinition(name = "Pledge: keys")
    public @interface Config {
        /** The key store. */
        @AttributeDefinition(description = "PKCS#12 file; empty for keys/pledge.p12 in Karaf's data folder")
        String keystore() default "";

        /** The password. */
        @AttributeDefinition(description = "File with its password; empty for keys/pledge.pin in Karaf's data folder")
        String passwordFile() default "";

        /** The number of subjects' keys in memory. */
        @AttributeDefinition(description = "How many subjects' keys stay in memory; 0 for none")
        int cache_entries() default 1000;

        /** How long they stay. */
        @AttributeDefinition(description = "For how many seconds; a key that another node destroyed works here as long")
        int cache_seconds() default 60;

        /** The folder of tombstones. */
        @AttributeDefinition(
                description = "Folder of the tombstones, which several nodes may share; empty for tombstones in Karaf's"
                        + " data folder")
        String tombstones() default "";
    }

    /** Opens the key store that the configuration names. */
    public RootKeys(Config config, Transactions transactions, WrappedKeyStore store) {
        this(path(config.keystore(), "pledge.p12"), path(config.passwordFile(), "pledge.pin"), transactions, store);
    }

    RootKeys(Path keystore, Path passwordFile, Transactions transactions, WrappedKeyStore store) {
        Optional<byte[]> proof = transactions.required(() -> store.epochKey(PROOF));
        this.keys = new KeyStoreFile(keystore, passwordFile).open(proof.isPresent());
        boolean proven = false;
        try {
            transactions.required(() -> prove(keystore, store));
            proven = true;
        } finally {
            if (!proven) {
                keys.close();
            }
        }
    }

    /** Makes sure that the database was sealed with these keys and no others. */
    private void prove(Path keystore, WrappedKeyStore store) {
        KeyWrap wrap = new KeyWrap();
        if (store.epochKey(PROOF).isEmpty()) {
            try (SecretBytes fresh = SecretBytes.random(PROOF_BYTES)) {
                store.putEpochKey(PROOF, wrap.wrap(keys.root(), fresh));
            }
        }
        byte[] proof = store.epochKey(PROOF).orElseThrow();
        try {
            wrap.unwrap(keys.root(), proof).close();
        } catch (SecurityException e) {
            throw new IllegalStateException(
                    "The key store " + keystore + " belongs to another database."
                            + " Restore the one whose backup was made with this database.",
                    e);
        }
    }

    private static Path path(String configured, String name) {
        return configured.isBlank()
                ? Path.of(System.getProperty("karaf.data", "data"), "keys", name)
                : Path.of(configured);
    }

    /** Wipes the keys. */
    public void deactivate() {
        keys.close();
    }

    /** A copy of the key that wraps epoch keys; the caller wipes it. */
    SecretBytes root() {
        return keys.root().copy();
    }

    /** A copy of the key that lookup keys are derived from; the caller wipes it. */
    SecretBytes lookup() {
        return keys.lookup().copy();
    }
}
