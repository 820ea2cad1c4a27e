package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.Transactions;

/** Seals under one data key per subject, wrapped under the keys that the package description names. */
@Component(
        service = {Sealer.class, DefaultSealer.class},
        configurationPid = "org.pledge.crypto")
public final class DefaultSealer implements Sealer {
    private static final int KEY_BYTES = 32;
    private static final int EPOCHS_IN_MEMORY = 64;

    /** Told of every key that is destroyed, in the same transaction. */
    interface Destroyed {
        void destroyed(TenantId tenant, SubjectId subject, Kind kind, Set<String> kept);
    }

    private record Owner(TenantId tenant, SubjectId subject) {}

    private final RootKeys roots;
    private final Transactions transactions;
    private final WrappedKeyStore store;
    private final Clock clock;
    private final RecordFormat<Place> records = RecordFormat.ofSubjects();
    private final KeyWrap wrap = new KeyWrap();
    private final KeyCache<String> epochKeys;
    private final EpochKeys months = new Months();
    private final DataKeys<Owner> dataKeys;
    private final Destroyed tombstones;

    /** Seals with the platform's keys. */
    @Activate
    public DefaultSealer(
            RootKeys.Config config,
            @Reference RootKeys roots,
            @Reference Transactions transactions,
            @Reference WrappedKeyStore store,
            @Reference SubjectTombstones tombstones) {
        this(
                roots,
                transactions,
                store,
                config.cache_entries(),
                Duration.ofSeconds(config.cache_seconds()),
                Clock.systemUTC(),
                tombstones::leave);
    }

    DefaultSealer(
            RootKeys roots,
            Transactions transactions,
            WrappedKeyStore store,
            int cacheEntries,
            Duration cacheTime,
            Clock clock) {
        this(roots, transactions, store, cacheEntries, cacheTime, clock, (tenant, subject, kind, kept) -> {});
    }

    DefaultSealer(
            RootKeys roots,
            Transactions transactions,
            WrappedKeyStore store,
            int cacheEntries,
            Duration cacheTime,
            Clock clock,
            Destroyed tombstones) {
        this.tombstones = tombstones;
        this.roots = roots;
        this.transactions = transactions;
        this.store = store;
        this.clock = clock;
        this.epochKeys = new KeyCache<>(EPOCHS_IN_MEMORY, cacheTime, clock);
        this.dataKeys = new DataKeys<>(
                "pledge tenant key 1",
                new Subjects(),
                months,
                transactions,
                new KeyCache<>(cacheEntries, cacheTime, clock));
    }

    /** Wipes the keys in memory. */
    @Deactivate
    public void deactivate() {
        dataKeys.close();
        epochKeys.close();
    }

    @Override
    public byte[] seal(Place place, byte[] plain) {
        try (SecretBytes key = dataKeys.foundOrMade(new Owner(place.tenant(), place.subject()))) {
            return records.seal(key, place, plain);
        }
    }

    @Override
    public byte[] open(Place place, byte[] sealed) {
        try (SecretBytes key = dataKeys.found(new Owner(place.tenant(), place.subject()))) {
            return records.open(key, place, sealed);
        }
    }

    @Override
    public void destroyKey(TenantId tenant, SubjectId subject) {
        destroy(tenant, subject, Kind.ENDED, Set.of());
    }

    @Override
    public void changeKey(TenantId tenant, SubjectId subject, Set<String> kept) {
        destroy(tenant, subject, Kind.CHANGED, kept);
    }

    private void destroy(TenantId tenant, SubjectId subject, Kind kind, Set<String> kept) {
        transactions.required(() -> {
            dataKeys.destroy(new Owner(tenant, subject));
            tombstones.destroyed(tenant, subject, kind, kept);
        });
    }

    EpochKeys epochs() {
        return months;
    }

    /** The key that wraps those of a tenant's people in an epoch; the caller wipes it. */
    SecretBytes tenantKey(SecretBytes epochKey, TenantId tenant) {
        return dataKeys.tenantKey(epochKey, tenant);
    }

    /** Removes an epoch's key in the current transaction. */
    void destroyEpoch(String epoch) {
        store.removeEpochKey(epoch);
        epochKeys.forget(epoch);
        transactions.afterCommit(() -> epochKeys.forget(epoch));
    }

    /** The subjects' wrapped keys. */
    private final class Subjects implements DataKeys.Shelf<Owner> {
        @Override
        public TenantId tenant(Owner owner) {
            return owner.tenant();
        }

        @Override
        public Optional<WrappedKey> find(Owner owner) {
            return store.subjectKey(owner.tenant(), owner.subject());
        }

        @Override
        public boolean put(Owner owner, WrappedKey key) {
            return store.putSubjectKey(owner.tenant(), owner.subject(), key);
        }

        @Override
        public void remove(Owner owner) {
            store.removeSubjectKey(owner.tenant(), owner.subject());
        }

        @Override
        public PledgeException destroyed() {
            return new PledgeException(PledgeException.Kind.NOT_FOUND, "the data of this subject was erased")
                    .remedy("It does not come back; register the person anew if they return.");
        }

        @Override
        public PledgeException changing() {
            return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the subject's key is being changed")
                    .remedy("Try again.");
        }
    }

    /** One epoch a month. */
    private final class Months implements EpochKeys {
        @Override
        public String current() {
            String epoch = YearMonth.now(clock.withZone(ZoneOffset.UTC)).toString();
            key(epoch).ifPresentOrElse(SecretBytes::close, () -> make(epoch));
            return epoch;
        }

        @Override
        public Optional<SecretBytes> key(String epoch) {
            return epochKeys.get(epoch).or(() -> read(epoch));
        }

        private Optional<SecretBytes> read(String epoch) {
            long mark = epochKeys.mark();
            try (SecretBytes root = roots.root()) {
                Optional<SecretBytes> key = store.epochKey(epoch).map(wrapped -> wrap.unwrap(root, wrapped));
                key.map(SecretBytes::copy)
                        .ifPresent(copy -> transactions.afterCommit(() -> epochKeys.put(epoch, copy, mark)));
                return key;
            }
        }

        private void make(String epoch) {
            try (SecretBytes root = roots.root();
                    SecretBytes key = SecretBytes.random(KEY_BYTES)) {
                store.putEpochKey(epoch, wrap.wrap(root, key));
            }
        }
    }
}
