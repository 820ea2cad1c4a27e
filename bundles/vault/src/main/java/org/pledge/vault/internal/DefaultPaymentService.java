package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.PartnerService;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.Network;
import org.pledge.vault.PaymentService;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Decides movements of money, and has each carried out once. */
@Component(configurationPid = VaultConfig.PID)
public final class DefaultPaymentService implements PaymentService {
    /** As in ISO 8583, data element 4. */
    private static final long MOST = 999_999_999_999L;

    private static final int MOST_AT_ONCE = 200;
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Set<State> NOT_REFUSED = Set.of(State.INTENT, State.SENT, State.CONFIRMED, State.IN_DOUBT);

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final PolicyService policies;
    private final Unsealed unsealed;
    private final Intake intake;
    private final SecurityCodes codes;
    private final Movements movements;
    private final Sendings sendings;
    private final ClearingHouses clearing;
    private final Refusals refusals;
    private final Clock clock;
    private final Duration evidence;

    /** In the container. */
    @Activate
    public DefaultPaymentService(
            VaultConfig config,
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference Transactions main,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference VaultKeys keys,
            @Reference CardSealer sealer,
            @Reference Intake intake,
            @Reference SecurityCodes codes,
            @Reference Movements movements,
            @Reference Gate gate,
            @Reference PartnerService partners) {
        this(
                transactions,
                store,
                policies,
                keys,
                sealer,
                intake,
                codes,
                movements,
                gate,
                partners,
                new Refusals(main, audit, Clock.systemUTC()),
                Clock.systemUTC(),
                Duration.ofDays(config.evidence_days()));
    }

    DefaultPaymentService(
            VaultTransactions transactions,
            VaultStore store,
            PolicyService policies,
            VaultKeys keys,
            CardSealer sealer,
            Intake intake,
            SecurityCodes codes,
            Movements movements,
            Gate gate,
            PartnerService partners,
            Refusals refusals,
            Clock clock,
            Duration evidence) {
        this.transactions = transactions;
        this.store = store;
        this.policies = policies;
        this.unsealed = new Unsealed(keys);
        this.intake = intake;
        this.codes = codes;
        this.movements = movements;
        this.sendings = new Sendings(transactions, store, new CardRecords(sealer), movements);
        this.clearing = new ClearingHouses(gate, partners, refusals);
        this.refusals = refusals;
        this.clock = clock;
        this.evidence = evidence;
    }

    @Override
    public Payment authorise(Caller caller, Authorisation wanted) {
        begin(caller, wanted.amount(), wanted.reference());
        checkCurrency(wanted.currency());
        if (!CardTokens.isToken(wanted.token())) {
            throw DefaultCardService.unknown();
        }
        CardRules rules = new CardRules(policies.current(caller.tenant()));
        checkPurpose(caller, rules, wanted.purpose());
        Predicate<Payment> same = payment -> payment.token().equals(wanted.token())
                && payment.amount() == wanted.amount()
                && payment.currency().equals(wanted.currency());
        Optional<Payment> again = again(caller.tenant(), Kind.AUTHORISE, wanted.reference(), same);
        if (again.isPresent()) {
            return again.get();
        }
        StoredCard card = transactions
                .required(() -> store.card(caller.tenant(), wanted.token()))
                .orElseThrow(DefaultCardService::unknown);
        if (card.expires().isBefore(YearMonth.now(clock.withZone(ZoneOffset.UTC)))) {
            throw new PledgeException(PledgeException.Kind.INVALID, "the card has expired")
                    .remedy("Ask the customer for another one.");
        }
        PaymentGateway gateway = movements.gateway();
        Way way = clearing.forCard(caller, card.customer(), wanted.purpose());
        try (CodeForm code = recollected(caller, rules, card, wanted.codeJwe())) {
            Payment intent = intent(
                    caller,
                    Kind.AUTHORISE,
                    Optional.empty(),
                    card.token(),
                    wanted.amount(),
                    wanted.currency(),
                    wanted.reference());
            boolean ours = transactions.required(() -> {
                code.ticket().ifPresent(intake::use);
                return movements.intend(caller, intent, way);
            });
            if (!ours) {
                return again(caller.tenant(), Kind.AUTHORISE, wanted.reference(), same)
                        .orElseThrow(DefaultPaymentService::changedMeanwhile);
            }
            return charge(caller, intent, way, gateway, code.code());
        }
    }

    /** The code that came with the authorisation itself; empty where none did. */
    private CodeForm recollected(Caller caller, CardRules rules, StoredCard card, Optional<byte[]> jwe) {
        if (jwe.isEmpty()) {
            return CodeForm.none();
        }
        Network network = card.network();
        CardRules.Ruling ruling = rules.securityCode(network);
        if (!ruling.permitted()) {
            throw refusals.denied(
                    caller,
                    Optional.of(card.customer()),
                    ruling.promises(),
                    "card-field",
                    Map.of("field", "securityCode", "network", network.name()),
                    "the policy takes no security code for such a card",
                    "Leave the code out.");
        }
        return intake.code(jwe.get(), network);
    }

    /** The code that waits is used up by this authorisation, whatever becomes of it. */
    private Payment charge(Caller caller, Payment intent, Way way, PaymentGateway gateway, byte[] recollected) {
        byte[] waiting = codes.take(intent.tenant(), intent.token());
        try {
            byte[] code = recollected.length > 0 ? recollected : waiting;
            Optional<Sendings.Sending> begun = sendings.begin(new Sendings.Start(caller, intent, way, code));
            if (begun.isEmpty()) {
                return movements.giveUp(caller, intent, "card-deleted");
            }
            try (Sendings.Sending sending = begun.get()) {
                return movements.send(caller, sending.payment(), way, gateway, Optional.of(sending.card()));
            }
        } finally {
            Arrays.fill(waiting, (byte) 0);
        }
    }

    @Override
    public Payment capture(Caller caller, UUID authorisation, long amount, String reference) {
        return follow(caller, Kind.CAPTURE, authorisation, Kind.AUTHORISE, amount, reference, parent -> {
            List<Payment> before = store.paymentsOn(caller.tenant(), authorisation);
            if (sum(before, Kind.VOID) > 0) {
                throw conflict("the authorisation was given up", "Make a new authorisation.");
            }
            checkLeft(parent.amount() - sum(before, Kind.CAPTURE), amount);
        });
    }

    @Override
    public Payment cancel(Caller caller, UUID authorisation, String reference) {
        long whole = parent(caller, authorisation, Kind.AUTHORISE).amount();
        return follow(caller, Kind.VOID, authorisation, Kind.AUTHORISE, whole, reference, parent -> {
            List<Payment> before = store.paymentsOn(caller.tenant(), authorisation);
            if (sum(before, Kind.CAPTURE) > 0) {
                throw conflict("something was captured already", "Give it back with a refund of the capture.");
            }
            if (sum(before, Kind.VOID) > 0) {
                throw conflict("the authorisation was given up already", "Nothing is left to do.");
            }
        });
    }

    @Override
    public Payment refund(Caller caller, UUID capture, long amount, String reference) {
        return follow(caller, Kind.REFUND, capture, Kind.CAPTURE, amount, reference, parent -> {
            List<Payment> before = store.paymentsOn(caller.tenant(), capture);
            checkLeft(parent.amount() - sum(before, Kind.REFUND) - sum(before, Kind.CHARGEBACK), amount);
        });
    }

    /** A movement that builds on a confirmed one, of which it locks the row. */
    private Payment follow(
            Caller caller,
            Kind kind,
            UUID parentId,
            Kind parentKind,
            long amount,
            String reference,
            Consumer<Payment> check) {
        begin(caller, amount, reference);
        Predicate<Payment> same =
                payment -> payment.parent().equals(Optional.of(parentId)) && payment.amount() == amount;
        Payment parent = parent(caller, parentId, parentKind);
        Optional<Payment> again = again(caller.tenant(), kind, reference, same);
        if (again.isPresent()) {
            return again.get();
        }
        Policy policy = policies.current(caller.tenant());
        String purpose = kind == Kind.REFUND && policy.purpose("refund").isPresent() ? "refund" : "payment";
        checkPurpose(caller, new CardRules(policy), purpose);
        PaymentGateway gateway = movements.gateway();
        Trail trail = trail(parent);
        Way way = clearing.forAmount(caller, trail.customer(), purpose, trail.partner());
        Payment intent =
                intent(caller, kind, Optional.of(parentId), parent.token(), amount, parent.currency(), reference);
        boolean ours = transactions.required(() -> {
            checkConfirmed(lock(caller.tenant(), parentId));
            if (store.paymentByReference(caller.tenant(), kind.name(), reference)
                    .isPresent()) {
                return false;
            }
            check.accept(parent);
            return movements.intend(caller, intent, way);
        });
        if (!ours) {
            return again(caller.tenant(), kind, reference, same).orElseThrow(DefaultPaymentService::changedMeanwhile);
        }
        return transactions
                .required(() -> movements.begin(caller, intent, way))
                .map(sent -> movements.send(caller, sent, way, gateway, Optional.empty()))
                .orElseGet(() -> movements.giveUp(caller, intent, Movements.NOT_SENT));
    }

    @Override
    public Payment chargeback(Caller caller, UUID capture, long amount, String reference) {
        begin(caller, amount, reference);
        Predicate<Payment> same =
                payment -> payment.parent().equals(Optional.of(capture)) && payment.amount() == amount;
        Payment parent = parent(caller, capture, Kind.CAPTURE);
        Optional<Payment> again = again(caller.tenant(), Kind.CHARGEBACK, reference, same);
        if (again.isPresent()) {
            return again.get();
        }
        CardRules rules = new CardRules(policies.current(caller.tenant()));
        checkPurpose(caller, rules, "chargeback");
        Trail trail = trail(parent);
        Payment intent = intent(
                caller, Kind.CHARGEBACK, Optional.of(capture), parent.token(), amount, parent.currency(), reference);
        Payment recorded = new Payment(
                intent.tenant(),
                intent.id(),
                intent.kind(),
                intent.parent(),
                intent.token(),
                intent.amount(),
                intent.currency(),
                intent.reference(),
                State.CONFIRMED,
                "",
                "",
                "",
                intent.created(),
                intent.changed(),
                Optional.of(intent.created().plus(evidence)));
        boolean ours = transactions.required(() -> {
            checkConfirmed(lock(caller.tenant(), capture));
            if (store.paymentByReference(caller.tenant(), Kind.CHARGEBACK.name(), reference)
                    .isPresent()) {
                return false;
            }
            checkLeft(parent.amount() - sum(store.paymentsOn(caller.tenant(), capture), Kind.CHARGEBACK), amount);
            boolean added = store.addPayment(recorded);
            if (added) {
                movements.record(
                        Leaf.Act.PAYMENT_CONFIRMED,
                        caller,
                        trail.customer(),
                        recorded,
                        rules.purpose("chargeback").promises(),
                        Map.of(Trail.PARTNER, trail.partner(), "purpose", "chargeback"));
            }
            return added;
        });
        return ours
                ? recorded
                : again(caller.tenant(), Kind.CHARGEBACK, reference, same)
                        .orElseThrow(DefaultPaymentService::changedMeanwhile);
    }

    @Override
    public Payment payment(Caller caller, UUID id) {
        caller.require(Role.OPERATOR, Role.AUDITOR);
        unsealed.require();
        return found(caller.tenant(), id);
    }

    @Override
    public List<Payment> payments(Caller caller, String token, int limit) {
        caller.require(Role.OPERATOR, Role.AUDITOR);
        unsealed.require();
        if (!CardTokens.isToken(token)) {
            return List.of();
        }
        return transactions.required(() -> store.payments(caller.tenant(), token, bounded(limit)));
    }

    @Override
    public Page<Payment> payments(Caller caller, State state, Optional<String> cursor, int limit) {
        caller.require(Role.OPERATOR, Role.AUDITOR);
        unsealed.require();
        int most = bounded(limit);
        List<Payment> found = transactions.required(() -> {
            Optional<Payment> after = cursor.map(text -> pageEnd(caller.tenant(), text));
            return store.payments(caller.tenant(), state, after, most + 1);
        });
        List<Payment> shown = found.subList(0, Math.min(most, found.size()));
        Optional<String> next = found.size() > most
                ? Optional.of(shown.get(shown.size() - 1).id().toString())
                : Optional.empty();
        return new Page<>(shown, next);
    }

    private Payment pageEnd(TenantId tenant, String cursor) {
        return (UUID_FORM.matcher(cursor).matches()
                        ? store.payment(tenant, UUID.fromString(cursor))
                        : Optional.<Payment>empty())
                .orElseThrow(() -> invalid(
                        "the cursor is none that was given out", "Use the cursor of the page before, or none."));
    }

    @Override
    public Payment resolve(Caller caller, UUID id) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        Payment payment = found(caller.tenant(), id);
        return payment.state() == State.IN_DOUBT ? movements.ask(caller, payment) : payment;
    }

    private void begin(Caller caller, long amount, String reference) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        if (amount < 1) {
            throw invalid("amount must be at least 1 minor unit", "Give cents, not euros.");
        }
        if (amount > MOST) {
            throw invalid("amount has more than the 12 digits of a payment message", "Give it in minor units.");
        }
        References.check("reference", reference);
    }

    private static void checkCurrency(String currency) {
        boolean known = currency.matches("[A-Z]{3}")
                && Currency.getAvailableCurrencies().stream()
                        .anyMatch(each ->
                                each.getCurrencyCode().equals(currency) && each.getDefaultFractionDigits() >= 0);
        if (!known) {
            throw invalid("currency must be an ISO 4217 code such as EUR", "Write three capital letters.");
        }
    }

    private void checkPurpose(Caller caller, CardRules rules, String purpose) {
        CardRules.Ruling ruling = rules.purpose(purpose);
        if (!ruling.permitted()) {
            throw refusals.denied(
                    caller,
                    Optional.empty(),
                    ruling.promises(),
                    "card-purpose",
                    Map.of(),
                    "a card may not be used for this purpose",
                    "Cards are for payment, refund and chargeback, as far as the policy has them.");
        }
    }

    private Optional<Payment> again(TenantId tenant, Kind kind, String reference, Predicate<Payment> same) {
        Optional<Payment> found = transactions.required(() -> store.paymentByReference(tenant, kind.name(), reference));
        if (found.filter(same.negate()).isPresent()) {
            throw conflict("this reference was used for something else", "Use another reference.");
        }
        return found;
    }

    private Payment intent(
            Caller caller,
            Kind kind,
            Optional<UUID> parent,
            String token,
            long amount,
            String currency,
            String reference) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return new Payment(
                caller.tenant(),
                UUID.randomUUID(),
                kind,
                parent,
                token,
                amount,
                currency,
                reference,
                State.INTENT,
                "",
                "",
                "",
                now,
                now,
                Optional.empty());
    }

    private Payment parent(Caller caller, UUID id, Kind kind) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        Payment found = found(caller.tenant(), id);
        if (found.kind() != kind) {
            throw invalid("this builds on " + kind + ", and that is " + found.kind(), "Name the right movement.");
        }
        return found;
    }

    private Payment found(TenantId tenant, UUID id) {
        return transactions.required(() -> store.payment(tenant, id)).orElseThrow(DefaultPaymentService::unknown);
    }

    private Payment lock(TenantId tenant, UUID id) {
        return store.lockPayment(tenant, id).orElseThrow(DefaultPaymentService::unknown);
    }

    private Trail trail(Payment parent) {
        return transactions
                .required(() -> Trail.of(store, parent))
                .orElseThrow(() -> conflict(
                        "the record no longer tells who carried the earlier movement out",
                        "Settle it with the clearing house by other means."));
    }

    private static void checkConfirmed(Payment parent) {
        if (parent.state() != State.CONFIRMED) {
            throw conflict(
                    "the movement it builds on is " + parent.state() + ", not CONFIRMED",
                    parent.state() == State.REFUSED ? "Make a new one." : "Wait until it is settled.");
        }
    }

    private static long sum(List<Payment> payments, Kind kind) {
        return payments.stream()
                .filter(payment -> payment.kind() == kind && NOT_REFUSED.contains(payment.state()))
                .mapToLong(Payment::amount)
                .sum();
    }

    private static void checkLeft(long left, long amount) {
        if (amount > left) {
            throw invalid("amount is more than the " + left + " that are left", "Give at most what is left.");
        }
    }

    private static int bounded(int limit) {
        return Math.max(1, Math.min(limit, MOST_AT_ONCE));
    }

    private static PledgeException invalid(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.INVALID, text).remedy(remedy);
    }

    private static PledgeException conflict(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.CONFLICT, text).remedy(remedy);
    }

    private static PledgeException unknown() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no such movement")
                .remedy("Check the identifier.");
    }

    private static PledgeException changedMeanwhile() {
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the movement changed at the same moment")
                .remedy("Send it again with the same reference.");
    }
}
