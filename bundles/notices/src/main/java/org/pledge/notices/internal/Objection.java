package org.pledge.notices.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.notices.MessageService;
import org.pledge.notices.MessageService.MessageClass;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.RecipientKind;
import org.pledge.policy.Policy.Ruling;

/**
 * Why a policy does not let messages of a class out for a purpose.
 *
 * @param entry the line of a template's head that is to blame
 */
record Objection(String entry, List<String> promises, String text, String remedy) {

    /** The first objection of a policy, if it has one. */
    static Optional<Objection> of(Policy policy, MessageClass messageClass, boolean declinable, String purpose) {
        List<String> prohibiting = policy.prohibiting(purpose);
        if (!prohibiting.isEmpty()) {
            return Optional.of(new Objection(
                    Draft.PURPOSE,
                    prohibiting,
                    "the policy prohibits the purpose '" + purpose + "'",
                    "Do not send this message. " + possible(policy)));
        }
        for (Promise promise : enforced(policy, "message-gate").toList()) {
            List<String> only = promise.words("purposes");
            if (!only.isEmpty() && !only.contains(purpose)) {
                return Optional.of(new Objection(
                        Draft.PURPOSE,
                        List.of(promise.id()),
                        "messages go out for " + String.join(" and ", only) + " only, and not for '" + purpose + "'",
                        "Use one of these purposes, if the message serves it."));
            }
        }
        Set<Need> needs = needs(policy, purpose);
        if (needs.isEmpty()) {
            return Optional.of(new Objection(
                    Draft.PURPOSE,
                    policy.ruling("", purpose, MessageService.EMAIL).promises(),
                    policy.purpose(purpose).isPresent()
                            ? "the policy lets nobody carry a message for the purpose '" + purpose + "'"
                            : "the policy has no purpose '" + purpose + "'",
                    possible(policy)));
        }
        if (declinable && needs.contains(Need.NOTHING)) {
            return Optional.of(new Objection(
                    Draft.CLASS,
                    ids(policy, "message-class"),
                    "people cannot decline messages for '" + purpose + "', and must be able to decline this one",
                    messageClass == MessageClass.SURVEY
                            ? "Use a purpose that people can decline, or have somebody review the survey."
                            : "Use a purpose that people can decline, or write 'Class: service' if that is"
                                    + " what it is."));
        }
        if (!declinable && !needs.equals(Set.of(Need.NOTHING))) {
            return Optional.of(new Objection(
                    Draft.CLASS,
                    ids(policy, "message-class"),
                    "people can decline messages for '" + purpose + "', so this is none about the service itself",
                    "Write 'Class: marketing', or use the purpose that the service message serves."));
        }
        return Optional.empty();
    }

    static List<String> ids(Policy policy, String control) {
        return enforced(policy, control).map(Promise::id).toList();
    }

    /** A text with the promises behind it. */
    static String withPromises(String text, List<String> promises) {
        return promises.isEmpty() ? text : text + " (" + String.join(", ", promises) + ")";
    }

    private static Stream<Promise> enforced(Policy policy, String control) {
        return policy.promises().stream()
                .filter(promise -> promise.status() == Policy.Status.ENFORCED
                        && promise.control().equals(control));
    }

    /** What people must have said, wherever they live and whichever processor carries the message. */
    private static Set<Need> needs(Policy policy, String purpose) {
        Set<Need> needs = new TreeSet<>();
        policy.recipients().stream()
                .filter(recipient -> recipient.kind() == RecipientKind.PROCESSOR)
                .forEach(recipient -> {
                    List<Need> found = new ArrayList<>();
                    for (String category : List.of(MessageService.EMAIL, MessageService.MESSAGE)) {
                        Ruling ruling = policy.ruling(recipient.name(), purpose, category);
                        found.add(ruling.need());
                        found.addAll(ruling.needIn().values());
                    }
                    if (!found.contains(Need.NEVER)) {
                        needs.addAll(found);
                    }
                });
        return needs;
    }

    private static String possible(Policy policy) {
        List<String> purposes = policy.purposes().stream()
                .map(Policy.Purpose::name)
                .filter(name -> !needs(policy, name).isEmpty())
                .sorted()
                .collect(Collectors.toList());
        return purposes.isEmpty()
                ? "This policy lets no message out by email."
                : "Purposes that messages may have: " + String.join(", ", purposes) + ".";
    }
}
