package org.pledge.access.internal;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.spi.ConfidentialityStore;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Status;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;

/** The duty of confidentiality, whose text is read once; who has accepted it is remembered. */
@Component(service = ConfidentialityService.class, configurationPid = "org.pledge.access.confidentiality")
@Designate(ocd = DefaultConfidentialityService.Config.class)
public final class DefaultConfidentialityService implements ConfidentialityService {
    /** Settings. */
    @ObjectClassDefinition(name = "Pledge confidentiality")
    public @interface Config {
        /** The text. */
        @AttributeDefinition(
                description = "File with the text that staff accept; ${karaf.etc} stands for the etc directory.")
        String text() default DutyText.DEFAULT_FILE;

        /** The name of the text. */
        @AttributeDefinition(description = "What people call this text: 1 to 32 letters, digits and . _ -")
        String version() default "1";
    }

    private static final String CONTROL = "confidentiality-record";
    private static final int SHORTEST_DIGEST = 12;
    private static final int MOST = 1000;

    private final Transactions transactions;
    private final ConfidentialityStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final Optional<Duty> duty;
    private final Clock clock;
    private final Set<Staff> accepted = ConcurrentHashMap.newKeySet();

    private record Staff(TenantId tenant, String holder) {
        static Staff of(Caller caller) {
            return new Staff(caller.tenant(), caller.holder());
        }
    }

    /** Reads the text. */
    @Activate
    public DefaultConfidentialityService(
            @Reference Transactions transactions,
            @Reference ConfidentialityStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            Config config) {
        this(transactions, store, audit, policies, DutyText.read(config.text(), config.version()), Clock.systemUTC());
    }

    DefaultConfidentialityService(
            Transactions transactions,
            ConfidentialityStore store,
            AuditLog audit,
            PolicyService policies,
            Optional<Duty> duty,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.duty = duty;
        this.clock = clock;
    }

    @Override
    public Standing standing(Caller caller) {
        List<String> asking = asking(caller).map(Promise::id).toList();
        Optional<Acceptance> found = duty.flatMap(
                text -> transactions.required(() -> store.acceptance(caller.tenant(), caller.holder(), text.digest())));
        return new Standing(asking, duty, found);
    }

    @Override
    public Acceptance accept(Caller caller, String digest) {
        Duty text = duty.orElseThrow(
                () -> new PledgeException(Kind.UNAVAILABLE, "there is no text to accept").remedy(DutyText.INSTALL));
        if (!DefaultCredentialService.HOLDER.matcher(caller.holder()).matches()) {
            throw new PledgeException(
                            Kind.INVALID, "a holder has 1 to 64 letters, digits, dots, hyphens or underscores")
                    .remedy("Log in under such a name, or ask for a credential with such a holder.");
        }
        if (digest.length() < SHORTEST_DIGEST || !text.digest().startsWith(digest)) {
            throw new PledgeException(Kind.STALE, "this is not the digest of the present text")
                    .remedy("Read the present text, and accept it with the digest that stands with it.");
        }
        Acceptance acceptance = new Acceptance(
                caller.tenant(),
                caller.holder(),
                text.digest(),
                text.version(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                caller.name());
        return transactions.required(() -> {
            transactions.afterCommit(() -> accepted.add(Staff.of(caller)));
            if (!store.addAcceptance(acceptance)) {
                return store.acceptance(caller.tenant(), caller.holder(), text.digest())
                        .orElseThrow(() -> new PledgeException(Kind.CONFLICT, "it was accepted meanwhile")
                                .remedy("Read whether it counts: pledge:confidentiality."));
            }
            audit.append(leaf(caller, acceptance));
            return acceptance;
        });
    }

    private Leaf leaf(Caller caller, Acceptance acceptance) {
        return new Leaf(
                caller.tenant(),
                acceptance.at(),
                Leaf.Act.CONFIDENTIALITY_ACCEPTED,
                caller.name(),
                Optional.empty(),
                asking(caller).map(Promise::id).toList(),
                Map.of("holder", acceptance.holder(), "version", acceptance.version(), "digest", acceptance.digest()));
    }

    @Override
    public List<Acceptance> acceptances(Caller caller) {
        caller.require(Role.OFFICER, Role.AUDITOR, Role.ADMIN);
        return transactions.required(() -> store.acceptances(caller.tenant(), MOST));
    }

    @Override
    public Caller active(Caller caller) {
        List<Promise> asking = asking(caller).toList();
        Set<Role> bound =
                asking.stream().flatMap(promise -> roles(promise).stream()).collect(Collectors.toSet());
        if (caller.roles().stream().noneMatch(bound::contains) || hasAccepted(caller)) {
            return caller;
        }
        return caller.waiting(
                bound,
                asking.stream().map(Promise::id).toList(),
                duty.isPresent()
                        ? "Read it and accept it: GET /api/v1/confidentiality, or pledge:confidentiality --tenant "
                                + caller.tenant()
                        : DutyText.INSTALL);
    }

    private boolean hasAccepted(Caller caller) {
        if (accepted.contains(Staff.of(caller))) {
            return true;
        }
        boolean found = duty.isPresent() && standing(caller).accepted().isPresent();
        if (found) {
            accepted.add(Staff.of(caller));
        }
        return found;
    }

    /** The promises of the tenant's policy that ask for the duty; none without a policy, under which nothing is done. */
    private Stream<Promise> asking(Caller caller) {
        return policies.policies().stream()
                .filter(policy -> policy.tenant().equals(caller.tenant()))
                .map(Policy::promises)
                .flatMap(List::stream)
                .filter(promise ->
                        promise.status() == Status.ENFORCED && promise.control().equals(CONTROL));
    }

    private static Set<Role> roles(Promise promise) {
        Set<String> named =
                Set.of(promise.parameters().getOrDefault("roles", "").split(", *"));
        return Stream.of(Role.values())
                .filter(role -> named.contains(role.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }
}
