package org.pledge.subject.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.DENIED;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Clock;
import java.time.LocalDate;
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
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Mark;
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

    /** Who comes and goes beside this service. */
    private static final class Around {
        private final Lookup<CorrectionListener> corrections;
        private final Lookup<RemovalListener> removals;
        private final Lookup<RemovalCheck> checks;
        private final Lookup<ConsentService> consents;

        private Around(BundleContext context) {
            corrections = Lookup.opened(context, CorrectionListener.class);
            removals = Lookup.opened(context, RemovalListener.class);
            checks = Lookup.opened(context, RemovalCheck.class);
            consents = Lookup.opened(context, ConsentService.class);
        }

        private void close() {
            List.of(corrections, removals, checks, consents).forEach(Lookup::close);
        }
    }

    private static final int LONGEST_PAGE = 500;

    private final SubjectStore store;
    private final SealedFields fields;
    private final IdentifierIndex index;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Accounts accounts;
    private final Listeners listeners;
    private final Keeping keeping;
    private final Removing removing;
    private final Recording recording;
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
        this(store, sealer, tokens, policies, audit, transactions, new Around(context), config);
    }

    private DefaultSubjectService(
            SubjectStore store,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Around around,
            Config config) {
        this(
                store,
                sealer,
                tokens,
                policies,
                audit,
                transactions,
                new Listeners(
                        around.corrections,
                        config.leastCorrectionListeners(),
                        around.removals,
                        config.leastRemovalListeners()),
                new Keeping(around.checks, config.leastRemovalChecks()),
                around.consents,
                around::close,
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
                new Listeners(corrections, leastListeners, removals, leastListeners),
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
            Listeners listeners,
            Keeping keeping,
            Supplier<List<ConsentService>> consents,
            Runnable closeListeners,
            Clock clock) {
        this.store = store;
        this.fields = new SealedFields(store, sealer);
        this.index = new IdentifierIndex(store, fields, tokens);
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.accounts = new Accounts(store, fields);
        this.listeners = listeners;
        this.keeping = keeping;
        this.recording = new Recording(audit, transactions, clock);
        this.removing = new Removing(store, fields, sealer, accounts, keeping, listeners, policies, recording);
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
            OptionalInt leastAge = AgeLimit.check(
                    policy,
                    request.jurisdiction(),
                    request.birthDate(),
                    request.guardian().isPresent(),
                    today());
            Map<String, List<String>> given = rules.checkNew(request.fields());
            SubjectId id = SubjectId.random();
            StoredAccount account =
                    new StoredAccount(caller.tenant(), id, request.tier(), request.holder(), request.jurisdiction(), 1);
            store.addAccount(account);
            Set<String> roles = policy.contactRules().map(ContactRules::roles).orElse(Set.of());
            add(policy, new StoredPerson(caller.tenant(), id, id, roles, 0), given);
            recording.record(
                    caller,
                    Act.SUBJECT_REGISTERED,
                    id,
                    id,
                    rules.collection().promises(),
                    AgeLimit.noted(
                            leastAge,
                            Map.of(
                                    "tier", request.tier(),
                                    "holder", request.holder().name(),
                                    "fields", Recording.names(given.keySet()))));
            request.guardian().ifPresent(guardian -> keeperOfAuthorisations()
                    .register(caller, id, AgeLimit.endOfChildhood(policy, request), guardian));
            return accounts.withContacts(account);
        });
    }

    @Override
    public Account account(Caller caller, SubjectId account) {
        caller.require(Role.OPERATOR, Role.OFFICER);
        return transactions.required(
                () -> Optional.of(accounts.withContacts(accounts.existing(caller.tenant(), account)))
                        .filter(found -> !found.contacts().isEmpty())
                        .orElseThrow(() -> Accounts.notFound("no such account")));
    }

    @Override
    public Page<Account> accounts(Caller caller, Optional<String> cursor, int limit) {
        caller.require(Role.OPERATOR, Role.OFFICER);
        if (limit < 1) {
            throw new PledgeException(INVALID, "limit must be at least 1").remedy("Ask for one or more.");
        }
        Optional<SubjectId> after = cursor.map(text -> SubjectId.tryParse(text)
                .orElseThrow(() -> new PledgeException(INVALID, "cursor is not one that a page ended with")
                        .remedy("Send next of the page before, or no cursor for the first page.")));
        int size = Math.min(limit, LONGEST_PAGE);
        return transactions.required(() -> {
            List<StoredAccount> found = store.accounts(caller.tenant(), after, size + 1);
            List<StoredAccount> page = found.subList(0, Math.min(size, found.size()));
            Optional<String> next =
                    found.size() > size ? Optional.of(page.get(size - 1).id().toString()) : Optional.empty();
            return new Page<>(
                    page.stream()
                            .map(accounts::withContacts)
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
            StoredPerson stored = accounts.person(caller.tenant(), person);
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
        return transactions.required(() -> accounts.withContacts(accounts.existing(
                caller.tenant(), accounts.person(caller.tenant(), person).account())));
    }

    @Override
    public Account update(Caller caller, SubjectId person, Map<String, List<String>> changes, long expectedVersion) {
        return act(caller, person, () -> {
            StoredPerson stored = accounts.person(caller.tenant(), person);
            if (!Collections.disjoint(fields.held(caller.tenant(), person), changes.keySet())) {
                keeping.settle(caller.tenant());
            }
            StoredAccount account = accounts.touch(caller.tenant(), stored.account(), expectedVersion);
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
            accounts.keepingCompleteContact(policy, account, () -> {
                removed.forEach(field -> store.removeField(caller.tenant(), person, field));
                given.forEach((field, values) -> put(policy, stored, field, values));
            });
            rules.checkNotRemoved(removed);
            recording.record(
                    caller,
                    Act.SUBJECT_UPDATED,
                    person,
                    account.id(),
                    rules.collection().promises(),
                    Map.of("fields", Recording.names(given.keySet()), "removed", Recording.names(removed)));
            listeners.corrected(caller.tenant(), person, corrected);
            return accounts.withContacts(account);
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

    @Override
    public SubjectId addContact(
            Caller caller,
            SubjectId account,
            Set<String> roles,
            Optional<LocalDate> birthDate,
            Map<String, List<String>> fieldsOfContact,
            long expectedVersion) {
        return act(caller, account, () -> {
            StoredAccount stored = accounts.existing(caller.tenant(), account);
            accounts.touch(caller.tenant(), account, expectedVersion);
            Policy policy = policies.current(caller.tenant());
            FieldRules rules = FieldRules.ofContacts(policy);
            checkRoles(policy, roles);
            OptionalInt leastAge = AgeLimit.check(policy, stored.jurisdiction(), birthDate, false, today());
            Map<String, List<String>> given = rules.checkNew(fieldsOfContact);
            int ordinal = store.people(caller.tenant(), account).stream()
                            .mapToInt(StoredPerson::ordinal)
                            .max()
                            .orElse(0)
                    + 1;
            SubjectId id = SubjectId.random();
            add(policy, new StoredPerson(caller.tenant(), id, account, roles, ordinal), given);
            recording.record(
                    caller,
                    Act.SUBJECT_REGISTERED,
                    id,
                    account,
                    rules.collection().promises(),
                    AgeLimit.noted(
                            leastAge,
                            Map.of("roles", Recording.names(roles), "fields", Recording.names(given.keySet()))));
            return id;
        });
    }

    @Override
    public Account setRoles(Caller caller, SubjectId contact, Set<String> roles, long expectedVersion) {
        return act(caller, contact, () -> {
            StoredPerson stored = accounts.person(caller.tenant(), contact);
            StoredAccount account = accounts.touch(caller.tenant(), stored.account(), expectedVersion);
            Policy policy = policies.current(caller.tenant());
            checkRoles(policy, roles);
            accounts.keepingCompleteContact(policy, account, () -> store.setRoles(caller.tenant(), contact, roles));
            recording.record(
                    caller,
                    Act.SUBJECT_UPDATED,
                    contact,
                    account.id(),
                    List.of(),
                    Map.of("roles", Recording.names(roles)));
            return accounts.withContacts(account);
        });
    }

    @Override
    public void removeContact(Caller caller, SubjectId contact, long expectedVersion) {
        act(caller, contact, () -> {
            keeping.settle(caller.tenant());
            StoredPerson stored = accounts.person(caller.tenant(), contact);
            StoredAccount account = accounts.touch(caller.tenant(), stored.account(), expectedVersion);
            Policy policy = policies.current(caller.tenant());
            keeping.refuse(caller.tenant(), contact, removing.categories(stored));
            accounts.keepingCompleteContact(policy, account, () -> removing.remove(stored));
            if (accounts.living(caller.tenant(), account.id()).isEmpty()) {
                throw new PledgeException(CONFLICT, "the last person of an account cannot be removed from it")
                        .remedy("Close the account.");
            }
            recording.record(caller, Act.SUBJECT_REMOVED, contact, account.id(), List.of(), Map.of("scope", "contact"));
            listeners.removed(caller, List.of(contact), Set.of());
            return account;
        });
    }

    @Override
    public void close(Caller caller, SubjectId account, long expectedVersion) {
        act(caller, account, () -> {
            keeping.settle(caller.tenant());
            accounts.existing(caller.tenant(), account);
            StoredAccount closed = accounts.touch(caller.tenant(), account, expectedVersion);
            List<StoredPerson> living = accounts.living(caller.tenant(), account);
            living.forEach(person -> keeping.refuse(caller.tenant(), person.id(), removing.categories(person)));
            List<SubjectId> people = new ArrayList<>();
            for (StoredPerson person : living) {
                people.add(person.id());
                removing.remove(person);
                recording.record(
                        caller, Act.SUBJECT_REMOVED, person.id(), account, List.of(), Map.of("scope", "account"));
            }
            accounts.removeEmptied(caller.tenant(), account);
            listeners.removed(caller, people, Set.of());
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
        return erase(caller, person, Optional.empty());
    }

    @Override
    public Erased erase(Caller caller, SubjectId person, Lasting lasting) {
        return act(caller, person, () -> {
            if (!index.complete(policies.current(caller.tenant()))) {
                throw IdentifierIndex.incomplete();
            }
            return erase(caller, person, Optional.of(lasting));
        });
    }

    private Erased erase(Caller caller, SubjectId person, Optional<Lasting> lasting) {
        return act(caller, person, () -> store.person(caller.tenant(), person)
                .map(stored -> {
                    keeping.settle(caller.tenant());
                    store.lockAccount(caller.tenant(), stored.account());
                    return removing.erase(caller, stored, lasting);
                })
                .orElseGet(() -> new Erased(Set.of(), List.of())));
    }

    @Override
    public void restrict(Caller caller, SubjectId person) {
        act(caller, person, () -> {
            StoredPerson stored = accounts.person(caller.tenant(), person);
            if (!restricted(caller.tenant(), person)) {
                store.mark(caller.tenant(), person, Mark.RESTRICTED);
                recording.record(
                        caller, Act.SUBJECT_RESTRICTED, person, stored.account(), restriction(caller), Map.of());
                listeners.restricted(caller, person);
            }
            return person;
        });
    }

    @Override
    public void lift(Caller caller, SubjectId person) {
        act(caller, person, () -> {
            StoredPerson stored = accounts.person(caller.tenant(), person);
            if (restricted(caller.tenant(), person)) {
                store.unmark(caller.tenant(), person, Mark.RESTRICTED);
                recording.record(
                        caller, Act.RESTRICTION_LIFTED, person, stored.account(), restriction(caller), Map.of());
                listeners.lifted(caller, person);
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
            StoredPerson stored = accounts.person(tenant, person);
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
                        accounts.existing(tenant, stored.account()).version());
            }
            return new Erased(leaving, List.copyOf(kept.values()));
        });
    }

    private <T> T act(Caller caller, Supplier<T> work) {
        caller.require(Role.OPERATOR);
        try {
            return transactions.required(work);
        } catch (Refusal refusal) {
            recording.refused(caller, refusal);
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

    private ConsentService keeperOfAuthorisations() {
        return consents.get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        UNAVAILABLE, "nobody is there to keep what guardians authorise")
                .remedy("Nothing was recorded; try again in a moment, and start the bundle consent if it stays"
                        + " so."));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
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

    private void add(Policy policy, StoredPerson person, Map<String, List<String>> given) {
        store.addPerson(person);
        given.forEach((field, values) -> put(policy, person, field, values));
    }

    private void put(Policy policy, StoredPerson person, String field, List<String> values) {
        fields.put(person.tenant(), person.id(), field, values);
        store.stampField(person.tenant(), person.id(), field, clock.instant().truncatedTo(ChronoUnit.MICROS));
        index.put(policy, person, field, values);
    }
}
