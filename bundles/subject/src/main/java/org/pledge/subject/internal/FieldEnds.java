package org.pledge.subject.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Holder;

/**
 * When the one copy of a field is removed that serves every purpose of it: when the last of them ends.
 *
 * @param required whether accounts cannot be without it
 * @param ends of its purposes; cases are not among them, as they use what is there
 */
record FieldEnds(boolean collected, boolean required, Set<String> ends) {
    static final String ACCOUNT_CLOSED = "until account-closed";
    private static final String CASE_CLOSED = "until case-closed";
    private static final String UNTIL = "until ";

    static FieldEnds of(Policy policy, String category) {
        boolean required =
                collections(policy).anyMatch(collection -> collection.required().contains(category));
        boolean optional =
                collections(policy).anyMatch(collection -> collection.optional().containsKey(category));
        Set<String> ends = policy.purposes().stream()
                .flatMap(purpose -> Stream.ofNullable(purpose.retention().get(category)))
                .filter(end -> !end.equals(CASE_CLOSED))
                .collect(Collectors.toCollection(TreeSet::new));
        return new FieldEnds(required || optional, required, ends);
    }

    private static Stream<Collection> collections(Policy policy) {
        Stream<Collection> accounts = policy.tiers().stream().flatMap(tier -> Arrays.stream(Holder.values())
                .flatMap(holder -> policy.collection(tier, holder).stream()));
        return Stream.concat(accounts, policy.contactRules().map(ContactRules::collection).stream());
    }

    boolean withTheAccount() {
        return collected && (required || ends.isEmpty() || ends.contains(ACCOUNT_CLOSED));
    }

    /** Whether the field leaves after the longest of several periods. */
    boolean afterPeriods() {
        return collected && !withTheAccount() && ends.stream().allMatch(FieldEnds::isPeriod);
    }

    /** The event with which the field leaves; empty when it takes more than one, or a period. */
    Optional<String> withEvent() {
        return collected && !withTheAccount() && ends.size() == 1
                ? ends.stream()
                        .filter(end -> end.startsWith(UNTIL))
                        .findFirst()
                        .map(end -> end.substring(UNTIL.length()))
                : Optional.empty();
    }

    /** The end of another purpose at which it leaves; empty when {@code end} is it, or nobody knows. */
    Optional<String> laterThan(String end) {
        Optional<String> last = withTheAccount()
                ? Optional.of(ACCOUNT_CLOSED)
                : withEvent()
                        .map(event -> UNTIL + event)
                        .or(() -> afterPeriods() ? Optional.of(String.join(", ", ends)) : Optional.empty());
        return last.filter(other -> !other.equals(end));
    }

    private static boolean isPeriod(String end) {
        return end.startsWith("P");
    }
}
