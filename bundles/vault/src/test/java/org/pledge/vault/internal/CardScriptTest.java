package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.crypto.CardSealer;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.Network;

/** Runs the script of the page about cards, and opens what it makes. */
final class CardScriptTest {
    private static final Path SCRIPT =
            Path.of("..", "rest", "src", "main", "resources", "org", "pledge", "rest", "card.js");
    /** 2 February 2026. */
    private static final long NOW = 1_770_000_000_000L;

    private static final Engine ENGINE = Engine.newBuilder("js")
            .option("engine.WarnInterpreterOnly", "false")
            .build();

    /** A form as far as the script looks at it. */
    private static final String PAGE =
            """
            (data, typed) => {
              const state = { submitted: [], focused: null };
              const fields = Object.entries(typed).map(([card, value]) => ({
                dataset: { card }, value, attributes: {},
                setAttribute(name, text) { this.attributes[name] = text; },
                removeAttribute(name) { delete this.attributes[name]; },
                focus() { state.focused = card; },
              }));
              const alert = { textContent: "grey" };
              const button = { disabled: true };
              const jwe = { value: "" };
              const listeners = [];
              const form = {
                dataset: data, elements: { jwe },
                querySelectorAll: (wanted) => (wanted === "[data-card]" ? fields : []),
                querySelector: (wanted) => ({ "[role=alert]": alert, button })[wanted],
                addEventListener: (name, listener) => name === "submit" && listeners.push(listener),
                submit: { type: "submit" },
              };
              globalThis.HTMLFormElement = class {
                submit() {
                  if (this !== form) throw new TypeError("no form");
                  state.submitted.push({ jwe: jwe.value, typed: fields.map((each) => each.value).join("") });
                }
              };
              const leaving = [];
              globalThis.addEventListener = (name, listener) => name === "pagehide" && leaving.push(listener);
              globalThis.document = { querySelectorAll: (wanted) => (wanted === "form[data-kid]" ? [form] : []) };
              return {
                state, alert, button, jwe, fields,
                leave() { leaving.forEach((each) => each()); },
                press() {
                  let prevented = false;
                  listeners.forEach((each) => each({ preventDefault: () => (prevented = true) }));
                  return prevented;
                },
              };
            }
            """;

    private final World world = new World();
    private Context browser;
    private Value touched;

    @BeforeEach
    void open() {
        HostAccess access = HostAccess.newBuilder(HostAccess.EXPLICIT)
                .allowArrayAccess(true)
                .allowAccessAnnotatedBy(HostAccess.Export.class)
                .build();
        browser = Context.newBuilder("js")
                .engine(ENGINE)
                .allowHostAccess(access)
                .allowExperimentalOptions(true)
                .option("js.esm-eval-returns-exports", "true")
                .build();
        touched = browser.eval("js", WebCrypto.GLOBALS).execute(new WebCrypto());
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private void again() {
        close();
        open();
    }

    private Value script() {
        try {
            return browser.eval(Source.newBuilder("js", Files.readString(SCRIPT), "card.mjs")
                    .mimeType("application/javascript+module")
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> data() {
        Map<String, Object> data = new LinkedHashMap<>();
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        world.vault
                .required((Supplier<List<CardSealer.IntakeKey>>) world.ring::intakeKeys)
                .forEach(key -> {
                    boolean okp = key.y().length == 0;
                    data.put(okp ? "okpKid" : "kid", key.kid());
                    data.put(okp ? "okpX" : "x", base64.encodeToString(key.x()));
                    if (!okp) {
                        data.put("y", base64.encodeToString(key.y()));
                    }
                });
        data.put("now", Long.toString(world.clock.instant().getEpochSecond()));
        return data;
    }

    private static Map<String, Object> typed(String number) {
        return new LinkedHashMap<>(Map.of("number", number, "expiry", "01/30", "holder", " " + Jwe.HOLDER + " "));
    }

    private Value page(Map<String, Object> typed) {
        Value page = browser.eval("js", PAGE).execute(ProxyObject.fromMap(data()), ProxyObject.fromMap(typed));
        script();
        return page;
    }

    private static String press(Value page) {
        assertThat(page.invokeMember("press").asBoolean())
                .as("nothing is sent by itself")
                .isTrue();
        return page.getMember("alert").getMember("textContent").asString();
    }

    private static List<String> submitted(Value page) {
        Value all = page.getMember("state").getMember("submitted");
        return Stream.iterate(0, i -> i + 1)
                .limit(all.getArraySize())
                .map(i -> all.getArrayElement(i).getMember("jwe").asString())
                .toList();
    }

    private Card store(String jwe) {
        return world.cards.store(World.OPERATOR, World.CUSTOMER, jwe.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatIsTypedArrivesInTheVault() {
        Map<String, Object> typed = typed("4111 1111-1111 1111");
        typed.put("securityCode", "123");
        typed.put("address.street", "12 Canary \"Wharf\" \\ Zoë");
        typed.put("address.postalCode", "E14 5AB");
        typed.put("address.city", "London");
        typed.put("address.country", "gb");
        Value page = page(typed);
        assertThat(page.getMember("button").getMember("disabled").asBoolean()).isFalse();

        assertThat(press(page)).isEmpty();
        Card card = store(submitted(page).get(0));
        assertThat(card.network()).isEqualTo(Network.VISA);
        assertThat(card.lastFour()).isEqualTo("1111");
        assertThat(card.expires()).isEqualTo(YearMonth.of(2030, 1));
        assertThat(card.securityCodeGiven()).isTrue();
    }

    @Test
    void theFormLeavesWithNothingButTheEncryptedCard() {
        Value page = page(typed(Jwe.VISA));
        press(page);
        Value sent = page.getMember("state").getMember("submitted").getArrayElement(0);
        assertThat(sent.getMember("typed").asString()).isEmpty();
        String[] parts = sent.getMember("jwe").asString().split("\\.", -1);
        assertThat(parts).hasSize(5);
        assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8))
                .matches("\\{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"kid-1\",\"epk\":\\{\"kty\":\"EC\","
                        + "\"crv\":\"P-256\",\"x\":\"[\\w-]{43}\",\"y\":\"[\\w-]{43}\"}}");
        assertThat(parts[1]).isEmpty();
    }

    private static String header(String jwe) {
        return new String(Base64.getUrlDecoder().decode(jwe.split("\\.")[0]), StandardCharsets.UTF_8);
    }

    @Test
    void isEncryptedOnX25519WhereFormAndBrowserHaveIt() {
        world.ring.makeX25519Key();
        Value page = page(typed(Jwe.VISA));
        assertThat(press(page)).isEmpty();
        String jwe = submitted(page).get(0);
        assertThat(header(jwe))
                .matches("\\{\"alg\":\"ECDH-ES\",\"enc\":\"A256GCM\",\"kid\":\"okp-1\",\"epk\":\\{\"kty\":\"OKP\","
                        + "\"crv\":\"X25519\",\"x\":\"[\\w-]{43}\"}}");
        assertThat(store(jwe).lastFour()).isEqualTo("1111");
    }

    @ParameterizedTest
    @ValueSource(strings = {"importKey", "generateKey"})
    void anOlderBrowserEncryptsOnP256(String unknown) {
        world.ring.makeX25519Key();
        browser.eval(
                        "js",
                        "(name) => { const whole = crypto.subtle[name]; crypto.subtle[name] = async (...all) => {"
                                + " if (all.some((each) => each.name === 'X25519')) { throw new Error('NotSupportedError'); }"
                                + " return whole(...all); }; }")
                .execute(unknown);
        Value page = page(typed(Jwe.VISA));
        assertThat(press(page)).isEmpty();
        String jwe = submitted(page).get(0);
        assertThat(header(jwe)).contains("\"kid\":\"kid-1\"", "\"crv\":\"P-256\"");
        assertThat(store(jwe).lastFour()).isEqualTo("1111");
    }

    @Test
    void whatCanBeWipedIs() {
        press(page(typed(Jwe.VISA)));
        assertThat(touched.getArraySize()).isEqualTo(5);
        for (int i = 0; i < touched.getArraySize(); i++) {
            Value array = touched.getArrayElement(i);
            for (int j = 0; j < array.getArraySize(); j++) {
                assertThat(array.getArrayElement(j).asInt()).as("array " + i).isZero();
            }
        }
    }

    @Test
    void eachPressMakesAnotherMessage() {
        Set<String> parts = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            again();
            Value page = page(typed(Jwe.VISA));
            press(page);
            String jwe = submitted(page).get(0);
            parts.addAll(List.of(jwe.split("\\.")));
            store(jwe);
        }
        assertThat(parts).hasSize(3 * 4 + 1);
    }

    @Test
    void aSecondPressSendsNothing() {
        Value page = page(typed(Jwe.VISA));
        press(page);
        press(page);
        assertThat(submitted(page)).hasSize(1);
    }

    @Test
    void whoComesBackToThePageFindsNothingOfACardOnItAndCanTypeAnother() {
        Value page = page(typed(Jwe.VISA));
        page.invokeMember("leave");
        assertThat(left(page)).isEmpty();

        again();
        Value sent = page(typed(Jwe.VISA));
        press(sent);
        sent.invokeMember("leave");
        assertThat(left(sent)).isEmpty();
        assertThat(sent.getMember("button").getMember("disabled").asBoolean()).isFalse();
        sent.getMember("fields").getArrayElement(0).putMember("value", "1");
        assertThat(press(sent)).isNotEmpty();
        assertThat(submitted(sent)).hasSize(1);
    }

    /** What stands in the form. */
    private static String left(Value page) {
        Value fields = page.getMember("fields");
        String typed = Stream.iterate(0, i -> i + 1)
                .limit(fields.getArraySize())
                .map(i -> fields.getArrayElement(i).getMember("value").asString())
                .collect(Collectors.joining());
        return typed + page.getMember("jwe").getMember("value").asString();
    }

    @Test
    void aPageThatIsLeftWhileItEncryptsSendsNothing() {
        browser.eval(
                "js",
                """
                const whole = globalThis.crypto.subtle.encrypt;
                globalThis.crypto.subtle.encrypt = async (...all) => { globalThis.leaveNow(); return whole(...all); };
                """);
        Value page = page(typed(Jwe.VISA));
        browser.getBindings("js").putMember("leaveNow", page.getMember("leave"));
        press(page);
        assertThat(submitted(page)).isEmpty();
        assertThat(left(page)).isEmpty();
    }

    @Test
    void aMistakeIsSaidBesideItsFieldAndNothingIsSent() {
        Value page = page(typed("4111 1111 1111 1112"));
        assertThat(press(page)).isEqualTo("The card number has a digit that is wrong or in the wrong place.");
        assertThat(submitted(page)).isEmpty();
        assertThat(page.getMember("jwe").getMember("value").asString()).isEmpty();
        assertThat(page.getMember("state").getMember("focused").asString()).isEqualTo("number");
        Value field = page.getMember("fields").getArrayElement(0);
        assertThat(page.getMember("button").getMember("disabled").asBoolean()).isFalse();

        for (int i = 0; i < 3; i++) {
            Value each = page.getMember("fields").getArrayElement(i);
            if (each.getMember("dataset").getMember("card").asString().equals("number")) {
                assertThat(each.getMember("attributes")
                                .getMember("aria-invalid")
                                .asString())
                        .isEqualTo("true");
                each.putMember("value", Jwe.VISA);
                field = each;
            }
        }
        assertThat(press(page)).isEmpty();
        assertThat(field.getMember("attributes").hasMember("aria-invalid")).isFalse();
        assertThat(submitted(page)).hasSize(1);
    }

    @Test
    void withoutEncryptionNothingCanBeSent() {
        browser.eval("js", "delete globalThis.crypto.subtle");
        Value page = page(typed(Jwe.VISA));
        assertThat(page.getMember("button").getMember("disabled").asBoolean()).isTrue();
        assertThat(page.getMember("alert").getMember("textContent").asString()).contains("https");

        again();
        browser.eval("js", "globalThis.crypto.subtle.encrypt = async () => { throw new Error('4111'); }");
        Value failing = page(typed(Jwe.VISA));
        assertThat(press(failing)).isEqualTo("The card could not be encrypted; nothing was sent.");
        assertThat(submitted(failing)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "number, , A card number has 12 to 19 digits.",
        "number, 4111x1111111111, A card number has 12 to 19 digits.",
        "number, 41111111111, A card number has 12 to 19 digits.",
        "number, 4111111111111112, The card number has a digit that is wrong or in the wrong place.",
        "expiry, , 'Give the expiry as it stands on the card, such as 08/29.'",
        "expiry, 13/30, 'Give the expiry as it stands on the card, such as 08/29.'",
        "expiry, 0/30, 'Give the expiry as it stands on the card, such as 08/29.'",
        "expiry, 230, 'Give the expiry as it stands on the card, such as 08/29.'",
        "expiry, 2030, 'Give the expiry as it stands on the card, such as 08/29.'",
        "expiry, 08/029, 'Give the expiry as it stands on the card, such as 08/29.'",
        "expiry, 01/26, This card has expired.",
        "expiry, 12/2025, This card has expired.",
        "holder, '  ', 'Give the name as it stands on the card, in at most 100 letters.'",
        "securityCode, 1234, 'The security code has 3 digits, on American Express 4.'",
        "securityCode, 12a, 'The security code has 3 digits, on American Express 4.'",
        "address.city, London, 'Give the whole billing address, or none of it.'"
    })
    void saysWhatIsWrong(String field, String value, String message) {
        Map<String, Object> typed = typed(Jwe.VISA);
        typed.put(field, value == null ? "" : value);
        Value tried = tried(typed);
        assertThat(tried.getMember("message").asString()).isEqualTo(message);
        assertThat(tried.getMember("mistake").asBoolean()).isTrue();
        if (!field.startsWith("address")) {
            assertThat(tried.getMember("field").asString()).isEqualTo(field);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "02/26,2026-02",
        "2/26,2026-02",
        "02 / 2026,2026-02",
        "2-2026,2026-02",
        "2026-02,2026-02",
        "0226,2026-02",
        "022026,2026-02",
        "02 26,2026-02",
        "12/99,2099-12"
    })
    void takesAnExpiryInEveryUsualForm(String typedExpiry, String expiry) {
        Map<String, Object> typed = typed(Jwe.VISA);
        typed.put("expiry", typedExpiry);
        assertThat(tried(typed).getMember("expiry").asString()).isEqualTo(expiry);
    }

    @Test
    void anAmericanExpressCardHasACodeOfFourDigits() {
        Map<String, Object> typed = typed(Jwe.AMEX);
        typed.put("securityCode", "1234");
        assertThat(tried(typed).getMember("securityCode").asString()).isEqualTo("1234");
        typed.put("securityCode", "123");
        assertThat(tried(typed).getMember("field").asString()).isEqualTo("securityCode");
    }

    /** What the script makes of what was typed, or what it complains about. */
    private Value tried(Map<String, Object> typed) {
        return browser.eval(
                        "js",
                        """
                        (script, typed, now) => {
                          try {
                            return script.card(typed, now);
                          } catch (thrown) {
                            const { message, field } = thrown;
                            return { message, field, mistake: thrown instanceof script.Mistake };
                          }
                        }
                        """)
                .execute(script(), ProxyObject.fromMap(typed), NOW);
    }

    @Test
    void agreesWithTheVaultAboutCheckDigits() {
        Value script = script();
        Value accepts = browser.eval(
                "js",
                "(script, number) => { try { script.card({ number, expiry: '12/99', holder: 'x' }, 0); return true; }"
                        + " catch (thrown) { return false; } }");
        for (int i = 0; i < 500; i++) {
            String number = Long.toString(400_000_000_000L + i * 7_654_321_987L)
                    .repeat(2)
                    .substring(0, 12 + i % 8);
            assertThat(accepts.execute(script, number).asBoolean())
                    .as("number " + i)
                    .isEqualTo(CardNumber.checks(number.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
