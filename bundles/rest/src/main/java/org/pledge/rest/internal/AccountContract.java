package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.set;
import static org.pledge.rest.internal.Contract.sorted;
import static org.pledge.rest.internal.Contract.values;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.policy.Policy.Holder;
import org.pledge.rest.internal.ConsentContract.Guardian;
import org.pledge.rest.internal.ConsentContract.NewAcceptance;
import org.pledge.subject.SubjectService;

/** The schemas of {@code openapi.yaml} about accounts and their people. */
final class AccountContract {
    private AccountContract() {}

    record NewAccount(
            String tier,
            Holder holder,
            String jurisdiction,
            LocalDate birthDate,
            Guardian guardian,
            Map<String, List<String>> fields,
            NewAcceptance acceptance) {
        NewAccount {
            needed("tier", tier);
            needed("holder", holder);
            needed("jurisdiction", jurisdiction);
            fields = fields == null ? Map.of() : values(fields);
            acceptance = acceptance == null ? NewAcceptance.IMPLIED : acceptance;
        }

        SubjectService.NewAccount toValue() {
            return new SubjectService.NewAccount(
                    tier,
                    holder,
                    jurisdiction,
                    Optional.ofNullable(birthDate),
                    Optional.ofNullable(guardian).map(Guardian::toValue),
                    fields);
        }

        @Override
        public String toString() {
            return "NewAccount[" + tier + "]";
        }
    }

    record NewContact(
            Set<String> roles, LocalDate birthDate, Map<String, List<String>> fields, NewAcceptance acceptance) {
        NewContact {
            roles = set("roles", roles);
            fields = fields == null ? Map.of() : values(fields);
            acceptance = acceptance == null ? NewAcceptance.IMPLIED : acceptance;
        }

        @Override
        public String toString() {
            return "NewContact[" + roles.size() + " roles]";
        }
    }

    record FieldChanges(Map<String, List<String>> fields) {
        FieldChanges {
            needed("fields", fields);
            fields = values(fields);
        }

        @Override
        public String toString() {
            return "FieldChanges[" + fields.size() + "]";
        }
    }

    record ContactRoles(Set<String> roles) {
        ContactRoles {
            roles = set("roles", roles);
        }
    }

    record Account(
            SubjectId id, String tier, Holder holder, String jurisdiction, List<SubjectId> contacts, long version) {
        static Account of(SubjectService.Account a) {
            return new Account(a.id(), a.tier(), a.holder(), a.jurisdiction(), a.contacts(), a.version());
        }
    }

    record WithheldField(String field, List<String> promises, String because) {
        static WithheldField of(SubjectService.Withheld w) {
            return new WithheldField(w.field(), w.promises(), w.because());
        }
    }

    record Person(
            SubjectId id,
            SubjectId account,
            Set<String> roles,
            Map<String, List<String>> fields,
            List<WithheldField> withheld) {
        static Person of(SubjectService.Person p) {
            return new Person(
                    p.id(),
                    p.account(),
                    sorted(p.roles()),
                    p.fields(),
                    p.withheld().stream().map(WithheldField::of).toList());
        }

        @Override
        public String toString() {
            return "Person[" + id + "]";
        }
    }
}
