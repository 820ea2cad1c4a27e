package org.pledge.subject.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.policy.Policy;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Indexed;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Finds people by keyed hashes of what identifies them. Needs a transaction. */
record IdentifierIndex(SubjectStore store, SealedFields fields, LookupTokens tokens) {
    private static final int PAGE = 50;
    private static final int PAGES_FOR_ONE_WHO_ASKS = 4;

    /** Makes a person be found by new values of a field, and no more by earlier ones. */
    void put(Policy policy, StoredPerson person, String field, List<String> values) {
        identifier(policy, field)
                .ifPresent(identifier -> store.putTokens(
                        person.tenant(),
                        person.id(),
                        field,
                        values.stream()
                                .map(identifier::normalised)
                                .flatMap(Optional::stream)
                                .distinct()
                                .map(value -> token(person.tenant(), field, value))
                                .toList()));
    }

    Set<SubjectId> having(Policy policy, String category, String value) {
        Identifier identifier = identifier(policy, category).orElseThrow(() -> unknown(policy));
        if (Stream.generate(() -> complete(policy) || advance(policy))
                .limit(PAGES_FOR_ONE_WHO_ASKS)
                .noneMatch(complete -> complete)) {
            throw incomplete();
        }
        return identifier
                .normalised(value)
                .map(text -> store.having(policy.tenant(), token(policy.tenant(), category, text)))
                .orElse(Set.of());
    }

    static PledgeException incomplete() {
        return new PledgeException(Kind.UNAVAILABLE, "not everybody can be found by their values yet")
                .remedy("Nothing was done; the people from before are being added. Try again in a few minutes.");
    }

    private static PledgeException unknown(Policy policy) {
        return new PledgeException(
                        Kind.INVALID,
                        "people are found by these categories: " + String.join(", ", Identifier.categories(policy)))
                .remedy("Name one of them.");
    }

    /** Whether everybody can be found; takes no lock. */
    boolean complete(Policy policy) {
        return store.indexed(policy.tenant())
                .filter(indexed -> indexed.complete() && indexed.categories().equals(Identifier.categories(policy)))
                .isPresent();
    }

    /** Adds the people of some more accounts; returns whether these were the last. */
    boolean advance(Policy policy) {
        TenantId tenant = policy.tenant();
        Set<String> categories = Identifier.categories(policy);
        Optional<SubjectId> after = last(tenant, categories).upTo();
        List<StoredAccount> page = store.accounts(tenant, after, PAGE);
        page.stream()
                .filter(account -> store.lockAccount(tenant, account.id()))
                .flatMap(account -> store.people(tenant, account.id()).stream())
                .filter(person -> !store.marks(tenant, person.id()).contains(Mark.ERASED))
                .forEach(person -> putAll(policy, person));
        boolean complete = page.size() < PAGE;
        Optional<SubjectId> upTo =
                page.isEmpty() ? after : Optional.of(page.get(page.size() - 1).id());
        store.putIndexed(new Indexed(tenant, categories, upTo, complete));
        return complete;
    }

    /** From the beginning when other categories identify than before. */
    private Indexed last(TenantId tenant, Set<String> categories) {
        return store.indexed(tenant)
                .filter(indexed -> indexed.categories().equals(categories))
                .orElse(new Indexed(tenant, categories, Optional.empty(), false));
    }

    /** Nothing can be found of a person whose key is destroyed. */
    private void putAll(Policy policy, StoredPerson person) {
        TenantId tenant = person.tenant();
        Set<String> held = fields.held(tenant, person.id());
        held.forEach(field -> store.putTokens(tenant, person.id(), field, List.of()));
        try {
            fields.open(tenant, person.id(), Identifier.categories(policy)::contains)
                    .forEach((field, values) -> put(policy, person, field, values));
        } catch (PledgeException e) {
            if (e.kind() != Kind.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static Optional<Identifier> identifier(Policy policy, String category) {
        return policy.category(category).flatMap(Identifier::of);
    }

    private byte[] token(TenantId tenant, String category, String normalised) {
        return tokens.token(tenant, "identifier " + category, normalised.getBytes(UTF_8));
    }
}
