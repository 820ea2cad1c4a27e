package org.pledge.store.jpa.internal;

import org.eclipse.persistence.config.SessionCustomizer;
import org.eclipse.persistence.sessions.Session;

/** Keeps EclipseLink from waiting fifteen seconds for a lost database: callers are told at once. */
public final class WithoutRetries implements SessionCustomizer {
    @Override
    public void customize(Session session) {
        session.getLogin().setQueryRetryAttemptCount(0);
    }
}
