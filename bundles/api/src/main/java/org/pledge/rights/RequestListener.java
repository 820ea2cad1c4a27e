package org.pledge.rights;

/** Told once of every deadline that passed, after that is recorded and durable. Found as a service. */
public interface RequestListener {
    /** The next deadline of a request passed. */
    void overdue(RightsService.Request request);
}
