package org.pledge.crypto.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.pledge.PledgeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A root key that lies in a file beside its password: for demonstrations, it protects nothing. */
final class DevelopmentRoot implements RootSource {
    private static final Logger LOG = LoggerFactory.getLogger(DevelopmentRoot.class);
    private static final String BANNER =
            """

            ####################################################################
            ##  THE CARD VAULT RUNS WITH DEVELOPMENT KEYS.                    ##
            ##  They lie in a file beside the data and protect nothing.       ##
            ##  Never store a real card here. For production set              ##
            ##  keys = pkcs12 or pkcs11 in etc/org.pledge.vault.keys.cfg.     ##
            ####################################################################""";

    private final Path keystore;

    DevelopmentRoot(Path keystore) {
        this.keystore = keystore;
    }

    @Override
    public boolean development() {
        return true;
    }

    @Override
    public boolean opensAlone() {
        return true;
    }

    @Override
    public int needed() {
        return 0;
    }

    @Override
    public int given() {
        return 0;
    }

    @Override
    public Optional<RootKey> take(char[] share, boolean keysExist) {
        LOG.warn(BANNER);
        Path pin = keystore.resolveSibling(keystore.getFileName() + ".pin");
        try (KeyStoreFile.Keys keys = new KeyStoreFile(keystore, pin).open(keysExist)) {
            return Optional.of(new MemoryRootKey(keys.root().copy()));
        } catch (IllegalStateException e) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the vault's development keys do not open")
                    .remedy(e.getMessage());
        }
    }
}
