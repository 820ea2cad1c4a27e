package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rights.OwnCards.Wallet;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.CardService.Taken;
import org.pledge.vault.CardService.Use;
import org.pledge.vault.Network;

class OwnCardsTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PASS = "B".repeat(43);
    private static final String TOKEN = "card_abcdefghijklmnopqrstuvwxyzab";
    private static final String JWE = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVy.dGFn";
    private static final Pattern INPUT = Pattern.compile("<input [^>]*>");
    private static final UUID EVENT = UUID.randomUUID();

    private final Platform platform = new Platform();
    private final List<Object> asked = new ArrayList<>();
    private final List<byte[]> taken = new ArrayList<>();
    private boolean changeable = true;
    private boolean deletable = true;
    private Taken takes = new Taken(true, true, true);

    OwnCardsTest() {
        platform.ownCards
                .on(
                        "wallet",
                        args -> new Wallet(
                                "privacy@korax.example",
                                List.of(card()),
                                changeable,
                                deletable,
                                takes,
                                List.of(
                                        new IntakeKey(
                                                "kid-\"7", "X".repeat(43), "Y".repeat(43), true, Optional.empty()),
                                        new IntakeKey("kid-\"8", "Z".repeat(43), "", true, Optional.empty()))))
                .on("add", args -> {
                    asked.addAll(List.of("add", args[0], args[1], read(args[2])));
                    return card();
                })
                .on("replace", args -> {
                    asked.addAll(List.of("replace", args[2], read(args[3])));
                    return card();
                })
                .on("delete", args -> {
                    asked.addAll(List.of("delete", args[2]));
                    return new Certificate(TOKEN, Platform.NOW, EVENT, "b5bb");
                })
                .on("uses", args -> {
                    asked.addAll(List.of("uses", args[2], args[3]));
                    return new Page<>(
                            List.of(
                                    use("CARD_REVEALED", "shell:<carla>", Map.of("ticket", "T&1", "card", TOKEN)),
                                    use("CARD_DELETED", "desk", Map.of())),
                            Optional.of("41"));
                });
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private String read(Object jwe) {
        taken.add((byte[]) jwe);
        return new String((byte[]) jwe, StandardCharsets.US_ASCII);
    }

    private static Card card() {
        return new Card(
                Platform.TENANT,
                TOKEN,
                SubjectId.random(),
                Network.VISA,
                "1111",
                YearMonth.of(2029, 8),
                true,
                Platform.NOW);
    }

    private static Use use(String act, String actor, Map<String, String> details) {
        return new Use(UUID.randomUUID(), Platform.NOW, act, actor, details);
    }

    private HttpResponse<String> post(String form) {
        HttpResponse<String> page =
                platform.send(platform.request("POST", "self-service/korax/cards", form, "Content-Type", FORM));
        if (page.statusCode() != 400) {
            assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        }
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(page.body()).doesNotContain("http:", "https:", "style=", "onclick", "onsubmit");
        return page;
    }

    private HttpResponse<String> act(String act) {
        return post("pass=" + PASS + "&act=" + act);
    }

    @Test
    void showsCardsMaskedAndLetsOneScriptOfOursRun() throws NoSuchAlgorithmException {
        HttpResponse<String> page = act("show");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("VISA ending in 1111, expires 2029-08", "privacy@korax.example", "<noscript>")
                .contains("Kept since 2026-01-31 12:00 UTC<", "<meta name=\"viewport\" content=\"width=device-width\">")
                .contains("data-kid=\"kid-&quot;7\" data-x=\"" + "X".repeat(43), "data-now=\"")
                .contains("data-okp-kid=\"kid-&quot;8\" data-okp-x=\"" + "Z".repeat(43) + "\"");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValue("default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'");

        HttpResponse<String> script = platform.send(platform.request("GET", "self-service/korax/cards/card.js", null));
        assertThat(script.statusCode()).isEqualTo(200);
        assertThat(script.headers().firstValue("Content-Type")).hasValue("text/javascript;charset=utf-8");
        assertThat(script.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        byte[] digest =
                MessageDigest.getInstance("SHA-384").digest(script.body().getBytes(StandardCharsets.UTF_8));
        assertThat(page.body().split("<script", -1)).hasSize(2);
        assertThat(page.body())
                .contains("<script type=\"module\" src=\"cards/card.js\" integrity=\"sha384-"
                        + Base64.getEncoder().encodeToString(digest) + "\"></script>");
    }

    @Test
    void noFieldOfACardCanBeSentByItself() {
        List<String> inputs = INPUT.matcher(act("show").body())
                .results()
                .map(MatchResult::group)
                .toList();
        List<String> ofCards =
                inputs.stream().filter(input -> input.contains("data-card=")).toList();
        assertThat(ofCards).hasSize(2 * 8).allSatisfy(input -> assertThat(input)
                .doesNotContain(" name=", " value=")
                .contains("autocomplete=\""));
        assertThat(ofCards).filteredOn(input -> input.contains("cc-number")).hasSize(2);
        assertThat(ofCards.stream().map(input -> input.replaceFirst(".*data-card=(\"[a-zA-Z.]+\").*", "$1")))
                .as("what the script looks for")
                .allSatisfy(field -> assertThat(CardScript.TEXT).contains(field));
        assertThat(inputs.stream()
                        .filter(input -> !input.contains("data-card="))
                        .map(input -> input.replaceFirst(".* name=\"([a-z]+)\".*", "$1")))
                .containsOnly("pass", "act", "token", "jwe");
        assertThat(act("show").body().split("<button disabled>", -1)).hasSize(3);
    }

    @Test
    void asksForWhatThePolicyTakes() {
        takes = new Taken(true, false, false);
        assertThat(act("show").body()).contains("cc-number").doesNotContain("cc-csc", "address.");
        takes = new Taken(false, false, false);
        assertThat(act("show").body()).contains("Delete for good").doesNotContain("cc-number", "Replace");
        takes = new Taken(true, true, true);
        changeable = false;
        assertThat(act("show").body())
                .contains("added and replaced after a login only", "1111", "Show every use", "Delete for good")
                .doesNotContain("cc-number", "Replace");
        deletable = false;
        assertThat(act("show").body())
                .contains("added, replaced and deleted after a login only", "1111", "Show every use")
                .doesNotContain("Delete for good", "cc-number", "Replace");
    }

    @Test
    void aTokenIsTypedInItsFormAndNothingElseIsSent() {
        String token = INPUT.matcher(act("show").body())
                .results()
                .map(MatchResult::group)
                .filter(input -> input.contains("name=\"token\"") && !input.contains("hidden"))
                .findFirst()
                .orElseThrow();
        assertThat(token).contains(" required", "autocomplete=\"off\"");
        Pattern pattern = Pattern.compile(token.replaceFirst("(?s).* pattern=\"([^\"]+)\".*", "$1"));
        assertThat(TOKEN).matches(pattern).hasSize(33);
        assertThat("4111111111111111").doesNotMatch(pattern);
    }

    @Test
    void whatIsDoneIsToldAlsoWhereTheCardsCannotBeShownAfterwards() {
        for (Kind kind : List.of(Kind.UNAVAILABLE, Kind.NOT_FOUND)) {
            platform.ownCards.on("wallet", args -> {
                throw new PledgeException(kind, "the vault is sealed");
            });
            HttpResponse<String> page = post("act=add&pass=" + PASS + "&jwe=" + JWE);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Kept: VISA ending in 1111", "cannot be shown just now");
        }
    }

    @ParameterizedTest
    @CsvSource({"same-origin,200", "none,200", "cross-site,403", "same-site,403"})
    void anotherSiteCannotSendAForm(String site, int status) {
        HttpResponse<String> page = platform.send(platform.request(
                "POST",
                "self-service/korax/cards",
                "act=uses&token=" + TOKEN + "&pass=" + PASS,
                "Content-Type",
                FORM,
                "Sec-Fetch-Site",
                site));
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(asked.isEmpty()).isEqualTo(status == 403);
        assertThat(page.body().contains(PASS)).isEqualTo(status == 200);
    }

    @Test
    void addsAndReplacesWithTheEncryptedCardAloneAndWipesIt() {
        HttpResponse<String> added = post("act=add&jwe=" + JWE + "&pass=" + PASS);
        assertThat(added.statusCode()).isEqualTo(200);
        assertThat(added.body()).contains("Kept: VISA ending in 1111").doesNotContain(JWE);
        post("act=replace&pass=" + PASS + "&token=" + TOKEN + "&jwe=" + JWE);
        assertThat(asked).containsExactly("add", Platform.TENANT, PASS, JWE, "replace", TOKEN, JWE);
        assertThat(taken).allSatisfy(jwe -> assertThat(jwe).containsOnly(0));
    }

    @Test
    void deletesWithACertificate() {
        HttpResponse<String> page = post("act=delete&pass=" + PASS + "&token=" + TOKEN);
        assertThat(page.body()).contains("deleted for good", TOKEN, EVENT.toString(), "b5bb", "2026-01-31T12:00:00Z");
        assertThat(asked).containsExactly("delete", TOKEN);
    }

    @Test
    void showsEveryUseAndReveal() {
        HttpResponse<String> page = post("act=uses&pass=" + PASS + "&token=" + TOKEN);
        assertThat(page.body())
                .contains(
                        "card revealed",
                        "shell:&lt;carla&gt;",
                        "ticket: T&amp;1",
                        "Show the certificate",
                        "<td>2026-01-31 12:00 UTC<")
                .doesNotContain("card: " + TOKEN)
                .contains("name=\"cursor\" value=\"41\"", "Earlier ones");
        post("act=uses&pass=" + PASS + "&token=" + TOKEN + "&cursor=41");
        assertThat(asked).containsExactly("uses", TOKEN, Optional.empty(), "uses", TOKEN, Optional.of("41"));
    }

    @ParameterizedTest
    @CsvSource({"INVALID,422", "DENIED,403", "CONFLICT,409", "NOT_FOUND,410"})
    void aRefusalIsSaidOnThePageWhichGoesOn(Kind kind, int status) {
        platform.ownCards.on("add", args -> {
            throw new PledgeException(kind, "number is <no> card number").remedy("Check it.");
        });
        HttpResponse<String> page = post("act=add&pass=" + PASS + "&jwe=" + JWE);
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.body()).contains("Number is &lt;no&gt; card number. Check it.", PASS, "data-card=\"number\"");
    }

    @Test
    void aPassThatHasRunOutIsAPageThatSaysSo() {
        platform.ownCards.on("wallet", args -> {
            throw new PledgeException(Kind.NOT_FOUND, "this link was used").remedy("Ask for another one.");
        });
        HttpResponse<String> page = act("show");
        assertThat(page.statusCode()).isEqualTo(410);
        assertThat(page.body())
                .contains("this link was used", "Ask for another one.")
                .doesNotContain(PASS, "<form");
    }

    @Test
    void aSealedVaultIsAPageThatSaysSo() {
        platform.ownCards.on("wallet", args -> {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed").remedy("Custodians: vault:unseal");
        });
        HttpResponse<String> page = act("show");
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("Retry-After")).isPresent();
        assertThat(page.body())
                .contains("the vault is sealed", "look at your cards before you send one again", PASS)
                .doesNotContain("vault:unseal", "nothing was done");
        platform.ownCards.on("add", args -> {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed");
        });
        assertThat(post("act=add&pass=" + PASS + "&jwe=" + JWE).statusCode()).isEqualTo(503);
        platform.stopped.add("rights");
        assertThat(act("show").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "act=add&number=4111111111111111",
                "act=add&jwe=a&jwe=b",
                "act=add&act=show",
                "act=add&jwe",
                "act=steal",
                "act=delete",
                "act=uses&token=%34111",
                "act=uses&token=4111+1111+1111+1111",
                "act=uses&token=4111111111111111",
                "act=4111111111111111",
                "act=show&4111111111111111=x",
                "token=x",
                ""
            })
    void refusesWhatIsNoFormOfThePage(String form) {
        HttpResponse<String> answer = post(form + (form.isEmpty() ? "" : "&") + "pass=" + PASS);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain(PASS, "4111");
        assertThat(asked).isEmpty();
    }

    @Test
    void aPassIsNeededAndTheFormIsBounded() {
        assertThat(post("act=show").statusCode()).isEqualTo(400);
        assertThat(platform.send(platform.request("POST", "self-service/korax/cards", null))
                        .statusCode())
                .isEqualTo(415);
        assertThat(platform.send(platform.request(
                                "POST", "self-service/korax/cards", "jwe=" + "a".repeat(12_288), "Content-Type", FORM))
                        .statusCode())
                .isEqualTo(413);
        assertThat(platform.send(platform.request("POST", "self-service/korax/cards", "{}"))
                        .statusCode())
                .isEqualTo(415);
        assertThat(platform.send(platform.request("GET", "self-service/korax/cards?act=show&pass=" + PASS, null))
                        .body())
                .doesNotContain(PASS);
        assertThat(asked).isEmpty();
    }

    @Test
    void aFormIsWipedWhenItIsRead() {
        byte[] body = ("act=add&pass=" + PASS + "&jwe=4111111111111111").getBytes(StandardCharsets.US_ASCII);
        OwnCardForm form = OwnCardForm.read(body);
        assertThat(body).containsOnly(0);
        assertThat(form.toString()).doesNotContain("4111", PASS);
        byte[] jwe = form.jwe();
        assertThat(Arrays.copyOf(jwe, 4)).asString().isEqualTo("4111");
        form.close();
        assertThat(jwe).containsOnly(0);
    }
}
