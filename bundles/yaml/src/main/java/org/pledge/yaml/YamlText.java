package org.pledge.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads YAML 1.2 into a tree with lines: no tags, no duplicate keys, one document, limited in size and depth. */
public final class YamlText {
    /** The longest text that is read. */
    public static final int MAX_CHARACTERS = 262_144;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_NODES = 20_000;
    private static final int MAX_ALIASES = 32;

    private final String first;
    private final Problems problems;
    private int nodes;
    private boolean refused;

    private YamlText(String first, Problems problems) {
        this.first = first;
        this.problems = problems;
    }

    /**
     * The outermost block; empty, with at least one problem, when the text cannot be read.
     *
     * @param first the line that such a text begins with
     */
    public static Optional<Item.Mapping> read(String yaml, String first, Problems problems) {
        if (yaml.length() > MAX_CHARACTERS) {
            problems.add(0, Problems.TEXT, "the file is longer than " + MAX_CHARACTERS + " characters.", "Shorten it.");
            return Optional.empty();
        }
        int replaced = yaml.indexOf('\uFFFD');
        if (replaced >= 0) {
            problems.add(
                    lineAt(yaml, replaced), Problems.TEXT, "the file is not UTF-8 here.", "Save the file as UTF-8.");
            return Optional.empty();
        }
        return new YamlText(first, problems).parse(yaml);
    }

    private Optional<Item.Mapping> parse(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setSchema(new CoreSchema())
                .build();
        try {
            if (!plain(new Parse(settings).parseString(yaml))) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(yaml);
            if (root.isPresent() && item(root.get(), "", 1) instanceof Item.Mapping mapping) {
                return Optional.of(mapping);
            }
            if (!problems.any()) {
                problems.add(
                        1,
                        Problems.TEXT,
                        "there are no keys in this file.",
                        "Start with '" + first + "' on the first line.");
            }
        } catch (MarkedYamlEngineException e) {
            problems.add(
                    line(e.getProblemMark().or(e::getContextMark)),
                    Problems.TEXT,
                    "this is not YAML: " + String.valueOf(e.getProblem()).strip() + ".",
                    "Check indentation, brackets and quotes on this line and the one above it.");
        } catch (ReaderException e) {
            problems.add(
                    lineAt(yaml, e.getPosition()),
                    Problems.TEXT,
                    "there is a character that YAML does not allow.",
                    "Remove the control character on this line.");
        } catch (YamlEngineException e) {
            problems.add(
                    0,
                    Problems.TEXT,
                    "this is not YAML, or it refers to itself too often.",
                    "Write repeated blocks out, with at most " + MAX_ALIASES + " aliases.");
        }
        return Optional.empty();
    }

    /** Whether the text is small, shallow and without tags; checked before anything recursive looks at it. */
    private boolean plain(Iterable<Event> events) {
        int depth = 0;
        int count = 0;
        int documents = 0;
        for (Event event : events) {
            int line = line(event.getStartMark());
            if (event instanceof CollectionStartEvent start) {
                depth++;
                if (tagged(start.getTag(), line)) {
                    return false;
                }
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof ScalarEvent scalar && tagged(scalar.getTag(), line)) {
                return false;
            } else if (event instanceof DocumentStartEvent && ++documents > 1) {
                problems.add(line, Problems.TEXT, "a second document begins here.", "Write one document to one file.");
                return false;
            }
            if (depth > MAX_DEPTH || ++count > 2 * MAX_NODES) {
                tooLarge(line);
                return false;
            }
        }
        return true;
    }

    private boolean tagged(Optional<String> tag, int line) {
        if (tag.isPresent()) {
            problems.add(line, Problems.TEXT, "tags (words that begin with '!') are not allowed.", "Remove the tag.");
        }
        return tag.isPresent();
    }

    private void tooLarge(int line) {
        problems.add(
                line,
                Problems.TEXT,
                "the blocks are nested too deeply, or there are too many of them.",
                "Use at most " + MAX_DEPTH + " levels and " + MAX_NODES + " values, aliases written out.");
    }

    private Item item(Node node, String path, int depth) {
        int line = line(node.getStartMark());
        if (refused || depth > MAX_DEPTH || ++nodes > MAX_NODES) {
            if (!refused) {
                refused = true;
                tooLarge(line);
            }
            return new Item.Scalar(line, Item.Kind.NOTHING, "");
        }
        if (node instanceof ScalarNode scalar) {
            return new Item.Scalar(line, kind(scalar.getTag()), scalar.getValue());
        }
        if (node instanceof SequenceNode sequence) {
            List<Item> items = new ArrayList<>();
            for (Node each : sequence.getValue()) {
                items.add(item(each, path + "[" + items.size() + "]", depth + 1));
            }
            return new Item.Sequence(line, List.copyOf(items));
        }
        return mapping((MappingNode) node, line, path, depth);
    }

    private Item.Mapping mapping(MappingNode node, int line, String path, int depth) {
        Map<String, Item.Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            int keyLine = line(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)
                    || !key.getTag().equals(Tag.STR)
                    || key.getValue().isEmpty()) {
                problems.add(
                        keyLine,
                        path.isEmpty() ? Problems.TEXT : path,
                        "a key must be text.",
                        "Write a name before the colon, in quotes if it is a number.");
                continue;
            }
            String inner = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            Item value = item(tuple.getValueNode(), inner, depth + 1);
            Item.Entry earlier = entries.putIfAbsent(key.getValue(), new Item.Entry(keyLine, value));
            if (earlier != null) {
                problems.add(
                        keyLine,
                        inner,
                        "this key is already on line " + earlier.line() + ".",
                        "Keep one of the two and remove the other.");
            }
        }
        return new Item.Mapping(line, Collections.unmodifiableMap(entries));
    }

    private static Item.Kind kind(Tag tag) {
        if (tag.equals(Tag.INT)) {
            return Item.Kind.WHOLE;
        }
        if (tag.equals(Tag.FLOAT)) {
            return Item.Kind.DECIMAL;
        }
        if (tag.equals(Tag.BOOL)) {
            return Item.Kind.BOOLEAN;
        }
        return tag.equals(Tag.NULL) ? Item.Kind.NOTHING : Item.Kind.TEXT;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(each -> each.getLine() + 1).orElse(0);
    }

    private static int lineAt(String text, int position) {
        return 1
                + (int) text.substring(0, Math.max(0, Math.min(position, text.length())))
                        .chars()
                        .filter(each -> each == '\n')
                        .count();
    }
}
