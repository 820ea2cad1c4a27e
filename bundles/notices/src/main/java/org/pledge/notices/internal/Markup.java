package org.pledge.notices.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What HTML of a message may hold: text and links, nothing that is filled in, loaded or run. */
final class Markup {
    private static final Set<String> ELEMENTS = Set.of(
            "html",
            "head",
            "title",
            "body",
            "p",
            "br",
            "hr",
            "div",
            "span",
            "a",
            "b",
            "strong",
            "i",
            "em",
            "u",
            "small",
            "h1",
            "h2",
            "h3",
            "h4",
            "ul",
            "ol",
            "li",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "blockquote",
            "pre",
            "code");
    private static final Set<String> FIELDS =
            Set.of("form", "input", "textarea", "select", "option", "button", "label", "fieldset");
    private static final Set<String> ATTRIBUTES = Set.of(
            "href",
            "title",
            "align",
            "valign",
            "width",
            "height",
            "border",
            "cellpadding",
            "cellspacing",
            "colspan",
            "rowspan",
            "lang",
            "dir",
            "role");
    private static final Pattern TAG =
            Pattern.compile("<(?:/?([a-zA-Z][a-zA-Z0-9]*)((?:[^>\"']++|\"[^\"]*+\"|'[^']*+'){0,64}+)>|([^>]{0,1})|$)");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\s*([^\\s=/>]+)(?:\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+)))?|\\s*/\\s*");
    private static final Pattern LINK = Pattern.compile("https://[^\\s<>?#{}]+|\\{\\{unsubscribe}}");
    private static final Pattern UNSUBSCRIBE =
            Pattern.compile("<a\\s[^>]*href\\s*=\\s*[\"']\\{\\{unsubscribe}}[\"']", Pattern.CASE_INSENSITIVE);

    private Markup() {}

    /**
     * Something that may not be there.
     *
     * @param asks whether it is for filling something in
     */
    record Finding(int position, boolean asks, String text) {}

    static Optional<Finding> firstFinding(String html) {
        Matcher tag = TAG.matcher(html);
        while (tag.find()) {
            if (tag.group(1) == null) {
                return Optional.of(new Finding(tag.start(), false, "'<' begins no element here"));
            }
            String name = tag.group(1).toLowerCase(Locale.ROOT);
            if (!ELEMENTS.contains(name)) {
                return Optional.of(new Finding(tag.start(), FIELDS.contains(name), "the element '" + name + "'"));
            }
            Optional<String> attribute = firstWrongAttribute(tag.group(2));
            if (attribute.isPresent()) {
                return Optional.of(new Finding(tag.start(), false, attribute.get()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstWrongAttribute(String attributes) {
        Matcher attribute = ATTRIBUTE.matcher(attributes);
        while (attribute.find()) {
            if (attribute.group(1) == null) {
                continue;
            }
            String name = attribute.group(1).toLowerCase(Locale.ROOT);
            if (!ATTRIBUTES.contains(name)) {
                return Optional.of("the attribute '" + name.replaceAll("[^a-z0-9-]", "?") + "'");
            }
            if (name.equals("href") && !LINK.matcher(value(attribute)).matches()) {
                return Optional.of("a link that is neither https:// without query, fragment and placeholder, which"
                        + " could tell who opened it, nor {{unsubscribe}}");
            }
        }
        return Optional.empty();
    }

    private static String value(Matcher attribute) {
        for (int group = 2; group <= 4; group++) {
            if (attribute.group(group) != null) {
                return attribute.group(group);
            }
        }
        return "";
    }

    static boolean linksToUnsubscribe(String html) {
        return UNSUBSCRIBE.matcher(html).find();
    }

    /** The text of HTML, each character at its place. */
    static String withoutTags(String html) {
        String text = TAG.matcher(html).replaceAll(tag -> " ".repeat(tag.group().length()));
        return text.replace("&nbsp;", "      ").replace("&#160;", "      ");
    }

    static String escaped(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
