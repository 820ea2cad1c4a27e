package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.Transactions;

/** Seals under one data key per subject, wrapped under the keys that the package description names. */
@Component(service = Sealer.class, configurationPid = "org.pledge.crypto")
public final class DefaultSealer implements Sealer {
    private static final int KEY_BYTES = 32;
    private static final byte[] NO_SALT = new byte[0];
    private static final int TRIES = 3;

    private final RootKeys roots;
    private final Transactions transactions;
    private final WrappedKeyStore store;
    private final Clock clock;
    private final RecordFormat records = new RecordFormat();
    private final KeyWrap wrap = new KeyWrap();
    private final Hmac hmac = new Hmac();
    private final KeyCache dataKeys;
    private final Map<String, SecretBytes> epochKeys = new ConcurrentHashMap<>();

    /** Seals with the platform's keys. */
    @Activate
    public DefaultSealer(
            RootKeys.Config config,
            @Reference RootKeys roots,
            @Reference Transactions transactions,
            @Reference WrappedKeyStore store) {
        this(
                roots,
                transactions,
                store,
                config.cache_entries(),
                Duration.ofSeconds(config.cache_seconds()),
                Clock.systemUTC());
    }

    DefaultSealer(
            RootKeys roots,
            Transactions transactions,
            WrappedKeyStore store,
            int cacheEntries,
            Duration cacheTime,
            Clock clock) {
        this.roots = roots;
        this.transactions = transactions;
        this.store = store;
        this.clock = clock;
        this.dataKeys = new KeyCache(cacheEntries, cacheTime, clock);
    }

    /** Wipes the keys in memory. */
    @Deactivate
    public void deactivate() {
        dataKeys.close();
        epochKeys.values().forEach(SecretBytes::close);
    }

    @Override
    public byte[] seal(Place place, byte[] plain) {
        KeyCache.Owner owner = new KeyCache.Owner(place.tenant(), place.subject());
        try (SecretBytes key = dataKeys.get(owner).orElseGet(() -> transactions.required(() -> foundOrMade(owner)))) {
            return records.seal(key, place, plain);
        }
    }

    @Override
    public byte[] open(Place place, byte[] sealed) {
        KeyCache.Owner owner = new KeyCache.Owner(place.tenant(), place.subject());
        try (SecretBytes key = dataKeys.get(owner)
                .or(() -> transactions.required(() -> found(owner)))
                .orElseThrow(DefaultSealer::destroyed)) {
            return records.open(key, place, sealed);
        }
    }

    @Override
    public void destroyKey(TenantId tenant, SubjectId subject) {
        KeyCache.Owner owner = new KeyCache.Owner(tenant, subject);
        transactions.required(() -> {
            store.removeSubjectKey(tenant, subject);
            dataKeys.forget(owner);
            transactions.afterCommit(() -> dataKeys.forget(owner));
        });
    }

    private static PledgeException destroyed() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "the data of this subject was erased");
    }

    private SecretBytes foundOrMade(KeyCache.Owner owner) {
        for (int i = 0; i < TRIES; i++) {
            Optional<SecretBytes> key = found(owner).or(() -> made(owner));
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "the subject's key is being changed")
                .remedy("Try again.");
    }

    private Optional<SecretBytes> found(KeyCache.Owner owner) {
        long mark = dataKeys.mark();
        Optional<WrappedKey> stored = store.subjectKey(owner.tenant(), owner.subject());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes epochKey = epochKey(stored.get().epoch()).orElseThrow(DefaultSealer::destroyed);
                SecretBytes tenantKey = tenantKey(epochKey, owner.tenant())) {
            SecretBytes key = wrap.unwrap(tenantKey, stored.get().wrapped());
            remember(owner, key, mark);
            return Optional.of(key);
        }
    }

    /** A new key; empty when somebody else made one meanwhile. */
    private Optional<SecretBytes> made(KeyCache.Owner owner) {
        long mark = dataKeys.mark();
        String epoch = YearMonth.now(clock.withZone(ZoneOffset.UTC)).toString();
        SecretBytes key = SecretBytes.random(KEY_BYTES);
        try (SecretBytes epochKey = epochKey(epoch).orElseGet(() -> madeEpochKey(epoch));
                SecretBytes tenantKey = tenantKey(epochKey, owner.tenant())) {
            WrappedKey wrapped = new WrappedKey(epoch, wrap.wrap(tenantKey, key));
            if (store.putSubjectKey(owner.tenant(), owner.subject(), wrapped)) {
                remember(owner, key, mark);
                return Optional.of(key);
            }
        }
        key.close();
        return Optional.empty();
    }

    /** Keeps a copy once it is certain that the key in the store is committed. */
    private void remember(KeyCache.Owner owner, SecretBytes key, long mark) {
        SecretBytes copy = key.copy();
        transactions.afterCommit(() -> dataKeys.put(owner, copy, mark));
    }

    private SecretBytes tenantKey(SecretBytes epochKey, TenantId tenant) {
        return SecretBytes.of(
                hmac.hkdf(epochKey, NO_SALT, Fields.of("pledge tenant key 1", tenant.value()), KEY_BYTES));
    }

    private Optional<SecretBytes> epochKey(String epoch) {
        SecretBytes known = epochKeys.get(epoch);
        if (known != null) {
            return Optional.of(known.copy());
        }
        try (SecretBytes root = roots.root()) {
            Optional<SecretBytes> key = store.epochKey(epoch).map(wrapped -> wrap.unwrap(root, wrapped));
            key.ifPresent(found -> rememberEpoch(epoch, found));
            return key;
        }
    }

    private SecretBytes madeEpochKey(String epoch) {
        try (SecretBytes root = roots.root();
                SecretBytes key = SecretBytes.random(KEY_BYTES)) {
            store.putEpochKey(epoch, wrap.wrap(root, key));
        }
        return epochKey(epoch).orElseThrow(DefaultSealer::destroyed);
    }

    private void rememberEpoch(String epoch, SecretBytes key) {
        SecretBytes copy = key.copy();
        transactions.afterCommit(() -> {
            if (epochKeys.putIfAbsent(epoch, copy) != null) {
                copy.close();
            }
        });
    }
}
