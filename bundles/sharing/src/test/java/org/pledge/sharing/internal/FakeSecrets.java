package org.pledge.sharing.internal;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.pledge.sharing.spi.PartnerSecrets;

/** Secrets in a map. */
final class FakeSecrets implements PartnerSecrets {
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

    void keep(String name, String secret) {
        kept.put(name, secret.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> find(String name) {
        return Optional.ofNullable(kept.get(name)).map(byte[]::clone);
    }

    @Override
    public byte[] findOrKeep(String name, Supplier<byte[]> first) {
        return kept.computeIfAbsent(name, any -> first.get()).clone();
    }
}
