package org.pledge.database;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Properties;
import org.eclipse.persistence.sessions.Connector;
import org.eclipse.persistence.sessions.Session;

/** Lets EclipseLink take part in a transaction that has a connection already; else it gets connections as before. */
final class JoiningConnector implements Connector {
    private static final long serialVersionUID = 1L;
    private static final ThreadLocal<Connection> LENT = new ThreadLocal<>();

    private final Connector others;

    JoiningConnector(Connector others) {
        this.others = others;
    }

    /** Connects EclipseLink, where it needs a connection during {@code work}, to {@code connection}. */
    static void lend(Connection connection, Runnable work) {
        LENT.set(connection);
        try {
            work.run();
        } finally {
            LENT.remove();
        }
    }

    @Override
    public Connection connect(Properties properties, Session session) {
        Connection lent = LENT.get();
        return lent == null ? others.connect(properties, session) : unclosable(lent);
    }

    /** It goes back to the pool when the transaction ends, and not when EclipseLink has done its part. */
    private static Connection unclosable(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                JoiningConnector.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public Object clone() {
        return new JoiningConnector((Connector) others.clone());
    }

    @Override
    public void toString(PrintWriter writer) {
        others.toString(writer);
    }

    @Override
    public String getConnectionDetails() {
        return others.getConnectionDetails();
    }
}
