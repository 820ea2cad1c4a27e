package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.access.ConfidentialityService;

/** The schemas of {@code openapi.yaml} about the duty of confidentiality. */
final class ConfidentialityContract {
    private ConfidentialityContract() {}

    record Confidentiality(
            boolean required, List<String> promises, String version, String digest, String text, Instant accepted) {
        static Confidentiality of(ConfidentialityService.Standing standing) {
            Optional<ConfidentialityService.Duty> duty = standing.duty();
            return new Confidentiality(
                    !standing.promises().isEmpty(),
                    standing.promises(),
                    duty.map(ConfidentialityService.Duty::version).orElse(null),
                    duty.map(ConfidentialityService.Duty::digest).orElse(null),
                    duty.map(ConfidentialityService.Duty::text).orElse(null),
                    standing.accepted()
                            .map(ConfidentialityService.Acceptance::at)
                            .orElse(null));
        }
    }

    record NewConfidentialityAcceptance(String digest) {
        NewConfidentialityAcceptance {
            needed("digest", digest);
        }
    }

    record ConfidentialityAcceptance(String holder, String version, String digest, Instant accepted, String by) {
        static ConfidentialityAcceptance of(ConfidentialityService.Acceptance acceptance) {
            return new ConfidentialityAcceptance(
                    acceptance.holder(), acceptance.version(), acceptance.digest(), acceptance.at(), acceptance.name());
        }
    }
}
