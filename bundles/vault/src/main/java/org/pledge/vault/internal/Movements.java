package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.lookup.Lookup;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.PaymentService.State;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.core.PaymentGateway.Answer;
import org.pledge.vault.core.PaymentGateway.Instruction;
import org.pledge.vault.spi.VaultStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes movements of money from one state to the next; each is sent once, and asked for ever after. */
@Component(service = Movements.class)
public final class Movements {
    /** Certainly nothing was sent. */
    static final String NOT_SENT = "not-sent";
    /** The policy or an agreement said no just before sending; certainly nothing was sent. */
    static final String DENIED = "denied";
    /** The clearing house never heard of it. */
    static final String UNKNOWN = "unknown";

    private static final Logger LOG = LoggerFactory.getLogger(Movements.class);
    private static final Pattern REASON = Pattern.compile("[A-Za-z0-9._-]{0,64}");
    private static final Pattern CODE = Pattern.compile("[MNPU]?");
    private static final Pattern ADDRESS_MATCH = Pattern.compile("[A-Z]{0,2}");

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final Supplier<List<PaymentGateway>> gateways;
    private final Runnable close;
    private final Acts acts;

    /** In the container. */
    @Activate
    public Movements(
            BundleContext context,
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference AuditRelay relay) {
        this(transactions, store, Lookup.opened(context, PaymentGateway.class), relay::wake);
    }

    private Movements(
            VaultTransactions transactions, VaultStore store, Lookup<PaymentGateway> gateways, Runnable wake) {
        this(transactions, store, gateways, gateways::close, wake, Clock.systemUTC());
    }

    Movements(
            VaultTransactions transactions,
            VaultStore store,
            Supplier<List<PaymentGateway>> gateways,
            Runnable close,
            Runnable wake,
            Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.gateways = gateways;
        this.close = close;
        this.acts = new Acts(transactions, store, wake, clock);
    }

    @Deactivate
    void stop() {
        close.run();
    }

    /** The gateway that is there now. */
    PaymentGateway gateway() {
        return gateways.get().stream().findFirst().orElseThrow(() -> new PledgeException(
                        Kind.UNAVAILABLE, "no clearing house is connected; nothing was done")
                .remedy("Try again, or have the connector to the clearing house started."));
    }

    /** Records that a movement was decided, in the current transaction; false when its reference is taken. */
    boolean intend(Caller caller, Payment payment, Way way) {
        boolean added = store.addPayment(payment);
        if (added) {
            record(
                    Leaf.Act.PAYMENT_INTENDED,
                    caller,
                    way.customer(),
                    payment,
                    way.promises(),
                    Map.of(Trail.PARTNER, way.partner(), "purpose", way.purpose()));
        }
        return added;
    }

    /**
     * Marks a movement as being sent, in the current transaction.
     *
     * @return nothing when it is no longer to be sent
     */
    Optional<Payment> begin(Caller caller, Payment payment, Way way) {
        return lock(payment).filter(now -> now.state() == State.INTENT).map(now -> sent(caller, now, way));
    }

    /** Marks what is locked and meant as being sent, in the current transaction. */
    Payment sent(Caller caller, Payment now, Way way) {
        Payment sent = changed(now, State.SENT, now.code(), now.addressMatch(), "");
        record(
                Leaf.Act.PAYMENT_SENT,
                caller,
                way.customer(),
                sent,
                way.promises(),
                Map.of(Trail.PARTNER, way.partner()));
        return sent;
    }

    /** Sends what is marked as being sent, once, and settles it by the answer; without one it is in doubt. */
    Payment send(Caller caller, Payment sent, Way way, PaymentGateway gateway, Optional<PaymentGateway.CardData> card) {
        Instruction instruction = new Instruction(
                sent.tenant(),
                way.partner(),
                way.customer(),
                way.purpose(),
                sent.id(),
                sent.kind(),
                sent.parent(),
                sent.amount(),
                sent.currency(),
                card);
        Optional<Answer> answer;
        List<String> promises = List.of();
        try {
            answer = gateway.send(instruction);
        } catch (PledgeException e) {
            answer = Optional.of(refusal(e.kind() == Kind.DENIED ? DENIED : NOT_SENT));
            promises = e.promises();
        } catch (RuntimeException e) {
            LOG.error(
                    "The gateway failed with {}; the movement {} is asked for.",
                    e.getClass().getName(),
                    sent.id());
            answer = Optional.empty();
        } finally {
            card.ifPresent(PaymentGateway.CardData::close);
        }
        Optional<SubjectId> customer = Optional.of(way.customer());
        return answer.isPresent()
                ? settle(caller, sent, answer.get(), promises, customer)
                : doubt(caller, sent, customer);
    }

    /** Who carried a movement out, where the record still tells. */
    Optional<String> partner(Payment payment) {
        return transactions.required(() -> Trail.of(store, payment)).map(Trail::partner);
    }

    /** Asks about a movement in doubt; leaves it as it is when there is no answer. */
    Payment ask(Caller caller, Payment doubtful) {
        Trail trail = transactions.required(() -> Trail.of(store, doubtful)).orElseThrow(() -> new PledgeException(
                        Kind.CONFLICT, "the record no longer tells who carried this out")
                .remedy("Ask the clearing house by other means."));
        Optional<Answer> answer = gateway().ask(doubtful.tenant(), trail.partner(), doubtful.id());
        return answer.map(each -> settle(caller, doubtful, each, List.of(), Optional.of(trail.customer())))
                .orElse(doubtful);
    }

    /** An answer that certainly nothing was done. */
    static Answer refusal(String reason) {
        return new Answer(false, reason, "", "");
    }

    /** What was meant and never sent certainly did not happen. */
    Payment giveUp(Caller caller, Payment payment, String reason) {
        return transactions.required(() -> lock(payment)
                .filter(now -> now.state() == State.INTENT)
                .map(now -> put(caller, now, State.REFUSED, refusal(reason), List.of(), Optional.empty()))
                .orElseGet(() -> present(payment)));
    }

    /** From now on it is asked for. */
    Payment doubt(Caller caller, Payment payment) {
        return doubt(caller, payment, Optional.empty());
    }

    private Payment doubt(Caller caller, Payment payment, Optional<SubjectId> customer) {
        return transactions.required(() -> lock(payment)
                .filter(now -> now.state() == State.SENT)
                .map(now -> put(caller, now, State.IN_DOUBT, refusal(""), List.of(), customer))
                .orElseGet(() -> present(payment)));
    }

    /**
     * What was settled stays, but for one case: money that moved is told although it was thought unknown to the clearing
     * house.
     */
    private Payment settle(
            Caller caller, Payment payment, Answer answer, List<String> promises, Optional<SubjectId> customer) {
        return transactions.required(() -> lock(payment)
                .filter(now -> isOpen(now) || hasMovedAfterAll(now, answer))
                .map(now -> {
                    State state = answer.confirmed() ? State.CONFIRMED : State.REFUSED;
                    return put(caller, now, state, answer, promises, customer);
                })
                .orElseGet(() -> present(payment)));
    }

    private static boolean isOpen(Payment payment) {
        return payment.state() == State.SENT || payment.state() == State.IN_DOUBT;
    }

    private static boolean hasMovedAfterAll(Payment payment, Answer answer) {
        return payment.state() == State.REFUSED && payment.reason().equals(UNKNOWN) && answer.confirmed();
    }

    private Optional<Payment> lock(Payment payment) {
        return store.lockPayment(payment.tenant(), payment.id());
    }

    private Payment present(Payment payment) {
        return store.payment(payment.tenant(), payment.id()).orElse(payment);
    }

    private Payment put(
            Caller caller, Payment now, State state, Answer answer, List<String> promises, Optional<SubjectId> known) {
        String reason = state == State.CONFIRMED ? "" : cleaned(REASON, answer.reason());
        Payment next = changed(
                now, state, cleaned(CODE, answer.code()), cleaned(ADDRESS_MATCH, answer.addressMatch()), reason);
        Optional<SubjectId> customer = known.or(() -> Trail.of(store, now).map(Trail::customer));
        acts.add(act(state), caller, customer, next.token(), promises, details(next, Map.of()));
        return next;
    }

    private static Leaf.Act act(State state) {
        return switch (state) {
            case INTENT -> Leaf.Act.PAYMENT_INTENDED;
            case SENT -> Leaf.Act.PAYMENT_SENT;
            case CONFIRMED -> Leaf.Act.PAYMENT_CONFIRMED;
            case REFUSED -> Leaf.Act.PAYMENT_REFUSED;
            case IN_DOUBT -> Leaf.Act.PAYMENT_IN_DOUBT;
        };
    }

    /** A word of the clearing house, unless it is none or looks like a card number. */
    private static String cleaned(Pattern form, String word) {
        return form.matcher(word).matches() && !CardNumber.isHiddenIn(word) ? word : "";
    }

    private Payment changed(Payment now, State state, String code, String addressMatch, String reason) {
        Instant at = acts.now();
        Payment next = new Payment(
                now.tenant(),
                now.id(),
                now.kind(),
                now.parent(),
                now.token(),
                now.amount(),
                now.currency(),
                now.reference(),
                state,
                code,
                addressMatch,
                reason,
                now.created(),
                at.isBefore(now.changed()) ? now.changed() : at,
                now.evidenceUntil());
        store.putPayment(next);
        return next;
    }

    /** Records an act about a movement, in the current transaction. */
    void record(
            Leaf.Act act,
            Caller caller,
            SubjectId customer,
            Payment payment,
            List<String> promises,
            Map<String, String> more) {
        acts.add(act, caller, Optional.of(customer), payment.token(), promises, details(payment, more));
    }

    private static Map<String, String> details(Payment payment, Map<String, String> more) {
        Map<String, String> details = new HashMap<>(more);
        details.put(Trail.PAYMENT, payment.id().toString());
        details.put("kind", payment.kind().name());
        details.put("amount", Long.toString(payment.amount()));
        details.put("currency", payment.currency());
        details.put("reference", payment.reference());
        payment.parent().ifPresent(parent -> details.put("parent", parent.toString()));
        Map.of("reason", payment.reason(), "code", payment.code(), "addressMatch", payment.addressMatch())
                .forEach((key, value) -> {
                    if (!value.isEmpty()) {
                        details.put(key, value);
                    }
                });
        return details;
    }
}
