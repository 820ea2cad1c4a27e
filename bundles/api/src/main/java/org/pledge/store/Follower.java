package org.pledge.store;

/**
 * Keeps in memory what stands in the main database, where other nodes change it, too.
 *
 * <p>Who registers this as a service is called about once a second on a database that several nodes can share.
 */
public interface Follower {
    /**
     * Takes over what others have committed since the last call; called by one thread at a time.
     *
     * @throws org.pledge.PledgeException of kind {@code UNAVAILABLE} when the database cannot be reached; what is in
     *     memory stays as it is
     */
    void follow();
}
