package org.pledge.crypto.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pledge.PledgeException;

/** A root key in a PKCS#12 key store whose password is shared among custodians. */
final class SharedRoot implements RootSource {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final SharedKeyStore store;
    private final Clock clock;
    private final List<Share> shares = new ArrayList<>();
    private Instant last = Instant.MIN;

    SharedRoot(SharedKeyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public boolean development() {
        return false;
    }

    @Override
    public boolean opensAlone() {
        return false;
    }

    @Override
    public int needed() {
        return shares.stream()
                .findFirst()
                .map(Share::needed)
                .or(() -> store.about().map(SharedKeyStore.About::needed))
                .orElse(Shamir.LEAST_NEEDED);
    }

    @Override
    public int given() {
        return shares.size();
    }

    @Override
    public Optional<RootKey> take(char[] text, boolean keysExist) {
        return takeKey(text, keysExist).map(MemoryRootKey::new);
    }

    /** As {@link #take}, giving the root key itself, which the caller wipes. */
    Optional<SecretBytes> takeKey(char[] text, boolean keysExist) {
        if (!store.exists()) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "the vault's key store is not there")
                    .remedy(
                            keysExist
                                    ? "Restore " + store.file() + " from its backup: the stored cards need it."
                                    : "Make it: pledge vault-keys.");
        }
        Share share = Share.read(text);
        try {
            check(share);
        } catch (PledgeException e) {
            share.close();
            throw e;
        }
        shares.add(share);
        last = clock.instant();
        return shares.size() < share.needed() ? Optional.empty() : Optional.of(open());
    }

    private void check(Share share) {
        String set = shares.stream()
                .findFirst()
                .map(each -> Share.setName(each.set()))
                .or(() -> store.about().map(SharedKeyStore.About::set))
                .orElse(Share.setName(share.set()));
        if (!set.equals(Share.setName(share.set())) || !shares.isEmpty() && needed() != share.needed()) {
            throw new PledgeException(PledgeException.Kind.INVALID, "this share is of another set of keys")
                    .remedy("Bring a share of set " + set + "; the set is printed above the share.");
        }
        if (shares.stream().anyMatch(each -> each.index() == share.index())) {
            throw new PledgeException(PledgeException.Kind.INVALID, "share " + share.index() + " was given already")
                    .remedy("Another custodian gives another share.");
        }
    }

    private SecretBytes open() {
        try {
            return store.open(shares);
        } catch (IOException e) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "the key store does not open with these shares; all of them were forgotten")
                    .remedy("Give the shares again; if that does not help, restore " + store.file()
                            + " from its backup.");
        } finally {
            forget();
        }
    }

    @Override
    public void forget() {
        shares.forEach(Share::close);
        shares.clear();
    }

    @Override
    public void sweep() {
        if (!shares.isEmpty() && !clock.instant().isBefore(last.plus(PATIENCE))) {
            forget();
        }
    }
}
