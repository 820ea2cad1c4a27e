package org.pledge.partners.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.pledge.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which file describes which partner, kept over a restart so that a file that went meanwhile is missed. */
final class KnownPartners {
    private static final Logger LOG = LoggerFactory.getLogger(KnownPartners.class);

    /** A partner's identity. */
    record Key(TenantId tenant, String name) {
        @Override
        public String toString() {
            return name + " of " + tenant;
        }
    }

    private final Path store;
    private final Map<String, Key> byFile = new TreeMap<>();

    KnownPartners(Path store) {
        this.store = store;
        if (Files.exists(store)) {
            try {
                for (String line : Files.readAllLines(store, StandardCharsets.UTF_8)) {
                    String[] parts = line.split(" ", 3);
                    if (parts.length == 3) {
                        byFile.put(parts[2], new Key(new TenantId(parts[0]), parts[1]));
                    }
                }
            } catch (IOException e) {
                LOG.warn("which partner files there were cannot be read: {}", e.toString());
            }
        }
    }

    synchronized Set<String> files() {
        return Set.copyOf(byFile.keySet());
    }

    synchronized Optional<Key> of(String file) {
        return Optional.ofNullable(byFile.get(file));
    }

    /** The file that describes the partner. */
    synchronized Optional<String> file(Key key) {
        return byFile.entrySet().stream()
                .filter(entry -> entry.getValue().equals(key))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Another file that describes the partner, if there is one. */
    synchronized Optional<String> otherFile(Key key, String file) {
        return byFile.entrySet().stream()
                .filter(entry -> entry.getValue().equals(key) && !entry.getKey().equals(file))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    synchronized void put(String file, Key key) {
        if (!key.equals(byFile.put(file, key))) {
            save();
        }
    }

    synchronized void remove(String file) {
        if (byFile.remove(file) != null) {
            save();
        }
    }

    private void save() {
        List<String> lines = new ArrayList<>();
        byFile.forEach((file, key) -> lines.add(key.tenant() + " " + key.name() + " " + file));
        Path fresh = store.resolveSibling(store.getFileName() + ".new");
        try {
            Files.write(fresh, lines, StandardCharsets.UTF_8);
            Files.move(fresh, store, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("which partner files there are cannot be written down: {}", e.toString());
        }
    }
}
