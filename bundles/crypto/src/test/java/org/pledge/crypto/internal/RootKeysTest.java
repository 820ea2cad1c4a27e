package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.store.memory.MemoryStore;

final class RootKeysTest {
    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private Path keystore;
    private Path passwordFile;

    @BeforeEach
    void nameFiles() {
        keystore = folder.resolve("keys").resolve("pledge.p12");
        passwordFile = folder.resolve("keys").resolve("pledge.pin");
    }

    private RootKeys open() {
        return new RootKeys(keystore, passwordFile, store, store);
    }

    @Test
    void makesBothFilesForTheirOwnerAlone() throws IOException {
        open();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keystore)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordFile)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keystore.getParent())))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(keystore.getParent())) {
            assertThat(files).containsExactlyInAnyOrder(keystore, passwordFile);
        }
    }

    @Test
    void opensTheSameKeysAgain() throws IOException {
        RootKeys first = open();
        byte[] file = Files.readAllBytes(keystore);
        RootKeys second = open();
        assertThat(second.root().getEncoded()).isEqualTo(first.root().getEncoded());
        assertThat(second.lookup().getEncoded()).isEqualTo(first.lookup().getEncoded());
        assertThat(second.lookup().getEncoded()).isNotEqualTo(first.root().getEncoded());
        assertThat(Files.readAllBytes(keystore)).isEqualTo(file);
    }

    @Test
    void everyPlatformHasKeysOfItsOwn() {
        MemoryStore otherStore = new MemoryStore();
        RootKeys other = new RootKeys(folder.resolve("a.p12"), folder.resolve("a.pin"), otherStore, otherStore);
        assertThat(other.root().getEncoded()).isNotEqualTo(open().root().getEncoded());
    }

    @Test
    void aMissingKeyStoreIsNamedAndNotReplaced() throws IOException {
        open();
        Files.delete(keystore);
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("key store " + keystore + " is missing")
                .hasMessageContaining("Restore it");
        assertThat(keystore).doesNotExist();
    }

    @Test
    void aMissingPasswordFileIsNamedAndNotReplaced() throws IOException {
        open();
        Files.delete(passwordFile);
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("password file " + passwordFile + " is missing");
        assertThat(passwordFile).doesNotExist();
    }

    @Test
    void makesNoNewKeysForADatabaseThatHasData() throws IOException {
        open();
        Files.delete(keystore);
        Files.delete(passwordFile);
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Restore it from your backup");
        assertThat(keystore).doesNotExist();
        assertThat(passwordFile).doesNotExist();
    }

    @Test
    void aPasswordThatDoesNotFitIsSaidAndNotRepeated() throws IOException {
        open();
        Files.writeString(passwordFile, "another-secret");
        byte[] file = Files.readAllBytes(keystore);
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not open with the password in " + passwordFile)
                .hasMessageNotContaining("another-secret");
        assertThat(Files.readAllBytes(keystore)).isEqualTo(file);
    }

    @Test
    void aDamagedKeyStoreIsSaid() throws IOException {
        open();
        Files.write(keystore, new byte[] {1, 2, 3});
        assertThatThrownBy(this::open).isInstanceOf(IllegalStateException.class).hasMessageContaining("does not open");
    }

    @Test
    void theKeysOfAnotherDatabaseAreRefused() {
        open();
        keystore = folder.resolve("other.p12");
        passwordFile = folder.resolve("other.pin");
        MemoryStore otherStore = new MemoryStore();
        new RootKeys(keystore, passwordFile, otherStore, otherStore);
        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to another database");
    }

    @Test
    void theUnfinishedFileOfACrashDoesNotStandInTheWay() throws IOException {
        Files.createDirectories(keystore.getParent());
        Files.writeString(keystore.resolveSibling("pledge.p12.unfinished"), "half");
        open();
        assertThat(keystore.resolveSibling("pledge.p12.unfinished")).doesNotExist();
    }

    @Test
    void deactivationWipesTheKeys() {
        RootKeys keys = open();
        keys.deactivate();
        assertThatThrownBy(keys::root).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(keys::lookup).isInstanceOf(IllegalStateException.class);
    }
}
