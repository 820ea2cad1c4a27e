package org.pledge.rest.internal;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.inquiry.InquiryService;
import org.pledge.rest.internal.ConsentContract.InDoubt;

/** The schemas of {@code openapi.yaml} about inquiries. */
final class InquiryContract {
    private InquiryContract() {}

    record Inquiry(UUID id, SubjectId subject, Instant opened, String openedBy, Instant closed, String closedBy) {
        static Inquiry of(InquiryService.Inquiry i) {
            return new Inquiry(
                    i.id(),
                    i.subject(),
                    i.opened(),
                    i.openedBy(),
                    i.closed().orElse(null),
                    i.closedBy().orElse(null));
        }
    }

    record InquiryClosing(Inquiry inquiry, int cancelled, List<InDoubt> inDoubt) {
        static InquiryClosing of(InquiryService.Closing c) {
            return new InquiryClosing(
                    Inquiry.of(c.inquiry()),
                    c.cancelled(),
                    c.inDoubt().stream()
                            .map(d -> new InDoubt(d.disclosure(), d.partner()))
                            .toList());
        }
    }
}
