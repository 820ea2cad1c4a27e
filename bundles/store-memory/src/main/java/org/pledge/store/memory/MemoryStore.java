package org.pledge.store.memory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.spi.AccessStore;
import org.pledge.audit.spi.AuditStore;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.policy.spi.PolicyStore;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every store in maps. Transactions run one after the other under one lock, and undo their changes when they fail.
 * Nothing survives the object.
 */
public final class MemoryStore
        implements Transactions,
                SubjectStore,
                ConsentStore,
                SharingStore,
                NoticeStore,
                AuditStore,
                PolicyStore,
                WrappedKeyStore,
                AccessStore {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

    private record Key<T>(TenantId tenant, T id) {}

    private record Field(TenantId tenant, SubjectId person, String category) {}

    private record Chained(long leafId, byte[] chain) {}

    private record Unit(Deque<Runnable> undo, List<Runnable> afterCommit, List<Runnable> afterRollback) {}

    private static final Comparator<UUID> AS_BYTES = Comparator.comparing(SubjectId::of);
    private static final Set<State> UNFINISHED = Set.of(State.QUEUED, State.SENDING, State.PARKED);
    private static final Comparator<Disclosure> OLDEST_FIRST =
            Comparator.comparing(Disclosure::created).thenComparing(Disclosure::id, AS_BYTES);
    private static final Comparator<StoredDisclosure> OLDEST_DUE_FIRST = Comparator.comparing(
                    (StoredDisclosure stored) -> due(stored).orElse(Instant.MAX))
            .thenComparing(StoredDisclosure::disclosure, OLDEST_FIRST);

    private static final Comparator<Notice> OLDEST_NOTICE_FIRST =
            Comparator.comparing(Notice::created).thenComparing(Notice::id, AS_BYTES);

    private final ReentrantLock lock = new ReentrantLock(true);
    private final ThreadLocal<Unit> current = new ThreadLocal<>();

    private final Map<Key<SubjectId>, StoredAccount> accounts = new HashMap<>();
    private final Map<Key<SubjectId>, StoredPerson> people = new HashMap<>();
    private final Map<Field, byte[]> fields = new HashMap<>();
    private final Map<Key<SubjectId>, Long> epochs = new HashMap<>();
    private final TreeMap<Long, Event> events = new TreeMap<>();
    private final Map<Key<String>, Partner> partners = new HashMap<>();
    private final Map<Key<UUID>, LegalCase> cases = new HashMap<>();
    private final Map<Key<UUID>, StoredDisclosure> disclosures = new HashMap<>();
    private final Map<Key<UUID>, StoredNotice> notices = new HashMap<>();
    private final TreeMap<Long, StoredLeaf> leaves = new TreeMap<>();
    private final TreeMap<Long, StoredLeaf> unchained = new TreeMap<>();
    private final Map<TenantId, TreeMap<Long, Chained>> chains = new HashMap<>();
    private final Map<Key<Integer>, StoredPolicy> policies = new HashMap<>();
    private final Map<Key<SubjectId>, WrappedKey> subjectKeys = new HashMap<>();
    private final Map<String, byte[]> epochKeys = new HashMap<>();
    private final Map<Key<String>, StoredCredential> credentials = new HashMap<>();
    private final Map<Key<List<Byte>>, Done> done = new HashMap<>();
    private long lastLeaf;
    private long lastEvent;

    // transactions

    @Override
    public <T> T required(Supplier<T> work) {
        if (current.get() != null) {
            return work.get();
        }
        Unit unit = new Unit(new ArrayDeque<>(), new ArrayList<>(), new ArrayList<>());
        T result;
        lock.lock();
        boolean finished = false;
        boolean refused = false;
        try {
            current.set(unit);
            result = work.get();
            finished = true;
        } catch (PledgeException e) {
            refused = true;
            throw e;
        } finally {
            current.remove();
            if (!finished) {
                unit.undo().forEach(Runnable::run);
            }
            lock.unlock();
            if (refused) {
                unit.afterRollback().forEach(MemoryStore::runLogged);
            }
        }
        unit.afterCommit().forEach(MemoryStore::runLogged);
        return result;
    }

    @Override
    public void afterCommit(Runnable action) {
        unit().afterCommit().add(action);
    }

    @Override
    public void afterRollback(Runnable action) {
        unit().afterRollback().add(action);
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error(
                    "An action after a transaction failed with {}; the transaction stands.",
                    e.getClass().getName());
        }
    }

    private Unit unit() {
        Unit unit = current.get();
        if (unit == null) {
            throw new IllegalStateException("a store needs a transaction: call it inside Transactions.required");
        }
        return unit;
    }

    <K, V> void put(Map<K, V> map, K key, V value) {
        Deque<Runnable> undo = unit().undo();
        V before = map.put(key, value);
        undo.push(before == null ? () -> map.remove(key) : () -> map.put(key, before));
    }

    <K, V> boolean remove(Map<K, V> map, K key) {
        Deque<Runnable> undo = unit().undo();
        V before = map.remove(key);
        if (before != null) {
            undo.push(() -> map.put(key, before));
        }
        return before != null;
    }

    private <K, V> Optional<V> get(Map<K, V> map, K key) {
        unit();
        return Optional.ofNullable(map.get(key));
    }

    <V> Stream<V> all(Map<?, V> map) {
        unit();
        return map.values().stream();
    }

    private static void check(boolean expected, String otherwise) {
        if (!expected) {
            throw new IllegalStateException(otherwise);
        }
    }

    // subjects

    @Override
    public void addAccount(StoredAccount account) {
        Key<SubjectId> key = new Key<>(account.tenant(), account.id());
        check(get(accounts, key).isEmpty(), "the account exists");
        put(accounts, key, atVersion(account, 1));
    }

    @Override
    public Optional<StoredAccount> account(TenantId tenant, SubjectId id) {
        return get(accounts, new Key<>(tenant, id));
    }

    @Override
    public List<StoredAccount> accounts(TenantId tenant, Optional<SubjectId> after, int limit) {
        return all(accounts)
                .filter(account -> account.tenant().equals(tenant))
                .filter(account -> after.isEmpty() || account.id().compareTo(after.get()) > 0)
                .sorted(Comparator.comparing(StoredAccount::id))
                .limit(limit)
                .toList();
    }

    @Override
    public boolean touchAccount(TenantId tenant, SubjectId id, long expectedVersion) {
        Optional<StoredAccount> account = account(tenant, id).filter(present -> present.version() == expectedVersion);
        account.ifPresent(present -> put(accounts, new Key<>(tenant, id), atVersion(present, expectedVersion + 1)));
        return account.isPresent();
    }

    private static StoredAccount atVersion(StoredAccount account, long version) {
        return new StoredAccount(
                account.tenant(), account.id(), account.tier(), account.holder(), account.jurisdiction(), version);
    }

    @Override
    public boolean removeAccount(TenantId tenant, SubjectId id) {
        check(people(tenant, id).isEmpty(), "the account still has people");
        return remove(accounts, new Key<>(tenant, id));
    }

    @Override
    public void addPerson(StoredPerson person) {
        Key<SubjectId> key = new Key<>(person.tenant(), person.id());
        check(get(people, key).isEmpty(), "the person exists");
        check(account(person.tenant(), person.account()).isPresent(), "the person's account does not exist");
        put(people, key, person);
    }

    @Override
    public void setRoles(TenantId tenant, SubjectId person, Set<String> roles) {
        Optional<StoredPerson> stored = person(tenant, person);
        check(stored.isPresent(), "the person does not exist");
        StoredPerson before = stored.get();
        put(
                people,
                new Key<>(tenant, person),
                new StoredPerson(tenant, person, before.account(), roles, before.ordinal()));
    }

    @Override
    public Optional<StoredPerson> person(TenantId tenant, SubjectId id) {
        return get(people, new Key<>(tenant, id));
    }

    @Override
    public List<StoredPerson> people(TenantId tenant, SubjectId account) {
        return all(people)
                .filter(person ->
                        person.tenant().equals(tenant) && person.account().equals(account))
                .sorted(Comparator.comparing(StoredPerson::ordinal).thenComparing(StoredPerson::id))
                .toList();
    }

    @Override
    public boolean removePerson(TenantId tenant, SubjectId id) {
        fields(tenant, id).keySet().forEach(category -> removeField(tenant, id, category));
        return remove(people, new Key<>(tenant, id));
    }

    @Override
    public void putField(TenantId tenant, SubjectId person, String category, byte[] sealed) {
        check(person(tenant, person).isPresent(), "the person does not exist");
        put(fields, new Field(tenant, person, category), sealed.clone());
    }

    @Override
    public void removeField(TenantId tenant, SubjectId person, String category) {
        remove(fields, new Field(tenant, person, category));
    }

    @Override
    public Map<String, byte[]> fields(TenantId tenant, SubjectId person) {
        unit();
        return fields.entrySet().stream()
                .filter(entry -> entry.getKey().person().equals(person)
                        && entry.getKey().tenant().equals(tenant))
                .collect(Collectors.toMap(
                        entry -> entry.getKey().category(),
                        entry -> entry.getValue().clone(),
                        (first, second) -> first,
                        TreeMap::new));
    }

    // consents

    @Override
    public long nextEpoch(TenantId tenant, SubjectId subject) {
        long next = lockEpoch(tenant, subject).orElse(0) + 1;
        put(epochs, new Key<>(tenant, subject), next);
        return next;
    }

    @Override
    public OptionalLong lockEpoch(TenantId tenant, SubjectId subject) {
        return get(epochs, new Key<>(tenant, subject)).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    @Override
    public void append(Event event) {
        unit();
        long sequence = ++lastEvent;
        put(
                events,
                sequence,
                new Event(
                        sequence,
                        event.id(),
                        event.tenant(),
                        event.subject(),
                        event.kind(),
                        event.at(),
                        event.epoch(),
                        event.purpose(),
                        event.recipient(),
                        event.categories(),
                        event.level(),
                        event.expires(),
                        event.policyVersion(),
                        event.jurisdiction(),
                        event.wording(),
                        event.actor()));
    }

    @Override
    public List<Event> history(TenantId tenant, SubjectId subject) {
        return all(events)
                .filter(event ->
                        event.tenant().equals(tenant) && event.subject().equals(subject))
                .sorted(Comparator.comparing(Event::epoch).thenComparing(Event::sequence))
                .toList();
    }

    @Override
    public List<Event> log(long after, int limit) {
        return all(events.tailMap(after, false)).limit(limit).toList();
    }

    // sharing

    @Override
    public List<Partner> partners() {
        return all(partners)
                .sorted(Comparator.comparing(Partner::tenant).thenComparing(Partner::name))
                .toList();
    }

    @Override
    public Optional<Partner> lockPartner(TenantId tenant, String name) {
        return get(partners, new Key<>(tenant, name));
    }

    @Override
    public void putPartner(Partner partner) {
        put(partners, new Key<>(partner.tenant(), partner.name()), partner);
    }

    @Override
    public void putCase(LegalCase legalCase) {
        put(cases, new Key<>(legalCase.tenant(), legalCase.id()), legalCase);
    }

    @Override
    public Optional<LegalCase> lockCase(TenantId tenant, UUID id) {
        return legalCase(tenant, id);
    }

    @Override
    public Optional<LegalCase> legalCase(TenantId tenant, UUID id) {
        return get(cases, new Key<>(tenant, id));
    }

    @Override
    public List<LegalCase> cases(TenantId tenant) {
        return all(cases)
                .filter(legalCase -> legalCase.tenant().equals(tenant))
                .sorted(Comparator.comparing(LegalCase::opened)
                        .thenComparing(LegalCase::id, AS_BYTES)
                        .reversed())
                .toList();
    }

    @Override
    public void addDisclosure(StoredDisclosure disclosure) {
        Key<UUID> key = key(disclosure.disclosure());
        check(get(disclosures, key).isEmpty(), "the disclosure exists");
        put(disclosures, key, copy(disclosure));
    }

    @Override
    public void putDisclosure(StoredDisclosure disclosure) {
        Key<UUID> key = key(disclosure.disclosure());
        check(get(disclosures, key).isPresent(), "the disclosure does not exist");
        put(disclosures, key, copy(disclosure));
    }

    @Override
    public Optional<StoredDisclosure> disclosure(TenantId tenant, UUID id) {
        return get(disclosures, new Key<>(tenant, id)).map(MemoryStore::copy);
    }

    @Override
    public Optional<StoredDisclosure> lockDisclosure(TenantId tenant, UUID id) {
        return disclosure(tenant, id);
    }

    @Override
    public List<StoredDisclosure> lockDue(TenantId tenant, String partner, Instant now, int limit) {
        return disclosures(tenant, disclosure -> disclosure.partner().equals(partner))
                .filter(stored -> due(stored).filter(due -> !due.isAfter(now)).isPresent())
                .sorted(OLDEST_DUE_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public List<StoredDisclosure> lockUnfinished(TenantId tenant, SubjectId subject) {
        return disclosures(
                        tenant,
                        disclosure -> disclosure.subject().equals(subject) && UNFINISHED.contains(disclosure.state()))
                .sorted(Comparator.comparing(StoredDisclosure::disclosure, OLDEST_FIRST))
                .toList();
    }

    @Override
    public List<Disclosure> ofSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit) {
        return disclosures(tenant, disclosure -> disclosure.subject().equals(subject))
                .map(StoredDisclosure::disclosure)
                .filter(disclosure -> before.isEmpty() || isBefore(disclosure.created(), disclosure.id(), before.get()))
                .sorted(OLDEST_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    private static boolean isBefore(Instant at, UUID id, Position position) {
        int created = at.compareTo(position.created());
        return created < 0 || created == 0 && AS_BYTES.compare(id, position.id()) < 0;
    }

    @Override
    public List<Disclosure> inState(TenantId tenant, State state, int limit) {
        return disclosures(tenant, disclosure -> disclosure.state() == state)
                .map(StoredDisclosure::disclosure)
                .sorted(OLDEST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public Map<String, Backlog> backlog(TenantId tenant) {
        Map<String, Backlog> backlog = new HashMap<>();
        disclosures(tenant, disclosure -> Set.of(State.QUEUED, State.SENDING, State.PARKED)
                        .contains(disclosure.state()))
                .map(StoredDisclosure::disclosure)
                .forEach(one -> backlog.merge(
                        one.partner(),
                        one.state() == State.PARKED ? new Backlog(0, 1) : new Backlog(1, 0),
                        (left, right) -> new Backlog(left.queued() + right.queued(), left.parked() + right.parked())));
        return backlog;
    }

    @Override
    public Optional<Instant> nextDue(TenantId tenant, String partner) {
        return disclosures(tenant, disclosure -> disclosure.partner().equals(partner))
                .flatMap(stored -> due(stored).stream())
                .min(Comparator.naturalOrder());
    }

    private Stream<StoredDisclosure> disclosures(TenantId tenant, Predicate<Disclosure> which) {
        return all(disclosures)
                .filter(stored -> stored.disclosure().tenant().equals(tenant) && which.test(stored.disclosure()))
                .map(MemoryStore::copy);
    }

    private static Optional<Instant> due(StoredDisclosure stored) {
        return switch (stored.disclosure().state()) {
            case QUEUED -> Optional.of(stored.nextAttempt());
            case SENDING -> stored.claimedUntil();
            case DELIVERED, CANCELLED, PARKED, DROPPED -> Optional.empty();
        };
    }

    private static Key<UUID> key(Disclosure disclosure) {
        return new Key<>(disclosure.tenant(), disclosure.id());
    }

    private static StoredDisclosure copy(StoredDisclosure stored) {
        return new StoredDisclosure(
                stored.disclosure(), stored.supplied().clone(), stored.nextAttempt(), stored.claimedUntil());
    }

    // notices

    @Override
    public void lockPerson(TenantId tenant, SubjectId subject) {
        unit();
    }

    @Override
    public List<Disclosure> sent(TenantId tenant, SubjectId subject) {
        return disclosures(tenant, disclosure -> disclosure.subject().equals(subject) && disclosure.attempts() > 0)
                .map(StoredDisclosure::disclosure)
                .sorted(OLDEST_FIRST)
                .toList();
    }

    @Override
    public void addNotice(StoredNotice notice) {
        Key<UUID> key = key(notice.notice());
        check(get(notices, key).isEmpty(), "the notice exists");
        put(notices, key, notice);
    }

    @Override
    public void putNotice(StoredNotice notice) {
        Key<UUID> key = key(notice.notice());
        check(get(notices, key).isPresent(), "the notice does not exist");
        put(notices, key, notice);
    }

    @Override
    public Optional<StoredNotice> notice(TenantId tenant, UUID id) {
        return get(notices, new Key<>(tenant, id));
    }

    @Override
    public Optional<StoredNotice> lockNotice(TenantId tenant, UUID id) {
        return notice(tenant, id);
    }

    @Override
    public List<StoredNotice> lockNotices(TenantId tenant, SubjectId subject, Outbox.Kind kind) {
        return notices(
                        tenant,
                        notice -> notice.subject().equals(subject)
                                && notice.kind() == kind
                                && notice.state() != NoticeService.State.DROPPED)
                .sorted(Comparator.comparing(StoredNotice::notice, OLDEST_NOTICE_FIRST))
                .toList();
    }

    @Override
    public List<StoredNotice> lockDueNotices(TenantId tenant, String partner, Instant now, int limit) {
        return notices(tenant, notice -> notice.partner().equals(partner))
                .filter(stored -> isDue(stored.sendDue(), now))
                .filter(stored -> !mustWait(stored.notice(), now))
                .sorted(Comparator.comparing(
                                (StoredNotice stored) -> stored.sendDue().orElse(Instant.MAX))
                        .thenComparing(stored -> stored.notice().id(), AS_BYTES))
                .limit(limit)
                .toList();
    }

    private boolean mustWait(Notice notice, Instant now) {
        boolean forANotice = notices(
                        notice.tenant(),
                        other -> !other.id().equals(notice.id())
                                && other.subject().equals(notice.subject())
                                && other.partner().equals(notice.partner()))
                .anyMatch(other -> other.sendDue().isPresent()
                                && OLDEST_NOTICE_FIRST.compare(other.notice(), notice) < 0
                        || other.notice().state() == NoticeService.State.SENDING && !isDue(other.claimedUntil(), now));
        return forANotice
                || notice.disclosures().stream()
                        .flatMap(id -> get(disclosures, new Key<>(notice.tenant(), id)).stream())
                        .anyMatch(stored ->
                                stored.disclosure().state() == State.SENDING && !isDue(stored.claimedUntil(), now));
    }

    private static boolean isDue(Optional<Instant> at, Instant now) {
        return at.filter(due -> !due.isAfter(now)).isPresent();
    }

    @Override
    public Optional<Instant> nextDueNotice(TenantId tenant, String partner) {
        return notices(tenant, notice -> notice.partner().equals(partner))
                .flatMap(stored -> stored.sendDue().stream())
                .min(Comparator.naturalOrder());
    }

    @Override
    public List<Notice> noticesOfSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit) {
        return notices(tenant, notice -> notice.subject().equals(subject))
                .map(StoredNotice::notice)
                .filter(notice -> before.isEmpty() || isBefore(notice.created(), notice.id(), before.get()))
                .sorted(OLDEST_NOTICE_FIRST.reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public List<Notice> noticesInState(TenantId tenant, NoticeService.State state, int limit) {
        return notices(tenant, notice -> notice.state() == state)
                .map(StoredNotice::notice)
                .sorted(OLDEST_NOTICE_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public List<Notice> overdueNotices(TenantId tenant, Instant now, int limit) {
        return overdue(tenant, now).map(StoredNotice::notice).limit(limit).toList();
    }

    @Override
    public List<StoredNotice> lockNewlyOverdue(TenantId tenant, Instant now, int limit) {
        return overdue(tenant, now)
                .filter(stored -> !stored.notice().overdue())
                .limit(limit)
                .toList();
    }

    private Stream<StoredNotice> overdue(TenantId tenant, Instant now) {
        return notices(
                        tenant,
                        notice -> notice.confirmed().isEmpty() && !notice.due().isAfter(now))
                .sorted(Comparator.comparing(
                                (StoredNotice stored) -> stored.notice().due())
                        .thenComparing(stored -> stored.notice().id(), AS_BYTES));
    }

    private Stream<StoredNotice> notices(TenantId tenant, Predicate<Notice> which) {
        return all(notices).filter(stored -> stored.notice().tenant().equals(tenant) && which.test(stored.notice()));
    }

    private static Key<UUID> key(Notice notice) {
        return new Key<>(notice.tenant(), notice.id());
    }

    // audit

    @Override
    public void add(TenantId tenant, byte[] content) {
        unit();
        StoredLeaf leaf = new StoredLeaf(tenant, ++lastLeaf, content.clone());
        put(leaves, leaf.id(), leaf);
        put(unchained, leaf.id(), leaf);
    }

    @Override
    public List<StoredLeaf> unchained(int limit) {
        return all(unchained)
                .sorted(Comparator.comparing(StoredLeaf::tenant).thenComparing(StoredLeaf::id))
                .limit(limit)
                .map(leaf ->
                        new StoredLeaf(leaf.tenant(), leaf.id(), leaf.content().clone()))
                .toList();
    }

    @Override
    public Optional<Link> lockHead(TenantId tenant) {
        return newest(tenant, 1).stream().findFirst();
    }

    @Override
    public void link(TenantId tenant, List<Link> links) {
        unit();
        TreeMap<Long, Chained> chain = chains.computeIfAbsent(tenant, any -> new TreeMap<>());
        for (Link link : links) {
            check(link.position() == chain.size(), "a link must follow the last one");
            StoredLeaf leaf = unchained.get(link.leafId());
            check(leaf != null && leaf.tenant().equals(tenant), "a link must be of a leaf that waits for its place");
            remove(unchained, link.leafId());
            put(chain, link.position(), new Chained(link.leafId(), link.chain().clone()));
        }
    }

    @Override
    public List<Link> links(TenantId tenant, long fromPosition, int limit) {
        return links(tenant, chain -> chain.tailMap(fromPosition, true), limit);
    }

    @Override
    public List<Link> newest(TenantId tenant, int limit) {
        return links(tenant, TreeMap::descendingMap, limit);
    }

    private List<Link> links(TenantId tenant, Function<TreeMap<Long, Chained>, Map<Long, Chained>> part, int limit) {
        unit();
        return part.apply(chains.getOrDefault(tenant, new TreeMap<>())).entrySet().stream()
                .limit(limit)
                .map(entry -> new Link(
                        entry.getKey(),
                        entry.getValue().leafId(),
                        leaves.get(entry.getValue().leafId()).content().clone(),
                        entry.getValue().chain().clone()))
                .toList();
    }

    @Override
    public Set<TenantId> tenants() {
        return all(leaves).map(StoredLeaf::tenant).collect(Collectors.toUnmodifiableSet());
    }

    // policies

    @Override
    public List<StoredPolicy> all() {
        return all(policies)
                .sorted(Comparator.comparing(StoredPolicy::tenant).thenComparing(StoredPolicy::version))
                .toList();
    }

    @Override
    public void add(StoredPolicy policy) {
        Key<Integer> key = new Key<>(policy.tenant(), policy.version());
        if (get(policies, key).isPresent()) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "this policy version exists");
        }
        put(policies, key, policy);
    }

    // keys

    @Override
    public Optional<WrappedKey> subjectKey(TenantId tenant, SubjectId subject) {
        return get(subjectKeys, new Key<>(tenant, subject)).map(MemoryStore::copy);
    }

    @Override
    public boolean putSubjectKey(TenantId tenant, SubjectId subject, WrappedKey key) {
        return putIfAbsent(subjectKeys, new Key<>(tenant, subject), copy(key));
    }

    @Override
    public void removeSubjectKey(TenantId tenant, SubjectId subject) {
        remove(subjectKeys, new Key<>(tenant, subject));
    }

    @Override
    public Optional<byte[]> epochKey(String epoch) {
        return get(epochKeys, epoch).map(byte[]::clone);
    }

    @Override
    public boolean putEpochKey(String epoch, byte[] wrapped) {
        return putIfAbsent(epochKeys, epoch, wrapped.clone());
    }

    private <K, V> boolean putIfAbsent(Map<K, V> map, K key, V value) {
        boolean absent = get(map, key).isEmpty();
        if (absent) {
            put(map, key, value);
        }
        return absent;
    }

    private static WrappedKey copy(WrappedKey key) {
        return new WrappedKey(key.epoch(), key.wrapped().clone());
    }

    // access

    @Override
    public void put(StoredCredential credential) {
        put(
                credentials,
                new Key<>(
                        credential.credential().tenant(),
                        credential.credential().name()),
                new StoredCredential(
                        credential.credential(), credential.tokenHash().clone()));
    }

    @Override
    public boolean remove(TenantId tenant, String name) {
        return remove(credentials, new Key<>(tenant, name));
    }

    @Override
    public List<StoredCredential> credentials() {
        return all(credentials)
                .map(stored -> new StoredCredential(
                        stored.credential(), stored.tokenHash().clone()))
                .toList();
    }

    @Override
    public Optional<Done> done(TenantId tenant, byte[] keyHash) {
        return get(done, doneKey(tenant, keyHash))
                .map(stored -> new Done(stored.requestDigest().clone(), stored.resource()));
    }

    @Override
    public void putDone(TenantId tenant, byte[] keyHash, Done made, Instant at) {
        if (!putIfAbsent(
                done, doneKey(tenant, keyHash), new Done(made.requestDigest().clone(), made.resource()))) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the idempotency key was used meanwhile");
        }
    }

    private static Key<List<Byte>> doneKey(TenantId tenant, byte[] keyHash) {
        Byte[] boxed = new Byte[keyHash.length];
        Arrays.setAll(boxed, i -> keyHash[i]);
        return new Key<>(tenant, List.of(boxed));
    }
}
