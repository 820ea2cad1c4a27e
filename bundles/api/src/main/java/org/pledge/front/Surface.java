package org.pledge.front;

/**
 * A service that says: requests below this path are answered now. A part registers it after it has published its
 * endpoint and unregisters it before it takes the endpoint away. Unregistering returns when the requests that are
 * inside have ended, or after ten seconds; new ones are meanwhile told to come back.
 */
@FunctionalInterface
public interface Surface {
    /** The path, such as {@code /api/v1}: starts with a slash and ends without one. */
    String path();
}
