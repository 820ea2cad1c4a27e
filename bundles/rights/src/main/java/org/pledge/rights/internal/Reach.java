package org.pledge.rights.internal;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.policy.Policy;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.SubjectService.Person;

/** What a pass is good for. */
record Reach(SubjectService subjects, DefaultRightsService rights, Transactions transactions) {
    boolean maySetLogin(Pass pass) {
        return pass.handed() || mayAct(pass, Type.RECTIFICATION);
    }

    /** Whether the person signed in, or a code by mail would be enough for a request of this type. */
    boolean mayAct(Pass pass, Type as) {
        return pass.signedIn()
                || transactions.required(
                        () -> rights.mailIsEnough(DefaultSelfService.actor(pass.tenant()), pass.person(), as));
    }

    /** Where more is held than a code by mail may change, nothing can be changed here. */
    Set<String> changeable(Caller caller, Policy policy, Person person, Pass pass) {
        if (!mayAct(pass, Type.RECTIFICATION)) {
            return Set.of();
        }
        Account account = subjects.account(caller, person.account());
        Optional<Policy.Collection> collection = person.id().equals(person.account())
                ? policy.collection(account.tier(), account.holder())
                : policy.contactRules().map(Policy.ContactRules::collection);
        Set<String> names = new HashSet<>();
        collection.ifPresent(rules -> {
            names.addAll(rules.required());
            names.addAll(rules.optional().keySet());
        });
        names.removeIf(name -> policy.category(name)
                .filter(category -> category.dataClass() == Policy.DataClass.PERSONAL && !category.supplied())
                .isEmpty());
        return new TreeSet<>(names);
    }

    static PledgeException beyondALink() {
        return new PledgeException(Kind.DENIED, "this cannot be changed by a link that came by mail")
                .remedy("Log in, or turn to the address on the page.");
    }
}
