package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.audit.Leaf;
import org.pledge.crypto.VaultKeys;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.PaymentService;
import org.pledge.vault.RevealService;
import org.pledge.vault.VaultAdministration;
import org.pledge.vault.spi.VaultStore;

/** Checks who may handle the vault's keys, and records that they did. */
@Component
public final class DefaultVaultAdministration implements VaultAdministration {
    private static final int MOST_REQUESTS = 10_000;
    private static final Duration REVEALS_WITHIN = Duration.ofDays(30);
    private static final Set<RevealService.State> WAITING =
            Set.of(RevealService.State.OPEN, RevealService.State.APPROVED);

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final VaultKeys keys;
    private final Unsealed unsealed;
    private final SecurityCodes codes;
    private final Acts acts;

    /** In the container. */
    @Activate
    public DefaultVaultAdministration(
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference VaultKeys keys,
            @Reference SecurityCodes codes,
            @Reference AuditRelay relay) {
        this(transactions, store, keys, codes, relay::wake, Clock.systemUTC());
    }

    DefaultVaultAdministration(
            VaultTransactions transactions,
            VaultStore store,
            VaultKeys keys,
            SecurityCodes codes,
            Runnable wake,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.keys = keys;
        this.unsealed = new Unsealed(keys);
        this.codes = codes;
        this.acts = new Acts(transactions, store, wake, clock);
    }

    @Override
    public Status status() {
        return status(keys.status());
    }

    private static Status status(VaultKeys.Status status) {
        Seal sealed = !status.open() ? Seal.SEALED : status.development() ? Seal.DEVELOPMENT : Seal.OPEN;
        return new Status(sealed, status.sharesGiven(), status.sharesNeeded());
    }

    /** A share that cannot be recorded is forgotten, and all others with it. */
    @Override
    public Status unseal(Caller caller, char[] share) {
        try {
            caller.require(Role.CUSTODIAN);
            boolean wasOpen = keys.status().open();
            VaultKeys.Status status = given(caller, share);
            boolean recorded = false;
            try {
                record(
                        Leaf.Act.VAULT_SHARE_GIVEN,
                        caller,
                        Map.of(
                                "given", Integer.toString(status.sharesGiven()),
                                "needed", Integer.toString(status.sharesNeeded()),
                                "open", Boolean.toString(status.open())));
                recorded = true;
            } finally {
                if (!recorded && !wasOpen) {
                    keys.seal();
                }
            }
            return status(status);
        } finally {
            Arrays.fill(share, '\0');
        }
    }

    /** A share that does not fit is somebody's try, too. */
    private VaultKeys.Status given(Caller caller, char[] share) {
        try {
            return keys.unseal(share);
        } catch (PledgeException e) {
            if (e.kind() == PledgeException.Kind.INVALID) {
                record(Leaf.Act.VAULT_SHARE_GIVEN, caller, Map.of("open", "false", "reason", "refused"));
            }
            throw e;
        }
    }

    @Override
    public Status seal(Caller caller) {
        caller.require(Role.CUSTODIAN, Role.ADMIN);
        Status status = status(keys.seal());
        codes.clear();
        record(Leaf.Act.VAULT_SEALED, caller, Map.of());
        return status;
    }

    @Override
    public List<Key> keys(Caller caller) {
        caller.require(Role.CUSTODIAN, Role.AUDITOR);
        unsealed.require();
        return keys();
    }

    private List<Key> keys() {
        return transactions.required(keys::wrappingKeys).stream()
                .map(DefaultVaultAdministration::key)
                .toList();
    }

    private static Key key(VaultKeys.WrappingKey key) {
        return new Key(key.name(), key.made(), key.cards(), key.current());
    }

    @Override
    public Key rotate(Caller caller) {
        caller.require(Role.CUSTODIAN);
        unsealed.require();
        return transactions.required(() -> {
            Key made = key(keys.rotate());
            record(Leaf.Act.VAULT_KEY_ROTATED, caller, Map.of("key", made.name()));
            return made;
        });
    }

    @Override
    public long rewrap(Caller caller, LongConsumer progress) {
        caller.require(Role.CUSTODIAN);
        unsealed.require();
        AtomicLong done = new AtomicLong();
        try {
            return keys.rewrap(count -> {
                done.set(count);
                progress.accept(count);
            });
        } finally {
            record(Leaf.Act.VAULT_KEYS_REWRAPPED, caller, Map.of("cards", Long.toString(done.get())));
        }
    }

    private void record(Leaf.Act act, Caller caller, Map<String, String> details) {
        transactions.required(() -> {
            acts.add(act, caller, Optional.empty(), "", List.of(), details);
        });
    }

    @Override
    public Report report(Caller caller) {
        caller.require(Role.CUSTODIAN, Role.AUDITOR, Role.OFFICER);
        unsealed.require();
        Instant now = acts.now();
        YearMonth month = YearMonth.from(now.atZone(ZoneOffset.UTC));
        return transactions.required(() -> new Report(
                status(),
                store.cardsByNetwork(caller.tenant()),
                store.expired(caller.tenant(), month),
                store.paymentsByState(caller.tenant()),
                store.oldest(caller.tenant(), PaymentService.State.IN_DOUBT)
                        .map(since -> Duration.between(since, now))
                        .orElse(Duration.ZERO),
                store.requests(caller.tenant(), MOST_REQUESTS).stream()
                        .filter(request -> WAITING.contains(request.state()) && now.isBefore(request.expires()))
                        .count(),
                store.count(caller.tenant(), Leaf.Act.CARD_REVEALED, now.minus(REVEALS_WITHIN)),
                keys()));
    }
}
