package org.pledge.policy.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Purpose;
import org.pledge.yaml.Problems;

/** Finds rules that no input can reach, and rules that contradict each other. */
final class Reach {
    private Reach() {}

    /** One possible disclosure. */
    private record Cell(String recipient, String purpose, String category, boolean used) {}

    /** One possible disclosure in a legal case. */
    private record CaseCell(Ground ground, String recipient, String category) {}

    static void checkDisclosures(
            List<Rule> rules,
            Set<String> categories,
            Map<String, Purpose> purposes,
            Set<String> recipients,
            Problems problems) {
        List<Cell> cells = new ArrayList<>();
        for (String recipient : recipients) {
            for (Purpose purpose : purposes.values()) {
                for (String category : categories) {
                    cells.add(new Cell(
                            recipient,
                            purpose.name(),
                            category,
                            purpose.retention().containsKey(category)));
                }
            }
        }
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            String field = "disclosures[" + i + "]";
            List<Cell> own = cells.stream().filter(cell -> matches(rule, cell)).toList();
            if (own.isEmpty() && (rule.permits() || !reachesUnknownNames(rule))) {
                problems.add(
                        rule.line(),
                        field,
                        "no recipient, purpose and category of this pack match this rule.",
                        rule.permits()
                                ? "List the category under 'data' of the purpose, or remove the rule."
                                : "Name recipients, purposes and categories that the pack has, or remove the rule.");
            } else if (rule.permits()) {
                checkPermission(rules, rule, i, own, problems);
            } else {
                checkTwin(
                        rule.line(),
                        field,
                        rules.subList(0, i).stream()
                                .filter(other -> other.summary().equals(rule.summary()))
                                .map(Rule::line)
                                .toList(),
                        problems);
            }
        }
    }

    private static void checkPermission(List<Rule> rules, Rule rule, int index, List<Cell> own, Problems problems) {
        Set<Integer> denying = new TreeSet<>();
        Set<Integer> permitting = new TreeSet<>();
        boolean alwaysDenied = true;
        boolean alwaysPermitted = true;
        for (Cell cell : own) {
            List<Integer> denials = rules.stream()
                    .filter(other -> !other.permits() && matches(other, cell))
                    .map(Rule::line)
                    .toList();
            List<Integer> permissions = new ArrayList<>();
            for (int j = 0; j < rules.size(); j++) {
                Rule other = rules.get(j);
                if (j != index && other.permits() && matches(other, cell) && makesNeedless(other, j, rule, index)) {
                    permissions.add(other.line());
                }
            }
            alwaysDenied &= !denials.isEmpty();
            alwaysPermitted &= !permissions.isEmpty();
            denials.stream().limit(1).forEach(denying::add);
            permissions.stream().limit(1).forEach(permitting::add);
        }
        String field = "disclosures[" + index + "]";
        if (alwaysDenied) {
            contradicts(rule.line(), field, denying, problems);
        } else if (alwaysPermitted) {
            problems.add(
                    rule.line(),
                    field,
                    "everything it permits is already permitted, with the same or a weaker need, by the rule on line "
                            + lines(permitting) + ".",
                    "Remove one of these rules.");
        }
    }

    static void checkCases(List<CaseRule> rules, Set<String> categories, Set<String> recipients, Problems problems) {
        List<CaseCell> cells = new ArrayList<>();
        for (Ground ground : Ground.values()) {
            for (String recipient : recipients) {
                for (String category : categories) {
                    cells.add(new CaseCell(ground, recipient, category));
                }
            }
        }
        for (int i = 0; i < rules.size(); i++) {
            CaseRule rule = rules.get(i);
            String field = "cases[" + i + "]";
            List<CaseCell> own =
                    cells.stream().filter(cell -> matches(rule, cell)).toList();
            boolean denies = rule.answer() == CaseState.PROHIBITED;
            if (own.isEmpty() && !(denies && (rule.to().any() || rule.data().any()))) {
                problems.add(
                        rule.line(),
                        field,
                        "no recipient and category of this pack match this rule.",
                        "Name recipients and categories that the pack has, or remove the rule.");
                continue;
            }
            List<Integer> twins = rules.subList(0, i).stream()
                    .filter(other -> other.summary().equals(rule.summary()))
                    .map(CaseRule::line)
                    .toList();
            Set<Integer> overruling = new TreeSet<>();
            boolean alwaysOverruled = !denies && !own.isEmpty();
            for (CaseCell cell : own) {
                List<Integer> stricter = rules.stream()
                        .filter(other -> other.answer().compareTo(rule.answer()) > 0 && matches(other, cell))
                        .map(CaseRule::line)
                        .toList();
                alwaysOverruled &= !stricter.isEmpty();
                stricter.stream().limit(1).forEach(overruling::add);
            }
            if (alwaysOverruled) {
                contradicts(rule.line(), field, overruling, problems);
            } else {
                checkTwin(rule.line(), field, twins, problems);
            }
        }
    }

    private static void contradicts(int line, String field, Set<Integer> others, Problems problems) {
        problems.add(
                line,
                field,
                "the rule on line " + line + " contradicts the rule on line " + lines(others)
                        + ": everything it allows is ruled out there, and the stricter rule wins.",
                "Remove the rule on line " + line + ", or narrow the one on line " + lines(others) + ".");
    }

    private static void checkTwin(int line, String field, List<Integer> twins, Problems problems) {
        if (!twins.isEmpty()) {
            problems.add(
                    line,
                    field,
                    "the rule on line " + twins.get(0) + " already says this.",
                    "Remove one of the two, or join their promises in one.");
        }
    }

    /** Of two permissions that need the same, the first one stays. */
    private static boolean makesNeedless(Rule other, int otherIndex, Rule rule, int index) {
        return other.needs().atMost(rule.needs())
                && (otherIndex < index || !rule.needs().atMost(other.needs()));
    }

    private static boolean reachesUnknownNames(Rule rule) {
        return rule.to().any() || rule.purposes().any() || rule.data().any();
    }

    private static boolean matches(Rule rule, Cell cell) {
        return rule.matches(cell.recipient(), cell.purpose(), cell.category(), cell.used());
    }

    private static boolean matches(CaseRule rule, CaseCell cell) {
        return rule.matches(cell.ground(), cell.recipient(), cell.category(), true);
    }

    private static String lines(Set<Integer> lines) {
        return lines.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
