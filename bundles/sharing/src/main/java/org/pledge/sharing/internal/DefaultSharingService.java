package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.Sealer;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.internal.DisclosureRules.Judgement;
import org.pledge.sharing.internal.DisclosureRules.Matter;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.Position;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.Transactions;

/** Decides and queues disclosures, and accounts for them. */
@Component(configurationPid = "org.pledge.sharing")
public final class DefaultSharingService implements SharingService {
    private static final int LONGEST_VALUE = 65_536;

    private final Transactions transactions;
    private final SharingStore store;
    private final AuditLog audit;
    private final PartnerTable partners;
    private final DisclosureRules rules;
    private final DefaultOutbox outbox;
    private final SuppliedValues supplied;
    private final Clock clock;
    private final Duration deadline;

    /** In the container. */
    @Activate
    public DefaultSharingService(
            DefaultOutbox.Config config,
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference AuditLog audit,
            @Reference Sealer sealer,
            @Reference PartnerTable partners,
            @Reference DisclosureRules rules,
            @Reference DefaultOutbox outbox) {
        this(
                transactions,
                store,
                audit,
                sealer,
                partners,
                rules,
                outbox,
                Clock.systemUTC(),
                Timing.of(config).deadline());
    }

    DefaultSharingService(
            Transactions transactions,
            SharingStore store,
            AuditLog audit,
            Sealer sealer,
            PartnerTable partners,
            DisclosureRules rules,
            DefaultOutbox outbox,
            Clock clock,
            Duration deadline) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.partners = partners;
        this.rules = rules;
        this.outbox = outbox;
        this.supplied = new SuppliedValues(sealer);
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    public Outcome share(Caller caller, Request request) {
        caller.requireOrBe(request.partner(), Role.OPERATOR);
        Matter matter = matter(caller, request);
        return rules.whileConsentHolds(caller.tenant(), request.subject(), () -> {
            Judgement judgement = rules.judge(matter);
            if (judgement.decision() instanceof Decision.Permitted permitted) {
                return queue(caller, matter, request, judgement, permitted);
            }
            return refuse(caller, matter, judgement.policy(), (Decision.Denied) judgement.decision());
        });
    }

    @Override
    public Decision explain(Caller caller, Request request) {
        caller.requireOrBe(request.partner(), Role.OPERATOR, Role.OFFICER);
        if (request.legalCase().isEmpty()) {
            return rules.question(caller.tenant(), request.partner(), request.purpose(), request.fields())
                    .decide(request.subject());
        }
        Matter matter = matter(caller, request);
        return transactions.required(() -> rules.judge(matter).decision());
    }

    private static Matter matter(Caller caller, Request request) {
        return new Matter(
                caller.tenant(),
                request.subject(),
                Names.token("partner", request.partner()),
                Names.token("purpose", request.purpose()),
                Names.fields(request.fields()),
                request.legalCase());
    }

    private Outcome queue(
            Caller caller, Matter matter, Request request, Judgement judgement, Decision.Permitted permitted) {
        Instant now = now();
        UUID id = UUID.randomUUID();
        Map<String, String> values = supplied(request, matter, judgement.policy(), permitted.fields());
        Disclosure disclosure = new Disclosure(
                id,
                matter.tenant(),
                matter.subject(),
                matter.partner(),
                matter.purpose(),
                permitted.fields(),
                judgement.basis(),
                permitted.promises(),
                judgement.policy().version(),
                matter.legalCase(),
                State.QUEUED,
                0,
                OptionalInt.empty(),
                now,
                now.plus(deadline),
                Optional.empty());
        byte[] sealed = supplied.seal(matter.tenant(), matter.subject(), id, values);
        store.addDisclosure(new StoredDisclosure(disclosure, sealed, now, Optional.empty()));
        audit.append(Disclosures.leaf(
                Leaf.Act.DISCLOSURE_INTENDED,
                disclosure,
                caller.name(),
                permitted.promises(),
                now,
                Map.of("policyVersion", Integer.toString(disclosure.policyVersion()))));
        transactions.afterCommit(outbox::wake);
        return new Outcome.Queued(disclosure, permitted);
    }

    /** The values that go with the permitted fields; those of fields that are withheld are not even kept. */
    private static Map<String, String> supplied(Request request, Matter matter, Policy policy, Set<String> permitted) {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, String> value : request.supplied().entrySet()) {
            if (!matter.fields().contains(value.getKey())) {
                throw invalid("supplied may hold values of the fields asked for only", "Leave the others out.");
            }
            boolean takesValues = policy.category(value.getKey())
                    .map(Policy.Category::supplied)
                    .orElse(false);
            if (permitted.contains(value.getKey()) && !takesValues) {
                throw invalid(
                        "\"" + value.getKey() + "\" does not take a value with the request", "Leave its value out.");
            }
            if (value.getValue().isEmpty() || value.getValue().length() > LONGEST_VALUE) {
                throw invalid("each of supplied must have 1 to " + LONGEST_VALUE + " characters", "Shorten the value.");
            }
            if (permitted.contains(value.getKey())) {
                values.put(value.getKey(), value.getValue());
            }
        }
        for (String field : permitted) {
            if (policy.category(field).map(Policy.Category::supplied).orElse(false) && !values.containsKey(field)) {
                throw invalid(
                        "\"" + field + "\" needs a value with the request",
                        "Send its value in supplied, or do not ask for it.");
            }
        }
        return values;
    }

    private Outcome refuse(Caller caller, Matter matter, Policy policy, Decision.Denied denied) {
        Map<String, String> details = new HashMap<>();
        // A name that nobody defined could be anything, so it is not recorded.
        details.put(
                "partner", partners.find(matter.tenant(), matter.partner()).isPresent() ? matter.partner() : "unknown");
        details.put("purpose", policy.purpose(matter.purpose()).isPresent() ? matter.purpose() : "unknown");
        List<String> known = matter.fields().stream()
                .filter(field -> policy.category(field).isPresent())
                .sorted()
                .toList();
        details.putAll(ListedDetails.of("fields", known.stream()));
        details.put("unknownFields", Integer.toString(matter.fields().size() - known.size()));
        details.put("reason", denied.reasons().get(0).code().name());
        matter.legalCase().ifPresent(id -> details.put("case", id.toString()));
        audit.append(new Leaf(
                matter.tenant(),
                clock.instant(),
                Leaf.Act.REFUSED,
                caller.name(),
                Optional.of(matter.subject()),
                denied.promises(),
                details));
        return new Outcome.Refused(denied);
    }

    @Override
    public Disclosure disclosure(Caller caller, UUID id) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR, Role.PARTNER);
        boolean all = caller.roles().stream().anyMatch(Set.of(Role.OPERATOR, Role.OFFICER, Role.AUDITOR)::contains);
        return transactions
                .required(() -> store.disclosure(caller.tenant(), id))
                .map(StoredDisclosure::disclosure)
                .filter(found -> all || found.partner().equals(caller.name()))
                .orElseThrow(DefaultSharingService::notFound);
    }

    @Override
    public Page<Disclosure> accounting(Caller caller, SubjectId subject, Optional<String> cursor, int limit) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        Positions.requireLimit(limit);
        Optional<Position> before = cursor.map(Positions::read);
        List<Disclosure> found =
                transactions.required(() -> store.ofSubject(caller.tenant(), subject, before, limit + 1));
        if (found.size() <= limit) {
            return new Page<>(found, Optional.empty());
        }
        return new Page<>(
                found.subList(0, limit),
                Optional.of(Positions.write(new Position(
                        found.get(limit - 1).created(), found.get(limit - 1).id()))));
    }

    @Override
    public List<Disclosure> inState(Caller caller, State state, int limit) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        Positions.requireLimit(limit);
        return transactions.required(() -> store.inState(caller.tenant(), state, limit));
    }

    @Override
    public Disclosure retry(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            StoredDisclosure parked = lockParked(caller.tenant(), id);
            Instant now = now();
            StoredDisclosure queued =
                    Disclosures.queued(parked, parked.disclosure().answer(), now, now.plus(deadline));
            transactions.afterCommit(outbox::wake);
            return put(caller, queued, Leaf.Act.DISCLOSURE_RETRIED, now);
        });
    }

    @Override
    public Disclosure drop(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            StoredDisclosure parked = lockParked(caller.tenant(), id);
            return put(caller, Disclosures.ended(parked, State.DROPPED), Leaf.Act.DISCLOSURE_DROPPED, now());
        });
    }

    private StoredDisclosure lockParked(TenantId tenant, UUID id) {
        StoredDisclosure stored = store.lockDisclosure(tenant, id).orElseThrow(DefaultSharingService::notFound);
        if (stored.disclosure().state() != State.PARKED) {
            throw new PledgeException(
                            PledgeException.Kind.CONFLICT,
                            "the disclosure is " + stored.disclosure().state() + ", not PARKED")
                    .remedy("Only a parked disclosure can be queued again or given up.");
        }
        return stored;
    }

    private Disclosure put(Caller caller, StoredDisclosure changed, Leaf.Act act, Instant now) {
        store.putDisclosure(changed);
        audit.append(Disclosures.leaf(
                act, changed.disclosure(), caller.name(), changed.disclosure().promises(), now, Map.of()));
        return changed.disclosure();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
    }

    private static PledgeException notFound() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no such disclosure")
                .remedy("Check the identifier.");
    }
}
