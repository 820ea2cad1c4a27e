package org.pledge.policy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Ruling;
import org.pledge.policy.PolicyService.Change;
import org.pledge.yaml.Fields;

/** The laws of a pack, over small packs that are made at random. */
class DenyWinsTest {
    private static final List<String> RECIPIENTS = List.of("a", "b", "c");
    private static final List<String> PURPOSES = List.of("p", "q");
    private static final List<String> CATEGORIES = List.of("x", "y", "z");
    private static final List<String> JURISDICTIONS = List.of("CA", "US", "US-CA", "DE");
    private static final Pack SMALL = SmallPack.compiled(SmallPack.TEXT).pack();

    /** A rule as a pack would write it. */
    record Draft(Set<String> to, Set<String> purposes, Set<String> data, Optional<Need> permit, Optional<Need> inUs) {
        boolean about(String recipient, String purpose, String category) {
            return has(to, recipient) && has(purposes, purpose) && has(data, category);
        }

        Need need(String jurisdiction) {
            return jurisdiction.startsWith("US") ? inUs.orElse(permit.orElseThrow()) : permit.orElseThrow();
        }

        private static boolean has(Set<String> names, String name) {
            return names.contains("any") || names.contains(name);
        }
    }

    /** A pack: which categories each purpose uses, and the rules. */
    record Sample(Map<String, Set<String>> uses, List<Draft> drafts) {
        boolean used(String purpose, String category) {
            return uses.getOrDefault(purpose, Set.of()).contains(category);
        }
    }

    @Provide
    Arbitrary<Sample> samples() {
        Arbitrary<Need> needs = Arbitraries.of(Need.NOTHING, Need.IMPLIED, Need.OPT_IN);
        Arbitrary<Draft> drafts = Combinators.combine(
                        names(RECIPIENTS), names(PURPOSES), names(CATEGORIES), needs.optional(0.6), needs.optional(0.3))
                .as(Draft::new);
        Arbitrary<Map<String, Set<String>>> uses = Combinators.combine(subset(CATEGORIES), subset(CATEGORIES))
                .as((first, second) -> {
                    Map<String, Set<String>> both = new LinkedHashMap<>();
                    both.put("p", first);
                    both.put("q", second);
                    return both;
                });
        return Combinators.combine(uses, drafts.list().ofMaxSize(6)).as(Sample::new);
    }

    private static Arbitrary<Set<String>> subset(List<String> names) {
        return Arbitraries.of(names).set().ofMaxSize(names.size());
    }

    private static Arbitrary<Set<String>> names(List<String> names) {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(Set.of("any"))),
                Tuple.of(3, Arbitraries.of(names).set().ofMinSize(1).ofMaxSize(2)));
    }

    @Property(tries = 200)
    void anyMatchingDenialWins(@ForAll("samples") Sample sample) {
        Policy policy = compile(sample);
        everywhere((recipient, purpose, category) -> {
            if (sample.drafts().stream()
                    .anyMatch(draft -> draft.permit().isEmpty() && draft.about(recipient, purpose, category))) {
                assertThat(policy.ruling(recipient, purpose, category).need()).isEqualTo(Need.NEVER);
                assertThat(policy.ruling(recipient, purpose, category).needIn()).isEmpty();
                assertThat(policy.ruling(recipient, purpose, category).promises())
                        .containsExactly("T-2");
            }
        });
    }

    @Property(tries = 200)
    void silenceIsDeny(@ForAll("samples") Sample sample) {
        Policy policy = compile(sample);
        everywhere((recipient, purpose, category) -> {
            if (sample.drafts().stream().noneMatch(draft -> draft.about(recipient, purpose, category))) {
                assertThat(policy.ruling(recipient, purpose, category).need()).isEqualTo(Need.NEVER);
                assertThat(policy.ruling(recipient, purpose, category).promises())
                        .containsExactly("T-3");
            }
        });
    }

    @Property(tries = 200)
    void nothingIsPermittedThatThePurposeDoesNotUse(@ForAll("samples") Sample sample) {
        Policy policy = compile(sample);
        everywhere((recipient, purpose, category) -> {
            if (!sample.used(purpose, category)) {
                assertThat(policy.ruling(recipient, purpose, category).need()).isEqualTo(Need.NEVER);
            }
        });
    }

    @Property(tries = 200)
    void whatNothingDeniesNeedsTheWeakestOfItsPermissions(@ForAll("samples") Sample sample) {
        Policy policy = compile(sample);
        everywhere((recipient, purpose, category) -> {
            List<Draft> about = sample.drafts().stream()
                    .filter(draft -> draft.about(recipient, purpose, category))
                    .toList();
            if (sample.used(purpose, category)
                    && !about.isEmpty()
                    && about.stream().allMatch(draft -> draft.permit().isPresent())) {
                for (String jurisdiction : JURISDICTIONS) {
                    Need weakest = about.stream()
                            .map(draft -> draft.need(jurisdiction))
                            .min(Need::compareTo)
                            .orElseThrow();
                    assertThat(policy.ruling(recipient, purpose, category).needFor(jurisdiction))
                            .isEqualTo(weakest);
                }
            }
        });
    }

    @Property(tries = 100)
    void theOrderOfTheRulesDoesNotMatter(@ForAll("samples") Sample sample) {
        List<Draft> reversed = new ArrayList<>(sample.drafts());
        Collections.reverse(reversed);
        Policy one = compile(sample);
        Policy other = compile(new Sample(sample.uses(), reversed));
        everywhere((recipient, purpose, category) -> {
            Ruling left = one.ruling(recipient, purpose, category);
            Ruling right = other.ruling(recipient, purpose, category);
            assertThat(left.need()).isEqualTo(right.need());
            assertThat(Set.copyOf(left.promises())).isEqualTo(Set.copyOf(right.promises()));
            JURISDICTIONS.forEach(code -> assertThat(left.needFor(code)).isEqualTo(right.needFor(code)));
        });
    }

    @Property(tries = 100)
    void anEasierDisclosureIsAMaterialChange(@ForAll("samples") Sample sample, @ForAll("samples") Sample next) {
        CompiledPolicy before = compile(sample);
        CompiledPolicy after = compile(next);
        boolean material = PolicyDiff.between(before, after).stream().anyMatch(Change::material);
        everywhere((recipient, purpose, category) -> {
            for (String code : JURISDICTIONS) {
                if (after.ruling(recipient, purpose, category)
                                .needFor(code)
                                .compareTo(before.ruling(recipient, purpose, category)
                                        .needFor(code))
                        < 0) {
                    assertThat(material).isTrue();
                }
            }
        });
    }

    @Property(tries = 200)
    void aPackThatCompilesGivesTheSameAnswersAsItsRules(@ForAll("samples") Sample sample) {
        Optional<CompiledPolicy> read = PackCompiler.compile("t", yaml(sample)).policy();
        if (read.isPresent()) {
            CompiledPolicy direct = compile(sample);
            everywhere((recipient, purpose, category) -> assertThat(
                            read.get().ruling(recipient, purpose, category).need())
                    .isEqualTo(direct.ruling(recipient, purpose, category).need()));
        }
    }

    /** A question about one cell. */
    private interface Cell {
        void check(String recipient, String purpose, String category);
    }

    private static void everywhere(Cell cell) {
        for (String recipient : List.of("a", "b", "c", "unknown")) {
            for (String purpose : List.of("p", "q", "unknown")) {
                for (String category : List.of("x", "y", "z", "unknown")) {
                    cell.check(recipient, purpose, category);
                }
            }
        }
    }

    /** Straight from the rules, as the compiler refuses packs whose rules are no use. */
    private static CompiledPolicy compile(Sample sample) {
        Map<String, Policy.Category> categories = new LinkedHashMap<>();
        CATEGORIES.forEach(name -> categories.put(
                name,
                new Policy.Category(
                        name, Policy.DataClass.PERSONAL, Policy.DataRole.CONTROLLER, false, "user", "Data")));
        Map<String, Policy.Purpose> purposes = new LinkedHashMap<>();
        sample.uses()
                .forEach((name, used) -> purposes.put(
                        name,
                        new Policy.Purpose(
                                name,
                                Policy.LegalBasis.CONSENT,
                                used.stream().collect(Collectors.toMap(each -> each, each -> "P1D")),
                                "essential",
                                "Purpose")));
        Map<String, Policy.Recipient> recipients = new LinkedHashMap<>();
        RECIPIENTS.forEach(name -> recipients.put(name, new Policy.Recipient(name, Policy.RecipientKind.THIRD_PARTY)));
        List<Rule> rules = new ArrayList<>();
        for (Draft draft : sample.drafts()) {
            rules.add(new Rule(
                    rules.size(),
                    selector(draft.to()),
                    selector(draft.purposes()),
                    selector(draft.data()),
                    draft.permit().isPresent(),
                    new Needs(
                            draft.permit().orElse(Need.NEVER),
                            draft.permit().isPresent()
                                    ? draft.inUs()
                                            .map(need -> Map.of("US", need))
                                            .orElse(Map.of())
                                    : Map.of()),
                    List.of(),
                    List.of(draft.permit().isPresent() ? "T-1" : "T-2"),
                    "because",
                    ""));
        }
        return new CompiledPolicy(new Pack(
                SMALL.tenant(),
                "T",
                1,
                1,
                SMALL.controller(),
                SMALL.published(),
                SMALL.source(),
                SMALL.contact(),
                SMALL.jurisdictions(),
                Map.of(),
                categories,
                purposes,
                recipients,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                rules,
                new Pack.Silence(List.of("T-3"), "silence", ""),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Map.of(),
                ""));
    }

    private static Selector selector(Set<String> names) {
        return names.contains("any") ? Selector.ANY : new Selector(false, names, names);
    }

    private static String yaml(Sample sample) {
        StringBuilder text = new StringBuilder(
                """
                pledge: 1
                tenant: tt
                prefix: TT
                version: 1
                controller: T
                published: 2004-06-06
                source: T
                contact: T
                jurisdictions: [CA]
                recipients: { a: third-party, b: third-party, c: third-party }
                otherwise: { promises: [TT-1], because: silence }
                promises: [ { id: TT-1, section: s, text: t, control: disclosure-rule } ]
                categories:
                """);
        Set<String> used = new LinkedHashSet<>();
        sample.uses().values().forEach(used::addAll);
        CATEGORIES.forEach(name -> text.append("  ")
                .append(name)
                .append(": { class: personal, role: controller, fideslang: user, dpv: Data }\n"));
        text.append("purposes:\n");
        sample.uses().forEach((name, data) -> text.append("  ")
                .append(name)
                .append(": { basis: consent, fideslang: a, dpv: A, data: {")
                .append(data.stream().map(each -> each + ": P1D").collect(Collectors.joining(", ")))
                .append("} }\n"));
        text.append("disclosures:").append(sample.drafts().isEmpty() ? " []\n" : "\n");
        for (Draft draft : sample.drafts()) {
            text.append("  - { to: ").append(list(draft.to()));
            text.append(", for: ").append(list(draft.purposes()));
            text.append(", data: ").append(list(draft.data()));
            draft.permit()
                    .ifPresentOrElse(
                            need -> text.append(", answer: permit, consent: ").append(word(need)),
                            () -> text.append(", answer: deny"));
            if (draft.permit().isPresent()) {
                draft.inUs().ifPresent(need -> text.append(", consent-in: { US: ")
                        .append(word(need))
                        .append(" }"));
            }
            text.append(", promises: [TT-1], because: b }\n");
        }
        return text.toString();
    }

    private static String word(Need need) {
        return need == Need.NOTHING ? "none" : Fields.word(need);
    }

    private static String list(Set<String> names) {
        return names.contains("any") ? "any" : names.toString();
    }
}
