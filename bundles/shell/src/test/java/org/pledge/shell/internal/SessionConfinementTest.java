package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionConfinementTest {
    private static final String CONTROL_E = "\u0005";
    private static final String CONTROL_P = "\u0010";
    private static final String CONTROL_X = "\u0018";

    private final Map<String, Object> variables = new HashMap<>();

    @TempDir
    Path folder;

    /** The reader of a session that began as Karaf's do, with these keys still to come. */
    private LineReader confined(String keys) throws IOException {
        LineReader reader = LineReaderBuilder.builder()
                .terminal(new DumbTerminal(
                        new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)), new ByteArrayOutputStream()))
                .variables(variables)
                .build();
        reader.getKeyMaps().put(LineReader.MAIN, reader.getKeyMaps().get(LineReader.EMACS));
        variables.put(".reader", reader);
        listen();
        return reader;
    }

    private void listen() {
        CommandSession session = FakeShell.fake(
                CommandSession.class,
                (proxy, method, arguments) -> method.getName().equals("get")
                        ? variables.get(arguments[0])
                        : variables.put((String) arguments[0], arguments[1]));
        new SessionConfinement().beforeExecute(session, "line");
    }

    @Test
    void whatIsTypedReachesNoFileThatTheUserNames() throws IOException {
        Path file = folder.resolve("typed");
        LineReader reader = confined("root = key,admin\n");
        variables.put(LineReader.HISTORY_FILE, file);

        reader.readLine();
        reader.getHistory().save();
        reader.getHistory().write(file, false);
        reader.getHistory().append(file, true);

        assertThat(file).doesNotExist();
    }

    @Test
    void noFileThatTheUserNamesIsReadOrDeleted() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "secret\n");
        LineReader reader = confined("typed\n");
        variables.put(LineReader.HISTORY_FILE, file);

        reader.readLine();
        reader.getHistory().load();
        reader.getHistory().read(file, false);
        assertThat(reader.getHistory()).singleElement().satisfies(entry -> assertThat(entry.line())
                .isEqualTo("typed"));
        reader.getHistory().purge();

        assertThat(reader.getHistory()).isEmpty();
        assertThat(file).exists();
    }

    @Test
    void whatWasTypedComesBackInTheSession() throws IOException {
        LineReader reader = confined("first\nsecond\n" + CONTROL_P + CONTROL_P + "\n");

        assertThat(List.of(reader.readLine(), reader.readLine())).containsExactly("first", "second");
        listen();
        assertThat(reader.readLine()).isEqualTo("first");
        assertThat(variables).containsEntry(".jline.history", reader.getHistory());
    }

    @ParameterizedTest
    @ValueSource(strings = {CONTROL_X + CONTROL_E, "~", "`"})
    void noKeyOpensAnEditor(String keys) throws IOException {
        LineReader reader = confined(keys + "typed\n");
        reader.getKeyMaps().get(LineReader.MAIN).bind(new Reference(LineReader.EDIT_AND_EXECUTE_COMMAND), "~");
        reader.getKeyMaps().get(LineReader.MAIN).bind(new Reference("." + LineReader.EDIT_AND_EXECUTE_COMMAND), "`");

        assertThat(reader.readLine()).isEqualTo("typed");
    }

    @Test
    void aSessionWithoutATerminalIsLeftAlone() {
        listen();

        assertThat(variables).isEmpty();
    }
}
