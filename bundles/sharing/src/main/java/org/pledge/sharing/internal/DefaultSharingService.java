package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
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
import org.pledge.ownership.OwnershipService;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.sharing.DutyMail;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.internal.DisclosureRules.Judgement;
import org.pledge.sharing.internal.DisclosureRules.Matter;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.Position;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.store.Transactions;

/** Decides and queues disclosures, and accounts for them. */
@Component(
        configurationPid = "org.pledge.sharing",
        service = {SharingService.class, DutyMail.class, DefaultSharingService.class})
public final class DefaultSharingService implements SharingService, DutyMail {
    private static final String MAIL = "smtp";
    private static final String ADDRESS = "email";
    private static final String MESSAGE = "message";
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

    /** What a decided request leaves behind. */
    private record Act(Outcome outcome, Optional<StoredDisclosure> queued, Leaf leaf) {}

    /** A request of a batch that has the right form. */
    private record Asked(int place, Request request, Matter matter) {}

    @Override
    public Outcome share(Caller caller, Request request) {
        caller.requireOrBe(request.partner(), Role.OPERATOR);
        return share(caller, request, matter(caller, request));
    }

    /** One disclosure of a transfer with a change of ownership; whoever calls this has looked at the transfer. */
    Outcome transfer(Caller caller, Request request) {
        caller.require(Role.OPERATOR);
        return share(caller, request, matterOf(caller, request));
    }

    @Override
    public Outcome send(Caller caller, SubjectId subject, String partner, String purpose, String message) {
        return send(caller, subject, partner, purpose, Map.of(MESSAGE, message));
    }

    @Override
    public Outcome sendTo(
            Caller caller, SubjectId subject, String partner, String purpose, String message, String address) {
        return send(caller, subject, partner, purpose, Map.of(MESSAGE, message, ADDRESS, address));
    }

    private Outcome send(Caller caller, SubjectId subject, String partner, String purpose, Map<String, String> values) {
        caller.require(Role.OPERATOR);
        Policy policy = rules.policy(caller.tenant());
        partners.find(caller.tenant(), partner)
                .filter(carrier -> carrier.connector().equals(MAIL)
                        && policy.recipient(carrier.recipient())
                                .filter(recipient -> recipient.kind() == Policy.RecipientKind.PROCESSOR)
                                .isPresent())
                .orElseThrow(() -> new PledgeException(
                                PledgeException.Kind.DENIED, "only a processor that carries mail takes this")
                        .remedy("Name a partner with the connector smtp that the policy calls a processor."));
        Request request = new Request(subject, partner, purpose, List.of(ADDRESS, MESSAGE), Optional.empty(), values);
        Matter plain = matter(caller, request);
        return share(
                caller,
                request,
                new Matter(
                        plain.tenant(),
                        plain.subject(),
                        plain.partner(),
                        plain.purpose(),
                        plain.fields(),
                        Optional.empty(),
                        true));
    }

    private Outcome share(Caller caller, Request request, Matter matter) {
        return rules.whileConsentHolds(caller.tenant(), request.subject(), () -> {
            Act act = act(caller, matter, request, UUID.randomUUID(), now());
            act.queued().ifPresent(store::addDisclosure);
            audit.append(act.leaf());
            act.queued().ifPresent(any -> transactions.afterCommit(outbox::wake));
            return act.outcome();
        });
    }

    @Override
    public Batch shareAll(Caller caller, List<Request> requests) {
        if (requests.isEmpty() || requests.size() > MOST_AT_ONCE) {
            throw invalid("a batch has 1 to " + MOST_AT_ONCE + " requests", "Send fewer at once.");
        }
        requests.forEach(request -> caller.requireOrBe(request.partner(), Role.OPERATOR));
        UUID batch = UUID.randomUUID();
        Map<Integer, Answer> malformed = new HashMap<>();
        List<Asked> asked = asked(caller, requests, malformed);
        Set<SubjectId> people = new HashSet<>();
        asked.forEach(one -> people.add(one.matter().subject()));
        return rules.whileConsentsHold(caller.tenant(), people, behind -> {
            Map<Integer, Answer> answers = new HashMap<>(malformed);
            asked.stream()
                    .filter(one -> behind.contains(one.matter().subject()))
                    .forEach(one -> answers.put(one.place(), new Answer.NotDone(DisclosureRules.consentsBehind())));
            share(caller, batch, asked, answers);
            return new Batch(
                    batch,
                    IntStream.range(0, requests.size()).mapToObj(answers::get).toList());
        });
    }

    /** In the order of the people, so that batches make their keys, where they have none yet, in the same order. */
    private static List<Asked> asked(Caller caller, List<Request> requests, Map<Integer, Answer> malformed) {
        List<Asked> asked = new ArrayList<>(requests.size());
        for (int place = 0; place < requests.size(); place++) {
            try {
                asked.add(new Asked(place, requests.get(place), matter(caller, requests.get(place))));
            } catch (PledgeException e) {
                malformed.put(place, new Answer.NotDone(e));
            }
        }
        asked.sort(Comparator.comparing(one -> one.matter().subject()));
        return asked;
    }

    private void share(Caller caller, UUID batch, List<Asked> asked, Map<Integer, Answer> answers) {
        Instant now = now();
        List<StoredDisclosure> queued = new ArrayList<>(asked.size());
        List<Leaf> leaves = new ArrayList<>(asked.size());
        for (Asked one : asked) {
            if (answers.containsKey(one.place())) {
                continue;
            }
            try {
                Act act = act(caller, one.matter(), one.request(), Batch.disclosure(batch, one.place()), now);
                act.queued().ifPresent(queued::add);
                leaves.add(act.leaf());
                answers.put(one.place(), new Answer.Decided(act.outcome()));
            } catch (PledgeException e) {
                if (e.kind() != PledgeException.Kind.INVALID && e.kind() != PledgeException.Kind.NOT_FOUND) {
                    throw e;
                }
                answers.put(one.place(), new Answer.NotDone(e));
            }
        }
        store.addDisclosures(queued);
        audit.appendAll(leaves);
        if (!queued.isEmpty()) {
            transactions.afterCommit(outbox::wake);
        }
    }

    @Override
    public List<Optional<Disclosure>> ofBatch(Caller caller, UUID batch, int size) {
        return transactions.required(() -> IntStream.range(0, size)
                .mapToObj(place -> visible(caller, Batch.disclosure(batch, place)))
                .toList());
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
        if (request.purpose().equals(OwnershipService.PURPOSE)) {
            throw new PledgeException(
                            PledgeException.Kind.DENIED,
                            "nothing is disclosed for \"" + OwnershipService.PURPOSE + "\" but by such a transfer")
                    .remedy("Open a transfer with notice and time to object: ownership:open.");
        }
        return matterOf(caller, request);
    }

    private static Matter matterOf(Caller caller, Request request) {
        return new Matter(
                caller.tenant(),
                request.subject(),
                Names.token("partner", request.partner()),
                Names.token("purpose", request.purpose()),
                Names.fields(request.fields()),
                request.legalCase());
    }

    private Act act(Caller caller, Matter matter, Request request, UUID id, Instant now) {
        Judgement judgement = rules.judge(matter);
        if (judgement.decision() instanceof Decision.Permitted permitted) {
            return queued(caller, matter, request, judgement, permitted, id, now);
        }
        Decision.Denied denied = (Decision.Denied) judgement.decision();
        return new Act(
                new Outcome.Refused(denied),
                Optional.empty(),
                refusal(caller, matter, judgement.policy(), denied, now));
    }

    private Act queued(
            Caller caller,
            Matter matter,
            Request request,
            Judgement judgement,
            Decision.Permitted permitted,
            UUID id,
            Instant now) {
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
        Leaf leaf = Disclosures.leaf(
                Leaf.Act.DISCLOSURE_INTENDED,
                disclosure,
                caller.name(),
                permitted.promises(),
                now,
                Map.of("policyVersion", Integer.toString(disclosure.policyVersion())));
        return new Act(
                new Outcome.Queued(disclosure, permitted),
                Optional.of(new StoredDisclosure(disclosure, sealed, now, Optional.empty())),
                leaf);
    }

    /** The values that go with the permitted fields; those of fields that are withheld are not even kept. */
    private static Map<String, String> supplied(Request request, Matter matter, Policy policy, Set<String> permitted) {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, String> value : request.supplied().entrySet()) {
            if (!matter.fields().contains(value.getKey())) {
                throw invalid("supplied may hold values of the fields asked for only", "Leave the others out.");
            }
            boolean takesValues = matter.duty() && value.getKey().equals(ADDRESS)
                    || policy.category(value.getKey())
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

    private Leaf refusal(Caller caller, Matter matter, Policy policy, Decision.Denied denied, Instant now) {
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
        return new Leaf(
                matter.tenant(),
                now,
                Leaf.Act.REFUSED,
                caller.name(),
                Optional.of(matter.subject()),
                denied.promises(),
                details);
    }

    @Override
    public Disclosure disclosure(Caller caller, UUID id) {
        return transactions.required(() -> visible(caller, id)).orElseThrow(DefaultSharingService::notFound);
    }

    private Optional<Disclosure> visible(Caller caller, UUID id) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR, Role.PARTNER);
        boolean all = caller.roles().stream().anyMatch(Set.of(Role.OPERATOR, Role.OFFICER, Role.AUDITOR)::contains);
        return store.disclosure(caller.tenant(), id)
                .map(StoredDisclosure::disclosure)
                .filter(found -> all || found.partner().equals(caller.name()));
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
