package org.pledge.sharing;

/** Told of partners as they change, after the change is durable. Found as a service. */
public interface PartnerListener {
    /** A partner was registered, replaced, suspended or resumed, or its standing changed with the day or the policy. */
    void changed(Partner partner);
}
