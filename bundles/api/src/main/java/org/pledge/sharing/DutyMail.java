package org.pledge.sharing;

import org.pledge.Caller;
import org.pledge.SubjectId;

/**
 * Sends people what the law demands that they are told, also while their data is kept without being used or they object
 * to everything: what verifies them, what confirms their requests, and breaches. Only {@code email} and {@code message}
 * leave, and only for a processor that carries mail. Front ends must not offer it. Thread-safe.
 */
public interface DutyMail {
    /** The basis of such a disclosure in the accounting. */
    String BASIS = "duty";

    /**
     * Decides and queues as {@link SharingService#share} does; policy, agreement and transfer rules count as ever. Roles:
     * operator.
     *
     * @param message as the mail partner takes it
     * @throws org.pledge.PledgeException of kind {@code DENIED} when the partner is no processor that carries mail
     */
    SharingService.Outcome send(Caller caller, SubjectId subject, String partner, String purpose, String message);

    /**
     * As {@link #send}, to an address that is not held about the person, so that whoever gets its mail can confirm it.
     *
     * @param address sealed with the message until it has left
     */
    SharingService.Outcome sendTo(
            Caller caller, SubjectId subject, String partner, String purpose, String message, String address);
}
