package org.pledge.policy.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Obligation;
import org.pledge.yaml.Fields;

/** Reads the rules of disclosures, with consent and under the law. */
final class PackDisclosures {
    private static final int MAX_RULES = 256;
    /** How packs and questions name what a person has said. */
    static final Map<String, Need> NEEDS = inOrder(List.of(
            Map.entry("none", Need.NOTHING), Map.entry("implied", Need.IMPLIED), Map.entry("opt-in", Need.OPT_IN)));

    private static final Map<String, Boolean> ANSWERS =
            inOrder(List.of(Map.entry("permit", true), Map.entry("deny", false)));
    private static final Map<String, CaseState> CASE_ANSWERS = inOrder(List.of(
            Map.entry("permit", CaseState.PERMITTED),
            Map.entry("locked", CaseState.LOCKED),
            Map.entry("deny", CaseState.PROHIBITED)));

    private final PackNames names;
    private final Fields root;

    PackDisclosures(PackNames names, Fields root) {
        this.names = names;
        this.root = root;
    }

    List<Rule> disclosures() {
        root.required("disclosures");
        List<Fields> blocks = root.blocks("disclosures");
        PackNames.limit(root, "disclosures", blocks.size(), MAX_RULES, "rules");
        return blocks.stream().map(this::disclosure).toList();
    }

    private Rule disclosure(Fields fields) {
        fields.only(
                "to", "for", "data", "answer", "consent", "consent-in", "obligations", "promises", "because", "remedy");
        boolean permits = fields.choice("answer", ANSWERS).orElse(false);
        Needs needs = new Needs(Need.NEVER, Map.of());
        List<Obligation> obligations = new ArrayList<>();
        if (permits) {
            Need need = fields.choice("consent", NEEDS).orElse(Need.OPT_IN);
            Fields block = fields.blockOrNone("consent-in");
            Map<String, Need> in = new LinkedHashMap<>();
            for (String code : block.keys()) {
                PackNames.jurisdiction(block, code, code, false);
                block.choice(code, NEEDS).ifPresent(each -> in.put(code, each));
            }
            needs = new Needs(need, in);
            Fields duties = fields.blockOrNone("obligations");
            for (String name : PackNames.in(duties)) {
                obligations.add(new Obligation(name, PackNames.scalars(duties.block(name))));
            }
        } else {
            onlyWith(fields, "permit", "consent", "consent-in", "obligations");
        }
        return new Rule(
                fields.line(),
                names.recipientsOf(fields),
                names.selector(fields, "for", "purpose", names.purposes().keySet(), "purposes", Map.of()),
                names.categoriesOf(fields),
                permits,
                needs,
                obligations,
                names.promised(fields, "promises"),
                fields.text("because"),
                fields.text("remedy", ""));
    }

    Pack.Silence otherwise() {
        Fields fields = root.block("otherwise");
        if (!root.has("otherwise")) {
            return new Pack.Silence(List.of(), "", "");
        }
        fields.only("promises", "because", "remedy");
        return new Pack.Silence(names.promised(fields, "promises"), fields.text("because"), fields.text("remedy", ""));
    }

    List<CaseRule> cases() {
        List<Fields> blocks = root.blocks("cases");
        PackNames.limit(root, "cases", blocks.size(), MAX_RULES, "rules");
        return blocks.stream().map(this::legalCase).toList();
    }

    private CaseRule legalCase(Fields fields) {
        fields.only("ground", "to", "data", "answer", "excepts", "promises", "because", "remedy");
        CaseState answer = fields.choice("answer", CASE_ANSWERS).orElse(CaseState.PROHIBITED);
        List<String> excepts = List.of();
        if (answer == CaseState.LOCKED && !fields.has("excepts")) {
            fields.problem(
                    "excepts",
                    "a locked case does not say which promise would be broken.",
                    "Add 'excepts' with the promises that need a recorded exception.");
        } else if (answer == CaseState.LOCKED) {
            excepts = names.promised(fields, "excepts");
        } else if (fields.has("answer")) {
            onlyWith(fields, "locked", "excepts");
        }
        return new CaseRule(
                fields.line(),
                names.selector(
                        fields, "ground", "ground", Fields.words(Ground.class).keySet(), "grounds", Map.of()),
                names.recipientsOf(fields),
                names.categoriesOf(fields),
                answer,
                excepts,
                names.promised(fields, "promises"),
                fields.text("because"),
                fields.text("remedy", ""));
    }

    private void onlyWith(Fields fields, String answer, String... keys) {
        for (String key : keys) {
            if (fields.has(key) && fields.has("answer")) {
                fields.problem(
                        key,
                        "'" + key + "' goes with 'answer: " + answer + "' only.",
                        "Remove it, or write 'answer: " + answer + "'.");
            }
        }
    }

    private static <V> Map<String, V> inOrder(List<Map.Entry<String, V>> entries) {
        Map<String, V> map = new LinkedHashMap<>();
        entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(map);
    }
}
