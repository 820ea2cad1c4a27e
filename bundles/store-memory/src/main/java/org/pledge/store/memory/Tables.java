package org.pledge.store.memory;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Acceptance;
import org.pledge.access.spi.AccessStore.Done;
import org.pledge.access.spi.AccessStore.StoredCredential;
import org.pledge.access.spi.SecondFactorStore.StoredFactor;
import org.pledge.answers.AnswerService.Export;
import org.pledge.audit.spi.AuditStore.StoredLeaf;
import org.pledge.campaign.CampaignService.Campaign;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Event;
import org.pledge.crypto.spi.AttestationKeyStore.StoredKey;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.policy.spi.PolicyStore.StoredPolicy;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.EmailChangeStore.EmailChange;
import org.pledge.rights.spi.ExternalRequestStore.ExternalRequest;
import org.pledge.rights.spi.LoginStore.Login;
import org.pledge.rights.spi.LoginStore.Tries;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.rights.spi.RequestStore.CodeDay;
import org.pledge.rights.spi.RequestStore.CodeState;
import org.pledge.rights.spi.StatusCallbackStore.StatusCallback;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.subject.SubjectService.Lasting;
import org.pledge.subject.spi.SubjectStore.Indexed;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all stores of one {@link MemoryStore} keep, and its transactions. */
final class Tables {
    record Key<T>(TenantId tenant, T id) {}

    record Field(TenantId tenant, SubjectId person, String category) {}

    record PersonDay(SubjectId person, LocalDate day) {}

    record FieldToken(Field field, String token) {}

    record KeptToken(Lasting lasting, Instant since) {}

    record Chained(long leafId, byte[] chain) {}

    record Signed(String jws, Instant created) {}

    record Unit(
            Deque<Runnable> undo,
            List<Runnable> afterCommit,
            List<Runnable> afterRollback,
            List<Runnable> whenUndone) {}

    static final Comparator<UUID> AS_BYTES = Comparator.comparing(SubjectId::of);

    private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

    private final ReentrantLock lock = new ReentrantLock(true);
    private final ThreadLocal<Unit> current = new ThreadLocal<>();

    final Map<Key<SubjectId>, StoredAccount> accounts = new HashMap<>();
    final Map<Key<SubjectId>, StoredPerson> people = new HashMap<>();
    final Map<Key<SubjectId>, List<Removal>> removals = new HashMap<>();
    final Map<Key<List<Object>>, Signed> statements = new HashMap<>();
    final Map<Key<SubjectId>, Set<Mark>> marks = new HashMap<>();
    final Map<Field, byte[]> fields = new HashMap<>();
    final Map<Field, Instant> fieldTimes = new HashMap<>();
    final Map<Field, Boolean> endedFields = new HashMap<>();
    final Map<Key<UUID>, Breach> breaches = new HashMap<>();
    final Map<Key<List<Object>>, Boolean> told = new HashMap<>();
    final Map<Key<String>, Pass> passes = new HashMap<>();
    final Map<Key<SubjectId>, EmailChange> emailChanges = new HashMap<>();
    final Map<Key<String>, Login> logins = new HashMap<>();
    final Map<Key<String>, Tries> tries = new HashMap<>();
    final Map<FieldToken, SubjectId> fieldTokens = new HashMap<>();
    final Map<TenantId, Indexed> indexes = new HashMap<>();
    final Map<Key<String>, KeptToken> keptTokens = new HashMap<>();
    final Map<TenantId, Instant> looks = new HashMap<>();
    final Map<Key<SubjectId>, Long> epochs = new HashMap<>();
    final TreeMap<Long, Event> events = new TreeMap<>();
    final Map<Key<List<Object>>, Authorisation> authorisations = new HashMap<>();
    final Map<Key<UUID>, Inquiry> inquiries = new HashMap<>();
    final Map<Key<UUID>, Request> requests = new HashMap<>();
    final Map<Key<UUID>, CodeState> codes = new HashMap<>();
    final Map<Key<PersonDay>, CodeDay> codeDays = new HashMap<>();
    final Map<Key<ByteBuffer>, ExternalRequest> external = new HashMap<>();
    final Map<Key<List<Object>>, StatusCallback> callbacks = new HashMap<>();
    final Map<Key<UUID>, Export> exports = new HashMap<>();
    final Map<Key<UUID>, Certificate> certificates = new HashMap<>();
    final Map<Key<String>, Partner> partners = new HashMap<>();
    final Map<Key<UUID>, LegalCase> cases = new HashMap<>();
    final Map<Key<UUID>, StoredDisclosure> disclosures = new HashMap<>();
    final Map<Key<UUID>, StoredNotice> notices = new HashMap<>();
    final TreeMap<Long, StoredLeaf> leaves = new TreeMap<>();
    final TreeMap<Long, StoredLeaf> unchained = new TreeMap<>();
    final Map<TenantId, TreeMap<Long, Chained>> chains = new HashMap<>();
    final Map<Key<Integer>, StoredPolicy> policies = new HashMap<>();
    final Map<Key<Integer>, Campaign> campaigns = new HashMap<>();
    final Map<Key<SubjectId>, WrappedKey> subjectKeys = new HashMap<>();
    final Map<Key<String>, StoredKey> attestationKeys = new HashMap<>();
    final Map<String, byte[]> epochKeys = new HashMap<>();
    final Map<Key<String>, MemoryTombstones.Kept> tombstones = new HashMap<>();
    final Map<Key<String>, StoredCredential> credentials = new HashMap<>();
    final Map<Key<List<Byte>>, Done> done = new HashMap<>();
    final Map<Key<List<Byte>>, Instant> doneAt = new HashMap<>();
    final Map<Key<String>, StoredFactor> factors = new HashMap<>();
    final Map<Key<List<String>>, Acceptance> acceptances = new HashMap<>();
    long lastLeaf;
    long lastEvent;

    <T> T required(Supplier<T> work) {
        if (current.get() != null) {
            return work.get();
        }
        Unit unit = new Unit(new ArrayDeque<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
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
                unit.afterRollback().forEach(Tables::runLogged);
            }
            if (!finished) {
                unit.whenUndone().forEach(Tables::runLogged);
            }
        }
        unit.afterCommit().forEach(Tables::runLogged);
        return result;
    }

    boolean isActive() {
        return current.get() != null;
    }

    void afterCommit(Runnable action) {
        unit().afterCommit().add(action);
    }

    void afterRollback(Runnable action) {
        unit().afterRollback().add(action);
    }

    void whenUndone(Runnable action) {
        unit().whenUndone().add(action);
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

    /** Refuses what is outside a transaction. */
    Unit unit() {
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

    <K, V> Optional<V> get(Map<K, V> map, K key) {
        unit();
        return Optional.ofNullable(map.get(key));
    }

    <V> Stream<V> all(Map<?, V> map) {
        unit();
        return map.values().stream();
    }

    static void check(boolean expected, String otherwise) {
        if (!expected) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** What a database says of a row that is still in the way when the transaction was run again. */
    static PledgeException clash() {
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "too many changes of the same data at once")
                .remedy("Try again.");
    }

    <K, V> boolean putIfAbsent(Map<K, V> map, K key, V value) {
        boolean absent = get(map, key).isEmpty();
        if (absent) {
            put(map, key, value);
        }
        return absent;
    }
}
