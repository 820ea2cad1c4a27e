package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellKeyTest {
    @TempDir
    Path folder;

    @Test
    void theFirstStartMakesAKeyThatOnlyTheOwnerReads() throws IOException {
        Path users = Files.writeString(folder.resolve("keys.properties"), "_g_\\:admingroup = group,admin\n");

        new ShellKey(folder, folder);

        Path key = folder.resolve("keys/shell.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(Files.readAllLines(key).get(0)).isEqualTo("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.readAllLines(users))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("admin = AAAAB3NzaC1yc2E") && line.endsWith(",_g_:admingroup"));
    }

    @Test
    void aLaterStartKeepsTheKey() throws IOException {
        new ShellKey(folder, folder);
        String before = Files.readString(folder.resolve("keys/shell.pem"));

        new ShellKey(folder, folder);

        assertThat(Files.readString(folder.resolve("keys/shell.pem"))).isEqualTo(before);
    }

    @Test
    void aLostKeyIsReplacedTogetherWithItsEntry() throws IOException {
        new ShellKey(folder, folder);
        Files.delete(folder.resolve("keys/shell.pem"));

        new ShellKey(folder, folder);

        assertThat(Files.readAllLines(folder.resolve("keys.properties"))).hasSize(1);
    }
}
