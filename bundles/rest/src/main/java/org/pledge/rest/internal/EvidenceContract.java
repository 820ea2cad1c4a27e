package org.pledge.rest.internal;

import java.time.Instant;
import java.util.UUID;
import org.pledge.vault.EvidenceService;

/** The schemas of {@code openapi.yaml} about evidence against chargebacks. */
final class EvidenceContract {
    private EvidenceContract() {}

    record Evidence(
            UUID id, UUID chargeback, String type, int size, String sha256, Instant added, String by, Instant until) {
        static Evidence of(EvidenceService.Evidence evidence) {
            return new Evidence(
                    evidence.id(),
                    evidence.chargeback(),
                    evidence.type().mediaType(),
                    evidence.size(),
                    evidence.sha256(),
                    evidence.added(),
                    evidence.by(),
                    evidence.until());
        }
    }

    /** In base64 within JSON, so that no browser shows what somebody handed in. */
    record EvidenceContent(UUID id, String type, String sha256, byte[] content) {
        static EvidenceContent of(EvidenceService.Content content) {
            EvidenceService.Evidence evidence = content.evidence();
            return new EvidenceContent(evidence.id(), evidence.type().mediaType(), evidence.sha256(), content.bytes());
        }

        @Override
        public String toString() {
            return "EvidenceContent[" + id + "]";
        }
    }
}
