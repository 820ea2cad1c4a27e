package org.pledge.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ChainTest {
    /** Computed with {@code openssl dgst -sha256} over the bytes that the package description names. */
    private static final String AFTER_EMPTY_LEAF = "f458e643a4ef83a22e9d97a07f49eaf90fdeab1ce42427ce6da091237f83cd0d";

    private static final String AFTER_SECOND_LEAF = "fc59f67d755bca8ea74d9248a56b5b9a9ea69a4182e49f6359f17fb3b43a9eb3";

    @Test
    void hashesAsDocumented() {
        Chain chain = new Chain(Chain.start());
        assertThat(HexFormat.of().formatHex(chain.add(new byte[0]))).isEqualTo(AFTER_EMPTY_LEAF);
        assertThat(HexFormat.of().formatHex(chain.add(new byte[] {'a'}))).isEqualTo(AFTER_SECOND_LEAF);
    }

    @Test
    void goesOnAfterAHead() {
        byte[] head = new Chain(Chain.start()).add(new byte[0]);
        assertThat(HexFormat.of().formatHex(new Chain(head).add(new byte[] {'a'})))
                .isEqualTo(AFTER_SECOND_LEAF);
    }
}
