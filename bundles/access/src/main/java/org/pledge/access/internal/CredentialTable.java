package org.pledge.access.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.pledge.TenantId;
import org.pledge.access.CredentialService.Credential;
import org.pledge.access.spi.AccessStore.StoredCredential;

/** An unchanging view of every credential, found by the keyed hash of its token. */
final class CredentialTable {
    private final Map<Long, List<StoredCredential>> byPrefix;
    private final Map<String, StoredCredential> byUsername;

    /** By the SHA-256 of the token, for tokens that came before; of 256 random bits it tells nothing. */
    private final Map<ByteBuffer, Credential> recognised = new ConcurrentHashMap<>();

    CredentialTable(List<StoredCredential> credentials) {
        this.byPrefix = credentials.stream().collect(Collectors.groupingBy(stored -> prefix(stored.tokenHash())));
        this.byUsername = credentials.stream()
                .collect(Collectors.toMap(stored -> username(stored.credential()), Function.identity()));
    }

    /** Whether it is a view of just these. */
    boolean holds(List<StoredCredential> credentials) {
        return credentials.size() == byUsername.size()
                && credentials.stream().allMatch(stored -> named(username(stored.credential()))
                        .filter(known -> known.credential().equals(stored.credential())
                                && MessageDigest.isEqual(known.tokenHash(), stored.tokenHash()))
                        .isPresent());
    }

    static String username(Credential credential) {
        return credential.tenant() + "/" + credential.name();
    }

    Optional<StoredCredential> named(String username) {
        return Optional.ofNullable(byUsername.get(username));
    }

    private static long prefix(byte[] tokenHash) {
        return ByteBuffer.wrap(tokenHash).getLong();
    }

    /** The credential with this token; its keyed hash is computed only the first time. */
    Optional<Credential> find(String token, UnaryOperator<byte[]> keyedHash) {
        byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer digest = ByteBuffer.wrap(sha256(bytes));
        Optional<Credential> known = Optional.ofNullable(recognised.get(digest));
        if (known.isPresent()) {
            return known;
        }
        Optional<Credential> found = find(keyedHash.apply(bytes));
        found.ifPresent(credential -> recognised.put(digest, credential));
        return found;
    }

    private static byte[] sha256(byte[] token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    /** The credential with this hash; whole hashes are compared in constant time. */
    private Optional<Credential> find(byte[] tokenHash) {
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
