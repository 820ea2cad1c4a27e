package org.pledge.notices.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.pledge.TenantId;
import org.pledge.notices.MessageService.MessageClass;
import org.pledge.notices.MessageService.Template;
import org.pledge.notices.internal.Draft.Passage;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService.Problem;

/** Turns the text of a template into one that may be used under a policy, or into everything that is wrong with it. */
final class TemplateReader {
    static final String ASKS = "no message asks for personal data by email";
    private static final Pattern REVIEWER = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int MOST_PARAMETERS = 32;

    private final Draft draft;
    private final Policy policy;
    private final List<Problem> problems;

    private TemplateReader(Draft draft, Policy policy, List<Problem> problems) {
        this.draft = draft;
        this.policy = policy;
        this.problems = problems;
    }

    /**
     * What became of a template.
     *
     * @param ready empty when there are problems
     */
    record Result(Optional<Ready> ready, List<Problem> problems) {}

    static Result read(TenantId tenant, String name, String file, String source, Policy policy) {
        List<Problem> problems = new ArrayList<>();
        Optional<Ready> ready = Draft.read(file, source, problems)
                .flatMap(draft -> new TemplateReader(draft, policy, problems).ready(tenant, name));
        return new Result(problems.isEmpty() ? ready : Optional.empty(), List.copyOf(problems));
    }

    private Optional<Ready> ready(TenantId tenant, String name) {
        Optional<MessageClass> known = messageClass();
        if (!Placeholders.NAME.matcher(name).matches()) {
            add(0, "(name)", "the file's name cannot be a template's.", "Use lower-case letters, digits and hyphens.");
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        MessageClass messageClass = known.get();
        String digest = digest();
        Optional<String> reviewer = reviewer(messageClass, digest);
        boolean declinable =
                messageClass == MessageClass.MARKETING || messageClass == MessageClass.SURVEY && reviewer.isEmpty();
        String purpose = draft.value(Draft.PURPOSE).orElseThrow();
        if (Placeholders.NAME.matcher(purpose).matches()) {
            Objection.of(policy, messageClass, declinable, purpose)
                    .ifPresent(objection -> add(
                            draft.line(objection.entry()),
                            objection.entry(),
                            Objection.withPromises(objection.text(), objection.promises()) + ".",
                            objection.remedy() + hint(messageClass, declinable, digest, objection)));
        } else {
            add(Draft.PURPOSE, "this cannot name a purpose.", "Use the name of a purpose of the policy.");
        }
        Set<String> parameters = parameters();
        placeholders(parameters);
        unsubscribing(declinable);
        language();
        asking();
        draft.html().ifPresent(this::markup);
        return Optional.of(new Ready(
                new Template(tenant, name, messageClass, purpose, declinable, parameters, reviewer, digest),
                draft.subject().content(),
                draft.text().content(),
                draft.html().map(Passage::content)));
    }

    private static String hint(MessageClass messageClass, boolean declinable, String digest, Objection objection) {
        boolean reviewable = messageClass == MessageClass.SURVEY
                && declinable
                && objection.entry().equals(Draft.CLASS);
        return reviewable ? " Who reviewed it adds: Reviewed-By: NAME, and Reviewed: sha256:" + digest + "." : "";
    }

    private Optional<MessageClass> messageClass() {
        Map<String, MessageClass> words = new TreeMap<>();
        for (MessageClass each : MessageClass.values()) {
            words.put(each.name().toLowerCase(Locale.ROOT), each);
        }
        MessageClass found = words.get(draft.value(Draft.CLASS).orElseThrow());
        if (found == null) {
            add(Draft.CLASS, "there is no such class.", "Write one of: " + String.join(", ", words.keySet()) + ".");
        }
        return Optional.ofNullable(found);
    }

    /** Who reviewed exactly this survey. */
    private Optional<String> reviewer(MessageClass messageClass, String digest) {
        Optional<String> by = draft.value(Draft.REVIEWED_BY);
        Optional<String> what = draft.value(Draft.REVIEWED);
        if (by.isEmpty() && what.isEmpty()) {
            return Optional.empty();
        }
        String entry = by.isPresent() ? Draft.REVIEWED_BY : Draft.REVIEWED;
        if (messageClass != MessageClass.SURVEY) {
            add(entry, "only a survey is reviewed.", "Remove the line.");
        } else if (by.isEmpty() || what.isEmpty()) {
            add(entry, "a review takes a name and what was reviewed.", "Write both Reviewed-By and Reviewed.");
        } else if (!REVIEWER.matcher(by.get()).matches()) {
            add(
                    Draft.REVIEWED_BY,
                    "this names nobody.",
                    "Write 1 to 64 letters, digits, dots, hyphens or underscores.");
        } else if (!DIGEST.matcher(what.get()).matches() || !what.get().endsWith(digest)) {
            add(
                    Draft.REVIEWED,
                    "another text was reviewed than this one.",
                    "Have it reviewed again; who did so writes sha256:" + digest + ".");
        } else {
            return by;
        }
        return Optional.empty();
    }

    private Set<String> parameters() {
        Set<String> parameters = new LinkedHashSet<>();
        for (String word :
                draft.value(Draft.PARAMETERS).map(text -> text.split(",")).orElse(new String[0])) {
            String parameter = word.strip();
            if (!Placeholders.NAME.matcher(parameter).matches() || Placeholders.OWN.contains(parameter)) {
                add(
                        Draft.PARAMETERS,
                        "a parameter has a name that cannot be one.",
                        "Use lower-case letters, digits and hyphens, and none of "
                                + String.join(", ", new TreeSet<>(Placeholders.OWN)) + ".");
            } else {
                parameters.add(parameter);
            }
        }
        if (parameters.size() > MOST_PARAMETERS) {
            add(Draft.PARAMETERS, "there are too many.", "Keep at most " + MOST_PARAMETERS + ".");
        }
        return parameters;
    }

    private void placeholders(Set<String> parameters) {
        Set<String> known = new TreeSet<>(parameters);
        known.addAll(Placeholders.OWN);
        Set<String> used = new TreeSet<>();
        parts().forEach((part, passage) -> {
            int stray = Placeholders.stray(passage.content());
            if (stray >= 0) {
                add(
                        passage.lineAt(stray),
                        part,
                        "these braces are no placeholder.",
                        "Write {{name}} in lower-case letters, digits and hyphens, without spaces.");
            }
            for (String name : Placeholders.in(passage.content())) {
                used.add(name);
                if (!known.contains(name)) {
                    add(
                            passage.lineAt(Placeholders.positionOf(name, passage.content())),
                            part,
                            "the placeholder {{" + name + "}} is unknown.",
                            "Add it to Parameters, or use one of: " + String.join(", ", known) + ".");
                }
            }
        });
        for (String parameter : parameters) {
            if (!used.contains(parameter)) {
                add(
                        Draft.PARAMETERS,
                        "the parameter '" + parameter + "' is used nowhere.",
                        "Remove it, or use {{" + parameter + "}}.");
            }
        }
    }

    private void unsubscribing(boolean declinable) {
        List<String> promises = Objection.ids(policy, "unsubscribe-link");
        if (declinable && Placeholders.in(draft.subject().content()).contains(Placeholders.UNSUBSCRIBE)) {
            add(Draft.SUBJECT, "a link stands in the text, not in the subject.", "Remove {{unsubscribe}}.");
        }
        if (!declinable) {
            parts().forEach((part, passage) -> {
                int position = Placeholders.positionOf(Placeholders.UNSUBSCRIBE, passage.content());
                if (position >= 0) {
                    add(
                            passage.lineAt(position),
                            part,
                            "nobody can unsubscribe from this message.",
                            "Remove {{unsubscribe}}.");
                }
            });
            return;
        }
        if (Placeholders.positionOf(Placeholders.UNSUBSCRIBE, draft.text().content()) < 0) {
            add(
                    draft.text().line(),
                    "text",
                    Objection.withPromises("there is no link to unsubscribe", promises) + ".",
                    "End the text with {{unsubscribe}}.");
        }
        draft.html()
                .filter(html -> !Markup.linksToUnsubscribe(html.content()))
                .ifPresent(html -> add(
                        html.line(),
                        "html",
                        Objection.withPromises("there is no link to unsubscribe", promises) + ".",
                        "End the HTML with <a href=\"{{unsubscribe}}\">Unsubscribe</a>."));
    }

    /** A text that cannot be looked through may ask for anything. */
    private void language() {
        if (!AskedFor.LANGUAGES.contains(draft.value(Draft.LANGUAGE).orElse("en"))) {
            add(
                    Draft.LANGUAGE,
                    Objection.withPromises(
                                    "requests for personal data are not recognised in this language",
                                    Objection.ids(policy, "pii-request-linter"))
                            + ".",
                    "Write one of " + String.join(", ", AskedFor.LANGUAGES) + ", the one that the text is in.");
        }
    }

    private void asking() {
        String asks = Objection.withPromises(ASKS, Objection.ids(policy, "pii-request-linter"));
        parts().forEach((part, passage) -> {
            String plain = part.equals("html") ? Markup.withoutTags(passage.content()) : passage.content();
            OptionalInt request = AskedFor.in(plain);
            if (request.isPresent()) {
                add(
                        passage.lineAt(request.getAsInt()),
                        part,
                        asks + ", and this one does.",
                        "Let people log in and change their data there, and ask for nothing in the message.");
            }
        });
    }

    private void markup(Passage html) {
        Markup.firstFinding(html.content()).ifPresent(finding -> {
            int line = html.lineAt(finding.position());
            if (finding.asks()) {
                add(
                        line,
                        "html",
                        Objection.withPromises(ASKS, Objection.ids(policy, "pii-request-linter")) + ", and "
                                + finding.text() + " is for filling something in.",
                        "Remove it, and let people log in instead.");
            } else {
                add(
                        line,
                        "html",
                        "HTML of a message holds text and links, and this is " + finding.text() + ".",
                        "Remove it: nothing in a message is loaded, run or styled.");
            }
        });
    }

    private Map<String, Passage> parts() {
        Map<String, Passage> parts = new TreeMap<>();
        parts.put(Draft.SUBJECT, draft.subject());
        parts.put("text", draft.text());
        draft.html().ifPresent(html -> parts.put("html", html));
        return parts;
    }

    private String digest() {
        String all = draft.subject().content() + "\u0000" + draft.text().content() + "\u0000"
                + draft.html().map(Passage::content).orElse("");
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void add(String entry, String text, String remedy) {
        add(draft.line(entry), entry, text, remedy);
    }

    private void add(int line, String field, String text, String remedy) {
        problems.add(new Problem(draft.file(), line, field, text, remedy));
    }
}
