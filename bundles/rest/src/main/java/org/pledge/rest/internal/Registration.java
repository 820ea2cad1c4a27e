package org.pledge.rest.internal;

import java.util.Optional;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.consent.ConsentService;
import org.pledge.policy.Policy;
import org.pledge.rest.internal.AccountContract.NewAccount;
import org.pledge.rest.internal.AccountContract.NewContact;
import org.pledge.rest.internal.ConsentContract.NewAcceptance;
import org.pledge.subject.SubjectService.Account;

/** Registers people together with their acceptance of the policy in force. */
final class Registration {
    private static final String CHANNEL = "rest";

    private final Services services;

    Registration(Services services) {
        this.services = services;
    }

    SubjectId open(Caller caller, Once once, NewAccount request) {
        return SubjectId.parse(once.together(() -> {
            Account account = services.subjects().get().open(caller, request.toValue());
            accept(caller, account.id(), request.acceptance(), account.jurisdiction());
            return account.id().toString();
        }));
    }

    SubjectId addContact(Caller caller, Once once, SubjectId id, NewContact request, long expectedVersion) {
        return SubjectId.parse(once.together(() -> {
            SubjectId contact = services.subjects()
                    .get()
                    .addContact(
                            caller,
                            id,
                            request.roles(),
                            Optional.ofNullable(request.birthDate()),
                            request.fields(),
                            expectedVersion);
            Account account = services.subjects().get().account(caller, id);
            accept(caller, contact, request.acceptance(), account.jurisdiction());
            return contact.toString();
        }));
    }

    private void accept(Caller caller, SubjectId person, NewAcceptance acceptance, String jurisdiction) {
        Policy policy = services.policies().get().current(caller.tenant());
        ConsentService.Wording wording = acceptance.wording() == null
                ? new ConsentService.Wording(CHANNEL, "policy-" + policy.version(), policy.digest())
                : acceptance.wording().toValue();
        services.consents().get().accept(caller, person, policy.version(), acceptance.level(), jurisdiction, wording);
    }
}
