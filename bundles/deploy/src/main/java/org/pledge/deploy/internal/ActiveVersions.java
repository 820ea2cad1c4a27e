package org.pledge.deploy.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pledge.deploy.ArtifactTrust.Target;

/**
 * The highest version of each signed artifact that ever took effect.
 *
 * <p>The file is made together with its directory at the first start. A directory without a readable file is no first
 * start: then nothing signed is accepted until the file is restored, or the directory is deleted on purpose.
 */
final class ActiveVersions {
    /** What was accepted last under one name. */
    record Active(long version, String sha256, String key) {}

    private final DurableText file;
    private final TreeMap<String, Active> active = new TreeMap<>();
    private boolean readable;

    ActiveVersions(Path directory) {
        this.file = new DurableText(directory.resolve("versions"));
        try {
            if (!Files.isDirectory(directory)) {
                Path next = directory.resolveSibling(directory.getFileName() + ".next");
                Files.createDirectories(next);
                new DurableText(next.resolve("versions")).write("");
                Files.move(next, directory, StandardCopyOption.ATOMIC_MOVE);
            }
            Optional<String> text = file.read();
            text.ifPresent(lines -> lines.lines()
                    .map(line -> line.split(" "))
                    .forEach(parts -> active.put(
                            parts[0] + " " + parts[1], new Active(Long.parseLong(parts[2]), parts[3], parts[4]))));
            readable = text.isPresent();
        } catch (IOException e) {
            readable = false;
        }
    }

    synchronized boolean readable() {
        return readable;
    }

    synchronized Optional<Active> of(Target target, String name) {
        return Optional.ofNullable(active.get(target + " " + name));
    }

    /** Every artifact under its target and name, with a blank between them. */
    synchronized Map<String, Active> all() {
        return new TreeMap<>(active);
    }

    /** The artifact that is active with exactly these bytes as a bundle. */
    synchronized Optional<Active> bundle(String sha256) {
        return active.entrySet().stream()
                .filter(each -> each.getKey().startsWith(Target.BUNDLE + " "))
                .map(Map.Entry::getValue)
                .filter(each -> each.sha256().equals(sha256))
                .findFirst();
    }

    /** Keeps a version; it is on the disk when this returns. */
    synchronized void put(Target target, String name, Active version) throws IOException {
        TreeMap<String, Active> next = new TreeMap<>(active);
        next.put(target + " " + name, version);
        StringBuilder text = new StringBuilder();
        next.forEach((key, each) -> text.append(key)
                .append(' ')
                .append(each.version())
                .append(' ')
                .append(each.sha256())
                .append(' ')
                .append(each.key())
                .append('\n'));
        file.write(text.toString());
        active.putAll(next);
    }
}
