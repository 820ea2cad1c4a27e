package org.pledge.inquiry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.InDoubt;

/**
 * What people asked, from its opening to its end. Where a policy keeps data {@code until inquiry-closed} for a purpose,
 * nothing leaves for that purpose while the person has no open inquiry. When a method returns, the change is durable and
 * every decision on this machine takes it into account. Thread-safe.
 */
public interface InquiryService {
    /**
     * One inquiry; what was asked is not kept here.
     *
     * @param openedBy the credential that opened it
     * @param closed when it ended; empty while it is open
     * @param closedBy the credential that closed it; empty while it is open
     */
    record Inquiry(
            UUID id,
            TenantId tenant,
            SubjectId subject,
            Instant opened,
            String openedBy,
            Optional<Instant> closed,
            Optional<String> closedBy) {
        /** Whether it has not ended. */
        public boolean isOpen() {
            return closed.isEmpty();
        }
    }

    /**
     * What closing an inquiry did.
     *
     * @param cancelled how many queued disclosures were stopped, because no inquiry of the person is open any more
     * @param inDoubt such disclosures that may already have left
     */
    record Closing(Inquiry inquiry, int cancelled, List<InDoubt> inDoubt) {
        /** Keeps an immutable copy. */
        public Closing {
            inDoubt = List.copyOf(inDoubt);
        }
    }

    /**
     * Opens an inquiry of a person.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the tenant does not know that person, {@code
     *     CONFLICT} when no version of its policy has a purpose that ends with an inquiry
     */
    Inquiry open(Caller caller, SubjectId subject);

    /** The person's inquiries, oldest first. */
    List<Inquiry> inquiries(Caller caller, SubjectId subject);

    /**
     * Closes an inquiry; where it was the last open one, from the return on nothing begins to leave for a purpose that
     * ends with it. Closing what is closed changes nothing.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the person has no such inquiry
     */
    Closing close(Caller caller, SubjectId subject, UUID inquiry);
}
