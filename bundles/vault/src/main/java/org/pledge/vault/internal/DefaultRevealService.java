package org.pledge.vault.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.SecondFactors;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.RevealService;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Shows a number once, when a customer asked, a second person agreed and the record of it is durable. */
@Component(configurationPid = VaultConfig.PID)
public final class DefaultRevealService implements RevealService {
    private static final int MOST_AT_ONCE = 200;
    private static final String REQUEST = "request";
    private static final String AGAIN = "Open a new request if the customer still asks for it.";

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final PolicyService policies;
    private final Unsealed unsealed;
    private final CardRecords records;
    private final AuditRelay relay;
    private final SecondFactors factors;
    private final Acts acts;
    private final Together<UUID, Asked> looking;
    private final Together<Use, Boolean> using;
    private final Refusals refusals;
    private final Duration life;
    private final AllowedAddresses addresses;

    /** In the container. */
    @Activate
    public DefaultRevealService(
            VaultConfig config,
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference Transactions main,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference VaultKeys keys,
            @Reference CardSealer sealer,
            @Reference AuditRelay relay,
            @Reference SecondFactors factors) {
        this(
                transactions,
                store,
                policies,
                keys,
                sealer,
                relay,
                factors,
                new Refusals(main, audit, Clock.systemUTC()),
                Clock.systemUTC(),
                Duration.ofMinutes(config.reveal_minutes()),
                new AllowedAddresses(config.reveal_addresses()));
    }

    DefaultRevealService(
            VaultTransactions transactions,
            VaultStore store,
            PolicyService policies,
            VaultKeys keys,
            CardSealer sealer,
            AuditRelay relay,
            SecondFactors factors,
            Refusals refusals,
            Clock clock,
            Duration life,
            AllowedAddresses addresses) {
        this.transactions = transactions;
        this.store = store;
        this.policies = policies;
        this.unsealed = new Unsealed(keys);
        this.records = new CardRecords(sealer);
        this.relay = relay;
        this.factors = factors;
        this.acts = new Acts(transactions, store, relay::wake, clock);
        this.looking = new Together<>(transactions, this::asked);
        this.using = new Together<>(transactions, this::useAll);
        this.refusals = refusals;
        this.life = life;
        this.addresses = addresses;
    }

    @Override
    public Request open(Caller caller, String token, Type type, String ticket) {
        caller.require(Role.OPERATOR, Role.CUSTODIAN);
        unsealed.require();
        References.check("ticket", ticket);
        StoredCard card = card(caller.tenant(), token).orElseThrow(DefaultCardService::unknown);
        CardRules.Ruling ruling = rules(caller).reveal(type);
        if (!ruling.permitted()) {
            throw refusals.denied(
                    caller,
                    Optional.of(card.customer()),
                    ruling.promises(),
                    "reveal-type",
                    Map.of("type", type.name(), "card", token),
                    "the policy lets nobody see a number for this",
                    "Work with the masked card.");
        }
        Instant now = acts.now();
        Request request = new Request(
                caller.tenant(),
                UUID.randomUUID(),
                token,
                card.customer(),
                type,
                ticket,
                State.OPEN,
                now,
                now.plus(life),
                caller.holder(),
                Optional.empty(),
                Optional.empty());
        return transactions.required(() -> {
            store.putRequest(request);
            record(Leaf.Act.REVEAL_REQUESTED, caller, request, ruling.promises());
            return request;
        });
    }

    @Override
    public Request approve(Caller caller, UUID id, char[] code) {
        caller.require(Role.CUSTODIAN, Role.OFFICER);
        unsealed.require();
        Request request = locked(caller.tenant(), id).orElseThrow(DefaultRevealService::unknown);
        if (request.openedBy().equals(caller.holder())) {
            throw denied(
                    caller,
                    request,
                    "own-request",
                    "who opened a request cannot approve it",
                    "Ask another custodian or an officer.");
        }
        if (request.approvedBy().equals(Optional.of(caller.holder())) && request.state() == State.APPROVED) {
            return request;
        }
        if (request.state() != State.OPEN) {
            throw denied(
                    caller,
                    request,
                    "state-" + request.state(),
                    "the request is " + request.state() + ", not OPEN",
                    AGAIN);
        }
        requireFactor(caller, request, code);
        return transactions.required(() -> {
            Request now =
                    store.lockRequest(caller.tenant(), id).map(this::current).orElse(request);
            if (now.state() != State.OPEN) {
                throw new PledgeException(Kind.CONFLICT, "the request is " + now.state() + ", not OPEN").remedy(AGAIN);
            }
            Request approved = with(now, State.APPROVED, Optional.of(caller.holder()), Optional.empty());
            store.putRequest(approved);
            record(Leaf.Act.REVEAL_APPROVED, caller, approved, rules(caller).revealPromises());
            return approved;
        });
    }

    @Override
    public List<Request> requests(Caller caller, int limit) {
        caller.require(Role.CUSTODIAN, Role.OFFICER, Role.AUDITOR);
        unsealed.require();
        int most = Math.max(1, Math.min(limit, MOST_AT_ONCE));
        return transactions.required(() -> store.requests(caller.tenant(), most)).stream()
                .map(this::current)
                .toList();
    }

    @Override
    public void reveal(Caller caller, UUID id, String from, char[] code, OutputStream terminal) {
        caller.require(Role.CUSTODIAN);
        unsealed.require();
        Asked asked = looking.add(caller.tenant(), new Object(), id);
        Optional<Request> found = asked.request().map(this::current);
        if (!addresses.allow(from)) {
            throw refused(
                    caller,
                    found,
                    "address",
                    "numbers are not shown where you are connected from",
                    "Connect from one of the addresses under reveal.addresses.");
        }
        Request request = found.orElseThrow(() -> refused(
                caller, found, "no-request", "there is no such request", "Have the customer's request opened first."));
        check(caller, request);
        StoredCard card = asked.card().orElseThrow(DefaultCardService::unknown);
        requireFactor(caller, request, code);
        byte[] number = Opening.bytes(transactions, () -> records.number(card));
        try {
            use(caller, request, card);
            show(number, terminal);
        } finally {
            Arrays.fill(number, (byte) 0);
        }
    }

    /** A request, and the card that it is about as long as that is there. */
    private record Asked(Optional<Request> request, Optional<StoredCard> card) {}

    private List<Asked> asked(TenantId tenant, List<UUID> ids) {
        return transactions.required(() -> {
            Map<UUID, Request> requests = byId(store.requests(tenant, Set.copyOf(ids)));
            Map<String, StoredCard> cards = byToken(store.cards(tenant, tokens(requests)));
            return ids.stream()
                    .map(id -> Optional.ofNullable(requests.get(id)))
                    .map(request ->
                            new Asked(request, request.flatMap(each -> Optional.ofNullable(cards.get(each.token())))))
                    .toList();
        });
    }

    private static Map<UUID, Request> byId(List<Request> requests) {
        return requests.stream().collect(Collectors.toMap(Request::id, Function.identity()));
    }

    private static Map<String, StoredCard> byToken(List<StoredCard> cards) {
        return cards.stream().collect(Collectors.toMap(StoredCard::token, Function.identity()));
    }

    private static Set<String> tokens(Map<UUID, Request> requests) {
        return requests.values().stream().map(Request::token).collect(Collectors.toSet());
    }

    private void check(Caller caller, Request request) {
        switch (request.state()) {
            case OPEN ->
                throw denied(
                        caller,
                        request,
                        "not-approved",
                        "nobody approved the request yet",
                        "Ask another custodian or an officer: vault:approve");
            case USED -> throw usedAlready(caller, request);
            case EXPIRED -> throw denied(caller, request, "too-late", "the request has expired", AGAIN);
            case APPROVED -> {
                if (request.approvedBy().equals(Optional.of(caller.holder()))) {
                    throw denied(
                            caller,
                            request,
                            "own-approval",
                            "who approved a request does not see the number",
                            "Ask another custodian to look.");
                }
            }
        }
        CardRules.Ruling ruling = rules(caller).reveal(request.type());
        if (!ruling.permitted()) {
            throw denied(
                    caller,
                    request,
                    "reveal-type",
                    "the policy lets nobody see a number for this",
                    "Work with the masked card.");
        }
    }

    /** Comes last, so that a code is not used up by what is refused anyway. */
    private void requireFactor(Caller caller, Request request, char[] code) {
        SecondFactors.Check check = factors.verify(caller, code);
        if (!check.valid()) {
            PledgeException refusal = check.refusal();
            throw refusals.denied(
                    caller,
                    Optional.of(request.customer()),
                    rules(caller).custodianPromises(),
                    "second-factor-" + check.outcome(),
                    details(request),
                    refusal.getMessage(),
                    refusal.remedy());
        }
    }

    /** Uses the request up, durably, and then has the record in the audit log before this returns. */
    private void use(Caller caller, Request request, StoredCard card) {
        if (!using.add(request.tenant(), request.id(), new Use(caller, request, card))) {
            transactions.required(() -> acts.add(
                    Leaf.Act.REFUSED,
                    caller,
                    Optional.of(request.customer()),
                    request.token(),
                    List.of(),
                    Map.of(REQUEST, request.id().toString(), "reason", "record-not-durable")));
            throw new PledgeException(
                            Kind.UNAVAILABLE,
                            "the record could not be made durable, so nothing was shown;" + " the request is used up")
                    .remedy("Open a new request once the audit log works again.");
        }
    }

    /** A number that is about to be shown. */
    private record Use(Caller caller, Request request, StoredCard card) {
        @Override
        public String toString() {
            return "Use[" + request.id() + "]";
        }
    }

    private List<Boolean> useAll(TenantId tenant, List<Use> uses) {
        return relay.appendNow(() -> transactions.required(() -> markUsed(tenant, uses)));
    }

    private List<Event> markUsed(TenantId tenant, List<Use> uses) {
        Map<UUID, Request> requests = byId(store.lockRequests(
                tenant, uses.stream().map(use -> use.request().id()).collect(Collectors.toSet())));
        Map<String, StoredCard> cards = byToken(store.lockCards(tenant, tokens(requests)));
        return uses.stream()
                .map(use -> markUsed(
                        use,
                        Optional.ofNullable(requests.get(use.request().id())),
                        Optional.ofNullable(cards.get(use.card().token())),
                        uses.size() == 1))
                .toList();
    }

    private Event markUsed(Use use, Optional<Request> locked, Optional<StoredCard> card, boolean alone) {
        Request now = locked.map(this::current)
                .filter(each -> each.state() == State.APPROVED)
                .orElseThrow(() -> {
                    if (alone) { // who is refused beside others is refused alone next
                        transactions.afterRollback(() -> usedAlready(use.caller(), use.request()));
                    }
                    return new PledgeException(Kind.DENIED, "the request was used already")
                            .because(rules(use.caller()).revealPromises())
                            .remedy(AGAIN);
                });
        if (card.filter(each -> each.id().equals(use.card().id())).isEmpty()) {
            throw new PledgeException(Kind.CONFLICT, "the card was replaced or deleted at the same moment")
                    .remedy("Ask again: vault:reveal shows the new card, if there is one.");
        }
        Request usedUp = with(now, State.USED, now.approvedBy(), Optional.of(acts.now()));
        store.replaceRequest(usedUp);
        return record(
                Leaf.Act.CARD_REVEALED,
                use.caller(),
                usedUp,
                rules(use.caller()).reveal(usedUp.type()).promises());
    }

    private static void show(byte[] number, OutputStream terminal) {
        try {
            terminal.write(number);
            terminal.flush();
        } catch (IOException e) {
            throw new PledgeException(Kind.UNAVAILABLE, "the terminal took no output; the request is used up")
                    .remedy("Open a new request.");
        }
    }

    private Event record(Leaf.Act act, Caller caller, Request request, List<String> promises) {
        return acts.add(
                act,
                caller,
                Optional.of(request.customer()),
                request.token(),
                promises,
                Map.of(REQUEST, request.id().toString(), "type", request.type().name(), "ticket", request.ticket()));
    }

    private PledgeException usedAlready(Caller caller, Request request) {
        return denied(caller, request, "used", "the request was used already", AGAIN);
    }

    private PledgeException denied(Caller caller, Request request, String reason, String text, String remedy) {
        return refused(caller, Optional.of(request), reason, text, remedy);
    }

    private PledgeException refused(
            Caller caller, Optional<Request> request, String reason, String text, String remedy) {
        return refusals.denied(
                caller,
                request.map(Request::customer),
                rules(caller).revealPromises(),
                reason,
                request.map(DefaultRevealService::details).orElse(Map.of()),
                text,
                remedy);
    }

    private static Map<String, String> details(Request request) {
        return Map.of(REQUEST, request.id().toString(), "card", request.token());
    }

    private CardRules rules(Caller caller) {
        return new CardRules(policies.current(caller.tenant()));
    }

    private Optional<StoredCard> card(TenantId tenant, String token) {
        return CardTokens.isToken(token) ? transactions.required(() -> store.card(tenant, token)) : Optional.empty();
    }

    private Optional<Request> locked(TenantId tenant, UUID id) {
        return transactions.required(() -> store.lockRequest(tenant, id)).map(this::current);
    }

    /** As it is now: time passes without anybody writing it down. */
    private Request current(Request request) {
        boolean waits = request.state() == State.OPEN || request.state() == State.APPROVED;
        return waits && !acts.now().isBefore(request.expires())
                ? with(request, State.EXPIRED, request.approvedBy(), request.used())
                : request;
    }

    private static Request with(Request request, State state, Optional<String> approvedBy, Optional<Instant> used) {
        return new Request(
                request.tenant(),
                request.id(),
                request.token(),
                request.customer(),
                request.type(),
                request.ticket(),
                state,
                request.opened(),
                request.expires(),
                request.openedBy(),
                approvedBy,
                used);
    }

    private static PledgeException unknown() {
        return new PledgeException(Kind.NOT_FOUND, "this tenant has no such request").remedy("Check the identifier.");
    }
}
