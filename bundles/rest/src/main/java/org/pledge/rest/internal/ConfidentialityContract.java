package org.pledge.rest.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
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
            if (digest == null) {
                throw new PledgeException(Kind.MALFORMED, "digest is missing")
                        .remedy("Send the digest that GET /api/v1/confidentiality gives with the text.");
            }
        }
    }

    record ConfidentialityAcceptance(String holder, String version, String digest, Instant accepted, String by) {
        static ConfidentialityAcceptance of(ConfidentialityService.Acceptance acceptance) {
            return new ConfidentialityAcceptance(
                    acceptance.holder(), acceptance.version(), acceptance.digest(), acceptance.at(), acceptance.name());
        }
    }
}
