package org.pledge.rights;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;

/**
 * What people do about their own data without login or cookie: a link by mail, good once and for a short time, gives a
 * pass to a page. Links and passes are 256 random bits of which only a keyed hash is kept. Thread-safe.
 */
public interface SelfService {
    /** The template that carries a link, with the one parameter {@code link}. */
    String TEMPLATE = "self-service-link";

    /** The template that carries a code to a new email address, with the one parameter {@code code}. */
    String CONFIRMATION = "email-confirmation";

    /** The template that tells the former address of it, without a parameter. */
    String CHANGE = "email-change";

    /** The template that tells a person that a user name and password were set, without a parameter. */
    String LOGIN_CHANGED = "login-changed";

    /** The template that tells a person that their user name rests after wrong tries, without a parameter. */
    String LOGIN_LOCKED = "login-locked";

    /**
     * What the page shows.
     *
     * @param controller the tenant's name
     * @param contact where to turn to
     * @param shown what is held, by category, with most of each value hidden unless the person signed in
     * @param changeable the categories that the person may change here; {@code email} by {@link #changeEmail} only
     * @param emailStopped whether nobody can change their address here now, though this person might; operators find why at
     *     {@link org.pledge.notices.MessageService#obstacle}
     * @param mayLogin whether {@link #setLogin} takes this pass
     * @param signedIn whether the person signed in
     * @param requests what they asked for, oldest first
     */
    record Held(
            String controller,
            String contact,
            Map<String, List<String>> shown,
            Set<String> changeable,
            boolean emailStopped,
            boolean mayLogin,
            boolean signedIn,
            List<Request> requests) {
        /** Keeps immutable copies. */
        public Held {
            shown = Map.copyOf(shown);
            changeable = Set.copyOf(changeable);
            requests = List.copyOf(requests);
        }

        @Override
        public String toString() {
            return "Held";
        }
    }

    /**
     * Who signed in.
     *
     * @param pass as a link gives one
     */
    record SignedIn(SubjectId person, String pass) {
        @Override
        public String toString() {
            return "SignedIn[" + person + "]";
        }
    }

    /**
     * Sends the person a link, unless they were sent several just now; does not tell. Must not be called inside a
     * transaction. Roles: operator.
     *
     * @throws org.pledge.PledgeException of kind {@code CONFLICT} when the tenant has no template for it, or no public
     *     address is set
     */
    void send(Caller caller, SubjectId person);

    /**
     * Makes a link that is handed over instead of sent: by the tenant's application to the browser of somebody who is
     * logged in there as this person, or by staff who know that it is them. No address of theirs and no mail partner is
     * needed. Roles: operator.
     *
     * @return the whole address; good once, for a few minutes, and never to be recorded
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} when the tenant does not know that person, {@code CONFLICT}
     *     when several links of theirs are good already, or no public address is set
     */
    String hand(Caller caller, SubjectId person);

    /** Whether links can be sent to people of a tenant now; it does not tell why not, as everybody may ask. */
    boolean sendsLinks(TenantId tenant);

    /** Sends a link to the one person who holds every value, if there is one, later and within limits; tells nothing. */
    void ask(TenantId tenant, Identified identified);

    /**
     * Uses a link up and gives a pass.
     *
     * @throws org.pledge.PledgeException of kind {@code NOT_FOUND} for every link that is not good, as below for passes
     */
    String open(TenantId tenant, String link);

    /**
     * Signs a person in with their user name and password; gives a pass, as a link does. Whoever has a name is told later
     * when the fifth try in a row on it is in vain, if a message can be sent.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAUTHENTICATED} for every name and password that are not somebody's,
     *     and after five tries in a row for a growing while, up to a day; {@code UNAVAILABLE} when too many sign in at once
     */
    SignedIn signIn(TenantId tenant, String name, char[] password);

    /**
     * Sets a user name and password in place of the person's last, and ends their other links and passes. The person is told
     * by a message, if one can be sent; a repeat with the same two sends none. Must not be called inside a transaction.
     *
     * @param name 3 to 64 letters, digits and {@code . - _ + @}, unique per tenant, without regard to case
     * @param password 12 to 128 characters without the name
     * @throws org.pledge.PledgeException of kind {@code INVALID} or {@code CONFLICT}, naming the field; {@code DENIED} behind a
     *     link by mail where a code by mail is not enough for a correction
     */
    void setLogin(TenantId tenant, String pass, String name, char[] password);

    /**
     * Refuses a pass of somebody else.
     *
     * @throws org.pledge.PledgeException of kind {@code DENIED}, whether or not there is that person
     */
    void requireHolder(TenantId tenant, String pass, SubjectId person);

    /** What is held about whoever has the pass. */
    Held held(TenantId tenant, String pass);

    /** Replaces values, but for the email address, as {@code SubjectService.update} does. */
    void change(TenantId tenant, String pass, Map<String, List<String>> fields);

    /**
     * Tells the address that is held, and sends a code to a new one; the former stays until {@link #confirmEmail}. A
     * later call ends the code of an earlier one. Must not be called inside a transaction.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} for what is no address or the one that is held,
     *     {@code CONFLICT} when the tenant has no templates for it or nothing can be sent, {@code DENIED} where more than a
     *     link is needed or too much was asked
     */
    void changeEmail(TenantId tenant, String pass, String address);

    /**
     * Takes the new address in place of the former, as {@code SubjectService.update} does, and ends every link.
     *
     * @param code of six digits, good once, for a few minutes and three tries
     * @throws org.pledge.PledgeException of kind {@code INVALID} for every other code
     */
    void confirmEmail(TenantId tenant, String pass, String code);

    /**
     * Opens a request, which is verified as one with a code by mail where that is enough; an opt-out is carried out at
     * once.
     */
    Request ask(TenantId tenant, String pass, Type type);

    /** Ends a pass. */
    void end(TenantId tenant, String pass);
}
