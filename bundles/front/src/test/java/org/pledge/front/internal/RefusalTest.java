package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class RefusalTest {
    @Test
    void theStatusIsANumberOfJsonAlsoOnAMachineThatWritesOtherDigits() {
        Locale machine = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertThat(new String(Refusal.UNAVAILABLE.message(false).body(), StandardCharsets.UTF_8))
                    .contains("\"status\":503,");
        } finally {
            Locale.setDefault(machine);
        }
    }
}
