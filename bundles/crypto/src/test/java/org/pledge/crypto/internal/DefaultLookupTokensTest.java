package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.TenantId;
import org.pledge.store.memory.MemoryStore;

final class DefaultLookupTokensTest {
    private static final TenantId KX = new TenantId("kx");
    private static final TenantId AN = new TenantId("an");
    private static final byte[] VALUE = Fields.utf8("value");

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private DefaultLookupTokens tokens;

    @BeforeEach
    void open() {
        tokens = opened("pledge", store);
    }

    private DefaultLookupTokens opened(String name, MemoryStore over) {
        return new DefaultLookupTokens(
                new RootKeys(folder.resolve(name + ".p12"), folder.resolve(name + ".pin"), over, over));
    }

    @Test
    void equalValuesHaveEqualTokensAfterARestartToo() {
        byte[] token = tokens.token(KX, "email", VALUE);
        assertThat(token).hasSize(32);
        assertThat(tokens.token(KX, "email", VALUE.clone())).isEqualTo(token);
        open();
        assertThat(tokens.token(KX, "email", VALUE)).isEqualTo(token);
        assertThat(tokens.platformToken("email", VALUE)).isEqualTo(tokens.platformToken("email", VALUE));
    }

    @Test
    void tokensOfDifferentValuesTenantsUsesAndPlatformsNeverMatch() {
        List<byte[]> all = List.of(
                tokens.token(KX, "email", VALUE),
                tokens.token(KX, "email", Fields.utf8("valuf")),
                tokens.token(KX, "email", new byte[0]),
                tokens.token(AN, "email", VALUE),
                tokens.token(KX, "phone", VALUE),
                tokens.token(KX, "", VALUE),
                tokens.platformToken("email", VALUE),
                tokens.platformToken("kx", VALUE),
                tokens.platformToken("", VALUE),
                opened("other", new MemoryStore()).token(KX, "email", VALUE));
        Set<ByteBuffer> distinct = all.stream().map(ByteBuffer::wrap).collect(Collectors.toSet());
        assertThat(distinct).hasSize(all.size());
    }
}
