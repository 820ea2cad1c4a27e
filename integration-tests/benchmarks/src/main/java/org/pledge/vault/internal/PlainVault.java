package org.pledge.vault.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.access.SecondFactors;
import org.pledge.audit.AuditLog;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.PartnerService;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.CardService;
import org.pledge.vault.CardService.Card;
import org.pledge.vault.PaymentService;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.RevealService;
import org.pledge.vault.RevealService.Request;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.spi.VaultStore;

/** The vault's services outside a container; the gate permits, and the clearing house does at once what it is sent. */
public final class PlainVault implements AutoCloseable {
    private static final String PURPOSE = "payment";
    private static final Duration REQUESTS_LIVE = Duration.ofHours(1);

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final SecurityCodes codes;
    private final AuditRelay relay;
    private final Movements movements;
    private final Sendings sendings;
    private final CardService cards;
    private final PaymentService payments;
    private final RevealService reveals;

    /** The services as they run; what is done is handed on to the audit log beside them. */
    public PlainVault(
            VaultConfig config,
            DefaultCardService.Config intakeConfig,
            VaultTransactions transactions,
            VaultStore store,
            Transactions main,
            SubjectStore people,
            AuditLog audit,
            PolicyService policies,
            PartnerService partners,
            SecondFactors factors,
            VaultKeys keys,
            CardSealer sealer) {
        this.transactions = transactions;
        this.store = store;
        codes = new SecurityCodes(config);
        relay = new AuditRelay(transactions, store, main, audit, Clock.systemUTC(), config.record_months());
        relay.start();
        Intake intake = new Intake(transactions, sealer);
        cards = new DefaultCardService(
                intakeConfig,
                transactions,
                store,
                main,
                people,
                audit,
                policies,
                keys,
                sealer,
                intake,
                codes,
                relay,
                new HeldCards(main, List::of, 0, () -> {}));
        PaymentGateway house = new Accepting();
        movements = new Movements(transactions, store, () -> List.of(house), () -> {}, relay::wake, Clock.systemUTC());
        sendings = new Sendings(transactions, store, new CardRecords(sealer), movements);
        payments = new DefaultPaymentService(
                config,
                transactions,
                store,
                main,
                audit,
                policies,
                keys,
                sealer,
                intake,
                codes,
                movements,
                (tenant, partner, purpose, fields) ->
                        subject -> new Decision.Permitted(Set.copyOf(fields), List.of(), List.of(), List.of()),
                partners);
        reveals = new DefaultRevealService(
                config, transactions, store, main, audit, policies, keys, sealer, relay, factors);
    }

    private static final class Accepting implements PaymentGateway {
        @Override
        public Optional<Answer> send(Instruction instruction) {
            return Optional.of(new Answer(true, "", "", ""));
        }

        @Override
        public Optional<Answer> ask(TenantId tenant, String partner, UUID id) {
            return Optional.empty();
        }
    }

    /** The service. */
    public CardService cards() {
        return cards;
    }

    /** The service. */
    public PaymentService payments() {
        return payments;
    }

    /** The service. */
    public RevealService reveals() {
        return reveals;
    }

    /** Opens and approves a request for each card, at one stroke. */
    public List<UUID> approved(List<Card> of, String openedBy, String approvedBy) {
        Instant now = now();
        List<Request> requests = of.stream()
                .map(card -> new Request(
                        card.tenant(),
                        UUID.randomUUID(),
                        card.token(),
                        card.customer(),
                        RevealService.Type.EDIT,
                        "T-1",
                        RevealService.State.APPROVED,
                        now,
                        now.plus(REQUESTS_LIVE),
                        openedBy,
                        Optional.of(approvedBy),
                        Optional.empty()))
                .toList();
        transactions.required(() -> requests.forEach(store::putRequest));
        return requests.stream().map(Request::id).toList();
    }

    /** Intends a movement for each card, at one stroke; what an authorisation does next is to open the card for it. */
    public List<Callable<Integer>> detokenising(Caller caller, String partner, List<Card> of) {
        List<Callable<Integer>> each = new ArrayList<>();
        transactions.required(() -> {
            each.clear();
            for (Card card : of) {
                Way way = new Way(partner, card.customer(), PURPOSE, List.of());
                Payment intent = intent(card);
                store.addPayment(intent);
                each.add(() -> detokenise(new Sendings.Start(caller, intent, way, new byte[0])));
            }
        });
        return each;
    }

    /** The number is opened, and that the movement is being sent is durable with its event. */
    private int detokenise(Sendings.Start start) {
        try (Sendings.Sending sending = sendings.begin(start).orElseThrow()) {
            return sending.card().number().length;
        }
    }

    private static Payment intent(Card card) {
        Instant now = now();
        UUID id = UUID.randomUUID();
        return new Payment(
                card.tenant(),
                id,
                Kind.AUTHORISE,
                Optional.empty(),
                card.token(),
                100,
                "EUR",
                "d-" + id,
                PaymentService.State.INTENT,
                "",
                "",
                "",
                now,
                now,
                Optional.empty());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns when everything done before stands in the audit log. */
    public void handOn() {
        while (relay.handOn() > 0) {
            // more may wait
        }
    }

    @Override
    public void close() {
        relay.stop();
        movements.stop();
        codes.stop();
    }
}
