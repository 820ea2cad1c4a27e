package org.pledge.access.internal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.CredentialService;
import org.pledge.access.spi.AccessStore;
import org.pledge.access.spi.AccessStore.StoredCredential;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.LookupTokens;
import org.pledge.store.Follower;
import org.pledge.store.Transactions;

/** Credentials that are looked up in memory; the memory follows the store after each commit. */
@Component(service = {CredentialService.class, Follower.class})
public final class DefaultCredentialService implements CredentialService, Follower {
    static final Pattern HOLDER = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String USE = "credential";
    private static final String PREFIX = "pl_";
    private static final int RANDOM_BYTES = 32;
    private static final Pattern TOKEN = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,63}");
    private static final String SYSTEM = "system";

    private final Transactions transactions;
    private final AccessStore store;
    private final AuditLog audit;
    private final LookupTokens tokens;
    private final ConfidentialityService confidentiality;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock loading = new ReentrantLock();
    private final AtomicReference<CredentialTable> table;
    private final UsernameTokens usernameTokens;

    /** Loads every credential. */
    @Activate
    public DefaultCredentialService(
            @Reference Transactions transactions,
            @Reference AccessStore store,
            @Reference AuditLog audit,
            @Reference LookupTokens tokens,
            @Reference ConfidentialityService confidentiality) {
        this(transactions, store, audit, tokens, confidentiality, Clock.systemUTC());
    }

    DefaultCredentialService(
            Transactions transactions,
            AccessStore store,
            AuditLog audit,
            LookupTokens tokens,
            ConfidentialityService confidentiality,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.tokens = tokens;
        this.confidentiality = confidentiality;
        this.clock = clock;
        this.table = new AtomicReference<>(stored());
        this.usernameTokens = new UsernameTokens(tokens, clock.instant());
    }

    @Override
    public Issued issue(Caller by, String name, String holder, Set<Role> roles, Optional<Instant> expires) {
        by.require(Role.ADMIN);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        check(name, holder, roles, expires, now);
        Credential credential = new Credential(
                by.tenant(), name, holder, roles, now, expires.map(at -> at.truncatedTo(ChronoUnit.MICROS)));
        String token = newToken();
        byte[] hash = hash(token.getBytes(StandardCharsets.US_ASCII));
        transactions.required(() -> {
            store.put(new StoredCredential(credential, hash));
            audit.append(leaf(by, now, Leaf.Act.CREDENTIAL_ISSUED, issued(credential)));
            follow(by.tenant(), name);
        });
        return new Issued(credential, token, usernameTokens.password(credential, hash));
    }

    private static void check(String name, String holder, Set<Role> roles, Optional<Instant> expires, Instant now) {
        if (!NAME.matcher(name).matches() || name.equals(SYSTEM)) {
            throw invalid(
                    "name must be 2 to 64 lower-case letters, digits or hyphens, starting with a letter,"
                            + " and not \"system\"",
                    "Name the system or the task that it is for, such as crm.");
        }
        if (!HOLDER.matcher(holder).matches()) {
            throw invalid(
                    "holder must be 1 to 64 letters, digits, dots, hyphens or underscores: a staff id, never a"
                            + " person's name or address",
                    "Name a staff id of A-Z a-z 0-9 . _ -, and give a login of the shell the same name.");
        }
        if (roles.isEmpty()) {
            throw invalid("roles must name at least one role", "Give those that the work takes, such as viewer.");
        }
        if (roles.contains(Role.ADMIN)) {
            throw invalid(
                    "roles must not hold admin, which belongs to a login of the shell",
                    "Leave it out, and do what takes it in the shell.");
        }
        if (expires.filter(at -> !at.isAfter(now)).isPresent()) {
            throw invalid("expires must be in the future", "Give a later moment, or leave it out.");
        }
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
    }

    private String newToken() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private byte[] hash(byte[] token) {
        return tokens.platformToken(USE, token);
    }

    private static Map<String, String> issued(Credential credential) {
        Map<String, String> details = new TreeMap<>();
        details.put("credential", credential.name());
        details.put("holder", credential.holder());
        details.put(
                "roles", credential.roles().stream().map(Role::name).sorted().collect(Collectors.joining(",")));
        credential.expires().ifPresent(at -> details.put("expires", at.toString()));
        return details;
    }

    private static Leaf leaf(Caller by, Instant at, Leaf.Act act, Map<String, String> details) {
        return new Leaf(by.tenant(), at, act, by.name(), Optional.empty(), List.of(), details);
    }

    @Override
    public boolean revoke(Caller by, String name) {
        by.require(Role.ADMIN);
        return transactions.required(() -> {
            boolean removed = store.remove(by.tenant(), name);
            if (removed) {
                audit.append(leaf(by, clock.instant(), Leaf.Act.CREDENTIAL_REVOKED, Map.of("credential", name)));
                follow(by.tenant(), name);
            }
            return removed;
        });
    }

    /** What is in memory for the name goes first: should the store then not answer, the token is refused. */
    private void follow(TenantId tenant, String name) {
        transactions.afterCommit(() -> {
            loading.lock();
            try {
                table.set(table.get().without(tenant, name));
                table.set(stored());
            } finally {
                loading.unlock();
            }
        });
    }

    /** What is known stays where nothing changed, with the tokens that were recognised. */
    @Override
    public void follow() {
        loading.lock();
        try {
            List<StoredCredential> stored = transactions.required(store::credentials);
            if (!table.get().holds(stored)) {
                table.set(new CredentialTable(stored));
            }
        } finally {
            loading.unlock();
        }
    }

    private CredentialTable stored() {
        return new CredentialTable(transactions.required(store::credentials));
    }

    @Override
    public Optional<Caller> authenticate(String token) {
        if (!TOKEN.matcher(token).matches()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        return table.get()
                .find(token, this::hash)
                .filter(found -> isValid(found, now))
                .map(this::caller);
    }

    @Override
    public Optional<Caller> authenticate(UsernameToken token) {
        Instant now = clock.instant();
        Optional<StoredCredential> found =
                table.get().named(token.username()).filter(stored -> isValid(stored.credential(), now));
        return usernameTokens.isGenuine(token, found, now)
                ? found.map(StoredCredential::credential).map(this::caller)
                : Optional.empty();
    }

    private static boolean isValid(Credential credential, Instant now) {
        return credential.expires().filter(at -> !now.isBefore(at)).isEmpty();
    }

    private Caller caller(Credential found) {
        return confidentiality.active(new Caller(found.tenant(), found.name(), found.holder(), found.roles()));
    }

    @Override
    public List<Credential> list(TenantId tenant) {
        return table.get().of(tenant);
    }
}
