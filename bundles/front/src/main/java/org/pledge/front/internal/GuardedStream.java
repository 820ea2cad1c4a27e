package org.pledge.front.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import javax.servlet.ServletOutputStream;
import javax.servlet.WriteListener;

/** Writes an answer on, but keeps back what may be a card number until it is clear that it is none. */
final class GuardedStream extends ServletOutputStream {
    /** What happens to the answer when there is one. */
    interface Withholding {
        void withhold() throws IOException;
    }

    private final ServletOutputStream out;
    private final Withholding withholding;
    private final byte[] one = new byte[1];
    private CardNumbers numbers = new CardNumbers();
    private byte[] kept = new byte[0];
    private boolean over;
    private boolean draining;

    GuardedStream(ServletOutputStream out, Withholding withholding) {
        this.out = out;
        this.withholding = withholding;
    }

    @Override
    public void write(int b) throws IOException {
        one[0] = (byte) b;
        write(one, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (over) {
            return;
        }
        if (numbers.read(bytes, offset, length)) {
            withhold();
            return;
        }
        int pending = numbers.pending();
        if (kept.length == 0 && pending == 0) {
            out.write(bytes, offset, length);
            return;
        }
        byte[] all = Arrays.copyOf(kept, kept.length + length);
        System.arraycopy(bytes, offset, all, kept.length, length);
        int clear = all.length - pending;
        keep(Arrays.copyOfRange(all, clear, all.length));
        if (clear > 0) {
            out.write(all, 0, clear); // at once: a second write would have to wait in asynchronous mode
        }
        Arrays.fill(all, clear, all.length, (byte) 0);
    }

    private void keep(byte[] bytes) {
        Arrays.fill(kept, (byte) 0);
        kept = bytes;
    }

    private void withhold() throws IOException {
        end();
        withholding.withhold();
    }

    /** Nothing more of this answer is sent. */
    void end() {
        over = true;
        keep(new byte[0]);
    }

    /** The answer begins anew. */
    void restart() {
        numbers = new CardNumbers();
        keep(new byte[0]);
    }

    /** Writes what was kept back, because nothing follows it. */
    void finish() throws IOException {
        if (over) {
            return;
        }
        if (numbers.end()) {
            withhold();
        } else if (kept.length > 0) {
            byte[] rest = kept;
            kept = new byte[0];
            out.write(rest, 0, rest.length);
        }
    }

    /** Takes what a writer holds, without sending anything on before its time. */
    void drain(PrintWriter writer) {
        draining = true;
        writer.flush();
        draining = false;
    }

    @Override
    public void flush() throws IOException {
        if (!over && !draining) {
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        finish();
        if (!over) {
            out.close();
        }
    }

    @Override
    public boolean isReady() {
        return over || out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        out.setWriteListener(listener);
    }
}
