package org.pledge.policy.internal;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.pledge.TenantId;
import org.pledge.policy.Policy;

/** A pack with every answer worked out: a question is three hash look-ups and one array access. */
final class CompiledPolicy implements Policy {
    /** Stands for every name that the pack does not know; no name of a pack is empty. */
    private static final String UNKNOWN = "";

    private final Pack pack;
    private final Map<String, Integer> recipientNumbers;
    private final Map<String, Integer> purposeNumbers;
    private final Map<String, Integer> categoryNumbers;
    private final Ruling[] rulings;
    private final Map<Ground, CaseRuling[]> caseRulings;

    CompiledPolicy(Pack pack) {
        this.pack = pack;
        recipientNumbers = numbers(pack.recipients().keySet());
        purposeNumbers = numbers(pack.purposes().keySet());
        categoryNumbers = numbers(pack.categories().keySet());
        rulings = rulings();
        caseRulings = caseRulings();
    }

    Pack pack() {
        return pack;
    }

    @Override
    public TenantId tenant() {
        return pack.tenant();
    }

    @Override
    public int version() {
        return pack.version();
    }

    @Override
    public String prefix() {
        return pack.prefix();
    }

    @Override
    public String controller() {
        return pack.controller();
    }

    @Override
    public LocalDate published() {
        return pack.published();
    }

    @Override
    public String contact() {
        return pack.contact();
    }

    @Override
    public String digest() {
        return pack.digest();
    }

    @Override
    public List<String> jurisdictions() {
        return pack.jurisdictions();
    }

    @Override
    public Map<String, String> documents() {
        return pack.documents();
    }

    @Override
    public Map<String, String> transfers() {
        return pack.transfers();
    }

    @Override
    public boolean announcesOwnershipTransfer() {
        return pack.ownership().filter("announced"::equals).isPresent();
    }

    @Override
    public List<Category> categories() {
        return List.copyOf(pack.categories().values());
    }

    @Override
    public List<Purpose> purposes() {
        return List.copyOf(pack.purposes().values());
    }

    @Override
    public List<Recipient> recipients() {
        return List.copyOf(pack.recipients().values());
    }

    @Override
    public List<Promise> promises() {
        return List.copyOf(pack.promises().values());
    }

    @Override
    public Optional<Category> category(String name) {
        return Optional.ofNullable(pack.categories().get(name));
    }

    @Override
    public Optional<Purpose> purpose(String name) {
        return Optional.ofNullable(pack.purposes().get(name));
    }

    @Override
    public Optional<Recipient> recipient(String name) {
        return Optional.ofNullable(pack.recipients().get(name));
    }

    @Override
    public Optional<Promise> promise(String id) {
        return Optional.ofNullable(pack.promises().get(id));
    }

    @Override
    public List<Tracker> trackers() {
        return List.copyOf(pack.cookies().values());
    }

    @Override
    public Ruling ruling(String recipient, String purpose, String category) {
        int row = recipientNumbers.getOrDefault(recipient, 0) * (purposeNumbers.size() + 1)
                + purposeNumbers.getOrDefault(purpose, 0);
        return rulings[row * (categoryNumbers.size() + 1) + categoryNumbers.getOrDefault(category, 0)];
    }

    @Override
    public CaseRuling caseRuling(Ground ground, String recipient, String category) {
        return caseRulings
                .get(ground)[
                recipientNumbers.getOrDefault(recipient, 0) * (categoryNumbers.size() + 1)
                        + categoryNumbers.getOrDefault(category, 0)];
    }

    @Override
    public Optional<Collection> collection(String tier, Holder holder) {
        return Optional.ofNullable(pack.tiers().getOrDefault(tier, Map.of()).get(holder));
    }

    @Override
    public Set<String> tiers() {
        return pack.tiers().keySet();
    }

    @Override
    public Optional<ContactRules> contactRules() {
        return pack.contacts();
    }

    @Override
    public OptionalInt minimumAge(String jurisdiction) {
        return pack.children()
                .map(children -> OptionalInt.of(children.in(jurisdiction)))
                .orElse(OptionalInt.empty());
    }

    @Override
    public OptionalInt minimumAgeWithGuardian() {
        return pack.children()
                .filter(Pack.Children::guardians)
                .map(children -> OptionalInt.of(children.minimumAge()))
                .orElse(OptionalInt.empty());
    }

    @Override
    public List<String> minimumAgePromises() {
        return pack.children().map(Pack.Children::promises).orElse(List.of());
    }

    @Override
    public String toString() {
        return pack.tenant() + " " + pack.version();
    }

    private static Map<String, Integer> numbers(Set<String> names) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : names) {
            numbers.put(name, numbers.size() + 1);
        }
        return Map.copyOf(numbers);
    }

    private static List<String> withUnknown(Set<String> names) {
        List<String> all = new ArrayList<>(List.of(UNKNOWN));
        all.addAll(names);
        return all;
    }

    private Ruling[] rulings() {
        List<String> recipients = withUnknown(pack.recipients().keySet());
        List<String> purposes = withUnknown(pack.purposes().keySet());
        List<String> categories = withUnknown(pack.categories().keySet());
        Map<List<Rule>, Ruling> shared = new HashMap<>();
        Ruling[] cells = new Ruling[recipients.size() * purposes.size() * categories.size()];
        Arrays.setAll(cells, i -> {
            String recipient = recipients.get(i / categories.size() / purposes.size());
            String purpose = purposes.get(i / categories.size() % purposes.size());
            String category = categories.get(i % categories.size());
            boolean used = pack.uses(purpose, category);
            List<Rule> matching = pack.disclosures().stream()
                    .filter(rule -> rule.matches(recipient, purpose, category, used))
                    .toList();
            return shared.computeIfAbsent(matching, this::ruling);
        });
        return cells;
    }

    private Ruling ruling(List<Rule> matching) {
        List<Rule> denials = matching.stream().filter(rule -> !rule.permits()).toList();
        if (!denials.isEmpty()) {
            Rule first = denials.get(0);
            return new Ruling(
                    Need.NEVER, Map.of(), union(denials, Rule::promises), List.of(), first.because(), first.remedy());
        }
        if (matching.isEmpty()) {
            Pack.Silence silence = pack.otherwise();
            return new Ruling(Need.NEVER, Map.of(), silence.promises(), List.of(), silence.because(), silence.remedy());
        }
        Needs needs = Needs.weakest(matching.stream().map(Rule::needs).toList());
        List<Rule> deciding = matching.stream()
                .filter(rule -> rule.needs().general() == needs.general()
                        || needs.in().entrySet().stream()
                                .anyMatch(each -> rule.needs().of(each.getKey()) == each.getValue()))
                .toList();
        Rule first = deciding.stream()
                .filter(rule -> rule.needs().general() == needs.general())
                .findFirst()
                .orElseThrow();
        return new Ruling(
                needs.general(),
                needs.in(),
                union(deciding, Rule::promises),
                union(deciding, Rule::obligations),
                first.because(),
                first.remedy());
    }

    private Map<Ground, CaseRuling[]> caseRulings() {
        List<String> recipients = withUnknown(pack.recipients().keySet());
        List<String> categories = withUnknown(pack.categories().keySet());
        Map<List<CaseRule>, CaseRuling> shared = new HashMap<>();
        Map<Ground, CaseRuling[]> grounds = new EnumMap<>(Ground.class);
        for (Ground ground : Ground.values()) {
            CaseRuling[] cells = new CaseRuling[recipients.size() * categories.size()];
            Arrays.setAll(cells, i -> {
                String recipient = recipients.get(i / categories.size());
                String category = categories.get(i % categories.size());
                boolean known = pack.categories().containsKey(category);
                List<CaseRule> matching = pack.cases().stream()
                        .filter(rule -> rule.matches(ground, recipient, category, known))
                        .toList();
                return shared.computeIfAbsent(matching, this::caseRuling);
            });
            grounds.put(ground, cells);
        }
        return grounds;
    }

    private CaseRuling caseRuling(List<CaseRule> matching) {
        for (CaseState state : List.of(CaseState.PROHIBITED, CaseState.LOCKED, CaseState.PERMITTED)) {
            List<CaseRule> deciding =
                    matching.stream().filter(rule -> rule.answer() == state).toList();
            if (!deciding.isEmpty()) {
                CaseRule first = deciding.get(0);
                return new CaseRuling(
                        state,
                        union(deciding, CaseRule::promises),
                        union(deciding, CaseRule::excepts),
                        first.because(),
                        first.remedy());
            }
        }
        Pack.Silence silence = pack.otherwise();
        return new CaseRuling(CaseState.PROHIBITED, silence.promises(), List.of(), silence.because(), silence.remedy());
    }

    private static <R, T> List<T> union(List<R> rules, Function<R, List<T>> part) {
        Set<T> all = new LinkedHashSet<>();
        rules.forEach(rule -> all.addAll(part.apply(rule)));
        return List.copyOf(all);
    }
}
