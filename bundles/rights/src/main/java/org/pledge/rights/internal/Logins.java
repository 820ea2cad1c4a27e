package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.spi.LoginStore;
import org.pledge.rights.spi.LoginStore.Login;
import org.pledge.rights.spi.LoginStore.Tries;
import org.pledge.store.Transactions;

/**
 * User names and passwords of people. A password goes through PBKDF2 (RFC 8018) with HMAC-SHA-512 and then through a
 * keyed hash, so that the database alone gives nothing to guess with; names and tries are kept by keyed hashes. Whatever
 * is unknown takes the same work and gets the same answer.
 */
final class Logins {
    private static final String NAME_USE = "own-login-name";
    private static final String PASSWORD_USE = "own-login-password";
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._@+-]{3,64}");
    private static final int SHORTEST = 12;
    private static final int LONGEST = 128;
    private static final int SALT = 16;
    private static final int BITS = 256;
    /** What OWASP's Password Storage Cheat Sheet asks for PBKDF2 with HMAC-SHA-512. */
    private static final int ROUNDS = 210_000;

    private static final int AT_ONCE = 2;
    private static final int WAITING = 20;
    private static final int WAIT_SECONDS = 10;
    private static final int FREE = 4;
    private static final Duration FIRST_LOCK = Duration.ofMinutes(1);
    private static final Duration LONGEST_LOCK = Duration.ofDays(1);

    private final Clockwork clockwork;
    private final LoginStore store;
    private final LookupTokens tokens;
    private final AuditLog audit;
    private final Transactions transactions;
    private final RefusedSignIns refused;
    private final LoginNotices notices;
    private final Semaphore working = new Semaphore(AT_ONCE, true);
    private final SecureRandom random = new SecureRandom();

    Logins(
            Clockwork clockwork,
            LoginStore store,
            LookupTokens tokens,
            AuditLog audit,
            Transactions transactions,
            RefusedSignIns refused,
            LoginNotices notices) {
        this.clockwork = clockwork;
        this.store = store;
        this.tokens = tokens;
        this.audit = audit;
        this.transactions = transactions;
        this.refused = refused;
        this.notices = notices;
    }

    /** Keeps them in place of the person's last; a repeat tells nobody anything. */
    void set(Caller caller, SubjectId person, String name, char[] password, Runnable after) {
        check(name, password);
        TenantId tenant = caller.tenant();
        byte[] hash = hash(tenant, name);
        Optional<Login> former = transactions.required(() -> own(tenant, person, hash));
        Login login = limited(() ->
                former.filter(held -> fits(held, password)).orElseGet(() -> made(tenant, person, hash, password)));
        transactions.required(() -> {
            if (!isSame(former, own(tenant, person, hash))) {
                throw new PledgeException(Kind.CONFLICT, "name: this one was set just now")
                        .remedy("Sign in with it, or set it again.");
            }
            if (!store.putLogin(login)) {
                throw new PledgeException(Kind.CONFLICT, "name: this one cannot be taken").remedy("Think of another.");
            }
            store.removeTries(tenant, login.name());
            record(caller, Act.LOGIN_SET, Optional.of(person));
            after.run();
        });
        if (!isSame(former, Optional.of(login))) {
            notices.changed(caller, person);
        }
    }

    private Optional<Login> own(TenantId tenant, SubjectId person, byte[] name) {
        return store.login(tenant, name).filter(login -> login.person().equals(person));
    }

    private Login made(TenantId tenant, SubjectId person, byte[] name, char[] password) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        return new Login(tenant, person, name, salt, derived(tenant, password, salt));
    }

    private boolean fits(Login login, char[] password) {
        return MessageDigest.isEqual(login.password(), derived(login.tenant(), password, login.salt()));
    }

    /** Each time something else is set the salt is another. */
    private static boolean isSame(Optional<Login> one, Optional<Login> other) {
        return Arrays.equals(
                one.map(Login::salt).orElseGet(() -> new byte[0]),
                other.map(Login::salt).orElseGet(() -> new byte[0]));
    }

    private static void check(String name, char[] password) {
        if (!NAME.matcher(name.strip()).matches()) {
            throw new PledgeException(Kind.INVALID, "name: takes 3 to 64 letters, digits, dots, hyphens, _, + or @")
                    .remedy("Correct the user name.");
        }
        if (password.length < SHORTEST || password.length > LONGEST) {
            throw new PledgeException(Kind.INVALID, "password: takes " + SHORTEST + " to " + LONGEST + " characters")
                    .remedy("Take several words.");
        }
        if (new String(password).toLowerCase(Locale.ROOT).contains(normal(name))) {
            throw new PledgeException(Kind.INVALID, "password: must not hold the user name")
                    .remedy("Take several other words.");
        }
    }

    private static String normal(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private byte[] hash(TenantId tenant, String name) {
        return tokens.token(tenant, NAME_USE, normal(name).getBytes(StandardCharsets.UTF_8));
    }

    private byte[] derived(TenantId tenant, char[] password, byte[] salt) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, ROUNDS, BITS);
        byte[] stretched = new byte[0];
        try {
            stretched = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
            return tokens.token(tenant, PASSWORD_USE, stretched);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            Arrays.fill(stretched, (byte) 0);
            spec.clearPassword();
        }
    }

    /** Whoever a refusal was about is not in the record: that would tell whether the name is known. */
    Optional<SubjectId> whose(Caller caller, String name, char[] password) {
        Optional<SubjectId> person = judged(caller, name, password);
        if (person.isEmpty()) {
            refused.add(caller.tenant());
        }
        return person;
    }

    private Optional<SubjectId> judged(Caller caller, String name, char[] password) {
        TenantId tenant = caller.tenant();
        byte[] hash = hash(tenant, name);
        Instant now = clockwork.now();
        if (password.length < SHORTEST || password.length > LONGEST || isLocked(tenant, hash, now)) {
            return Optional.empty();
        }
        return limited(() -> judged(caller, hash, password, now));
    }

    private <T> T limited(Supplier<T> work) {
        if (!isTurn()) {
            throw new PledgeException(Kind.UNAVAILABLE, "too many sign in just now; nothing was done")
                    .remedy("Try again in a moment.");
        }
        try {
            return work.get();
        } finally {
            working.release();
        }
    }

    /** Waits in a row, so that whoever tries much at once keeps nobody out. */
    private boolean isTurn() {
        try {
            return working.getQueueLength() < WAITING && working.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A try counts before the password is looked at, so that many at once are not more. */
    private Optional<SubjectId> judged(Caller caller, byte[] hash, char[] password, Instant now) {
        TenantId tenant = caller.tenant();
        Tried tried = transactions.required(() -> new Tried(
                store.addTry(tenant, hash, now, now.minus(LONGEST_LOCK.multipliedBy(2))), store.login(tenant, hash)));
        Optional<Login> login = tried.login();
        byte[] given = derived(tenant, password, login.map(Login::salt).orElseGet(() -> new byte[SALT]));
        boolean right =
                MessageDigest.isEqual(given, login.map(Login::password).orElseGet(() -> new byte[given.length]));
        if (!right && tried.tries().wrong() == FREE + 1) {
            notices.locked(caller, login.map(Login::person));
        }
        return login.filter(any -> right).map(Login::person);
    }

    /** What a try found: how many they are with it, and whose name it is. */
    private record Tried(Tries tries, Optional<Login> login) {}

    /** From the fifth try in a row on a name rests, each time twice as long, up to a day. */
    private boolean isLocked(TenantId tenant, byte[] name, Instant now) {
        Optional<Tries> tries = transactions.required(() -> store.tries(tenant, name));
        return tries.filter(one -> one.wrong() > FREE)
                .filter(one -> now.isBefore(one.last().plus(lock(one.wrong() - FREE - 1))))
                .isPresent();
    }

    private static Duration lock(int doublings) {
        Duration lock = FIRST_LOCK;
        for (int i = 0; i < doublings && lock.compareTo(LONGEST_LOCK) < 0; i++) {
            lock = lock.multipliedBy(2);
        }
        return lock.compareTo(LONGEST_LOCK) < 0 ? lock : LONGEST_LOCK;
    }

    /** Forgets what was tried, once somebody is in. Needs a transaction. */
    void signedIn(Caller caller, SubjectId person, String name) {
        store.removeTries(caller.tenant(), hash(caller.tenant(), name));
        record(caller, Act.SIGNED_IN, Optional.of(person));
    }

    private void record(Caller caller, Act act, Optional<SubjectId> person) {
        audit.append(new Leaf(caller.tenant(), clockwork.now(), act, caller.name(), person, List.of(), Map.of()));
    }
}
