package org.pledge.database;

import org.eclipse.persistence.config.SessionCustomizer;
import org.eclipse.persistence.sessions.DatasourceLogin;
import org.eclipse.persistence.sessions.Session;

/**
 * Lets EclipseLink join transactions, and keeps it from waiting fifteen seconds for a lost database: callers are told
 * at once.
 */
public final class SharedConnections implements SessionCustomizer {
    @Override
    public void customize(Session session) {
        session.getLogin().setQueryRetryAttemptCount(0);
        DatasourceLogin login = (DatasourceLogin) session.getDatasourceLogin();
        login.setConnector(new JoiningConnector(login.getConnector()));
    }
}
