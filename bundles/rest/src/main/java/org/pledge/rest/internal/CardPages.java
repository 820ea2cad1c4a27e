package org.pledge.rest.internal;

import static org.pledge.rest.internal.SelfServicePages.escaped;
import static org.pledge.rest.internal.SelfServicePages.form;
import static org.pledge.rest.internal.SelfServicePages.hidden;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.pledge.Page;
import org.pledge.audit.Leaf;
import org.pledge.rights.OwnCards.Wallet;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.CardService.Certificate;
import org.pledge.vault.CardService.IntakeKey;
import org.pledge.vault.CardService.Taken;
import org.pledge.vault.CardService.Use;

/** Pages about a person's cards. Fields of a card have no name: without the script they cannot be sent. */
final class CardPages {
    private static final String TITLE = "Your cards";
    private static final String AT = "cards";
    private static final DateTimeFormatter READ =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);
    private static final String CARD =
            """
            <label>Card number<br>
            <input data-card="number" autocomplete="cc-number" inputmode="numeric" maxlength="23" required></label><br>
            <label>Expires, such as 08/29<br>
            <input data-card="expiry" autocomplete="cc-exp" inputmode="text" maxlength="9" required></label><br>
            <label>Name on the card<br>
            <input data-card="holder" autocomplete="cc-name" maxlength="100" required></label><br>
            """;
    private static final String CODE =
            """
            <label>Security code, for the next payment only; it is not kept<br>
            <input data-card="securityCode" autocomplete="cc-csc" inputmode="numeric" maxlength="4"></label><br>
            """;
    private static final String ADDRESS =
            """
            <fieldset><legend>Billing address, whole or not at all</legend>
            <label>Street and number<br>
            <input data-card="address.street" autocomplete="billing address-line1" maxlength="100"></label><br>
            <label>Postal code<br>
            <input data-card="address.postalCode" autocomplete="billing postal-code" maxlength="100"></label><br>
            <label>City<br>
            <input data-card="address.city" autocomplete="billing address-level2" maxlength="100"></label><br>
            <label>Country in two letters, such as CA<br>
            <input data-card="address.country" autocomplete="billing country" maxlength="2"></label></fieldset>
            """;
    private static final String STATE =
            """
            <noscript><p>A card is encrypted before it leaves your browser, which takes the script of this page.
            Allow it and load the page again by another link, or turn to the address above.</p></noscript>
            <p role="alert">While the button is grey, this browser cannot encrypt the card.</p>
            """;

    /** What is no token is not even sent: it may be a number. */
    private static final String TOKEN =
            """
            <label>Its token, as on the certificate<br>
            <input name="token" autocomplete="off" maxlength="33" pattern="card_[a-z]{28}" \
            title="card_ and 28 letters, without blanks" required></label>
            """;

    private final String integrity;
    private final Clock clock;

    CardPages(String integrity, Clock clock) {
        this.integrity = integrity;
        this.clock = clock;
    }

    /** What a card is called here. */
    static String name(Card card) {
        return card.network() + " ending in " + card.lastFour() + ", expires " + card.expires();
    }

    String cards(String pass, String note, Wallet wallet) {
        StringBuilder body = new StringBuilder("<h1>" + TITLE + "</h1>\n");
        if (!note.isEmpty()) {
            body.append(status(note));
        }
        body.append("<p>Of a number the last four digits are shown, to you as to everybody. Questions: ")
                .append(escaped(wallet.contact()))
                .append("</p>\n");
        if (wallet.cards().isEmpty()) {
            body.append("<p>No card of yours is kept.</p>\n");
        }
        wallet.cards().forEach(card -> body.append(card(pass, card, wallet)));
        if (!wallet.changeable()) {
            body.append(
                    wallet.deletable()
                            ? "<p>Cards can be added and replaced after a login only.</p>\n"
                            : "<p>Cards can be added, replaced and deleted after a login only.</p>\n");
        } else if (wallet.taken().cards()) {
            body.append("<h2>Add a card</h2>\n").append(intake(pass, Map.of("act", "add"), wallet, "Keep this card"));
        }
        body.append("<h2>A card that was deleted</h2>\n")
                .append(form(AT, pass, Map.of("act", "uses"), TOKEN, "Show every use"))
                .append(back(pass));
        return page(body + script());
    }

    private String card(String pass, Card card, Wallet wallet) {
        Map<String, String> uses = Map.of("act", "uses", "token", card.token());
        String shown = "<h2>" + escaped(name(card)) + "</h2>\n<p>Kept since " + read(card.stored()) + "</p>\n"
                + form(AT, pass, uses, "", "Show every use");
        String replace = wallet.changeable() && wallet.taken().cards()
                ? "<details><summary>Replace</summary>\n"
                        + intake(
                                pass,
                                Map.of("act", "replace", "token", card.token()),
                                wallet,
                                "Keep this card in its place")
                        + "</details>\n"
                : "";
        String delete = wallet.deletable()
                ? "<details><summary>Delete</summary>\n"
                        + "<p>The card is destroyed at once; nobody can bring it back.</p>\n"
                        + form(AT, pass, Map.of("act", "delete", "token", card.token()), "", "Delete for good")
                        + "</details>\n"
                : "";
        return shown + replace + delete;
    }

    private String intake(String pass, Map<String, String> acts, Wallet wallet, String button) {
        Taken taken = wallet.taken();
        Map<String, String> all = new TreeMap<>(acts);
        all.putAll(Map.of("pass", pass, "jwe", ""));
        return "<form method=\"post\" action=\"" + AT + "\""
                + wallet.keys().stream().map(CardPages::data).collect(Collectors.joining())
                + " data-now=\"" + clock.instant().getEpochSecond() + "\">\n"
                + all.entrySet().stream()
                        .map(each -> hidden(each.getKey(), each.getValue()))
                        .collect(Collectors.joining())
                + CARD
                + (taken.securityCode() ? CODE : "")
                + (taken.address() ? ADDRESS : "")
                + STATE
                + "<button disabled>" + escaped(button) + "</button></form>\n";
    }

    private static String data(IntakeKey key) {
        String prefix = key.y().isEmpty() ? " data-okp-" : " data-";
        return prefix + "kid=\"" + escaped(key.kid()) + "\"" + prefix + "x=\"" + escaped(key.x()) + "\""
                + (key.y().isEmpty() ? "" : prefix + "y=\"" + escaped(key.y()) + "\"");
    }

    private String script() {
        return "<script type=\"module\" src=\"cards/card.js\" integrity=\"" + integrity + "\"></script>\n";
    }

    String uses(String pass, String token, Page<Use> uses) {
        StringBuilder body = new StringBuilder("<h1>Every use of your card</h1>\n<p>")
                .append(escaped(token))
                .append("</p>\n<table>\n<tr><th>When</th><th>What</th><th>By</th><th>More</th></tr>\n");
        uses.items().forEach(use -> body.append("<tr><td>")
                .append(read(use.at()))
                .append("</td><td>")
                .append(escaped(use.act().toLowerCase(Locale.ROOT).replace('_', ' ')))
                .append("</td><td>")
                .append(escaped(use.actor()))
                .append("</td><td>")
                .append(new TreeMap<>(use.details())
                        .entrySet().stream()
                                .filter(each -> !each.getValue().equals(token))
                                .map(each -> escaped(each.getKey() + ": " + each.getValue()))
                                .collect(Collectors.joining("<br>")))
                .append("</td></tr>\n"));
        body.append("</table>\n");
        uses.next()
                .ifPresent(cursor -> body.append(
                        form(AT, pass, Map.of("act", "uses", "token", token, "cursor", cursor), "", "Earlier ones")));
        if (uses.items().stream().anyMatch(use -> use.act().equals(Leaf.Act.CARD_DELETED.name()))) {
            body.append(form(AT, pass, Map.of("act", "delete", "token", token), "", "Show the certificate"));
        }
        return page(body + cardsAgain(pass) + back(pass));
    }

    String deleted(String pass, Certificate certificate) {
        return page("<h1>Your card is deleted for good</h1>\n"
                + "<p>Its key is destroyed. Keep this certificate: the hash is that of the act on record.</p>\n"
                + "<table>\n"
                + row("Token", certificate.token())
                + row("Deleted", certificate.deleted().toString())
                + row("Act", certificate.event().toString())
                + row("SHA-256", certificate.leaf())
                + "</table>\n"
                + cardsAgain(pass)
                + back(pass));
    }

    /** An instant as people read it; the certificate has it whole. */
    private static String read(Instant at) {
        return READ.format(at);
    }

    private static String row(String name, String value) {
        return "<tr><th>" + escaped(name) + "</th><td>" + escaped(value) + "</td></tr>\n";
    }

    /** What was done, where the cards cannot be shown with it. */
    String done(String pass, String note) {
        return page("<h1>" + TITLE + "</h1>\n" + status(note)
                + "<p>Your cards cannot be shown just now. Try again in some minutes, by another link if this one has"
                + " run out.</p>\n"
                + cardsAgain(pass)
                + back(pass));
    }

    String unavailable(String pass, String text) {
        return page("<h1>" + TITLE + "</h1>\n<p>" + escaped(text) + ".</p>\n"
                + "<p>Cards can be neither shown nor changed just now. Try again in some minutes, by another link if this"
                + " one has run out, and look at your cards before you send one again.</p>\n"
                + cardsAgain(pass)
                + back(pass));
    }

    private static String status(String note) {
        String sentence = note.substring(0, 1).toUpperCase(Locale.ROOT) + note.substring(1);
        return "<p role=\"status\"><strong>" + escaped(sentence) + "</strong></p>\n";
    }

    private static String cardsAgain(String pass) {
        return form(AT, pass, Map.of("act", "show"), "", "Your cards");
    }

    private static String back(String pass) {
        return form("session", pass, Map.of("act", "show"), "", "What is held about you");
    }

    private static String page(String body) {
        return SelfServicePages.page(TITLE, body);
    }
}
