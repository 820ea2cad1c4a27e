package org.pledge.rest.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.pledge.notices.MessageService;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService.Held;

/** Pages of self-service: HTML without style and cookie, and but for a card's without script. */
final class SelfServicePages {
    private static final List<Type> ASKED_HERE =
            List.of(Type.ACCESS, Type.PORTABILITY, Type.ERASURE, Type.RESTRICTION, Type.OBJECTION, Type.DISCLOSURES);

    private SelfServicePages() {}

    static String ask(String tenant, boolean sendsLinks) {
        return page(
                "Your data",
                "<p><a href=\"" + escaped(tenant) + "/sign-in\">Sign in with a user name and password</a></p>\n"
                        + (sendsLinks
                                ? """
                        <p>A link to what is held about you is sent to your email address, if it is known here.</p>
                        <form method="post"><label>Email <input name="email" type="email" maxlength="254"></label>
                        <button>Send the link</button></form>
                        """
                                : "<p>No links are sent by email here now.</p>\n"));
    }

    static String signIn() {
        return page(
                "Sign in",
                """
                <form method="post"><label>User name <input name="name" autocomplete="username"
                maxlength="64"></label> <label>Password <input name="password" type="password"
                autocomplete="current-password" maxlength="128"></label> <button>Sign in</button></form>
                """);
    }

    static String asked() {
        return page(
                "Your data",
                "<p>If this address is known here, a link is on its way to it. It is good once, for a few"
                        + " minutes.</p>");
    }

    static String open() {
        return page(
                "Your data",
                """
                <p>This link is good once.</p>
                <form method="post"><button>Show what is held about me</button></form>
                """);
    }

    static String ended() {
        return page("Your data", "<p>This page is closed. Ask for another link to come back.</p>");
    }

    static String refused(String text, String remedy) {
        return page("Your data", "<p>" + escaped(text) + ".</p><p>" + escaped(remedy) + "</p>");
    }

    static String held(String pass, String note, Held held) {
        StringBuilder body = new StringBuilder();
        if (!note.isEmpty()) {
            body.append("<p><strong>").append(escaped(note)).append("</strong></p>\n");
        }
        body.append("<p>")
                .append(escaped(held.controller()))
                .append(" holds this about you."
                        + (held.signedIn() ? "" : " Most of each value is hidden until you sign in.")
                        + " Questions: ")
                .append(escaped(held.contact()))
                .append("</p>\n<table>\n");
        new TreeMap<>(held.shown()).forEach((field, values) -> body.append("<tr><th>")
                .append(escaped(field))
                .append("</th><td>")
                .append(values.stream().map(SelfServicePages::escaped).collect(Collectors.joining("<br>")))
                .append("</td></tr>\n"));
        body.append("</table>\n<h2>Change</h2>\n");
        if (held.emailStopped()) {
            body.append("<p>A new email address cannot be taken here now.</p>\n");
        } else if (held.changeable().isEmpty()) {
            body.append("<p>What is held about you can be changed after a login only.</p>\n");
        }
        Set<String> fields = new TreeSet<>(held.changeable());
        if (fields.remove(MessageService.EMAIL)) {
            body.append("<p>A new email address is taken once you have given the code that is sent to it. The former"
                    + " one is told.</p>\n");
            body.append(form(
                    pass,
                    Map.of("act", "email"),
                    "<label>New email <input name=\"value\" type=\"email\" maxlength=\"254\"></label> ",
                    "Send a code"));
            body.append(form(
                    pass,
                    Map.of("act", "confirm"),
                    "<label>Code <input name=\"value\" inputmode=\"numeric\" maxlength=\"6\"></label> ",
                    "Take the new email"));
        }
        for (String field : fields) {
            body.append(form(
                    pass,
                    Map.of("act", "change", "field", field),
                    "<label>" + escaped(field) + ", one value a line; none removes it<br>"
                            + "<textarea name=\"value\" rows=\"2\"></textarea></label> ",
                    "Replace"));
        }
        if (held.mayLogin()) {
            body.append(
                    "<h2>Sign in</h2>\n<p>With a user name and password of your own you come back without a link.</p>\n");
            body.append(
                    "<p>The email address that is held is told when they are set, and when they rest after five wrong"
                            + " tries, if messages can be sent.</p>\n");
            body.append(form(
                    pass,
                    Map.of("act", "login"),
                    "<label>User name <input name=\"name\" autocomplete=\"username\" maxlength=\"64\"></label> "
                            + "<label>Password, 12 characters or more <input name=\"password\" type=\"password\""
                            + " autocomplete=\"new-password\" maxlength=\"128\"></label> ",
                    "Set both"));
        }
        body.append("<h2>Ask</h2>\n");
        for (Type type : ASKED_HERE) {
            body.append(form(pass, Map.of("act", "ask", "type", type.name()), "", word(type)));
        }
        body.append(form(pass, Map.of("act", "ask", "type", Type.OPT_OUT.name()), "", "Opt out of everything"));
        body.append(form(pass, Map.of("act", "ask", "type", Type.COMPLAINT.name()), "", "Complain"));
        if (!held.requests().isEmpty()) {
            body.append("<h2>What you asked for</h2>\n<ul>\n");
            held.requests()
                    .forEach(request ->
                            body.append("<li>").append(escaped(line(request))).append("</li>\n"));
            body.append("</ul>\n");
        }
        body.append(form("cards", pass, Map.of("act", "show"), "", "Your cards"));
        body.append(form(pass, Map.of("act", "end"), "", "Close this page for good"));
        return page("Your data", body.toString());
    }

    private static String word(Type type) {
        return switch (type) {
            case ACCESS -> "Get a copy";
            case PORTABILITY -> "Take my data along";
            case ERASURE -> "Erase my data";
            case RESTRICTION -> "Keep but do not use my data";
            case OBJECTION -> "Object to the use of my data";
            case DISCLOSURES -> "List who received my data";
            default -> type.name();
        };
    }

    static String line(Request request) {
        return request.type() + " " + request.id() + ": " + request.state() + ", answer due by "
                + request.deadlines().lastDay();
    }

    private static String form(String pass, Map<String, String> hidden, String visible, String button) {
        return form("session", pass, hidden, visible, button);
    }

    static String form(String action, String pass, Map<String, String> hidden, String visible, String button) {
        String inputs = new TreeMap<>(hidden)
                .entrySet().stream()
                        .map(input -> hidden(input.getKey(), input.getValue()))
                        .collect(Collectors.joining());
        return "<form method=\"post\" action=\"" + action + "\">" + hidden("pass", pass) + inputs + visible + "<button>"
                + escaped(button) + "</button></form>\n";
    }

    static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"" + escaped(name) + "\" value=\"" + escaped(value) + "\">";
    }

    static String page(String title, String body) {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\"><title>" + escaped(title)
                + "</title></head><body>\n" + body + "</body></html>\n";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
