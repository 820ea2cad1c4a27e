package org.pledge.inquiry.spi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.inquiry.InquiryService.Inquiry;

/** Keeps inquiries. Every method joins the current transaction. */
public interface InquiryStore {
    /** Keeps an inquiry, in place of an earlier state of it. */
    void putInquiry(Inquiry inquiry);

    /** One inquiry. */
    Optional<Inquiry> inquiry(TenantId tenant, UUID id);

    /** A person's inquiries by the time of their opening, then by identifier. */
    List<Inquiry> inquiries(TenantId tenant, SubjectId subject);
}
