package org.pledge.rest.internal;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Protection;
import org.pledge.answers.AnswerService.Started;
import org.pledge.answers.AnswerService.State;

/** The schemas of {@code openapi.yaml} about answers that people take away. */
final class ExportContract {
    private ExportContract() {}

    record RecipientKey(String kty, String crv, String x, String y, String kid) {
        RecipientKey {
            Contract.needed("kty", kty);
            Contract.needed("crv", crv);
            Contract.needed("x", x);
        }

        AnswerService.RecipientKey toValue() {
            return new AnswerService.RecipientKey(kty, crv, x, y == null ? "" : y, kid == null ? "" : kid);
        }
    }

    record ExportOrder(RecipientKey key, Boolean anew) {
        Optional<AnswerService.RecipientKey> recipient() {
            return Optional.ofNullable(key).map(RecipientKey::toValue);
        }
    }

    record Export(
            UUID id,
            UUID request,
            State state,
            Protection protection,
            Instant started,
            Instant made,
            Instant expires,
            Map<String, Long> counts,
            long bytes,
            String sha256) {
        static Export of(AnswerService.Export e) {
            return new Export(
                    e.id(),
                    e.request(),
                    e.state(),
                    e.protection(),
                    e.started(),
                    e.made().orElse(null),
                    e.expires().orElse(null),
                    e.counts(),
                    e.bytes(),
                    e.sha256().orElse(null));
        }
    }

    record StartedExport(Export export, String password) {
        static StartedExport of(Started started) {
            return new StartedExport(
                    Export.of(started.export()), started.password().orElse(null));
        }

        @Override
        public String toString() {
            return "StartedExport";
        }
    }
}
