package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.DENIED;
import static org.pledge.PledgeException.Kind.INVALID;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.pledge.PledgeException;
import org.pledge.policy.Policy;
import org.pledge.subject.SubjectService.NewAccount;
import org.pledge.subject.internal.Refusal.Rule;

/** The age from which a policy lets people register. */
final class AgeLimit {
    private static final int HIGHEST_AGE = 130;

    private AgeLimit() {}

    /** Refuses who is too young, or does not say how old; returns the age that was checked. */
    static OptionalInt check(
            Policy policy,
            String jurisdiction,
            Optional<LocalDate> birthDate,
            boolean guardianAgrees,
            LocalDate today) {
        OptionalInt least = policy.minimumAge(jurisdiction);
        if (birthDate
                .filter(born -> born.isAfter(today) || age(born, today) > HIGHEST_AGE)
                .isPresent()) {
            throw new PledgeException(INVALID, "birthDate is no date on which somebody who lives now was born")
                    .remedy("Correct the date.");
        }
        if (least.isEmpty()) {
            refuseNeedless(guardianAgrees);
            return least;
        }
        if (birthDate.isEmpty()) {
            throw refusal(
                    Rule.AGE_UNKNOWN,
                    policy,
                    INVALID,
                    "birthDate: asked for, because nobody under " + least.getAsInt() + " may register",
                    "Ask for the birth date and send it; it is compared with the limit and not kept.");
        }
        int age = age(birthDate.get(), today);
        if (age >= least.getAsInt()) {
            refuseNeedless(guardianAgrees);
            return least;
        }
        OptionalInt leastWithGuardian = policy.minimumAgeWithGuardian();
        boolean mayWithGuardian = leastWithGuardian.isPresent() && age >= leastWithGuardian.getAsInt();
        if (mayWithGuardian && guardianAgrees) {
            return leastWithGuardian;
        }
        throw refusal(
                Rule.UNDER_AGE,
                policy,
                DENIED,
                "nobody under " + least.getAsInt() + " may register"
                        + (mayWithGuardian ? " without a guardian who agrees" : ""),
                mayWithGuardian
                        ? "Nothing was kept. Register the guardian, find out that they are, and name them: guardian,"
                                + " evidence and purposes."
                        : "Nothing was kept. Do not register this person.");
    }

    private static void refuseNeedless(boolean guardianAgrees) {
        if (guardianAgrees) {
            throw new PledgeException(INVALID, "guardian: nobody has to agree for this person")
                    .remedy("Leave it out; the person agrees themselves.");
        }
    }

    private static Refusal refusal(Rule rule, Policy policy, PledgeException.Kind kind, String text, String remedy) {
        List<String> promises = policy.minimumAgePromises();
        return Refusal.of(
                rule,
                new PledgeException(kind, FieldRules.withPromises(text, promises))
                        .because(promises)
                        .remedy(remedy));
    }

    private static int age(LocalDate born, LocalDate today) {
        return Period.between(born, today).getYears();
    }

    /** What is kept of a birth date: that the person is at least so old. */
    static Map<String, String> noted(OptionalInt checked, Map<String, String> facts) {
        Map<String, String> all = new TreeMap<>(facts);
        checked.ifPresent(age -> all.put("ageAtLeast", Integer.toString(age)));
        return all;
    }

    /** The first day of the month that begins on or after the birthday, of which it does not tell the day. */
    static Instant endOfChildhood(Policy policy, NewAccount child) {
        LocalDate birthday = child.birthDate()
                .orElseThrow()
                .plusYears(policy.minimumAge(child.jurisdiction()).orElseThrow());
        LocalDate first = birthday.withDayOfMonth(1);
        return (first.equals(birthday) ? first : first.plusMonths(1))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }
}
