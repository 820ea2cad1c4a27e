package org.pledge.visitor;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;

/**
 * The register of the cookies, stored values and beacons of a tenant's own sites, and the gate that a site asks before
 * it sends any. Nothing about a visitor is kept here: a choice travels in a cookie that holds the choice and no
 * identity. Thread-safe.
 */
public interface CookieService {
    /** The cookie that holds a visitor's choice; it is part of every register. */
    String CHOICE = "cookie-consent";

    /** How many cookies, stored values and beacons one call takes at most, each. */
    int MOST = 100;

    /** The register in force for the caller's tenant, with the cookie {@link #CHOICE}. */
    Register register(Caller caller);

    /** Puts a visitor's choice into a cookie. Whatever is not agreed to is refused; nothing is recorded. */
    Chosen choose(Caller caller, Choice choice);

    /**
     * Says what of all that a site is about to send may be sent. Of each fault the first is recorded, without values.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID} when the request has another form
     */
    Checked check(Caller caller, Sending sending);

    /** Why something is not sent. */
    enum Fault {
        /** It is not in the register. */
        UNREGISTERED("AI-14"),
        /** It lives longer than the register says. */
        LIVES_TOO_LONG("AI-15"),
        /** Its value looks like an address, a card number or a secret. */
        PERSONAL_VALUE("KX-18"),
        /** The visitor, or the visitor's browser, refuses such cookies. */
        REFUSED_BY_VISITOR("AI-16"),
        /** The visitor has not agreed to it, which has to come first. */
        NO_PRIOR_CONSENT("OT-6"),
        /** A beacon of this host is not in the register. */
        UNREGISTERED_BEACON("AI-17"),
        /** The visitor refuses such beacons, or has not agreed to them. */
        REFUSED_BEACON("AI-17");

        private final String promise;

        Fault(String promise) {
            this.promise = promise;
        }

        /** The promise that the rule comes from; it is named where a tenant has none of its own about it. */
        public String promise() {
            return promise;
        }
    }

    /**
     * What may be used on a tenant's sites.
     *
     * @param policyVersion the version of the policy that says so
     */
    record Register(int policyVersion, List<Tracker> trackers) {
        /** Keeps an immutable copy. */
        public Register {
            trackers = List.copyOf(trackers);
        }
    }

    /**
     * What a visitor says.
     *
     * @param agreed the kinds that the visitor agrees to; {@code SESSION} needs no agreement
     * @param signal whether the browser sent {@code Sec-GPC: 1} or {@code DNT: 1}, which refuses all
     */
    record Choice(Set<TrackerKind> agreed, boolean signal) {
        /** Keeps an immutable copy. */
        public Choice {
            agreed = Set.copyOf(agreed);
        }
    }

    /**
     * What a site does with a choice.
     *
     * @param agreed the kinds that may be used from now on besides {@code SESSION}
     * @param setCookies values of {@code Set-Cookie} headers: the choice, then the removal of each refused cookie of
     *     the tenant's own
     */
    record Chosen(Set<TrackerKind> agreed, List<String> setCookies) {
        /** Keeps immutable copies. */
        public Chosen {
            agreed = Set.copyOf(agreed);
            setCookies = List.copyOf(setCookies);
        }
    }

    /**
     * What a site is about to send.
     *
     * @param cookies values of {@code Set-Cookie} headers, of up to 8192 characters
     * @param storage values to store in the browser
     * @param beacons the hosts that beacons are loaded from
     * @param choice the value of the cookie {@link #CHOICE} that came with the visitor's request, if one did
     * @param jurisdiction where the visitor is, as ISO 3166 code; where it is not known the strictest rule holds
     * @param signal whether the browser sent {@code Sec-GPC: 1} or {@code DNT: 1}
     */
    record Sending(
            List<String> cookies,
            List<Stored> storage,
            List<String> beacons,
            Optional<String> choice,
            Optional<String> jurisdiction,
            boolean signal) {
        /** Keeps immutable copies. */
        public Sending {
            cookies = List.copyOf(cookies);
            storage = List.copyOf(storage);
            beacons = List.copyOf(beacons);
        }

        @Override
        public String toString() {
            return "Sending[" + cookies.size() + ", " + storage.size() + ", " + beacons.size() + "]";
        }
    }

    /** A value to store in the browser under a name. */
    record Stored(String name, String value) {
        @Override
        public String toString() {
            return "Stored[]";
        }
    }

    /** What may be sent, in the order of the request. */
    record Checked(List<Verdict> cookies, List<Verdict> storage, List<Verdict> beacons) {
        /** Keeps immutable copies. */
        public Checked {
            cookies = List.copyOf(cookies);
            storage = List.copyOf(storage);
            beacons = List.copyOf(beacons);
        }
    }

    /**
     * Whether one thing may be sent.
     *
     * @param entry its name in the register; empty when it is not there
     * @param fault why not; empty when it may be sent
     * @param promises that decided it; empty when it may be sent
     */
    record Verdict(Optional<String> entry, Optional<Fault> fault, List<String> promises) {
        /** Keeps an immutable copy. */
        public Verdict {
            promises = List.copyOf(promises);
        }
    }
}
