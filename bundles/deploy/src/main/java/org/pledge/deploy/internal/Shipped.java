package org.pledge.deploy.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.deploy.ArtifactTrust.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the distribution came with: the digests and paths in its {@code etc/keys/shipped.sha256}. */
final class Shipped {
    private static final Logger LOG = LoggerFactory.getLogger(Shipped.class);

    private final Path list;
    private FileTime read = FileTime.fromMillis(-1);
    private Map<String, Set<String>> paths = Map.of();

    Shipped(Path list) {
        this.list = list;
    }

    /** Whether a bundle of exactly these bytes came with the distribution. */
    boolean holdsBundle(String sha256) {
        return bundle(sha256).isPresent();
    }

    /** The digests of all bundles that came with the distribution. */
    synchronized Set<String> bundles() {
        paths("");
        Set<String> bundles = new HashSet<>();
        paths.forEach((sha256, each) -> {
            if (each.stream().anyMatch(path -> path.startsWith("system/"))) {
                bundles.add(sha256);
            }
        });
        return bundles;
    }

    /** Where a bundle of exactly these bytes lies, seen from the home of the distribution. */
    Optional<String> bundle(String sha256) {
        return paths(sha256).stream().filter(path -> path.startsWith("system/")).findFirst();
    }

    /** Whether a file of this name, purpose and content came with the distribution. */
    boolean holds(String name, Target target, String sha256) {
        return paths(sha256).stream()
                .anyMatch(path -> path.endsWith("/" + name)
                        && path.startsWith(
                                switch (target) {
                                    case BUNDLE -> "system/";
                                    case ROUTE -> "deploy/";
                                    case PARTNER -> "etc/partners/";
                                    case POLICY -> "etc/policies/";
                                    case TEMPLATE -> "etc/templates/";
                                }));
    }

    private synchronized Collection<String> paths(String sha256) {
        try {
            FileTime modified = Files.getLastModifiedTime(list);
            if (!modified.equals(read)) {
                Map<String, Set<String>> now = new HashMap<>();
                Files.readAllLines(list, StandardCharsets.UTF_8).stream()
                        .filter(line -> line.matches("[0-9a-f]{64}  .+"))
                        .forEach(line -> now.computeIfAbsent(line.substring(0, 64), each -> new TreeSet<>())
                                .add(line.substring(66)));
                paths = now;
                read = modified;
            }
        } catch (IOException e) {
            if (!paths.isEmpty() || read.toMillis() < 0) {
                LOG.error("{} cannot be read: nothing of the distribution is trusted. Unpack it again.", list);
            }
            paths = Map.of();
            read = FileTime.fromMillis(0);
        }
        return paths.getOrDefault(sha256, Set.of());
    }
}
