package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.PeopleEpochs;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.crypto.spi.WrappedKeyStore.Rewrapped;
import org.pledge.crypto.spi.WrappedKeyStore.SubjectKey;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.Transactions;

/** Moves people's keys to the current epoch, and destroys the older ones' keys. */
@Component
public final class DefaultPeopleEpochs implements PeopleEpochs {
    private static final int BATCH = 500;
    /** What began before the month ended, or by a clock that is behind, has ended by then. */
    private static final Duration AFTER_THE_MONTH = Duration.ofHours(1);

    private record Under(String epoch, TenantId tenant) {}

    private record Batch(Optional<SubjectKey> last, int done, int unreadable) {}

    private final DefaultSealer sealer;
    private final WrappedKeyStore store;
    private final Transactions transactions;
    private final AuditLog audit;
    private final int batchSize;
    private final Clock clock;
    private final KeyWrap wrap = new KeyWrap();

    /** Works on the platform's keys. */
    @Activate
    public DefaultPeopleEpochs(
            @Reference DefaultSealer sealer,
            @Reference WrappedKeyStore store,
            @Reference Transactions transactions,
            @Reference AuditLog audit) {
        this(sealer, store, transactions, audit, BATCH, Clock.systemUTC());
    }

    DefaultPeopleEpochs(
            DefaultSealer sealer,
            WrappedKeyStore store,
            Transactions transactions,
            AuditLog audit,
            int batchSize,
            Clock clock) {
        this.sealer = sealer;
        this.store = store;
        this.transactions = transactions;
        this.audit = audit;
        this.batchSize = batchSize;
        this.clock = clock;
    }

    @Override
    public List<Epoch> epochs(Caller caller) {
        caller.require(Role.ADMIN);
        YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
        return transactions.required(() -> {
            Map<String, Long> people = store.subjectKeysByEpoch();
            List<String> kept = store.epochsWithKeys();
            Set<String> all = new TreeSet<>(people.keySet());
            all.addAll(kept);
            return all.stream()
                    .flatMap(name -> month(name)
                            .map(month -> new Epoch(
                                    month, month.equals(now), people.getOrDefault(name, 0L), !kept.contains(name)))
                            .stream())
                    .toList();
        });
    }

    /** Empty for what is no epoch, such as the key that shows to which database the root key belongs. */
    private static Optional<YearMonth> month(String name) {
        try {
            return Optional.of(YearMonth.parse(name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public long rotate(Caller caller, LongConsumer progress) {
        caller.require(Role.ADMIN);
        long done = 0;
        long unreadable = 0;
        try {
            Optional<SubjectKey> last = Optional.empty();
            do {
                Optional<SubjectKey> after = last;
                Batch batch = transactions.required(() -> batch(after));
                last = batch.last();
                done += batch.done();
                unreadable += batch.unreadable();
                progress.accept(done);
            } while (last.isPresent());
        } finally {
            record(
                    caller,
                    Leaf.Act.EPOCHS_REWRAPPED,
                    Map.of("people", Long.toString(done), "unreadable", Long.toString(unreadable)));
        }
        return done;
    }

    private Batch batch(Optional<SubjectKey> after) {
        String current = sealer.epochs().current();
        Map<Under, SecretBytes> tenantKeys = new HashMap<>();
        try {
            List<SubjectKey> keys = store.subjectKeysOutside(current, after, batchSize);
            List<Rewrapped> wrapped = new ArrayList<>();
            for (SubjectKey each : keys) {
                wrapped(each, current, tenantKeys).ifPresent(key -> wrapped.add(new Rewrapped(each, key)));
            }
            return new Batch(
                    keys.stream().reduce((first, second) -> second),
                    store.rewrap(wrapped),
                    keys.size() - wrapped.size());
        } finally {
            tenantKeys.values().forEach(SecretBytes::close);
        }
    }

    private Optional<WrappedKey> wrapped(SubjectKey person, String current, Map<Under, SecretBytes> tenantKeys) {
        Optional<SecretBytes> before = tenantKey(new Under(person.key().epoch(), person.tenant()), tenantKeys);
        Optional<SecretBytes> after = tenantKey(new Under(current, person.tenant()), tenantKeys);
        if (before.isEmpty() || after.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes key = wrap.unwrap(before.get(), person.key().wrapped())) {
            return Optional.of(new WrappedKey(current, wrap.wrap(after.get(), key)));
        } catch (SecurityException e) {
            return Optional.empty();
        }
    }

    private Optional<SecretBytes> tenantKey(Under under, Map<Under, SecretBytes> tenantKeys) {
        SecretBytes known = tenantKeys.get(under);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<SecretBytes> made = sealer.epochs().key(under.epoch()).map(epochKey -> {
            try (epochKey) {
                return sealer.tenantKey(epochKey, under.tenant());
            }
        });
        made.ifPresent(key -> tenantKeys.put(under, key));
        return made;
    }

    @Override
    public void destroy(Caller caller, YearMonth month) {
        caller.require(Role.ADMIN);
        String epoch = month.toString();
        Instant over = month.plusMonths(1)
                .atDay(1)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .plus(AFTER_THE_MONTH);
        if (clock.instant().isBefore(over)) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the epoch " + epoch + " is in use until " + over)
                    .remedy("Wait until then.");
        }
        transactions.required(() -> {
            if (store.epochKey(epoch).isEmpty()) {
                throw new PledgeException(PledgeException.Kind.NOT_FOUND, "there is no key of the epoch " + epoch)
                        .remedy("See crypto:epochs for those there are.");
            }
            sealer.destroyEpoch(epoch);
            long people = store.subjectKeysByEpoch().getOrDefault(epoch, 0L);
            if (people > 0) {
                throw new PledgeException(
                                PledgeException.Kind.CONFLICT,
                                "the keys of " + people + " people are wrapped under the epoch " + epoch)
                        .remedy("Wrap them anew: crypto:rotate");
            }
            append(caller, Leaf.Act.EPOCH_DESTROYED, Map.of("epoch", epoch));
        });
    }

    private void record(Caller caller, Leaf.Act act, Map<String, String> details) {
        transactions.required(() -> append(caller, act, details));
    }

    private void append(Caller caller, Leaf.Act act, Map<String, String> details) {
        audit.append(
                new Leaf(caller.tenant(), clock.instant(), act, caller.name(), Optional.empty(), List.of(), details));
    }
}
