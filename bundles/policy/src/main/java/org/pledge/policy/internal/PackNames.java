package org.pledge.policy.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pledge.Jurisdiction;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.Policy.DataRole;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Recipient;
import org.pledge.policy.Policy.RecipientKind;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** What a pack has defined so far, and the checks of whatever names it. */
final class PackNames {
    private final Map<String, Category> categories = new LinkedHashMap<>();
    private final Map<String, Purpose> purposes = new LinkedHashMap<>();
    private final Map<String, Recipient> recipients = new LinkedHashMap<>();
    private final Map<String, Promise> promises = new LinkedHashMap<>();

    Map<String, Category> categories() {
        return categories;
    }

    Map<String, Purpose> purposes() {
        return purposes;
    }

    Map<String, Recipient> recipients() {
        return recipients;
    }

    Map<String, Promise> promises() {
        return promises;
    }

    static void jurisdiction(Fields fields, String key, String code, boolean unionAllowed) {
        boolean known = Jurisdiction.isValid(code) || unionAllowed && code.equals("EU");
        if (!known) {
            fields.problem(
                    key,
                    Problems.quote(code) + " is no jurisdiction.",
                    "Write a code of ISO 3166-1 or 3166-2 such as CA or US-CA"
                            + (unionAllowed ? "." : "; name each member state of the European Union."));
        }
    }

    Selector recipientsOf(Fields fields) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        Fields.words(RecipientKind.class)
                .forEach((word, kind) -> groups.put(
                        "kind:" + word,
                        namesWhere(recipients.values().stream()
                                .filter(each -> each.kind() == kind)
                                .map(Recipient::name)
                                .toList())));
        return selector(fields, "to", "recipient", recipients.keySet(), "recipients", groups);
    }

    Selector categoriesOf(Fields fields) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        Fields.words(DataClass.class)
                .forEach((word, dataClass) -> groups.put(
                        "class:" + word,
                        namesWhere(categories.values().stream()
                                .filter(each -> each.dataClass() == dataClass)
                                .map(Category::name)
                                .toList())));
        Fields.words(DataRole.class)
                .forEach((word, role) -> groups.put(
                        "role:" + word,
                        namesWhere(categories.values().stream()
                                .filter(each -> each.role() == role)
                                .map(Category::name)
                                .toList())));
        return selector(fields, "data", "category", categories.keySet(), "categories", groups);
    }

    private static Set<String> namesWhere(List<String> names) {
        return Set.copyOf(names);
    }

    Selector selector(
            Fields fields, String key, String thing, Set<String> known, String block, Map<String, Set<String>> groups) {
        List<String> terms = fields.someOf(key);
        if (terms.equals(List.of("any"))) {
            return Selector.ANY;
        }
        Set<String> names = new LinkedHashSet<>();
        for (String term : terms) {
            if (groups.containsKey(term)) {
                names.addAll(groups.get(term));
            } else if (term.equals("any")) {
                fields.problem(key, "'any' stands alone.", "Write 'any' without other names, or the names only.");
            } else if (term.contains(":")) {
                fields.problem(
                        key,
                        "there is no group " + Problems.quote(term) + ".",
                        groups.isEmpty()
                                ? "Write names, or any."
                                : "Write one of: " + String.join(", ", groups.keySet()) + ".");
            } else {
                defined(fields, key, term, thing, known, block);
                names.add(term);
            }
        }
        return new Selector(false, Set.copyOf(terms), names);
    }

    List<String> promised(Fields fields, String key) {
        List<String> ids = fields.someOf(key);
        ids.forEach(id -> defined(fields, key, id, "promise", promises.keySet(), "promises"));
        return ids;
    }

    void promisedIfAny(Fields fields) {
        if (fields.has("promises")) {
            promised(fields, "promises");
        }
    }

    void defined(Fields fields, String key, String name, String thing, Set<String> known, String block) {
        if (!known.contains(name)) {
            fields.problem(
                    key,
                    "there is no " + thing + " " + Problems.quote(name) + " in this pack.",
                    Fields.closest(name, thing.equals("promise") ? Set.of() : known)
                            .map(near -> "Did you mean '" + near + "'?")
                            .orElse(
                                    thing.equals("ground")
                                            ? "Write one of: " + String.join(", ", known) + "."
                                            : "Add it under '" + block + "', or name one that is there."));
        }
    }

    /** The names that a block defines. */
    static List<String> in(Fields block) {
        List<String> names = new ArrayList<>();
        for (String name : block.keys()) {
            if (Fields.NAME.matcher(name).matches() && !name.equals("any")) {
                names.add(name);
            } else {
                block.problem(
                        name,
                        Problems.quote(name) + " cannot be a name here.",
                        "Use lower-case letters, digits and hyphens, starting with a letter, and not 'any'.");
            }
        }
        return names;
    }

    static void limit(Fields block, int size, int most, String what) {
        if (size > most) {
            block.problem("there are " + size + " " + what + ".", "Keep at most " + most + ".");
        }
    }

    static void limit(Fields fields, String key, int size, int most, String what) {
        if (size > most) {
            fields.problem(key, "there are " + size + " " + what + ".", "Keep at most " + most + ".");
        }
    }

    static Map<String, String> scalars(Fields fields) {
        Map<String, String> values = new TreeMap<>();
        fields.keys().forEach(key -> fields.scalar(key).ifPresent(value -> values.put(key, value)));
        return values;
    }
}
