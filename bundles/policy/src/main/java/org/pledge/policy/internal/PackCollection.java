package org.pledge.policy.internal;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Holder;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Reads the sections that say what is asked of whom: tiers, contacts and children. */
final class PackCollection {
    /** COPPA's age, and the lowest that GDPR Article 8(1) lets a member state choose. */
    private static final int LEAST_AGE_WITH_GUARDIAN = 13;

    private final PackNames names;
    private final Fields root;

    PackCollection(PackNames names, Fields root) {
        this.names = names;
        this.root = root;
    }

    Map<String, Map<Holder, Collection>> tiers() {
        Fields block = root.blockOrNone("tiers");
        Map<String, Map<Holder, Collection>> tiers = new LinkedHashMap<>();
        for (String name : PackNames.in(block)) {
            Fields fields = block.block(name).only("company", "individual");
            Map<Holder, Collection> holders = new EnumMap<>(Holder.class);
            Fields.words(Holder.class).forEach((word, holder) -> fields.optionalBlock(word)
                    .ifPresent(each -> holders.put(holder, collection(each.only("required", "optional", "promises")))));
            if (holders.isEmpty() && fields.keys().isEmpty()) {
                fields.problem("this tier does not say who may hold it.", "Add 'company', 'individual' or both to it.");
            }
            tiers.put(name, Collections.unmodifiableMap(holders));
        }
        return Collections.unmodifiableMap(tiers);
    }

    private Collection collection(Fields fields) {
        List<String> required = fields.list("required");
        required.forEach(name -> names.defined(
                fields, "required", name, "category", names.categories().keySet(), "categories"));
        Fields block = fields.blockOrNone("optional");
        Map<String, Integer> optional = new LinkedHashMap<>();
        for (String name : block.keys()) {
            names.defined(block, name, name, "category", names.categories().keySet(), "categories");
            if (required.contains(name)) {
                block.problem(
                        name,
                        Problems.quote(name) + " is required and optional at once.",
                        "Remove it from one of the two lists.");
            }
            optional.put(name, block.whole(name, 1, 100));
        }
        return new Collection(Set.copyOf(required), optional, names.promised(fields, "promises"));
    }

    ContactRules contacts(Fields fields) {
        fields.only("required", "optional", "promises", "roles", "complete-contact");
        List<String> roles = fields.someOf("roles");
        for (String role : roles) {
            if (!Fields.NAME.matcher(role).matches()) {
                fields.problem(
                        "roles",
                        Problems.quote(role) + " cannot name a role.",
                        "Use lower-case letters, digits and hyphens.");
            }
        }
        boolean complete = fields.has("complete-contact");
        return new ContactRules(
                collection(fields),
                Set.copyOf(roles),
                complete,
                complete ? names.promised(fields, "complete-contact") : List.of());
    }

    Pack.Children children(Fields fields) {
        fields.only("minimum-age", "in", "guardian", "promises");
        int general = fields.whole("minimum-age", 1, 120);
        Fields block = fields.blockOrNone("in");
        Map<String, Integer> in = new LinkedHashMap<>();
        for (String code : block.keys()) {
            PackNames.jurisdiction(block, code, code, false);
            in.put(code, block.whole(code, 1, 120));
        }
        return new Pack.Children(
                general, Map.copyOf(in), guardians(fields, general, in), names.promised(fields, "promises"));
    }

    private static boolean guardians(Fields fields, int general, Map<String, Integer> in) {
        boolean agree = fields.has("guardian")
                && fields.choice("guardian", Map.of("refuse", false, "consent", true))
                        .orElse(false);
        if (agree && general < LEAST_AGE_WITH_GUARDIAN) {
            fields.problem(
                    "guardian",
                    "below " + LEAST_AGE_WITH_GUARDIAN + " a guardian's consent has to be verifiable (16 CFR 312.5),"
                            + " which is not supported.",
                    "Raise 'minimum-age' to " + LEAST_AGE_WITH_GUARDIAN + ", or let 'guardian' be refuse.");
        }
        if (agree && in.values().stream().noneMatch(age -> age > general)) {
            fields.problem(
                    "guardian",
                    "no guardian can be asked: no age in 'in' is above 'minimum-age'.",
                    "Name the ages of consent under 'in', or remove 'guardian'.");
        }
        return agree;
    }
}
