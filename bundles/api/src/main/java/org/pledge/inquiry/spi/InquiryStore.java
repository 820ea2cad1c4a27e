package org.pledge.inquiry.spi;

import java.time.Instant;
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

    /** How many inquiries of a tenant were closed at {@code before} or earlier. */
    long countClosed(TenantId tenant, Instant before);

    /** Removes up to {@code limit} inquiries of a tenant that were closed at {@code before} or earlier; returns how many. */
    int removeClosed(TenantId tenant, Instant before, int limit);
}
