package org.pledge.rights.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.rights.SelfService.Held;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.subject.SubjectService;
import org.pledge.subject.SubjectService.Person;

/** What the page of whoever has a pass shows. */
record Showing(
        SubjectService subjects,
        PolicyService policies,
        DefaultRightsService rights,
        Reach reach,
        EmailChanges emails) {
    Held held(Pass pass) {
        SubjectId holder = pass.person();
        Caller caller = DefaultSelfService.actor(pass.tenant());
        Policy policy = policies.current(pass.tenant());
        Optional<Person> person = shown(caller, holder);
        Map<String, List<String>> shown = new HashMap<>();
        person.map(Person::fields)
                .orElse(Map.of())
                .forEach((field, values) -> shown.put(
                        field, values.stream().map(mask(policy, field, pass)).toList()));
        Set<String> changeable = new HashSet<>(
                person.map(one -> reach.changeable(caller, policy, one, pass)).orElse(Set.of()));
        boolean emailStopped = changeable.contains(MessageService.EMAIL) && !emails.work(pass.tenant());
        if (emailStopped) {
            changeable.remove(MessageService.EMAIL);
        }
        return new Held(
                policy.controller(),
                policy.contact(),
                shown,
                changeable,
                emailStopped,
                reach.maySetLogin(pass),
                pass.signedIn(),
                rights.ofSubject(caller, holder));
    }

    /** Empty for somebody whose data may not be used; they can still ask for everything. */
    private Optional<Person> shown(Caller caller, SubjectId holder) {
        try {
            return Optional.of(subjects.themself(caller, holder));
        } catch (PledgeException e) {
            if (e.kind() != Kind.DENIED) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Nothing of what is financial or sensitive is shown, and most of the rest to who signed in only. */
    private static UnaryOperator<String> mask(Policy policy, String field, Pass pass) {
        boolean personal = policy.category(field)
                .filter(category -> category.dataClass() == Policy.DataClass.PERSONAL)
                .isPresent();
        if (!personal) {
            return Mask::whole;
        }
        return pass.signedIn() ? UnaryOperator.identity() : Mask::of;
    }
}
