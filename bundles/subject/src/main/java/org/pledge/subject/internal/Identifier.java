package org.pledge.subject.internal;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;

/** The kinds of values that people are found by, each with the form in which equal values are the same. */
enum Identifier {
    /** An address for mail. */
    EMAIL(Identifier::folded),
    /** A telephone number; what some countries dial before their code counts as the plus sign. */
    PHONE(value -> value.replaceAll("[^0-9+]", "").replaceFirst("^(\\+|00)", "").replace("+", "")),
    /** What somebody is called, by others or by themselves. */
    NAME(Identifier::folded);

    private final UnaryOperator<String> form;

    Identifier(UnaryOperator<String> form) {
        this.form = form;
    }

    private static String folded(String value) {
        return Normalizer.normalize(value, Normalizer.Form.NFKC)
                .strip()
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** Empty when nothing is left of the value. */
    Optional<String> normalised(String value) {
        return Optional.of(form.apply(value)).filter(left -> !left.isEmpty());
    }

    /** Empty for what identifies nobody. */
    static Optional<Identifier> of(Category category) {
        if (category.dataClass() != DataClass.PERSONAL || category.supplied()) {
            return Optional.empty();
        }
        if (FieldValues.isEmail(category) || within(category, "user.contact.email")) {
            return Optional.of(EMAIL);
        }
        if (within(category, "user.contact.phone_number") || within(category, "user.contact.fax_number")) {
            return Optional.of(PHONE);
        }
        return within(category, "user.name") || within(category, "user.account.username")
                ? Optional.of(NAME)
                : Optional.empty();
    }

    private static boolean within(Category category, String key) {
        return category.fideslang().equals(key) || category.fideslang().startsWith(key + ".");
    }

    /** The names of the categories of a policy by which people are found. */
    static Set<String> categories(Policy policy) {
        return categories(policy, any -> true);
    }

    /** Those of them that reach one person; many have the same name. */
    static Set<String> addresses(Policy policy) {
        return categories(policy, identifier -> identifier != NAME);
    }

    private static Set<String> categories(Policy policy, Predicate<Identifier> which) {
        Set<String> names = new TreeSet<>();
        policy.categories().stream()
                .filter(category -> of(category).filter(which).isPresent())
                .map(Category::name)
                .forEach(names::add);
        return names;
    }
}
