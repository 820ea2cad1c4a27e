package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;

class RowsTest {
    private final Rows rows = new Rows("Disclosure", "Declared only").add("a\"b\nc\u0001", "=1,5");

    @Test
    void jsonHasCamelCaseKeysAndEscapedText() {
        assertThat(printed("json"))
                .isEqualTo("[{\"disclosure\": \"a\\\"b\\nc\\u0001\", \"declaredOnly\": \"=1,5\"}]\n");
    }

    @Test
    void csvQuotesCellsAndDisarmsFormulas() {
        assertThat(printed("csv")).isEqualTo("Disclosure,Declared only\r\n\"a\"\"b\nc\u0001\",\"'=1,5\"\r\n");
    }

    @Test
    void tableShowsEveryCell() {
        assertThat(printed("table")).contains("Declared only", "=1,5");
    }

    @Test
    void anotherFormatIsRefusedAndTheKnownOnesNamed() {
        assertThatThrownBy(() -> printed("xml"))
                .isInstanceOf(PledgeException.class)
                .hasMessage("--output must be table, json or csv");
    }

    private String printed(String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        rows.print(out, format, false);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
