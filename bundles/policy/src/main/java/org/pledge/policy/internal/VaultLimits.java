package org.pledge.policy.internal;

import java.util.Set;
import java.util.TreeSet;
import org.pledge.vault.Network;
import org.pledge.vault.RevealService;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Holds promises about cards to words that the vault knows: one that it does not know would be kept by nobody. */
final class VaultLimits {
    private static final Set<String> PURPOSES = Set.of("payment", "refund", "chargeback");

    private VaultLimits() {}

    static void purposes(Fields with) {
        with.only("purposes");
        known(with, "purposes", PURPOSES);
    }

    static void networks(Fields with) {
        with.only("network", "security-code");
        known(with, "network", Fields.words(Network.class).keySet());
        known(with, "security-code", Set.of("refused"));
    }

    static void requests(Fields with) {
        with.only("requests", "people");
        known(with, "requests", Fields.words(RevealService.Type.class).keySet());
        if (with.has("people")) {
            with.whole("people", 2, 2);
        }
    }

    /** The vault asks everybody who approves a reveal or sees a number for a second factor. */
    static void custodians(Fields with) {
        with.only("role", "factors");
        known(with, "role", Set.of("custodian"));
        if (with.has("factors")) {
            with.whole("factors", 2, 2);
        }
    }

    private static void known(Fields with, String key, Set<String> words) {
        if (!with.required(key)) {
            return;
        }
        for (String word : with.text(key).split(", *")) {
            if (!words.contains(word)) {
                with.problem(
                        key,
                        "the vault knows no " + Problems.quote(word) + " here.",
                        "Write one or more of: " + String.join(", ", new TreeSet<>(words)) + ".");
            }
        }
    }
}
