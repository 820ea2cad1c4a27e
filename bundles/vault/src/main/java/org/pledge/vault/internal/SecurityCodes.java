package org.pledge.vault.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.pledge.PledgeException;
import org.pledge.TenantId;

/**
 * Security codes between intake and the one authorisation that each is for, in memory alone: sealed under a random key
 * of this object, gone when taken, when replaced, after minutes, and with the process.
 */
@Component(service = SecurityCodes.class, configurationPid = VaultConfig.PID)
@Designate(ocd = VaultConfig.class)
public final class SecurityCodes {
    private static final int MOST = 10_000;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final long SWEEP_SECONDS = 10;

    /**
     * What waits.
     *
     * @param sealed nonce and ciphertext
     * @param order of the transaction that it came with, among those of the card
     */
    private record Cell(byte[] sealed, Instant until, long order) {
        void wipe() {
            Arrays.fill(sealed, (byte) 0);
        }

        @Override
        public String toString() {
            return "Cell";
        }
    }

    private record Key(TenantId tenant, String token) {}

    /** A code on its way in. */
    final class Coming {
        private final Key key;
        private final Cell cell;

        private Coming(Key key, Cell cell) {
            this.key = key;
            this.cell = cell;
        }

        /** Lets the code wait, in the place of earlier ones; not when what came later did, or all were cleared. */
        void arrive() {
            lock.lock();
            try {
                if (coming.remove(this)) {
                    forgetBefore(key, cell.order());
                    wipe(cells.put(key, cell));
                }
            } finally {
                lock.unlock();
            }
        }

        /** Destroys the code. */
        void turnBack() {
            lock.lock();
            try {
                if (coming.remove(this)) {
                    cell.wipe();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** A card that will have no code. */
    final class Leaving {
        private final Key key;
        private final long order;

        private Leaving(Key key, long order) {
            this.key = key;
            this.order = order;
        }

        /** Forgets the card's code, but not one that came later. */
        void forget() {
            lock.lock();
            try {
                forgetBefore(key, order);
            } finally {
                lock.unlock();
            }
        }
    }

    private final Clock clock;
    private final Duration life;
    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = new byte[32];
    private final ReentrantLock lock = new ReentrantLock();
    private final int most;
    private final Map<Key, Cell> cells = new HashMap<>();
    private final Set<Coming> coming = new HashSet<>();
    private final AtomicLong order = new AtomicLong();
    private final ScheduledExecutorService sweeper;

    /** In the container. */
    @Activate
    public SecurityCodes(VaultConfig config) {
        this(Clock.systemUTC(), Duration.ofMinutes(config.code_minutes()), MOST);
        sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    SecurityCodes(Clock clock, Duration life, int most) {
        this.clock = clock;
        this.life = life;
        this.most = most;
        random.nextBytes(secret);
        this.sweeper = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-vault-codes");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Deactivate
    void stop() {
        sweeper.shutdownNow();
        clear();
        Arrays.fill(secret, (byte) 0);
    }

    /**
     * Seals a code for the next authorisation of a card, which it waits for once it arrives. Is asked for while the
     * transaction holds the card, so that what happens after commits happens as if in their order.
     *
     * @throws PledgeException {@code UNAVAILABLE} where too many wait
     */
    Coming coming(TenantId tenant, String token, byte[] code) {
        Coming made = new Coming(new Key(tenant, token), sealed(tenant, token, code));
        lock.lock();
        try {
            sweep();
            if (!cells.containsKey(made.key) && cells.size() + coming.size() >= most) {
                made.cell.wipe();
                throw new PledgeException(
                                PledgeException.Kind.UNAVAILABLE,
                                "too many security codes wait for their payments; nothing was kept")
                        .remedy("Send it again in some minutes, or leave securityCode out and give it with the"
                                + " authorisation.");
            }
            coming.add(made);
        } finally {
            lock.unlock();
        }
        return made;
    }

    private Cell sealed(TenantId tenant, String token, byte[] code) {
        byte[] sealed = new byte[NONCE + code.length + TAG_BITS / Byte.SIZE];
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, sealed, 0, NONCE);
        try {
            cipher(Cipher.ENCRYPT_MODE, tenant, token, nonce).doFinal(code, 0, code.length, sealed, NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "AES-GCM cannot be used: " + e.getClass().getSimpleName());
        }
        return new Cell(sealed, clock.instant().plus(life), order.incrementAndGet());
    }

    /** Takes a card's code away for good; the caller wipes it. Empty where none waits. */
    byte[] take(TenantId tenant, String token) {
        Cell cell;
        lock.lock();
        try {
            cell = cells.remove(new Key(tenant, token));
        } finally {
            lock.unlock();
        }
        if (cell == null || cell.until().isBefore(clock.instant())) {
            wipe(cell);
            return new byte[0];
        }
        byte[] code = new byte[cell.sealed().length - NONCE - TAG_BITS / Byte.SIZE];
        try {
            byte[] nonce = Arrays.copyOf(cell.sealed(), NONCE);
            cipher(Cipher.DECRYPT_MODE, tenant, token, nonce)
                    .doFinal(cell.sealed(), NONCE, cell.sealed().length - NONCE, code, 0);
            return code;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "a security code cannot be opened: " + e.getClass().getSimpleName());
        } finally {
            cell.wipe();
        }
    }

    private static void wipe(Cell cell) {
        if (cell != null) {
            cell.wipe();
        }
    }

    /** The end of a card's code; asked for while the transaction holds the card. */
    Leaving leaving(TenantId tenant, String token) {
        return new Leaving(new Key(tenant, token), order.incrementAndGet());
    }

    private void forgetBefore(Key key, long later) {
        Cell cell = cells.get(key);
        if (cell != null && cell.order() < later) {
            cells.remove(key).wipe();
        }
        coming.removeIf(each -> {
            boolean earlier = each.key.equals(key) && each.cell.order() < later;
            if (earlier) {
                each.cell.wipe();
            }
            return earlier;
        });
    }

    /** Forgets every code, those on their way in too. */
    void clear() {
        lock.lock();
        try {
            cells.values().forEach(Cell::wipe);
            cells.clear();
            coming.forEach(each -> each.cell.wipe());
            coming.clear();
        } finally {
            lock.unlock();
        }
    }

    /** How many codes there are in memory. */
    int waiting() {
        lock.lock();
        try {
            return cells.size() + coming.size();
        } finally {
            lock.unlock();
        }
    }

    void sweep() {
        Instant now = clock.instant();
        lock.lock();
        try {
            cells.values().removeIf(cell -> {
                boolean over = cell.until().isBefore(now);
                if (over) {
                    cell.wipe();
                }
                return over;
            });
        } finally {
            lock.unlock();
        }
    }

    private Cipher cipher(int mode, TenantId tenant, String token, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((tenant + "\0" + token).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
