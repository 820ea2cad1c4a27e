package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedAddressesTest {
    private final AllowedAddresses addresses = new AllowedAddresses("127.0.0.1, ::1", "10.1.2.0/23", "fd00::/8");

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "::1", "0:0:0:0:0:0:0:1", "10.1.2.1", "10.1.3.255", "fd12::9", "::ffff:127.0.0.1"})
    void allowsWhatIsListed(String from) {
        assertThat(addresses.allow(from)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.2",
                "10.1.4.0",
                "10.1.1.255",
                "fe00::1",
                "::2",
                "",
                "localhost",
                "1270.0.0.1",
                "127.0.0.1/8"
            })
    void allowsNothingElse(String from) {
        assertThat(addresses.allow(from)).isFalse();
    }

    @Test
    void allowsNothingWhereNothingIsListed() {
        assertThat(new AllowedAddresses("").allow("127.0.0.1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.1.2.0/33", "10.1.2.0/x", "10.1.2.0/", "example.com"})
    void doesNotStartWithWhatItCannotRead(String text) {
        assertThatThrownBy(() -> new AllowedAddresses(text))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reveal.addresses");
    }
}
