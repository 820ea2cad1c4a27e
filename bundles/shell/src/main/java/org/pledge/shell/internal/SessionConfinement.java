package org.pledge.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.CommandSessionListener;
import org.jline.reader.LineReader;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.reader.impl.history.DefaultHistory;
import org.osgi.service.component.annotations.Component;

/** Keeps the line editor of every session from files, from the first line of its initial script on. */
@Component(service = CommandSessionListener.class)
public final class SessionConfinement implements CommandSessionListener {
    @Override
    public void beforeExecute(CommandSession session, CharSequence line) {
        if (session.get(".reader") instanceof LineReaderImpl reader
                && !(reader.getHistory() instanceof MemoryHistory)) {
            MemoryHistory history = new MemoryHistory();
            history.attach(reader);
            reader.setHistory(history);
            session.put(".jline.history", history);
            reader.getWidgets().put(LineReader.EDIT_AND_EXECUTE_COMMAND, () -> true);
        }
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Object result) {
        // the session is confined already
    }

    @Override
    public void afterExecute(CommandSession session, CharSequence line, Exception exception) {
        // the session is confined already
    }

    /** What was typed in this session: the user sets the variable that names JLine's file, so that none is touched. */
    private static final class MemoryHistory extends DefaultHistory {
        private LineReader of;

        @Override
        public void attach(LineReader reader) {
            of = reader;
            super.attach(reader);
        }

        @Override
        public void load() {
            // there is no file
        }

        @Override
        public void save() {
            // there is no file
        }

        @Override
        public void read(Path file, boolean checkDuplicates) {
            // there is no file
        }

        @Override
        public void write(Path file, boolean incremental) {
            // there is no file
        }

        @Override
        public void append(Path file, boolean incremental) {
            // there is no file
        }

        @Override
        public void purge() throws IOException {
            of.getVariables().remove(LineReader.HISTORY_FILE); // or JLine would delete it
            super.purge();
        }
    }
}
