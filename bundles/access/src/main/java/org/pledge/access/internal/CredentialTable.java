package org.pledge.access.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.pledge.TenantId;
import org.pledge.access.CredentialService.Credential;
import org.pledge.access.spi.AccessStore.StoredCredential;

/** An unchanging view of every credential, found by the keyed hash of its token. */
final class CredentialTable {
    private final Map<Long, List<StoredCredential>> byPrefix;

    CredentialTable(List<StoredCredential> credentials) {
        this.byPrefix = credentials.stream().collect(Collectors.groupingBy(stored -> prefix(stored.tokenHash())));
    }

    private static long prefix(byte[] tokenHash) {
        return ByteBuffer.wrap(tokenHash).getLong();
    }

    /** The credential with this hash; whole hashes are compared in constant time. */
    Optional<Credential> find(byte[] tokenHash) {
        return byPrefix.getOrDefault(prefix(tokenHash), List.of()).stream()
                .filter(stored -> MessageDigest.isEqual(stored.tokenHash(), tokenHash))
                .map(StoredCredential::credential)
                .findFirst();
    }

    List<Credential> of(TenantId tenant) {
        return byPrefix.values().stream()
                .flatMap(List::stream)
                .map(StoredCredential::credential)
                .filter(credential -> credential.tenant().equals(tenant))
                .sorted(Comparator.comparing(Credential::name))
                .toList();
    }

    CredentialTable without(TenantId tenant, String name) {
        return new CredentialTable(byPrefix.values().stream()
                .flatMap(List::stream)
                .filter(stored -> !stored.credential().tenant().equals(tenant)
                        || !stored.credential().name().equals(name))
                .toList());
    }
}
