package org.pledge.access.internal;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.access.SecondFactors;
import org.pledge.access.spi.SecondFactorStore;
import org.pledge.access.spi.SecondFactorStore.StoredFactor;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.Sealer;
import org.pledge.store.Transactions;

/** One-time passwords whose secrets are sealed each under a key of its own. */
@Component(service = SecondFactors.class)
public final class DefaultSecondFactors implements SecondFactors {
    private static final int MOST_WRONG = 5;
    private static final Duration LOCK = Duration.ofMinutes(15);
    private static final Duration LONGEST_LOCK = Duration.ofDays(1);
    private static final long LENIENCY = 1;

    private final Transactions transactions;
    private final SecondFactorStore store;
    private final AuditLog audit;
    private final Sealer sealer;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** In the container. */
    @Activate
    public DefaultSecondFactors(
            @Reference Transactions transactions,
            @Reference SecondFactorStore store,
            @Reference AuditLog audit,
            @Reference Sealer sealer) {
        this(transactions, store, audit, sealer, Clock.systemUTC());
    }

    DefaultSecondFactors(
            Transactions transactions, SecondFactorStore store, AuditLog audit, Sealer sealer, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.sealer = sealer;
        this.clock = clock;
    }

    @Override
    public Enrolment enrol(Caller caller) {
        caller.require(Role.CUSTODIAN, Role.OFFICER);
        if (!DefaultCredentialService.HOLDER.matcher(caller.holder()).matches()) {
            throw new PledgeException(
                            Kind.INVALID,
                            "a holder of a second factor has 1 to 64 letters, digits, dots, hyphens or underscores")
                    .remedy("Log in under such a name, or ask for a credential with such a holder.");
        }
        byte[] secret = new byte[Totp.SECRET_BYTES];
        random.nextBytes(secret);
        try {
            transactions.required(() -> keep(caller, secret));
            return enrolment(caller, secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private void keep(Caller caller, byte[] secret) {
        Optional<StoredFactor> before = store.lockFactor(caller.tenant(), caller.holder());
        if (before.flatMap(StoredFactor::confirmed).isPresent()) {
            throw confirmedAlready();
        }
        before.ifPresent(factor -> sealer.destroyKey(factor.tenant(), factor.key()));
        SubjectId key = SubjectId.random();
        store.putFactor(new StoredFactor(
                caller.tenant(),
                caller.holder(),
                key,
                sealer.seal(place(caller.tenant(), key), secret),
                now(),
                Optional.empty(),
                0,
                0,
                Optional.empty()));
        record(Leaf.Act.SECOND_FACTOR_ENROLLED, caller, caller.holder(), Map.of());
    }

    private static Enrolment enrolment(Caller caller, byte[] secret) {
        String issuer = "Pledge%20" + caller.tenant();
        String text = Totp.base32(secret);
        return new Enrolment(
                text, "otpauth://totp/" + issuer + ":" + caller.holder() + "?secret=" + text + "&issuer=" + issuer);
    }

    private static Sealer.Place place(TenantId tenant, SubjectId key) {
        return new Sealer.Place(tenant, key, "second-factor", "secret");
    }

    private static PledgeException confirmedAlready() {
        return new PledgeException(Kind.CONFLICT, "you have a second factor already")
                .remedy("To replace it, end it first: pledge:second-factor-revoke");
    }

    @Override
    public void confirm(Caller caller, char[] code) {
        caller.require(Role.CUSTODIAN, Role.OFFICER);
        Check check = transactions.required(() -> {
            StoredFactor factor = store.lockFactor(caller.tenant(), caller.holder())
                    .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "no second factor waits for you")
                            .remedy("Enrol one first: pledge:second-factor-enrol"));
            if (factor.confirmed().isPresent()) {
                throw confirmedAlready();
            }
            Check result = judge(caller, factor, code);
            if (result.valid()) {
                record(Leaf.Act.SECOND_FACTOR_CONFIRMED, caller, caller.holder(), Map.of());
            }
            return result;
        });
        require(check);
    }

    private static void require(Check check) {
        if (!check.valid()) {
            throw check.refusal();
        }
    }

    @Override
    public Check verify(Caller caller, char[] code) {
        return transactions.required(() -> store.lockFactor(caller.tenant(), caller.holder())
                .filter(factor -> factor.confirmed().isPresent())
                .map(factor -> judge(caller, factor, code))
                .orElseGet(() -> new Check(Outcome.NOT_ENROLLED, Optional.empty())));
    }

    /** Looks at a code and keeps what came of it; a valid one confirms the factor. */
    private Check judge(Caller caller, StoredFactor factor, char[] code) {
        Instant now = now();
        if (factor.lockedUntil().filter(now::isBefore).isPresent()) {
            return new Check(Outcome.LOCKED, factor.lockedUntil());
        }
        OptionalLong step = step(factor, code, Totp.step(now));
        if (step.isEmpty()) {
            return wrong(caller, factor, now);
        }
        if (step.getAsLong() <= factor.lastStep()) {
            return new Check(Outcome.USED, Optional.empty());
        }
        Instant confirmed = factor.confirmed().orElse(now);
        store.putFactor(with(factor, Optional.of(confirmed), step.getAsLong(), 0, Optional.empty()));
        return new Check(Outcome.VALID, Optional.empty());
    }

    /** The latest step whose code it is; every comparison is made, whatever the others gave. */
    private OptionalLong step(StoredFactor factor, char[] code, long now) {
        byte[] typed = ascii(code);
        byte[] secret = sealer.open(place(factor.tenant(), factor.key()), factor.secret());
        try {
            OptionalLong found = OptionalLong.empty();
            for (long step = now - LENIENCY; step <= now + LENIENCY; step++) {
                byte[] expected = Totp.code(secret, step);
                found = MessageDigest.isEqual(expected, typed) ? OptionalLong.of(step) : found;
                Arrays.fill(expected, (byte) 0);
            }
            return found;
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(typed, (byte) 0);
        }
    }

    /** Whatever is no ASCII becomes a byte that is in no code. */
    private static byte[] ascii(char[] code) {
        byte[] bytes = new byte[code.length];
        for (int i = 0; i < code.length; i++) {
            bytes[i] = code[i] <= Byte.MAX_VALUE ? (byte) code[i] : -1;
        }
        return bytes;
    }

    private Check wrong(Caller caller, StoredFactor factor, Instant now) {
        int wrong = factor.wrong() + 1;
        Optional<Instant> locked =
                wrong % MOST_WRONG == 0 ? Optional.of(now.plus(lock(wrong / MOST_WRONG))) : Optional.empty();
        store.putFactor(with(factor, factor.confirmed(), factor.lastStep(), wrong, locked));
        Map<String, String> details = new TreeMap<>(Map.of("wrong", String.valueOf(wrong)));
        locked.ifPresent(until -> details.put("locked-until", until.toString()));
        record(Leaf.Act.SECOND_FACTOR_REFUSED, caller, factor.holder(), details);
        return new Check(locked.isPresent() ? Outcome.LOCKED : Outcome.WRONG, locked);
    }

    /** Twice as long each time in a row, up to a day. */
    private static Duration lock(int times) {
        Duration lock = LOCK;
        for (int i = 1; i < times && lock.compareTo(LONGEST_LOCK) < 0; i++) {
            lock = lock.multipliedBy(2);
        }
        return lock.compareTo(LONGEST_LOCK) < 0 ? lock : LONGEST_LOCK;
    }

    private static StoredFactor with(
            StoredFactor factor, Optional<Instant> confirmed, long lastStep, int wrong, Optional<Instant> lockedUntil) {
        return new StoredFactor(
                factor.tenant(),
                factor.holder(),
                factor.key(),
                factor.secret(),
                factor.enrolled(),
                confirmed,
                lastStep,
                wrong,
                lockedUntil);
    }

    @Override
    public boolean revoke(Caller by, String holder, char[] code) {
        String whose = holder.toLowerCase(Locale.ROOT);
        if (whose.equals(by.holder())) {
            Check check = verify(by, code);
            if (check.outcome() == Outcome.NOT_ENROLLED) {
                return false;
            }
            require(check);
        } else {
            by.require(Role.ADMIN);
        }
        return transactions.required(() -> {
            Optional<StoredFactor> found = store.lockFactor(by.tenant(), whose);
            found.ifPresent(factor -> {
                store.removeFactor(factor.tenant(), factor.holder());
                sealer.destroyKey(factor.tenant(), factor.key());
                record(Leaf.Act.SECOND_FACTOR_REVOKED, by, factor.holder(), Map.of());
            });
            return found.isPresent();
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private void record(Leaf.Act act, Caller by, String holder, Map<String, String> more) {
        Map<String, String> details = new TreeMap<>(more);
        details.put("holder", holder);
        audit.append(new Leaf(by.tenant(), now(), act, by.name(), Optional.empty(), List.of(), details));
    }
}
