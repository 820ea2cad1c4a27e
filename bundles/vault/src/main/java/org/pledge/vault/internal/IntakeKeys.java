package org.pledge.vault.internal;

import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.pledge.crypto.CardSealer;
import org.pledge.vault.CardService;

/** Intake keys as they are published. */
final class IntakeKeys {
    private IntakeKeys() {}

    /**
     * The keys with the instants until which they are taken.
     *
     * @param taken for how long a key is once it is retired
     */
    static List<CardService.IntakeKey> published(List<CardSealer.IntakeKey> keys, Duration taken) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return keys.stream()
                .map(key -> new CardService.IntakeKey(
                        key.kid(),
                        base64.encodeToString(key.x()),
                        base64.encodeToString(key.y()),
                        key.retired().isEmpty(),
                        key.retired().map(at -> at.plus(taken))))
                .toList();
    }
}
