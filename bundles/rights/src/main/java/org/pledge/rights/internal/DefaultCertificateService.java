package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.crypto.Attestation;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.retention.HoldService.Hold;
import org.pledge.retention.RetentionService;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.rights.CertificateService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.StatementStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;

/** Tells what is recorded of a removal, and signs it. */
@Component
public final class DefaultCertificateService implements CertificateService {
    static final String REMOVAL_TYPE = "pledge-removal+jws";
    static final String SWEEP_TYPE = "pledge-sweep+jws";

    private static final Set<String> CONTROLS = Set.of("erasure", "withdrawal-propagation");

    private final RequestStore requests;
    private final SubjectStore people;
    private final StatementStore statements;
    private final NoticeService notices;
    private final HoldService holds;
    private final RetentionService retention;
    private final PolicyService policies;
    private final Attestation attestation;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultCertificateService(
            @Reference RequestStore requests,
            @Reference SubjectStore people,
            @Reference StatementStore statements,
            @Reference NoticeService notices,
            @Reference HoldService holds,
            @Reference RetentionService retention,
            @Reference PolicyService policies,
            @Reference Attestation attestation,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                requests,
                people,
                statements,
                notices,
                holds,
                retention,
                policies,
                attestation,
                audit,
                transactions,
                Clock.systemUTC());
    }

    DefaultCertificateService(
            RequestStore requests,
            SubjectStore people,
            StatementStore statements,
            NoticeService notices,
            HoldService holds,
            RetentionService retention,
            PolicyService policies,
            Attestation attestation,
            AuditLog audit,
            Transactions transactions,
            Clock clock) {
        this.requests = requests;
        this.people = people;
        this.statements = statements;
        this.notices = notices;
        this.holds = holds;
        this.retention = retention;
        this.policies = policies;
        this.attestation = attestation;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public String ofRequest(Caller caller, UUID id) {
        requireReader(caller);
        return transactions.required(() -> {
            Request request = requests.request(caller.tenant(), id).orElseThrow(Docket::notFound);
            if (request.type() != Type.ERASURE && request.type() != Type.CHILD_REMOVAL
                    || request.carriedOut().isEmpty()) {
                throw new PledgeException(Kind.CONFLICT, "nothing was removed for this request")
                        .remedy("Fulfil it first, where it asks for a removal.");
            }
            return kept(caller, StatementStore.Kind.REQUEST, id)
                    .orElseGet(() -> removal(caller, request.subject(), Optional.of(request)));
        });
    }

    @Override
    public String ofPerson(Caller caller, SubjectId person) {
        requireReader(caller);
        return transactions.required(
                () -> kept(caller, StatementStore.Kind.PERSON, person.toUuid()).orElseGet(() -> {
                    if (people.removals(caller.tenant(), person).isEmpty()) {
                        throw new PledgeException(Kind.NOT_FOUND, "nobody of this identifier was removed")
                                .remedy("Check the identifier.");
                    }
                    return removal(caller, person, Optional.empty());
                }));
    }

    @Override
    public String ofSweep(Caller caller, UUID id) {
        requireReader(caller);
        return transactions.required(() -> kept(caller, StatementStore.Kind.SWEEP, id)
                .orElseGet(() -> retention.certificates(caller, RetentionService.MOST_CERTIFICATES).stream()
                        .filter(one -> one.id().equals(id))
                        .findFirst()
                        .map(sweep -> signed(caller, StatementStore.Kind.SWEEP, id, SWEEP_TYPE, sweep(sweep), true))
                        .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "there is no such certificate")
                                .remedy("See retention:certificates for those there are."))));
    }

    private static void requireReader(Caller caller) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
    }

    private Optional<String> kept(Caller caller, StatementStore.Kind kind, UUID id) {
        return statements.statement(caller.tenant(), kind, id);
    }

    private String removal(Caller caller, SubjectId person, Optional<Request> request) {
        TenantId tenant = caller.tenant();
        Policy policy = policies.current(tenant);
        List<Removal> removals = people.removals(tenant, person);
        List<Recipient> recipients = notices.recipients(caller, person);
        boolean gone = people.person(tenant, person).isEmpty();
        boolean open = request.filter(one -> one.closing().isEmpty()).isPresent();
        boolean complete = gone && !open && recipients.stream().allMatch(Recipient::settled);
        Statement statement = head("urn:pledge:removal:1", policy)
                .with("person", person)
                .with("complete", complete)
                .with(
                        "removed",
                        removals.stream()
                                .map(DefaultCertificateService::removed)
                                .toList())
                .with("stays", gone ? List.of() : stays(tenant, person, removals))
                .with(
                        "recipients",
                        recipients.stream()
                                .map(DefaultCertificateService::recipient)
                                .toList())
                .with("promises", promises(policy));
        List<Statement> hashes = hashes(removals);
        if (!hashes.isEmpty()) {
            statement.with("hashes", hashes);
        }
        request.ifPresent(one -> statement.with("request", about(one)));
        ledger(tenant).ifPresent(at -> statement.with("ledger", at));
        return request.map(
                        one -> signed(caller, StatementStore.Kind.REQUEST, one.id(), REMOVAL_TYPE, statement, complete))
                .orElseGet(() ->
                        signed(caller, StatementStore.Kind.PERSON, person.toUuid(), REMOVAL_TYPE, statement, complete));
    }

    private Statement head(String schema, Policy policy) {
        return new Statement()
                .with("schema", schema)
                .with("issued", now())
                .with("tenant", policy.tenant())
                .with("controller", policy.controller())
                .with("policyVersion", policy.version());
    }

    private static Statement removed(Removal removal) {
        return new Statement()
                .with("at", removal.at())
                .with("policyVersion", removal.policyVersion())
                .with("fields", new TreeSet<>(removal.fields()));
    }

    /** What was kept the last time, as far as a hold is still in force for it. */
    private List<Statement> stays(TenantId tenant, SubjectId person, List<Removal> removals) {
        if (!people.marks(tenant, person).contains(Mark.ERASED) || removals.isEmpty()) {
            return List.of();
        }
        Set<String> kept = removals.get(removals.size() - 1).kept();
        List<Statement> stays = new ArrayList<>();
        for (Hold hold : holds.inForce(tenant, person)) {
            if (kept.contains(hold.category())) {
                stays.add(new Statement()
                        .with("field", hold.category())
                        .with("until", hold.ends())
                        .with("ground", hold.ground().name()));
            }
        }
        return stays;
    }

    /** What a lasting removal keeps to know again who comes back. */
    private static List<Statement> hashes(List<Removal> removals) {
        return removals.stream()
                .flatMap(removal -> removal.hashed().stream())
                .distinct()
                .sorted()
                .map(field -> new Statement()
                        .with("field", field)
                        .with("until", "TAKEN_BACK")
                        .with("ground", "LASTING_REMOVAL"))
                .toList();
    }

    private static Statement recipient(Recipient recipient) {
        Statement told = new Statement()
                .with("partner", recipient.partner())
                .with("disclosures", recipient.disclosures())
                .with("answer", recipient.answer().name());
        recipient.answered().ifPresent(at -> told.with("answered", at));
        recipient.ground().ifPresent(ground -> told.with("ground", ground.name()));
        return told;
    }

    private static Statement about(Request request) {
        Statement about = new Statement()
                .with("id", request.id())
                .with("type", request.type().name())
                .with("received", request.received());
        request.carriedOut().ifPresent(at -> about.with("carriedOut", at));
        request.closing().map(Closing::at).ifPresent(at -> about.with("closed", at));
        return about;
    }

    private static List<String> promises(Policy policy) {
        return policy.promises().stream()
                .filter(promise -> promise.status() == Policy.Status.ENFORCED && CONTROLS.contains(promise.control()))
                .map(Policy.Promise::id)
                .toList();
    }

    /** The newest entry of the chain: what was recorded up to it cannot be changed without breaking this. */
    private Optional<Statement> ledger(TenantId tenant) {
        return audit.tail(tenant, 1).stream().findFirst().map(DefaultCertificateService::place);
    }

    private static Statement place(Entry entry) {
        return new Statement().with("position", entry.position()).with("chain", entry.chain());
    }

    private Statement sweep(Certificate sweep) {
        Statement statement = head("urn:pledge:sweep:1", policies.current(sweep.tenant()))
                .with("policyVersion", sweep.policyVersion())
                .with("sweep", sweep.id())
                .with("category", sweep.category())
                .with("answeredBy", sweep.answeredBy())
                .with("at", sweep.at())
                .with("before", sweep.before())
                .with("removed", sweep.removed())
                .with("held", sweep.held());
        ledger(sweep.tenant()).ifPresent(at -> statement.with("ledger", at));
        return statement;
    }

    private String signed(
            Caller caller, StatementStore.Kind kind, UUID id, String type, Statement statement, boolean lasting) {
        String jws = attestation.sign(caller.tenant(), type, statement.json());
        if (lasting && statements.putStatement(caller.tenant(), kind, id, jws, now())) {
            audit.append(new Leaf(
                    caller.tenant(),
                    now(),
                    Leaf.Act.CERTIFICATE_ISSUED,
                    caller.name(),
                    Optional.empty(),
                    List.of(),
                    Map.of("kind", kind.name(), "id", id.toString(), "sha256", sha256(jws))));
        }
        return lasting ? kept(caller, kind, id).orElse(jws) : jws;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
