package org.pledge.answers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonReportTest {
    private static JsonNode written(Object value) {
        try {
            StringWriter out = new StringWriter();
            JsonReport report = new JsonReport(out);
            report.head(Map.of("value", value));
            report.begin(Section.DATA);
            report.item(Map.of("n", 1));
            report.item(Map.of("n", true));
            report.end();
            report.finish();
            return new ObjectMapper().readTree(out.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Property
    void everyTextIsReadAsItWasWritten(@ForAll String text) {
        assertThat(written(text).get("value").asText()).isEqualTo(text);
    }

    @Test
    void halfACharacterDoesNotSpoilTheFile() {
        assertThat(written("a\uD83D").get("value").asText()).isEqualTo("a\uD83D");
        assertThat(written("\uDE00\"\\\n").get("value").asText()).isEqualTo("\uDE00\"\\\n");
    }

    @Test
    void listsAndMapsMayBeEmpty() {
        JsonNode json = written(List.of(Map.of(), List.of(), Map.of("a", List.of(1, "b"))));
        assertThat(json.get("value").toString()).isEqualTo("[{},[],{\"a\":[1,\"b\"]}]");
        assertThat(json.get("data")).hasSize(2);
        assertThat(json.at("/counts/data").asInt()).isEqualTo(2);
    }
}
