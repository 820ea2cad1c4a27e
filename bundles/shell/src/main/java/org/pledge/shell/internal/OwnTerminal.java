package org.pledge.shell.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.felix.service.command.Process;
import org.apache.karaf.shell.api.console.Session;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** The terminal somebody sits at, past every pipe and history: for what is typed unseen, and for what is shown once. */
final class OwnTerminal {
    /** Writes what is shown. */
    interface Showing {
        void to(OutputStream shown) throws IOException;
    }

    private static final int LONGEST = 512;
    private static final long SHOWN_MILLIS = 60_000;
    private static final int INTERRUPT = 3;
    private static final long APART_MILLIS = 300_000;
    private static final byte[] APART = "\u001b[?1049h\u001b[H\u001b[2J".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BACK = "\u001b[H\u001b[2J\u001b[?1049l".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WIPE = "\r\u001b[2K".getBytes(StandardCharsets.US_ASCII);

    private final Terminal terminal;

    private OwnTerminal(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Refuses where nobody sits: a command that came with its login, or one whose output goes elsewhere. */
    static OwnTerminal of(Session session) {
        Process process = Process.Utils.current();
        boolean elsewhere = process != null && !(process.isTty(0) && process.isTty(1));
        if (elsewhere || !(session.getTerminal() instanceof Terminal terminal)) {
            throw new PledgeException(Kind.INVALID, "this takes a terminal of your own")
                    .remedy("Log in first, and type the command by itself: without pipe, redirection or script.");
        }
        return new OwnTerminal(terminal);
    }

    /** What is typed until the end of the line, without showing it. The caller wipes it. */
    char[] secret(String prompt) throws IOException {
        char[] typed = new char[LONGEST];
        int length = 0;
        Attributes before = terminal.enterRawMode();
        try {
            say(prompt.getBytes(StandardCharsets.US_ASCII));
            for (int c = terminal.reader().read();
                    c >= 0 && c != '\r' && c != '\n';
                    c = terminal.reader().read()) {
                if (c == INTERRUPT) {
                    throw new InterruptedIOException("given up");
                }
                if (c == '\b' || c == 0x7f) {
                    length = Math.max(0, length - 1);
                } else if (length == LONGEST) {
                    throw new PledgeException(Kind.INVALID, "this is longer than what is asked for")
                            .remedy("Type it as it was printed.");
                } else {
                    typed[length++] = (char) c;
                }
            }
            return Arrays.copyOf(typed, length);
        } finally {
            Arrays.fill(typed, '\0');
            terminal.setAttributes(before);
            say("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** A code of the second factor, typed unseen. The caller wipes it. */
    char[] code() throws IOException {
        return secret("Code: ");
    }

    /** Shows something, and wipes it from the screen with the next Enter or after a minute. */
    void showOnce(Showing showing) throws IOException {
        show(showing, "   (Enter wipes it)", SHOWN_MILLIS, WIPE);
    }

    /** Shows lines on a screen of their own, which ends with the next Enter or after five minutes. */
    void showApart(String lines) throws IOException {
        say(APART);
        show(
                shown -> shown.write(lines.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII)),
                "(Enter wipes it)",
                APART_MILLIS,
                BACK);
    }

    private void show(Showing showing, String note, long millis, byte[] wipe) throws IOException {
        Attributes before = terminal.enterRawMode();
        try {
            showing.to(new Direct());
            say(note.getBytes(StandardCharsets.US_ASCII));
            int c = 0;
            while (c >= 0 && c != '\r' && c != '\n' && c != INTERRUPT) {
                c = terminal.reader().read(millis); // below zero at the end, and when the time is over
            }
        } finally {
            terminal.setAttributes(before);
            say(wipe);
        }
    }

    private void say(byte[] bytes) throws IOException {
        terminal.output().write(bytes);
        terminal.flush();
    }

    /** Keeps nothing. */
    private final class Direct extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            terminal.output().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            terminal.output().write(bytes, offset, length);
        }

        @Override
        public void flush() {
            terminal.flush();
        }
    }
}
