package org.pledge.shell.internal;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstSessionTest {
    @Test
    void noSessionOfAUserIsHeldAfterItsEnd(@TempDir Path etc) {
        System.setProperty("karaf.etc", etc.toString());
        SessionFactoryImpl sessions = new SessionFactoryImpl(new ThreadIOImpl());
        new FirstSession(sessions);

        WeakReference<Session> ended = new WeakReference<>(endedSession(sessions));

        await().until(() -> {
            System.gc();
            return ended.get() == null;
        });
        Reference.reachabilityFence(sessions);
    }

    private static Session endedSession(SessionFactory sessions) {
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        Session session = sessions.create(new ByteArrayInputStream(new byte[0]), out, out, null, "UTF-8", () -> {});
        session.close();
        return session;
    }
}
