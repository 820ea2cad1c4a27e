package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.INVALID;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pledge.PledgeException;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Holder;
import org.pledge.subject.internal.Refusal.Rule;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** What one policy lets be collected about one kind of person. */
record FieldRules(Policy policy, Collection collection) {

    /** The rules for the person who opens an account. */
    static FieldRules ofTier(Policy policy, String tier, Holder holder) {
        String tiers = String.join(", ", new TreeSet<>(policy.tiers()));
        if (!policy.tiers().contains(tier)) {
            throw new PledgeException(INVALID, "tier: unknown; the tiers are " + tiers)
                    .remedy("Choose one of these tiers.");
        }
        return policy.collection(tier, holder)
                .map(collection -> new FieldRules(policy, collection))
                .orElseThrow(() -> new PledgeException(
                                INVALID,
                                "tier: " + tier + " is not for the holder "
                                        + holder.name().toLowerCase(Locale.ROOT))
                        .remedy("Choose another of the tiers " + tiers + ", or another holder."));
    }

    /** The rules for additional contact persons. */
    static FieldRules ofContacts(Policy policy) {
        return new FieldRules(policy, contacts(policy).collection());
    }

    /** Whether the policy still has rules for somebody. */
    static boolean known(Policy policy, StoredAccount account, StoredPerson person) {
        return person.ordinal() == 0
                ? policy.tiers().contains(account.tier())
                        && policy.collection(account.tier(), account.holder()).isPresent()
                : policy.contactRules().isPresent();
    }

    /** The rules for somebody of whom the policy lets nothing be collected any more: what is there may go. */
    static FieldRules ofNobody(Policy policy) {
        return new FieldRules(policy, new Collection(Set.of(), Map.of(), List.of()));
    }

    static ContactRules contacts(Policy policy) {
        return policy.contactRules()
                .orElseThrow(() -> Refusal.of(
                        Rule.NO_CONTACTS,
                        new PledgeException(INVALID, "this policy has no contact persons besides the account's holder")
                                .remedy("Open an account of its own for this person.")));
    }

    /** Checks everything that is given about a new person; returns the fields that have a value. */
    Map<String, List<String>> checkNew(Map<String, List<String>> fields) {
        Map<String, List<String>> given = new TreeMap<>();
        checkChange(fields).forEach((field, values) -> {
            if (!values.isEmpty()) {
                given.put(field, values);
            }
        });
        Set<String> missing = new TreeSet<>(collection.required());
        missing.removeAll(given.keySet());
        checkNotMissing(missing);
        return given;
    }

    /** Checks values that replace others, without the required fields; an empty list removes a field. */
    Map<String, List<String>> checkChange(Map<String, List<String>> fields) {
        Map<String, List<String>> checked = new TreeMap<>(fields);
        for (String field : checked.keySet()) {
            if (policy.category(field).isEmpty()) {
                throw Refusal.of(
                        Rule.UNKNOWN_FIELD,
                        refusal("an unknown field: this policy names no such data")
                                .remedy(whatMayBeGiven()));
            }
        }
        checked.forEach((field, values) -> {
            if (!values.isEmpty()) {
                checkAllowed(policy.category(field).orElseThrow(), values.size());
            }
        });
        checked.forEach(
                (field, values) -> FieldValues.check(policy.category(field).orElseThrow(), values));
        return checked;
    }

    /** Refuses an update that takes away required fields. */
    void checkNotRemoved(Set<String> removed) {
        Set<String> missing = new TreeSet<>(collection.required());
        missing.retainAll(removed);
        checkNotMissing(missing);
    }

    private void checkAllowed(Category category, int count) {
        String field = category.name();
        boolean required = collection.required().contains(field);
        if (category.supplied() || !required && !collection.optional().containsKey(field)) {
            throw Refusal.of(
                    Rule.FORBIDDEN_FIELD,
                    Set.of(field),
                    refusal(field + ": may not be collected here").remedy(whatMayBeGiven()));
        }
        int most = collection.optional().getOrDefault(field, 1);
        if (count > most) {
            throw Refusal.of(
                    Rule.TOO_MANY_VALUES,
                    Set.of(field),
                    refusal(field + ": at most " + most).remedy("Give fewer values of " + field + "."));
        }
    }

    private void checkNotMissing(Set<String> missing) {
        if (!missing.isEmpty()) {
            throw Refusal.of(
                    Rule.MISSING_FIELD,
                    missing,
                    refusal(String.join(", ", missing) + ": asked for").remedy("Give a value for each of them."));
        }
    }

    private PledgeException refusal(String text) {
        return new PledgeException(INVALID, withPromises(text, collection.promises())).because(collection.promises());
    }

    static String withPromises(String text, List<String> promises) {
        return promises.isEmpty() ? text : text + " (" + String.join(", ", promises) + ")";
    }

    private String whatMayBeGiven() {
        Set<String> fields = new TreeSet<>(collection.required());
        fields.addAll(collection.optional().keySet());
        return fields.isEmpty()
                ? "Leave it out: nothing may be given here."
                : "Leave it out; what may be given: " + String.join(", ", fields) + ".";
    }
}
