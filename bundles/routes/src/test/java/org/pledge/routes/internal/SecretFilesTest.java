package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;

class SecretFilesTest {
    @TempDir
    Path folder;

    private SecretFiles secrets() {
        return new SecretFiles(folder.resolve("partners"));
    }

    private void write(String name, String text, String permissions) throws IOException {
        Files.createDirectories(folder.resolve("partners"));
        Path file = folder.resolve("partners").resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsAnewAtEveryUse() throws IOException {
        SecretFiles secrets = secrets();
        assertThat(secrets.find("kx.acme")).isEmpty();
        write("kx.acme", "one", "rw-------");
        assertThat(secrets.find("kx.acme"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("one")));
        write("kx.acme", "two", "r--------");
        assertThat(secrets.find("kx.acme"))
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(bytes("two")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"})
    void refusesAFileThatOthersMayUse(String permissions) throws IOException {
        write("kx.acme", "hidden", permissions);
        assertThatThrownBy(() -> secrets().find("kx.acme"))
                .isInstanceOf(PledgeException.class)
                .hasMessageContaining("kx.acme")
                .hasMessageNotContaining("hidden");
        assertThatThrownBy(() -> secrets().findOrKeep("kx.acme", () -> bytes("new")))
                .isInstanceOf(PledgeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../kx.acme", "kx/acme", "KX.acme", "", ".", "..", "kx.acme.new"})
    void knowsNoOtherNames(String name) throws IOException {
        write("kx.acme", "hidden", "rw-------");
        assertThat(secrets().find(name)).isEmpty();
        assertThatThrownBy(() -> secrets().findOrKeep(name, () -> bytes("new"))).isInstanceOf(PledgeException.class);
    }

    @Test
    void keepsTheFirstWhereOnlyTheOwnerReads() throws IOException {
        SecretFiles secrets = secrets();
        assertThat(secrets.findOrKeep("kx.acme", () -> bytes("one"))).isEqualTo(bytes("one"));
        assertThat(secrets.findOrKeep("kx.acme", () -> bytes("two"))).isEqualTo(bytes("one"));
        Path file = folder.resolve("partners/kx.acme");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void ofTwoNodesThatMakeItAtOnceBothUseWhatWasThereFirst() throws IOException {
        SecretFiles other = secrets();
        byte[] made = secrets().findOrKeep("kx.acme", () -> {
            assertThat(other.findOrKeep("kx.acme", () -> bytes("first"))).isEqualTo(bytes("first"));
            return bytes("second");
        });
        assertThat(made).isEqualTo(bytes("first"));
        assertThat(folder.resolve("partners/kx.acme")).hasContent("first");
        assertThat(folder.resolve("partners")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void answersRoutesWithBytesOrOneLineOfText() throws IOException {
        write("kx.acme", "line\n", "rw-------");
        SecretBeans beans = new SecretBeans(secrets());
        assertThat(beans.lookupByName("secret.kx.acme")).isEqualTo("line");
        assertThat(beans.lookupByNameAndType("secret.kx.acme", String.class)).isEqualTo("line");
        assertThat(beans.lookupByNameAndType("secret.kx.acme", byte[].class)).isEqualTo(bytes("line\n"));
        assertThat(beans.lookupByNameAndType("secret.kx.acme", Integer.class)).isNull();
        assertThat(beans.lookupByName("kx.acme")).isNull();
        assertThatThrownBy(() -> beans.lookupByName("secret.kx.other")).isInstanceOf(PledgeException.class);
        assertThat(beans.findByType(String.class)).isEmpty();
    }

    /** What endpoints take secrets as. */
    public static final class Target {
        private String password;
        private byte[] privateKey;

        public void setPassword(String password) {
            this.password = password;
        }

        public void setPrivateKey(byte[] privateKey) {
            this.privateKey = privateKey;
        }
    }

    @Test
    void reachesTheOptionsOfEndpoints() {
        try (Bench bench = new Bench()) {
            bench.secret("kx.acme", "line\n", "rw-------");
            Target target = new Target();
            PropertyBindingSupport.bindProperties(
                    bench.camel.camel(),
                    target,
                    new HashMap<>(Map.of("password", "#bean:secret.kx.acme", "privateKey", "#bean:secret.kx.acme")));
            assertThat(target.password).isEqualTo("line");
            assertThat(new String(target.privateKey, StandardCharsets.UTF_8).strip())
                    .isEqualTo("line");
            assertThatThrownBy(() -> PropertyBindingSupport.bindProperties(
                            bench.camel.camel(), target, new HashMap<>(Map.of("password", "#bean:secret.kx.none"))))
                    .hasRootCauseInstanceOf(PledgeException.class);
        }
    }
}
