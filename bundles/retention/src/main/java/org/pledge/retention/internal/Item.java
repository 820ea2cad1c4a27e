package org.pledge.retention.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.retention.RetentionService.Planned;
import org.pledge.retention.spi.Expiring;

/**
 * One kind of data of one who answers for it, and when that leaves.
 *
 * @param purposes that it serves there
 * @param before what is as old as this leaves
 */
record Item(Expiring who, String category, Set<String> purposes, Instant before) {
    /** Stands for a purpose where records of the platform itself are meant. */
    static final String PLATFORM = "platform";

    /** All that leaves after a period, by category and then by who answers. */
    static List<Item> of(Policy policy, List<Expiring> expiring, Instant now) {
        List<Item> items = new ArrayList<>();
        for (Expiring who : expiring) {
            items.addAll(of(policy, who, now));
        }
        items.sort(Comparator.comparing(Item::category)
                .thenComparing(item -> item.who().name()));
        return items;
    }

    /** All that leaves after a period of one who answers, records that no policy names among it. */
    static List<Item> of(Policy policy, Expiring who, Instant now) {
        List<Item> items = new ArrayList<>();
        for (Category category : policy.categories()) {
            of(policy, who, category.name(), now).ifPresent(items::add);
        }
        who.records().forEach((name, period) -> Term.parse(period)
                .ifPresent(term -> items.add(new Item(who, name, Set.of(PLATFORM), term.before(now)))));
        return items;
    }

    private static Optional<Item> of(Policy policy, Expiring who, String category, Instant now) {
        List<Purpose> served = policy.purposes().stream()
                .filter(purpose -> purpose.retention().containsKey(category))
                .filter(purpose -> who.answersFor(policy, purpose, category))
                .toList();
        if (served.isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = served.stream().map(Purpose::name).collect(Collectors.toCollection(TreeSet::new));
        return before(policy, who, category, served, now).map(before -> new Item(who, category, names, before));
    }

    /** The longest period counts; what serves a purpose until an event is not removed by time. */
    private static Optional<Instant> before(
            Policy policy, Expiring who, String category, List<Purpose> served, Instant now) {
        List<Term> terms = served.stream()
                .flatMap(purpose -> Term.parse(purpose.retention().get(category)).stream())
                .toList();
        Stream<Term> all = terms.stream();
        if (terms.size() < served.size()) {
            Optional<Term> otherwise = who.periodOtherwise(policy, category).flatMap(Term::parse);
            if (otherwise.isEmpty()) {
                return Optional.empty();
            }
            all = Stream.concat(all, otherwise.stream());
        }
        return all.map(term -> term.before(now)).min(Comparator.naturalOrder());
    }

    static List<String> promises(Policy policy, String category) {
        return policy.promises().stream()
                .filter(promise -> promise.control().startsWith("retention-"))
                .filter(promise ->
                        promise.parameters().getOrDefault("category", category).equals(category))
                .map(Promise::id)
                .toList();
    }

    boolean is(String otherCategory, String name) {
        return category.equals(otherCategory) && who.name().equals(name);
    }

    Planned planned(long count, boolean held) {
        return new Planned(category, who.name(), purposes, before, count, held);
    }
}
