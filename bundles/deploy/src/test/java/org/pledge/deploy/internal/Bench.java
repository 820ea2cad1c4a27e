package org.pledge.deploy.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.store.Transactions;

/** A distribution in a temporary folder, with a clock, an audit record and keys. */
final class Bench implements AuditLog, Transactions {
    final Path root;
    final List<Leaf> leaves = new ArrayList<>();
    boolean auditRuns = true;
    Instant now = Instant.parse("2026-11-22T08:00:00Z");
    final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    final Records records =
            new Records(() -> auditRuns ? Optional.of(this) : Optional.empty(), () -> Optional.of(this), clock);
    final Shipped shipped;
    DefaultArtifactTrust trust;

    Bench(Path root) {
        this.root = root;
        this.shipped = new Shipped(root.resolve("etc/keys/shipped.sha256"));
        try {
            Files.createDirectories(root.resolve("deploy"));
            Files.createDirectories(root.resolve("system"));
            Files.createDirectories(root.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        restart();
    }

    void restart() {
        trust = new DefaultArtifactTrust(
                shipped,
                new TrustedKeys(root.resolve("etc/keys/deploy"), clock),
                new ActiveVersions(root.resolve("data/trust")),
                records);
    }

    void after(Duration time) {
        now = now.plus(time);
    }

    /** The leaves after everything is settled. */
    List<Leaf> settled() {
        after(Records.SETTLING);
        records.write(now);
        return List.copyOf(leaves);
    }

    List<String> reasons() {
        return settled().stream()
                .filter(leaf -> leaf.act() == Leaf.Act.ARTIFACT_REFUSED)
                .map(leaf -> leaf.details().get("reason"))
                .toList();
    }

    Path deploy(String name) {
        return root.resolve("deploy").resolve(name);
    }

    Path key(String name) {
        run("key", name, "--key", root.resolve(name + ".key").toString(), "--trust", keys().toString());
        return root.resolve(name + ".key");
    }

    Path keys() {
        return root.resolve("etc/keys/deploy");
    }

    void sign(Path file, String key, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "sign", file.toString(), "--key", root.resolve(key + ".key").toString()));
        words.addAll(List.of(more));
        run(words.toArray(String[]::new));
    }

    void ship() {
        run("ship", root.toString());
    }

    private void run(String... words) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        if (new SignCommand(out, out, clock).run(words) != 0) {
            throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
        }
    }

    /** A bundle with nothing in it but its name and what a test adds. */
    static byte[] jar(String symbolicName, String version, Map<String, String> headers) {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.putValue("Manifest-Version", "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", symbolicName);
        main.putValue("Bundle-Version", version);
        headers.forEach(main::putValue);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new ZipEntry("content.txt"));
            jar.write((symbolicName + version).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] jar(String symbolicName, String version) {
        return jar(symbolicName, version, Map.of());
    }

    @Override
    public void append(Leaf leaf) {
        leaves.add(leaf);
    }

    @Override
    public List<Entry> tail(TenantId tenant, int limit) {
        return List.of();
    }

    @Override
    public Verification verify(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T required(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void afterCommit(Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void afterRollback(Runnable action) {
        throw new UnsupportedOperationException();
    }
}
