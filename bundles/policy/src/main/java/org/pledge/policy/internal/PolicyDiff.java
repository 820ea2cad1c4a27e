package org.pledge.policy.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Status;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.PolicyService.Change;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Tells what changed between two versions, and which changes people have to be asked about. */
final class PolicyDiff {
    private static final List<String> OFFERS_STRICTEST_FIRST = List.of("never", "opt-in", "opt-out");

    private final Pack from;
    private final Pack to;
    private final List<Change> changes = new ArrayList<>();

    private PolicyDiff(CompiledPolicy before, CompiledPolicy after) {
        this.from = before.pack();
        this.to = after.pack();
    }

    static List<Change> between(CompiledPolicy before, CompiledPolicy after) {
        PolicyDiff diff = new PolicyDiff(before, after);
        diff.compare();
        return List.copyOf(diff.changes);
    }

    private void compare() {
        value("prefix", from.prefix(), to.prefix(), false);
        value("controller", from.controller(), to.controller(), true);
        value("published", from.published(), to.published(), false);
        value("source", from.source(), to.source(), false);
        value("contact", from.contact(), to.contact(), false);
        value(
                "jurisdictions",
                from.jurisdictions(),
                to.jurisdictions(),
                !to.jurisdictions().containsAll(from.jurisdictions()));
        entries("documents", from.documents(), to.documents(), true, true, this::changedFact);
        entries("categories", from.categories(), to.categories(), true, false, this::category);
        entries("purposes", from.purposes(), to.purposes(), true, false, this::purpose);
        entries(
                "recipients",
                from.recipients(),
                to.recipients(),
                true,
                false,
                (path, pair) -> value(
                        path,
                        Fields.word(pair.before().kind()),
                        Fields.word(pair.after().kind()),
                        true));
        entries("tiers", collections(from), collections(to), true, false, this::collection);
        contacts();
        children();
        disclosures();
        otherwise();
        cases();
        marketing();
        entries("cookies", from.cookies(), to.cookies(), true, false, this::cookie);
        entries("transfers.regions", from.transfers(), to.transfers(), true, false, this::changedFact);
        ownership();
        entries("promises", from.promises(), to.promises(), false, true, this::promise);
    }

    /** A thing in both versions. */
    private record Pair<T>(T before, T after) {}

    private void add(String field, String text, boolean material) {
        changes.add(new Change(field, text, material));
    }

    private void value(String field, Object old, Object current, boolean material) {
        if (!Objects.equals(old, current)) {
            add(field, "changed from " + shown(old) + " to " + shown(current) + ".", material);
        }
    }

    private void wording(String field, String old, String current) {
        if (!old.equals(current)) {
            add(field, "the wording changed.", false);
        }
    }

    private static String shown(Object value) {
        return Problems.quote(String.valueOf(value));
    }

    private <T> void entries(
            String block,
            Map<String, T> old,
            Map<String, T> current,
            boolean addedIsMaterial,
            boolean removedIsMaterial,
            BiConsumer<String, Pair<T>> changed) {
        Set<String> names = new LinkedHashSet<>(old.keySet());
        names.addAll(current.keySet());
        for (String name : names) {
            String path = block.equals("promises") ? "promises[" + name + "]" : block + "." + name;
            if (!old.containsKey(name)) {
                add(path, "was added.", addedIsMaterial);
            } else if (!current.containsKey(name)) {
                add(path, "was removed.", removedIsMaterial);
            } else {
                changed.accept(path, new Pair<>(old.get(name), current.get(name)));
            }
        }
    }

    private void changedFact(String path, Pair<String> pair) {
        value(path, pair.before(), pair.after(), true);
    }

    private void cookie(String path, Pair<Tracker> pair) {
        value(path, PackCookies.told(pair.before()), PackCookies.told(pair.after()), true);
    }

    private void category(String path, Pair<Category> pair) {
        Category old = pair.before();
        Category current = pair.after();
        value(path + ".class", Fields.word(old.dataClass()), Fields.word(current.dataClass()), true);
        value(path + ".role", Fields.word(old.role()), Fields.word(current.role()), true);
        value(path + ".supplied", old.supplied(), current.supplied(), false);
        value(path + ".fideslang", old.fideslang(), current.fideslang(), false);
        value(path + ".dpv", old.dpv(), current.dpv(), false);
    }

    private void purpose(String path, Pair<Purpose> pair) {
        Purpose old = pair.before();
        Purpose current = pair.after();
        value(path + ".basis", Fields.word(old.basis()), Fields.word(current.basis()), true);
        value(path + ".fideslang", old.fideslang(), current.fideslang(), false);
        value(path + ".dpv", old.dpv(), current.dpv(), false);
        entries(path + ".data", old.retention(), current.retention(), true, false, (inner, each) -> {
            if (!each.before().equals(each.after())) {
                boolean longer = Retention.longer(each.before(), each.after());
                add(
                        inner,
                        "is kept " + (longer ? "longer or by another measure: " : "shorter: ") + shown(each.after())
                                + " instead of " + shown(each.before()) + ".",
                        longer);
            }
        });
    }

    private static Map<String, Collection> collections(Pack pack) {
        Map<String, Collection> all = new LinkedHashMap<>();
        pack.tiers()
                .forEach((tier, holders) ->
                        holders.forEach((holder, collection) -> all.put(tier + "." + Fields.word(holder), collection)));
        return all;
    }

    private void collection(String path, Pair<Collection> pair) {
        Collection old = pair.before();
        Collection current = pair.after();
        Set<String> fields = new LinkedHashSet<>(old.required());
        fields.addAll(old.optional().keySet());
        fields.addAll(current.required());
        fields.addAll(current.optional().keySet());
        for (String field : fields.stream().sorted().toList()) {
            boolean wasRequired = old.required().contains(field);
            boolean isRequired = current.required().contains(field);
            int most = wasRequired ? 1 : old.optional().getOrDefault(field, 0);
            int mostNow = isRequired ? 1 : current.optional().getOrDefault(field, 0);
            if (isRequired && !wasRequired) {
                add(path + ".required", shown(field) + " became required.", true);
            } else if (wasRequired && !isRequired) {
                add(path + ".required", shown(field) + " is no longer required.", mostNow > most);
            } else if (most != mostNow) {
                add(
                        path + ".optional." + field,
                        "at most " + mostNow + " instead of " + most + " may be collected.",
                        mostNow > most);
            }
        }
        value(path + ".promises", old.promises(), current.promises(), false);
    }

    private void contacts() {
        if (from.contacts().isEmpty() || to.contacts().isEmpty()) {
            if (!from.contacts().equals(to.contacts())) {
                add("contacts", to.contacts().isEmpty() ? "was removed." : "was added.", true);
            }
            return;
        }
        ContactRules old = from.contacts().get();
        ContactRules current = to.contacts().get();
        collection("contacts", new Pair<>(old.collection(), current.collection()));
        value(
                "contacts.roles",
                old.roles().stream().sorted().toList(),
                current.roles().stream().sorted().toList(),
                false);
        value(
                "contacts.complete-contact",
                old.completeContactPromises(),
                current.completeContactPromises(),
                old.completeContactRequired() && !current.completeContactRequired());
    }

    private void children() {
        if (from.children().isEmpty() || to.children().isEmpty()) {
            if (!from.children().equals(to.children())) {
                add(
                        "children",
                        to.children().isEmpty() ? "was removed." : "was added.",
                        to.children().isEmpty());
            }
            return;
        }
        Pack.Children old = from.children().get();
        Pack.Children current = to.children().get();
        age("children.minimum-age", old.minimumAge(), current.minimumAge());
        Set<String> codes = new LinkedHashSet<>(old.in().keySet());
        codes.addAll(current.in().keySet());
        codes.stream().sorted().forEach(code -> age("children.in." + code, old.in(code), current.in(code)));
        value(
                "children.guardian",
                old.guardians() ? "consent" : "refuse",
                current.guardians() ? "consent" : "refuse",
                current.guardians());
        value("children.promises", old.promises(), current.promises(), false);
    }

    private void age(String path, int old, int current) {
        value(path, old, current, current < old);
    }

    private void disclosures() {
        rules("disclosures", from.disclosures(), to.disclosures(), Rule::summary, Rule::permits, this::disclosure);
    }

    private void disclosure(String path, Pair<Rule> pair) {
        Rule old = pair.before();
        Rule current = pair.after();
        value(path + ".consent", old.needs(), current.needs(), !old.needs().atMost(current.needs()));
        value(
                path + ".obligations",
                names(old),
                names(current),
                !new HashSet<>(current.obligations()).containsAll(old.obligations()));
        value(path + ".promises", old.promises(), current.promises(), false);
        wording(path + ".because", old.because(), current.because());
        wording(path + ".remedy", old.remedy(), current.remedy());
    }

    private static List<String> names(Rule rule) {
        return rule.obligations().stream()
                .map(each -> each.name() + new TreeMap<>(each.parameters()))
                .sorted()
                .toList();
    }

    private void otherwise() {
        value("otherwise.promises", from.otherwise().promises(), to.otherwise().promises(), false);
        wording("otherwise.because", from.otherwise().because(), to.otherwise().because());
        wording("otherwise.remedy", from.otherwise().remedy(), to.otherwise().remedy());
    }

    private void cases() {
        rules(
                "cases",
                from.cases(),
                to.cases(),
                CaseRule::summary,
                rule -> rule.answer() != CaseState.PROHIBITED,
                (path, pair) -> {
                    CaseRule old = pair.before();
                    CaseRule current = pair.after();
                    value(
                            path + ".excepts",
                            old.excepts(),
                            current.excepts(),
                            !current.excepts().containsAll(old.excepts()));
                    value(path + ".promises", old.promises(), current.promises(), false);
                    wording(path + ".because", old.because(), current.because());
                    wording(path + ".remedy", old.remedy(), current.remedy());
                });
    }

    /** Rules have no names: those with the same answer and the same selectors are the same, in their order. */
    private <R> void rules(
            String block,
            List<R> old,
            List<R> current,
            Function<R, String> identity,
            Predicate<R> allows,
            BiConsumer<String, Pair<R>> changed) {
        Map<String, List<R>> left = old.stream()
                .collect(Collectors.groupingBy(identity, LinkedHashMap::new, Collectors.toCollection(ArrayList::new)));
        for (int i = 0; i < current.size(); i++) {
            R rule = current.get(i);
            String path = block + "[" + i + "]";
            List<R> same = left.getOrDefault(identity.apply(rule), Collections.emptyList());
            if (same.isEmpty()) {
                add(path, "the rule \"" + identity.apply(rule) + "\" was added.", allows.test(rule));
            } else {
                changed.accept(path, new Pair<>(same.remove(0), rule));
            }
        }
        left.values().stream()
                .flatMap(List::stream)
                .forEach(rule ->
                        add(block, "the rule \"" + identity.apply(rule) + "\" was removed.", !allows.test(rule)));
    }

    private void marketing() {
        BiPredicate<String, String> looser =
                (old, current) -> OFFERS_STRICTEST_FIRST.indexOf(current) > OFFERS_STRICTEST_FIRST.indexOf(old);
        Set<String> keys = new LinkedHashSet<>(from.marketing().keySet());
        keys.addAll(to.marketing().keySet());
        for (String key : keys) {
            String old = from.marketing().getOrDefault(key, "");
            String current = to.marketing().getOrDefault(key, "");
            boolean material = current.isEmpty()
                    || (key.equals("opt-out")
                            ? !old.isEmpty() && Retention.longer(old, current)
                            : looser.test(old.isEmpty() ? "never" : old, current));
            value("marketing." + key, old, current, material);
        }
    }

    private void ownership() {
        value(
                "ownership.transfer",
                from.ownership().orElse("not-announced"),
                to.ownership().orElse("not-announced"),
                to.ownership().equals(Optional.of("announced")));
    }

    private void promise(String path, Pair<Promise> pair) {
        Promise old = pair.before();
        Promise current = pair.after();
        wording(path + ".section", old.section(), current.section());
        wording(path + ".text", old.text(), current.text());
        if (old.status() != current.status()) {
            add(
                    path,
                    "is " + Fields.word(current.status()) + " and was " + Fields.word(old.status()) + ".",
                    current.status().compareTo(old.status()) > 0);
        }
        boolean gained = old.status() == Status.DECLARED_ONLY;
        value(path + ".control", old.control(), current.control(), !gained);
        value(path + ".with", new TreeMap<>(old.parameters()), new TreeMap<>(current.parameters()), !gained);
        if (old.status() == current.status()) {
            wording(
                    path + (current.status() == Status.PLANNED ? ".planned" : ".declared-only"),
                    old.reason(),
                    current.reason());
        }
    }
}
