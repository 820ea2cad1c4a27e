package org.pledge.vault;

import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Lets a custodian see a card number, for an open request of its customer and with a second person. Thread-safe. */
public interface RevealService {
    /** What the customer asked for (KX-17). */
    enum Type {
        /** To change the card. */
        EDIT,
        /** To delete the card. */
        DELETE,
        /** To add a card. */
        ADD,
        /** To charge the card. */
        CHARGE
    }

    /** Where a request stands. */
    enum State {
        /** Waits for a second person. */
        OPEN,
        /** May be used once. */
        APPROVED,
        /** Was used. */
        USED,
        /** Nobody used it in time. */
        EXPIRED
    }

    /**
     * A customer's request.
     *
     * @param ticket the customer's request in the company's own system, 1 to 64 letters, digits and {@code . _ -}
     * @param openedBy the holder who opened it
     * @param approvedBy the holder who approved it
     */
    record Request(
            TenantId tenant,
            UUID id,
            String token,
            SubjectId customer,
            Type type,
            String ticket,
            State state,
            Instant opened,
            Instant expires,
            String openedBy,
            Optional<String> approvedBy,
            Optional<Instant> used) {}

    /** Records that a customer asked for something that takes the number. Roles: operator, custodian. */
    Request open(Caller caller, String token, Type type, String ticket);

    /**
     * Approves a request; neither by who opened it nor by who will see the number. Roles: custodian, officer.
     *
     * @param code of the caller's second factor ({@link org.pledge.access.SecondFactors}), used up unless the request
     *     is refused for another reason; the caller wipes it
     * @throws org.pledge.PledgeException {@code DENIED} when the code is not valid
     */
    Request approve(Caller caller, UUID id, char[] code);

    /** Requests of a tenant, newest first. Roles: custodian, officer, auditor. */
    List<Request> requests(Caller caller, int limit);

    /**
     * Writes the number once to a terminal. The record of it is durable before the first digit. Roles: custodian.
     *
     * @param from the address the terminal is connected from; one of those allowed in the configuration
     * @param code of the caller's second factor, as for {@link #approve}
     * @param terminal gets the digits in ASCII; it must keep no copy
     * @throws org.pledge.PledgeException {@code DENIED} without an approved request of this token, on a second use, too
     *     late, for one's own approval, from another address, or when the code is not valid
     */
    void reveal(Caller caller, UUID id, String from, char[] code, OutputStream terminal);
}
