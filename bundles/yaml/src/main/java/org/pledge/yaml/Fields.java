package org.pledge.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** One block of keys, read with the path and line that a problem needs. Wrong values become problems and defaults. */
public final class Fields {
    /** The form of names. */
    public static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private final Problems problems;
    private final String path;
    private final int line;
    private final Map<String, Item.Entry> entries;

    private Fields(Problems problems, String path, int line, Map<String, Item.Entry> entries) {
        this.problems = problems;
        this.path = path;
        this.line = line;
        this.entries = entries;
    }

    public static Fields root(Item.Mapping mapping, Problems problems) {
        return new Fields(problems, "", mapping.line(), mapping.entries());
    }

    /** The same block under another path. */
    public Fields named(String otherPath) {
        return new Fields(problems, otherPath, line, entries);
    }

    public String path() {
        return path;
    }

    public int line() {
        return line;
    }

    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The line of a key, or of the block where the key is missing. */
    public int line(String key) {
        Item.Entry entry = entries.get(key);
        return entry == null ? line : entry.line();
    }

    public boolean has(String key) {
        return entries.containsKey(key);
    }

    public Set<String> keys() {
        return entries.keySet();
    }

    public void problem(String key, String text, String remedy) {
        problems.add(line(key), path(key), text, remedy);
    }

    public void problem(String text, String remedy) {
        problems.add(line, path, text, remedy);
    }

    /** Refuses every key but these. */
    public Fields only(String... known) {
        for (String key : entries.keySet()) {
            if (!List.of(known).contains(key)) {
                problem(
                        key,
                        "the key " + Problems.quote(key) + " is not known here.",
                        closest(key, List.of(known))
                                .map(near -> "Did you mean '" + near + "'?")
                                .orElse("Remove it, or use one of: " + String.join(", ", new TreeSet<>(List.of(known)))
                                        + "."));
            }
        }
        return this;
    }

    /** A text that must be there; empty when it is not. */
    public String text(String key) {
        return required(key) ? text(key, "") : "";
    }

    public String text(String key, String absent) {
        Item.Entry entry = entries.get(key);
        if (entry == null) {
            return absent;
        }
        if (entry.value() instanceof Item.Scalar scalar
                && scalar.kind() == Item.Kind.TEXT
                && !scalar.text().isBlank()) {
            return scalar.text().strip();
        }
        problem(key, "this must be text.", "Write some text, in quotes if it looks like a number.");
        return absent;
    }

    /** A text of a given form that must be there; empty when it is not. */
    public Optional<String> text(String key, Pattern form, String description) {
        String text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!form.matcher(text).matches()) {
            problem(key, Problems.quote(text) + " has the wrong form.", "Write " + description + ".");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** A text that fits; empty, with this problem, when there is none. */
    public String text(String key, Predicate<String> fits, String wrong, String remedy) {
        if (entries.get(key).value() instanceof Item.Scalar scalar
                && scalar.kind() == Item.Kind.TEXT
                && fits.test(scalar.text().strip())) {
            return scalar.text().strip();
        }
        problem(key, wrong, remedy);
        return "";
    }

    /** A number or text, as text. */
    public Optional<String> scalar(String key) {
        if (entries.get(key).value() instanceof Item.Scalar scalar
                && scalar.kind() != Item.Kind.NOTHING
                && !scalar.text().isBlank()) {
            return Optional.of(scalar.text().strip());
        }
        problem(key, "this must be a text or a number.", "Write one value, without brackets.");
        return Optional.empty();
    }

    /** A whole number that must be there; {@code least} when it is not. */
    public int whole(String key, int least, int most) {
        if (!required(key)) {
            return least;
        }
        if (entries.get(key).value() instanceof Item.Scalar scalar
                && scalar.kind() == Item.Kind.WHOLE
                && scalar.text().matches("[0-9]{1,9}")) {
            int value = Integer.parseInt(scalar.text());
            if (value >= least && value <= most) {
                return value;
            }
        }
        problem(
                key,
                "this must be a whole number from " + least + " to " + most + ".",
                "Write digits only, without quotes, such as " + Math.max(least, 1) + ".");
        return least;
    }

    public boolean flag(String key) {
        Item.Entry entry = entries.get(key);
        if (entry == null) {
            return false;
        }
        if (entry.value() instanceof Item.Scalar scalar && scalar.kind() == Item.Kind.BOOLEAN) {
            return scalar.text().equalsIgnoreCase("true");
        }
        problem(key, "this must be true or false.", "Write true or false, without quotes.");
        return false;
    }

    /** One of some words that must be there; empty when it is not. */
    public <E> Optional<E> choice(String key, Map<String, E> options) {
        if (!required(key)) {
            return Optional.empty();
        }
        boolean text = entries.get(key).value() instanceof Item.Scalar scalar && scalar.kind() == Item.Kind.TEXT;
        String word = text ? text(key, "") : "";
        E value = options.get(word);
        if (value == null) {
            problem(
                    key,
                    word.isEmpty() ? "this does not say which it is." : Problems.quote(word) + " is not possible here.",
                    "Write one of: " + String.join(", ", options.keySet()) + ".");
        }
        return Optional.ofNullable(value);
    }

    /** The constants of an enum as a text writes them, in their order. */
    public static <E extends Enum<E>> Map<String, E> words(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(word(constant), constant);
        }
        return words;
    }

    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A list of texts, or a single one; every word once. */
    public List<String> list(String key) {
        Item.Entry entry = entries.get(key);
        if (entry == null) {
            return List.of();
        }
        List<Item> items = entry.value() instanceof Item.Sequence sequence ? sequence.items() : List.of(entry.value());
        Set<String> words = new LinkedHashSet<>();
        for (Item item : items) {
            if (!(item instanceof Item.Scalar scalar)
                    || scalar.kind() != Item.Kind.TEXT
                    || scalar.text().isBlank()) {
                problems.add(item.line(), path(key), "every word of this list must be text.", "Write names only.");
            } else if (!words.add(scalar.text().strip())) {
                problems.add(
                        item.line(),
                        path(key),
                        Problems.quote(scalar.text()) + " is in the list twice.",
                        "Name it once.");
            }
        }
        return List.copyOf(words);
    }

    /** A list with at least one word that must be there; empty when it is not. */
    public List<String> someOf(String key) {
        if (!required(key)) {
            return List.of();
        }
        List<String> words = list(key);
        if (words.isEmpty() && entries.get(key).value() instanceof Item.Sequence) {
            problem(key, "this list is empty.", "Name at least one.");
        }
        return words;
    }

    /** A block that must be there; one without keys when it is not. */
    public Fields block(String key) {
        return required(key) ? optionalBlock(key).orElse(none(key)) : none(key);
    }

    public Optional<Fields> optionalBlock(String key) {
        Item.Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.value() instanceof Item.Mapping mapping) {
            return Optional.of(new Fields(problems, path(key), entry.line(), mapping.entries()));
        }
        problem(key, "this must be a block of keys.", "Write 'name: value' lines below it, or {} for none.");
        return Optional.empty();
    }

    /** A block that may be left out; one without keys when it is. */
    public Fields blockOrNone(String key) {
        return optionalBlock(key).orElse(none(key));
    }

    /** A list of blocks; empty when it is left out. */
    public List<Fields> blocks(String key) {
        Item.Entry entry = entries.get(key);
        List<Fields> blocks = new ArrayList<>();
        if (entry == null) {
            return blocks;
        }
        if (!(entry.value() instanceof Item.Sequence sequence)) {
            problem(key, "this must be a list.", "Begin each entry with '- ', or write [] for none.");
            return blocks;
        }
        int index = 0;
        for (Item item : sequence.items()) {
            String inner = path(key) + "[" + index++ + "]";
            if (item instanceof Item.Mapping mapping) {
                blocks.add(new Fields(problems, inner, item.line(), mapping.entries()));
            } else {
                problems.add(item.line(), inner, "this must be a block of keys.", "Write 'name: value' lines.");
            }
        }
        return blocks;
    }

    public boolean required(String key) {
        if (!entries.containsKey(key)) {
            problems.add(line, path(key), "the key '" + key + "' is missing.", "Add '" + key + ": …' to this block.");
            return false;
        }
        return true;
    }

    private Fields none(String key) {
        return new Fields(problems, path(key), line(key), Map.of());
    }

    /** The known word that is nearest to a mistyped one. */
    public static Optional<String> closest(String word, Iterable<String> known) {
        String best = null;
        int least = 3;
        for (String each : known) {
            int distance = distance(word, each);
            if (distance < least && distance < each.length()) {
                best = each;
                least = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int distance(String left, String right) {
        if (Math.abs(left.length() - right.length()) > 2) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
