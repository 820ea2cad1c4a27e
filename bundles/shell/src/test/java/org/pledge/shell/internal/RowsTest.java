package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    void programsGetNumbersBooleansAndListsAsSuch() {
        assertThat(printed(typed(), "json"))
                .isEqualTo("[{\"attempts\": -3, \"material\": true, \"fields\": [\"email\", \"name\"], "
                        + "\"details\": {\"a\": \"1\", \"count\": 2}, \"expires\": null, \"answer\": 202}]\n");
    }

    @Test
    void peopleGetListsWithCommas() {
        assertThat(printed(typed(), "table")).contains("-3 ", "yes", "email, name", "a=1, count=2", " 202");
        assertThat(printed(typed(), "table")).doesNotContain("[", "Optional", "{");
    }

    @Test
    void spreadsheetsGetNegativeNumbersAsNumbersAndListsWithSpaces() {
        assertThat(printed(typed(), "csv")).endsWith("\r\n-3,true,email name,a=1 count=2,,202\r\n");
    }

    @Test
    void aListKeepsItsOrder() {
        assertThat(printed(new Rows("Promises").add(List.of("KX-8", "KX-1")), "csv"))
                .endsWith("\r\nKX-8 KX-1\r\n");
    }

    @Test
    void anotherFormatIsRefusedAndTheKnownOnesNamed() {
        assertThatThrownBy(() -> printed("xml"))
                .isInstanceOf(PledgeException.class)
                .hasMessage("--output must be table, json or csv");
    }

    private static Rows typed() {
        return new Rows("Attempts", "Material", "Fields", "Details", "Expires", "Answer")
                .add(
                        -3,
                        true,
                        Set.of("name", "email"),
                        Map.of("count", 2, "a", "1"),
                        Optional.empty(),
                        Optional.of(202));
    }

    private String printed(String format) {
        return printed(rows, format);
    }

    private static String printed(Rows rows, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        rows.print(out, format, false);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
