package org.pledge.shell.internal;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The session that Karaf never lets go: its factory holds on to the first one, with every line typed in it, long after it
 * ended. This one is nobody's and stays empty.
 */
@Component(service = FirstSession.class, immediate = true)
public final class FirstSession {
    @Activate
    public FirstSession(@Reference SessionFactory sessions) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        sessions.create(
                        new ByteArrayInputStream(new byte[0]),
                        nowhere,
                        nowhere,
                        null,
                        StandardCharsets.UTF_8.name(),
                        () -> {})
                .close();
    }
}
