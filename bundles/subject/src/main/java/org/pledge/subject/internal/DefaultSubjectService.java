package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.DENIED;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.STALE;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.Jurisdiction;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.CorrectionListener;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.RemovalListener;
import org.pledge.subject.SubjectService;
import org.pledge.subject.internal.Refusal.Rule;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Keeps accounts and people as the tenant's policy in force lets it. */
@Component(configurationPid = "org.pledge.subject")
@Designate(ocd = DefaultSubjectService.Config.class)
public final class DefaultSubjectService implements SubjectService {
    /** Who must be there to carry a correction or a removal on. */
    @ObjectClassDefinition(
            name = "Pledge subject",
            description = "Who must be there to carry a correction or a removal on.")
    public @interface Config {
        /** Listeners without which a correction is refused as unavailable. */
        @AttributeDefinition(
                description =
                        "Listeners without which a correction is refused as unavailable, because nobody would tell"
                                + " earlier recipients; 0 where nothing is ever disclosed")
        int leastCorrectionListeners() default 1;

        /** Listeners without which a removal is refused as unavailable. */
        @AttributeDefinition(
                description =
                        "Listeners without which a removal is refused as unavailable, because nobody would close the"
                                + " person's inquiries; 0 where no policy has a purpose that ends with an inquiry")
        int leastRemovalListeners() default 1;

        /** Checks without which a removal is refused as unavailable. */
        @AttributeDefinition(
                description =
                        "Checks without which a removal is refused as unavailable, because nobody would say whether a"
                                + " legal hold keeps something; 0 where there are no holds")
        int leastRemovalChecks() default 1;
    }

    /** Those who are told, and how many of them have to be there. */
    private record Told<T>(Supplier<List<T>> listeners, int least) {}

    private static final int LONGEST_PAGE = 500;
    private static final int HIGHEST_AGE = 130;

    private final SubjectStore store;
    private final SealedFields fields;
    private final Sealer sealer;
    private final IdentifierIndex index;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Told<CorrectionListener> corrections;
    private final Told<RemovalListener> removals;
    private final Keeping keeping;
    private final Supplier<List<ConsentService>> consents;
    private final Runnable closeListeners;
    private final Clock clock;

    /** The service as it runs. */
    @Activate
    public DefaultSubjectService(
            BundleContext context,
            Config config,
            @Reference SubjectStore store,
            @Reference Sealer sealer,
            @Reference LookupTokens tokens,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                store,
                sealer,
                tokens,
                policies,
                audit,
                transactions,
                Lookup.opened(context, CorrectionListener.class),
                Lookup.opened(context, RemovalListener.class),
                Lookup.opened(context, RemovalCheck.class),
                Lookup.opened(context, ConsentService.class),
                config);
    }

    private DefaultSubjectService(
            SubjectStore store,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Lookup<CorrectionListener> corrections,
            Lookup<RemovalListener> removals,
            Lookup<RemovalCheck> checks,
            Lookup<ConsentService> consents,
            Config config) {
        this(
                store,
                sealer,
                tokens,
                policies,
                audit,
                transactions,
                new Told<>(corrections, config.leastCorrectionListeners()),
                new Told<>(removals, config.leastRemovalListeners()),
                new Keeping(checks, config.leastRemovalChecks()),
                consents,
                () -> {
                    corrections.close();
                    removals.close();
                    checks.close();
                    consents.close();
                },
                Clock.systemUTC());
    }

    DefaultSubjectService(
            SubjectStore store,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<CorrectionListener>> corrections,
            Supplier<List<RemovalListener>> removals,
            int leastListeners,
            Clock clock) {
        this(
                store,
                sealer,
                tokens,
                policies,
                audit,
                transactions,
                corrections,
                removals,
                leastListeners,
                new Keeping(List::of, 0),
                List::of,
                clock);
    }

    DefaultSubjectService(
            SubjectStore store,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<CorrectionListener>> corrections,
            Supplier<List<RemovalListener>> removals,
            int leastListeners,
            Keeping keeping,
            Supplier<List<ConsentService>> consents,
            Clock clock) {
        this(
                store,
                sealer,
                tokens,
                policies,
                audit,
                transactions,
                new Told<>(corrections, leastListeners),
                new Told<>(removals, leastListeners),
                keeping,
                consents,
                () -> {},
                clock);
    }

    private DefaultSubjectService(
            SubjectStore store,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Told<CorrectionListener> corrections,
            Told<RemovalListener> removals,
            Keeping keeping,
            Supplier<List<ConsentService>> consents,
            Runnable closeListeners,
            Clock clock) {
        this.store = store;
        this.fields = new SealedFields(store, sealer);
        this.sealer = sealer;
        this.index = new IdentifierIndex(store, fields, tokens);
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.corrections = corrections;
        this.removals = removals;
        this.keeping = keeping;
        this.consents = consents;
        this.closeListeners = closeListeners;
        this.clock = clock;
    }

    /** Listens to listeners no more. */
    @Deactivate
    void stop() {
        closeListeners.run();
    }

    @Override
    public Account open(Caller caller, NewAccount request) {
        return act(caller, () -> {
            Policy policy = policies.current(caller.tenant());
            FieldRules rules = FieldRules.ofTier(policy, request.tier(), request.holder());
            Jurisdiction.check(request.jurisdiction());
            OptionalInt leastAge = checkAge(
                    policy,
                    request.jurisdiction(),
                    request.birthDate(),
                    request.guardian().isPresent());
            Map<String, List<String>> given = rules.checkNew(request.fields());
            SubjectId id = SubjectId.random();
            StoredAccount account =
                    new StoredAccount(caller.tenant(), id, request.tier(), request.holder(), request.jurisdiction(), 1);
            store.addAccount(account);
            Set<String> roles = policy.contactRules().map(ContactRules::roles).orElse(Set.of());
            add(policy, new StoredPerson(caller.tenant(), id, id, roles, 0), given);
            record(
                    caller,
                    Act.SUBJECT_REGISTERED,
                    id,
                    id,
                    rules.collection().promises(),
                    withAge(
                            leastAge,
                            Map.of(
                                    "tier", request.tier(),
                                    "holder", request.holder().name(),
                                    "fields", names(given.keySet()))));
            request.guardian().ifPresent(guardian -> keeperOfAuthorisations()
                    .register(caller, id, endOfChildhood(policy, request), guardian));
            return withContacts(account);
        });
    }

    @Override
    public Account account(Caller caller, SubjectId account) {
        caller.require(Role.OPERATOR, Role.OFFICER);
        return transactions.required(() -> Optional.of(withContacts(existingAccount(caller.tenant(), account)))
                .filter(found -> !found.contacts().isEmpty())
                .orElseThrow(() -> notFound("no such account")));
    }

    @Override
    public Page<Account> accounts(Caller caller, Optional<String> cursor, int limit) {
        caller.require(Role.OPERATOR, Role.OFFICER);
        if (limit < 1) {
            throw new PledgeException(INVALID, "limit must be at least 1");
        }
        Optional<SubjectId> after = cursor.map(text -> SubjectId.tryParse(text)
                .orElseThrow(() -> new PledgeException(INVALID, "cursor is not one that a page ended with")));
        int size = Math.min(limit, LONGEST_PAGE);
        return transactions.required(() -> {
            List<StoredAccount> found = store.accounts(caller.tenant(), after, size + 1);
            List<StoredAccount> page = found.subList(0, Math.min(size, found.size()));
            Optional<String> next =
                    found.size() > size ? Optional.of(page.get(size - 1).id().toString()) : Optional.empty();
            return new Page<>(
                    page.stream()
                            .map(this::withContacts)
                            .filter(account -> !account.contacts().isEmpty())
                            .toList(),
                    next);
        });
    }

    @Override
    public Person person(Caller caller, SubjectId person, Optional<String> purpose) {
        return shown(
                caller,
                person,
                caller.equals(Caller.system(caller.tenant()))
                        ? ReadRules.nothingWithheld()
                        : ReadRules.of(policies.current(caller.tenant()), purpose));
    }

    @Override
    public Person themself(Caller caller, SubjectId person) {
        return shown(caller, person, ReadRules.nothingWithheld());
    }

    private Person shown(Caller caller, SubjectId person, ReadRules rules) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            StoredPerson stored = existingPerson(caller.tenant(), person);
            refuseRestricted(caller, person);
            List<Withheld> withheld = store.fieldsInUse(stored.tenant(), stored.id()).keySet().stream()
                    .sorted()
                    .flatMap(field -> rules.withheld(field).stream())
                    .toList();
            Set<String> hidden = withheld.stream().map(Withheld::field).collect(Collectors.toSet());
            Map<String, List<String>> shown =
                    fields.openInUse(stored.tenant(), stored.id(), category -> !hidden.contains(category));
            if (!caller.equals(Caller.system(caller.tenant()))) {
                audit.append(Viewing.leaf(caller, stored.id(), shown.keySet(), rules.purpose(), clock.instant()));
            }
            return new Person(stored.tenant(), stored.id(), stored.account(), stored.roles(), shown, withheld);
        });
    }

    @Override
    public Account accountOf(Caller caller, SubjectId person) {
        caller.require(Role.OPERATOR, Role.OFFICER);
        return transactions.required(() -> withContacts(existingAccount(
                caller.tenant(), existingPerson(caller.tenant(), person).account())));
    }

    @Override
    public Account update(Caller caller, SubjectId person, Map<String, List<String>> changes, long expectedVersion) {
        return act(caller, person, () -> {
            StoredPerson stored = existingPerson(caller.tenant(), person);
            if (!Collections.disjoint(fields.held(caller.tenant(), person), changes.keySet())) {
                keeping.settle(caller.tenant());
            }
            StoredAccount account = touch(caller.tenant(), stored.account(), expectedVersion);
            Policy policy = policies.current(caller.tenant());
            FieldRules rules = rulesFor(policy, account, stored, changes);
            Map<String, List<String>> given = new TreeMap<>(rules.checkChange(changes));
            if (given.isEmpty()) {
                throw new PledgeException(INVALID, "no field is named").remedy("Name at least one field to change.");
            }
            Set<String> removed = new TreeSet<>();
            given.forEach((field, values) -> {
                if (values.isEmpty()) {
                    removed.add(field);
                }
            });
            given.keySet().removeAll(removed);
            Set<String> corrected = corrected(caller.tenant(), person, given, removed);
            keeping.refuse(caller.tenant(), person, corrected);
            keepingCompleteContact(policy, account, () -> {
                removed.forEach(field -> store.removeField(caller.tenant(), person, field));
                given.forEach((field, values) -> put(policy, stored, field, values));
            });
            rules.checkNotRemoved(removed);
            record(
                    caller,
                    Act.SUBJECT_UPDATED,
                    person,
                    account.id(),
                    rules.collection().promises(),
                    Map.of("fields", names(given.keySet()), "removed", names(removed)));
            tellCorrected(caller.tenant(), person, corrected);
            return withContacts(account);
        });
    }

    /** The fields that held another value before; nobody can have received what is new. */
    private Set<String> corrected(
            TenantId tenant, SubjectId person, Map<String, List<String>> given, Set<String> removed) {
        Set<String> corrected = new TreeSet<>();
        fields.open(tenant, person, field -> given.containsKey(field) || removed.contains(field))
                .forEach((field, before) -> {
                    if (!before.equals(given.get(field))) {
                        corrected.add(field);
                    }
                });
        return corrected;
    }

    private void tellCorrected(TenantId tenant, SubjectId person, Set<String> corrected) {
        if (corrected.isEmpty()) {
            return;
        }
        presentToTell().forEach(listener -> listener.corrected(tenant, person, corrected));
    }

    private List<CorrectionListener> presentToTell() {
        List<CorrectionListener> present = corrections.listeners().get();
        if (present.size() < corrections.least()) {
            throw new PledgeException(UNAVAILABLE, "nobody is there to tell earlier recipients of the change")
                    .remedy("Nothing was changed; try again in a moment, and start the sharing bundle if it stays so.");
        }
        return present;
    }

    /**
     * Last of all: a listener may have a database of its own, and what it removes there does not come back when a rule
     * refuses the removal afterwards. In the order of identifiers, as others lock people's rows.
     */
    private void tellRemoved(Caller caller, List<SubjectId> people) {
        List<RemovalListener> present = removers();
        people.stream()
                .sorted()
                .forEach(person -> present.forEach(listener -> listener.removed(caller, person, Set.of())));
    }

    private List<RemovalListener> removers() {
        List<RemovalListener> present = removals.listeners().get();
        if (present.size() < removals.least()) {
            throw new PledgeException(
                            UNAVAILABLE,
                            "nobody is there to close the person's inquiries, destroy their cards or unlink their devices")
                    .remedy(
                            "Nothing was removed; try again in a moment, and start the bundles consent, rights, vault and"
                                    + " visitor if it stays so.");
        }
        return present;
    }

    @Override
    public SubjectId addContact(
            Caller caller,
            SubjectId account,
            Set<String> roles,
            Optional<LocalDate> birthDate,
            Map<String, List<String>> fieldsOfContact,
            long expectedVersion) {
        return act(caller, account, () -> {
            StoredAccount stored = existingAccount(caller.tenant(), account);
            touch(caller.tenant(), account, expectedVersion);
            Policy policy = policies.current(caller.tenant());
            FieldRules rules = FieldRules.ofContacts(policy);
            checkRoles(policy, roles);
            OptionalInt leastAge = checkAge(policy, stored.jurisdiction(), birthDate, false);
            Map<String, List<String>> given = rules.checkNew(fieldsOfContact);
            int ordinal = store.people(caller.tenant(), account).stream()
                            .mapToInt(StoredPerson::ordinal)
                            .max()
                            .orElse(0)
                    + 1;
            SubjectId id = SubjectId.random();
            add(policy, new StoredPerson(caller.tenant(), id, account, roles, ordinal), given);
            record(
                    caller,
                    Act.SUBJECT_REGISTERED,
                    id,
                    account,
                    rules.collection().promises(),
                    withAge(leastAge, Map.of("roles", names(roles), "fields", names(given.keySet()))));
            return id;
        });
    }

    @Override
    public Account setRoles(Caller caller, SubjectId contact, Set<String> roles, long expectedVersion) {
        return act(caller, contact, () -> {
            StoredPerson stored = existingPerson(caller.tenant(), contact);
            StoredAccount account = touch(caller.tenant(), stored.account(), expectedVersion);
            Policy policy = policies.current(caller.tenant());
            checkRoles(policy, roles);
            keepingCompleteContact(policy, account, () -> store.setRoles(caller.tenant(), contact, roles));
            record(caller, Act.SUBJECT_UPDATED, contact, account.id(), List.of(), Map.of("roles", names(roles)));
            return withContacts(account);
        });
    }

    @Override
    public void removeContact(Caller caller, SubjectId contact, long expectedVersion) {
        act(caller, contact, () -> {
            keeping.settle(caller.tenant());
            StoredPerson stored = existingPerson(caller.tenant(), contact);
            StoredAccount account = touch(caller.tenant(), stored.account(), expectedVersion);
            Policy policy = policies.current(caller.tenant());
            keeping.refuse(caller.tenant(), contact, categories(stored));
            keepingCompleteContact(policy, account, () -> remove(stored));
            if (living(caller.tenant(), account.id()).isEmpty()) {
                throw new PledgeException(CONFLICT, "the last person of an account cannot be removed from it")
                        .remedy("Close the account.");
            }
            record(caller, Act.SUBJECT_REMOVED, contact, account.id(), List.of(), Map.of("scope", "contact"));
            tellRemoved(caller, List.of(contact));
            return account;
        });
    }

    @Override
    public void close(Caller caller, SubjectId account, long expectedVersion) {
        act(caller, account, () -> {
            keeping.settle(caller.tenant());
            existingAccount(caller.tenant(), account);
            StoredAccount closed = touch(caller.tenant(), account, expectedVersion);
            List<StoredPerson> living = living(caller.tenant(), account);
            living.forEach(person -> keeping.refuse(caller.tenant(), person.id(), categories(person)));
            List<SubjectId> people = new ArrayList<>();
            for (StoredPerson person : living) {
                people.add(person.id());
                remove(person);
                record(caller, Act.SUBJECT_REMOVED, person.id(), account, List.of(), Map.of("scope", "account"));
            }
            removeEmptied(caller.tenant(), account);
            tellRemoved(caller, people);
            return closed;
        });
    }

    @Override
    public Set<SubjectId> having(Caller caller, String category, String value) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> index.having(policies.current(caller.tenant()), category, value));
    }

    @Override
    public Erased erase(Caller caller, SubjectId person) {
        return act(caller, person, () -> store.person(caller.tenant(), person)
                .map(stored -> {
                    keeping.settle(caller.tenant());
                    store.lockAccount(caller.tenant(), stored.account());
                    return erase(caller, stored);
                })
                .orElseGet(() -> new Erased(Set.of(), List.of())));
    }

    private Erased erase(Caller caller, StoredPerson person) {
        TenantId tenant = person.tenant();
        Set<String> held = fields.held(tenant, person.id());
        Set<String> everything = categories(person);
        Map<String, Kept> kept = keeping.kept(tenant, person.id(), everything);
        boolean before = store.marks(tenant, person.id()).contains(Mark.ERASED);
        Set<String> leaving = new TreeSet<>(everything);
        leaving.removeAll(kept.keySet());
        if (before && leaving.isEmpty() && !kept.isEmpty()) {
            return new Erased(Set.of(), List.copyOf(kept.values()));
        }
        if (!kept.isEmpty()) {
            removers().forEach(listener -> listener.removing(caller, person.id(), kept.keySet()));
        }
        Runnable change = () -> {
            if (kept.isEmpty()) {
                store.removePerson(tenant, person.id());
                sealer.destroyKey(tenant, person.id());
            } else {
                keepOnly(person, kept.keySet());
            }
        };
        if (before) {
            change.run();
        } else {
            StoredAccount account = existingAccount(tenant, person.account());
            boolean last = living(tenant, account.id()).size() == 1;
            touch(tenant, account.id(), account.version());
            if (last) {
                change.run();
            } else {
                keepingCompleteContact(policies.current(tenant), account, change);
            }
            tellGone(tenant, person.id(), held);
        }
        if (kept.isEmpty()) {
            removeEmptied(tenant, person.account());
        }
        removed(person, leaving, kept.keySet());
        record(
                caller,
                Act.SUBJECT_REMOVED,
                person.id(),
                person.account(),
                List.of(),
                Map.of("scope", "erasure", "removed", names(leaving), "kept", names(kept.keySet())));
        removers().forEach(listener -> listener.removed(caller, person.id(), kept.keySet()));
        return new Erased(leaving, List.copyOf(kept.values()));
    }

    /** Seals what stays under a new key: what was sealed under the old one is unreadable, in copies too. */
    private void keepOnly(StoredPerson person, Set<String> kept) {
        TenantId tenant = person.tenant();
        Map<String, List<String>> staying = fields.open(tenant, person.id(), kept::contains);
        fields.held(tenant, person.id()).forEach(field -> store.removeField(tenant, person.id(), field));
        sealer.changeKey(tenant, person.id(), kept);
        staying.forEach((field, values) -> fields.put(tenant, person.id(), field, values));
        store.setRoles(tenant, person.id(), Set.of());
        store.mark(tenant, person.id(), Mark.ERASED);
    }

    /** What is held about a person, here and elsewhere. */
    private Set<String> categories(StoredPerson person) {
        Set<String> categories = new TreeSet<>(fields.held(person.tenant(), person.id()));
        removals.listeners().get().forEach(listener -> categories.addAll(listener.holds(person.tenant(), person.id())));
        return categories;
    }

    private void removeEmptied(TenantId tenant, SubjectId account) {
        if (store.people(tenant, account).isEmpty()) {
            store.removeAccount(tenant, account);
        }
    }

    /** The people of an account who were not erased. */
    private List<StoredPerson> living(TenantId tenant, SubjectId account) {
        List<StoredPerson> people = store.people(tenant, account);
        Set<SubjectId> erased = store.marked(tenant, account, Mark.ERASED);
        return people.stream().filter(person -> !erased.contains(person.id())).toList();
    }

    @Override
    public void restrict(Caller caller, SubjectId person) {
        act(caller, person, () -> {
            StoredPerson stored = existingPerson(caller.tenant(), person);
            if (!restricted(caller.tenant(), person)) {
                store.mark(caller.tenant(), person, Mark.RESTRICTED);
                record(caller, Act.SUBJECT_RESTRICTED, person, stored.account(), restriction(caller), Map.of());
                presentToTell().forEach(listener -> listener.restricted(caller.tenant(), person));
                removers().forEach(listener -> listener.restricted(caller, person));
            }
            return person;
        });
    }

    @Override
    public void lift(Caller caller, SubjectId person) {
        act(caller, person, () -> {
            StoredPerson stored = existingPerson(caller.tenant(), person);
            if (restricted(caller.tenant(), person)) {
                store.unmark(caller.tenant(), person, Mark.RESTRICTED);
                record(caller, Act.RESTRICTION_LIFTED, person, stored.account(), restriction(caller), Map.of());
                presentToTell().forEach(listener -> listener.lifted(caller.tenant(), person));
                removers().forEach(listener -> listener.lifted(caller, person));
            }
            return person;
        });
    }

    @Override
    public boolean restricted(TenantId tenant, SubjectId person) {
        return transactions.required(() -> store.marks(tenant, person).contains(Mark.RESTRICTED));
    }

    private List<String> restriction(Caller caller) {
        return policies.current(caller.tenant()).promises().stream()
                .filter(promise -> promise.control().equals("erasure"))
                .map(Policy.Promise::id)
                .toList();
    }

    private void refuseRestricted(Caller caller, SubjectId person) {
        if (!caller.roles().contains(Role.OFFICER) && restricted(caller.tenant(), person)) {
            List<String> promises = restriction(caller);
            throw new PledgeException(
                            DENIED, FieldRules.withPromises("this person's data is kept without being used", promises))
                    .because(promises)
                    .remedy("An officer who is an operator, too, may look at it to answer the person's requests; the"
                            + " restriction ends with rights:lift.");
        }
    }

    @Override
    public Map<String, List<String>> values(TenantId tenant, SubjectId person, Set<String> categories) {
        return transactions.required(() -> store.marks(tenant, person).contains(Mark.ERASED)
                ? Map.of()
                : fields.openInUse(tenant, person, categories::contains));
    }

    @Override
    public Map<String, List<String>> ended(TenantId tenant, SubjectId person) {
        return transactions.required(() -> {
            if (store.marks(tenant, person).contains(Mark.ERASED)) {
                return Map.of();
            }
            Set<String> inUse = store.fieldsInUse(tenant, person).keySet();
            return fields.open(tenant, person, field -> !inUse.contains(field));
        });
    }

    @Override
    public Erased end(Caller caller, SubjectId person, Set<String> ending) {
        return act(caller, person, () -> {
            TenantId tenant = caller.tenant();
            keeping.settle(tenant);
            StoredPerson stored = existingPerson(tenant, person);
            Set<String> leaving = new TreeSet<>(ending);
            leaving.retainAll(fields.held(tenant, person));
            Map<String, Kept> kept = leaving.isEmpty() ? Map.of() : keeping.kept(tenant, person, leaving);
            leaving.removeAll(kept.keySet());
            kept.keySet().forEach(field -> store.endField(tenant, person, field));
            if (!leaving.isEmpty()) {
                Map<String, List<String>> without = new TreeMap<>();
                leaving.forEach(field -> without.put(field, List.of()));
                update(
                        caller,
                        person,
                        without,
                        existingAccount(tenant, stored.account()).version());
            }
            return new Erased(leaving, List.copyOf(kept.values()));
        });
    }

    private <T> T act(Caller caller, Supplier<T> work) {
        caller.require(Role.OPERATOR);
        try {
            return transactions.required(work);
        } catch (Refusal refusal) {
            recordRefusal(caller, refusal);
            throw refusal.answer();
        }
    }

    private <T> T act(Caller caller, SubjectId about, Supplier<T> work) {
        return act(caller, () -> {
            try {
                return work.get();
            } catch (Refusal refusal) {
                throw refusal.about(about);
            }
        });
    }

    /** The refused work is undone; where it was part of a larger transaction, that one is undone next. */
    private void recordRefusal(Caller caller, Refusal refusal) {
        Leaf leaf = new Leaf(
                caller.tenant(),
                clock.instant(),
                Act.REFUSED,
                caller.name(),
                refusal.subject(),
                refusal.answer().promises(),
                refusal.details());
        transactions.required(() -> {
            transactions.afterRollback(() -> transactions.required(() -> audit.append(leaf)));
            audit.append(leaf);
        });
    }

    private void record(
            Caller caller,
            Act act,
            SubjectId subject,
            SubjectId account,
            List<String> promises,
            Map<String, String> facts) {
        Map<String, String> details = new TreeMap<>(facts);
        details.put("account", account.toString());
        Instant now = clock.instant();
        audit.append(new Leaf(caller.tenant(), now, act, caller.name(), Optional.of(subject), promises, details));
    }

    private static String names(Set<String> names) {
        return String.join(",", new TreeSet<>(names));
    }

    private ConsentService keeperOfAuthorisations() {
        return consents.get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        UNAVAILABLE, "nobody is there to keep what guardians authorise")
                .remedy("Nothing was recorded; try again in a moment, and start the bundle consent if it stays"
                        + " so."));
    }

    /** The first day of the month that begins on or after the birthday, of which it does not tell the day. */
    private static Instant endOfChildhood(Policy policy, NewAccount child) {
        LocalDate birthday = child.birthDate()
                .orElseThrow()
                .plusYears(policy.minimumAge(child.jurisdiction()).orElseThrow());
        LocalDate first = birthday.withDayOfMonth(1);
        return (first.equals(birthday) ? first : first.plusMonths(1))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
    }

    /** Refuses who is too young, or does not say how old; returns the age that was checked. */
    private OptionalInt checkAge(
            Policy policy, String jurisdiction, Optional<LocalDate> birthDate, boolean guardianAgrees) {
        OptionalInt least = policy.minimumAge(jurisdiction);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
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
            throw ageRefusal(
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
        throw ageRefusal(
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

    private static Refusal ageRefusal(Rule rule, Policy policy, PledgeException.Kind kind, String text, String remedy) {
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
    private static Map<String, String> withAge(OptionalInt checked, Map<String, String> facts) {
        Map<String, String> all = new TreeMap<>(facts);
        checked.ifPresent(age -> all.put("ageAtLeast", Integer.toString(age)));
        return all;
    }

    private static void checkRoles(Policy policy, Set<String> roles) {
        Set<String> known = FieldRules.contacts(policy).roles();
        if (!known.containsAll(roles)) {
            throw new PledgeException(
                            INVALID, "roles: unknown; the roles are " + String.join(", ", new TreeSet<>(known)))
                    .remedy("Choose among these roles.");
        }
    }

    private static FieldRules rulesFor(
            Policy policy, StoredAccount account, StoredPerson person, Map<String, List<String>> changes) {
        boolean removalAlone = changes.values().stream().allMatch(List::isEmpty);
        if (removalAlone && !FieldRules.known(policy, account, person)) {
            return FieldRules.ofNobody(policy);
        }
        return person.ordinal() == 0
                ? FieldRules.ofTier(policy, account.tier(), account.holder())
                : FieldRules.ofContacts(policy);
    }

    /** An account that has no complete contact, because it is older than the rule, can still be changed. */
    private void keepingCompleteContact(Policy policy, StoredAccount account, Runnable change) {
        Optional<ContactRules> rules = policy.contactRules().filter(ContactRules::completeContactRequired);
        boolean before = rules.isPresent() && hasCompleteContact(policy, rules.get(), account);
        change.run();
        if (before && !hasCompleteContact(policy, rules.get(), account)) {
            List<String> promises = rules.get().completeContactPromises();
            throw Refusal.of(
                    Rule.COMPLETE_CONTACT,
                    new PledgeException(
                                    CONFLICT,
                                    FieldRules.withPromises(
                                            "at least one contact with all roles and a working email must remain",
                                            promises))
                            .because(promises)
                            .remedy("Give another contact all roles and a working email first, or close the account."));
        }
    }

    private boolean hasCompleteContact(Policy policy, ContactRules rules, StoredAccount account) {
        return living(account.tenant(), account.id()).stream()
                .filter(person -> person.roles().containsAll(rules.roles()))
                .anyMatch(person -> fields.held(person.tenant(), person.id()).stream()
                        .flatMap(field -> policy.category(field).stream())
                        .anyMatch(FieldValues::isEmail));
    }

    private void add(Policy policy, StoredPerson person, Map<String, List<String>> given) {
        store.addPerson(person);
        given.forEach((field, values) -> put(policy, person, field, values));
    }

    private void put(Policy policy, StoredPerson person, String field, List<String> values) {
        fields.put(person.tenant(), person.id(), field, values);
        store.stampField(person.tenant(), person.id(), field, clock.instant().truncatedTo(ChronoUnit.MICROS));
        index.put(policy, person, field, values);
    }

    private void remove(StoredPerson person) {
        Set<String> held = fields.held(person.tenant(), person.id());
        store.removePerson(person.tenant(), person.id());
        sealer.destroyKey(person.tenant(), person.id());
        removed(person, held, Set.of());
        tellGone(person.tenant(), person.id(), held);
    }

    private void removed(StoredPerson person, Set<String> fieldsGone, Set<String> kept) {
        store.addRemoval(new Removal(
                person.tenant(),
                person.id(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                policies.current(person.tenant()).version(),
                fieldsGone,
                kept));
    }

    private void tellGone(TenantId tenant, SubjectId person, Set<String> held) {
        List<CorrectionListener> present = presentToTell();
        present.forEach(listener -> listener.removed(tenant, person, held));
    }

    /** Locks the account until the transaction ends; returns it at its new version. */
    private StoredAccount touch(TenantId tenant, SubjectId id, long expectedVersion) {
        if (!store.touchAccount(tenant, id, expectedVersion)) {
            throw new PledgeException(STALE, "the account has changed since its version " + expectedVersion)
                    .remedy("Read the account again and repeat the change with the version it has now.");
        }
        return existingAccount(tenant, id);
    }

    private StoredAccount existingAccount(TenantId tenant, SubjectId id) {
        return store.account(tenant, id).orElseThrow(() -> notFound("no such account"));
    }

    private StoredPerson existingPerson(TenantId tenant, SubjectId id) {
        return store.person(tenant, id)
                .filter(person -> !store.marks(tenant, id).contains(Mark.ERASED))
                .orElseThrow(() -> notFound("no such person"));
    }

    private static PledgeException notFound(String text) {
        return new PledgeException(NOT_FOUND, text).remedy("Check the identifier.");
    }

    private Account withContacts(StoredAccount account) {
        return new Account(
                account.tenant(),
                account.id(),
                account.tier(),
                account.holder(),
                account.jurisdiction(),
                living(account.tenant(), account.id()).stream()
                        .map(StoredPerson::id)
                        .toList(),
                account.version());
    }
}
