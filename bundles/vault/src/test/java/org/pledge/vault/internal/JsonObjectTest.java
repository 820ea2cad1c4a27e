package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;

final class JsonObjectTest {
    private static final JsonObject.Shape SHAPE = new JsonObject.Shape(
            Set.of("number", "holder"), Set.of("iat"), Map.of("address", new JsonObject.Shape("city")));

    private static JsonObject read(String json) {
        return JsonObject.read("it", json.getBytes(StandardCharsets.UTF_8), SHAPE);
    }

    private static String text(JsonObject object, String name) {
        return new String(object.text(name), StandardCharsets.UTF_8);
    }

    @Test
    void readsTextsNumbersAndObjects() {
        JsonObject read =
                read(" { \"number\" : \"12\",\t\"iat\":1760000000 ,\r\n\"address\":{\"city\":\"K\\u00f6ln\"}} ");
        assertThat(text(read, "number")).isEqualTo("12");
        assertThat(read.number("iat")).contains(1760000000L);
        assertThat(text(read.object("address").orElseThrow(), "city")).isEqualTo("Köln");
        assertThat(read.has("holder")).isFalse();
        assertThat(read.text("holder")).isEmpty();
    }

    @Test
    void readsEveryEscape() {
        assertThat(text(read("{\"holder\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u20AC\\ud83d\\ude00ß\"}"), "holder"))
                .isEqualTo("\"\\/\b\f\n\r\tA€😀ß");
    }

    @Test
    void knowsANameThatIsEscaped() {
        assertThat(text(read("{\"h\\u006Flder\":\"x\"}"), "holder")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\"number\"",
                "{\"number\":\"1\"",
                "{\"number\":\"1\",}",
                "{\"number\":\"1\"}{}",
                "{\"number\":\"1\"} x",
                "{\"number\":1}",
                "{\"number\":null}",
                "{\"number\":[\"1\"]}",
                "{\"iat\":\"1\"}",
                "{\"iat\":01}",
                "{\"iat\":-1}",
                "{\"iat\":1.5}",
                "{\"iat\":1e3}",
                "{\"iat\":9999999999999999}",
                "{\"number\":\"1\",\"number\":\"1\"}",
                "{\"number\":\"1\",\"numb\\u0065r\":\"1\"}",
                "{\"iat\":1,\"iat\":1}",
                "{\"address\":{},\"address\":{}}",
                "{\"address\":{\"street\":\"1\"}}",
                "{\"address\":\"here\"}",
                "{\"cvv\":\"123\"}",
                "{\"4111111111111111\":\"1\"}",
                "{\"number\":\"\\x\"}",
                "{\"number\":\"\\u00g0\"}",
                "{\"number\":\"\\ud83d\"}",
                "{\"number\":\"\\ude00\\ud83d\"}",
                "{\"number\":\"\\ud83dx\"}",
                "{\"number\":\"a\nb\"}",
                "{\"number\":\"\\",
                "{\"number\" \"1\"}",
                "{'number':'1'}",
                "\uFEFF{}"
            })
    void refusesWhatIsNotExactlyThatAndShowsNothingOfIt(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(PledgeException.class)
                .hasMessageStartingWith("it ")
                .hasMessageNotContaining("4111")
                .hasNoCause();
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[] json = "{\"holder\":\"xy\"}".getBytes(StandardCharsets.UTF_8);
        json[11] = (byte) 0xC3;
        assertThatThrownBy(() -> JsonObject.read("it", json, SHAPE)).hasMessage("it is not UTF-8");
    }

    @Test
    void wipesWhatItHeldWhenClosed() {
        JsonObject read = read("{\"number\":\"4111\",\"address\":{\"city\":\"Bonn\"}}");
        byte[] number = read.text("number");
        byte[] city = read.object("address").orElseThrow().text("city");
        read.close();
        assertThat(number).containsOnly(0);
        assertThat(city).containsOnly(0);
        assertThat(read).hasToString("JsonObject");
    }

    @Property
    void everyTextComesBackAsItWas(@ForAll String any) {
        String text = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        StringBuilder json = new StringBuilder();
        for (char each : text.toCharArray()) {
            boolean escaped = each < ' ' || each == '"' || each == '\\' || each % 3 == 0;
            boolean surrogate = Character.isSurrogate(each);
            json.append(escaped && !surrogate || surrogate ? String.format("\\u%04x", (int) each) : each);
        }
        assertThat(text(read("{\"holder\":\"" + json + "\"}"), "holder")).isEqualTo(text);
    }
}
