package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.CardService;
import org.pledge.vault.Network;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.Event;
import org.pledge.vault.spi.VaultStore.StoredCard;

/** Takes in what the tenant's policy lets it take, and gives out what is masked. */
@Component(configurationPid = "org.pledge.vault.keys")
public final class DefaultCardService implements CardService {
    /** What the key ring is configured with. */
    public @interface Config {
        /** For how many hours a retired intake key is taken. */
        int intake_hours() default 24;
    }

    private static final int MOST_AT_ONCE = 200;

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final KnownCustomers customers;
    private final PolicyService policies;
    private final Unsealed unsealed;
    private final CardSealer sealer;
    private final Intake intake;
    private final SecurityCodes codes;
    private final CardRecords records;
    private final CardTokens tokens = new CardTokens();
    private final Acts acts;
    private final Duration taken;
    private final Shredding shredding;
    private final Refusals refusals;
    private final HeldCards held;
    private final Together<Keeping, StoredCard> keeping;

    /** In the container. */
    @Activate
    public DefaultCardService(
            Config config,
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference Transactions main,
            @Reference SubjectStore people,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference VaultKeys keys,
            @Reference CardSealer sealer,
            @Reference Intake intake,
            @Reference SecurityCodes codes,
            @Reference AuditRelay relay,
            @Reference HeldCards held) {
        this(
                transactions,
                store,
                main,
                new KnownCustomers(main, people::known),
                audit,
                policies,
                keys,
                sealer,
                intake,
                codes,
                relay::wake,
                Clock.systemUTC(),
                Duration.ofHours(config.intake_hours()),
                held);
    }

    DefaultCardService(
            VaultTransactions transactions,
            VaultStore store,
            Transactions main,
            KnownCustomers customers,
            AuditLog audit,
            PolicyService policies,
            VaultKeys keys,
            CardSealer sealer,
            Intake intake,
            SecurityCodes codes,
            Runnable wake,
            Clock clock,
            Duration taken,
            HeldCards held) {
        this.held = held;
        this.transactions = transactions;
        this.store = store;
        this.customers = customers;
        this.policies = policies;
        this.unsealed = new Unsealed(keys);
        this.sealer = sealer;
        this.intake = intake;
        this.codes = codes;
        this.records = new CardRecords(sealer);
        this.taken = taken;
        this.acts = new Acts(transactions, store, wake, clock);
        this.shredding = new Shredding(transactions, store, records, codes, acts, new Erasure(store, sealer, acts));
        this.refusals = new Refusals(main, audit, clock);
        this.keeping = new Together<>(transactions, this::keep);
    }

    @Override
    public Taken taken(Caller caller) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        CardRules rules = rules(caller);
        return new Taken(
                rules.intake().permitted(),
                rules.taken(PaymentGateway.ADDRESS).permitted(),
                Arrays.stream(Network.values())
                        .anyMatch(network -> rules.securityCode(network).permitted()));
    }

    @Override
    public List<IntakeKey> intakeKeys() {
        unsealed.require();
        return IntakeKeys.published(transactions.required(sealer::intakeKeys), taken);
    }

    @Override
    public Card store(Caller caller, SubjectId customer, byte[] jwe) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        CardRules rules = rules(caller);
        checkIntake(caller, customer, rules);
        customers.check(caller.tenant(), customer);
        try (CardForm form = intake.card(jwe)) {
            checkFields(caller, customer, rules, form);
            StoredCard card = keeping.add(caller.tenant(), form.ticket(), new Keeping(caller, customer, form, rules));
            shredWhenGone(caller, card, rules);
            return CardRecords.masked(card);
        }
    }

    /** A removal that ended in between did not see this card. */
    private void shredWhenGone(Caller caller, StoredCard card, CardRules rules) {
        try {
            customers.check(card.tenant(), card.customer());
        } catch (PledgeException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                transactions.required(() -> store.lockCard(card.tenant(), card.token())
                        .ifPresent(kept -> shredding.shred(caller, kept, rules.deletion())));
            }
            throw e;
        }
    }

    /** A card that is to be kept. */
    private record Keeping(Caller caller, SubjectId customer, CardForm form, CardRules rules) {
        @Override
        public String toString() {
            return "Keeping";
        }
    }

    private List<StoredCard> keep(TenantId tenant, List<Keeping> all) {
        return transactions.required(() -> {
            all.forEach(each -> intake.use(each.form().ticket()));
            List<byte[]> lookups = all.stream()
                    .map(each ->
                            records.lookup(tenant, each.customer(), each.form().number()))
                    .toList();
            Map<ByteBuffer, StoredCard> known = new HashMap<>();
            store.lockCardsByLookup(tenant, lookups).forEach(card -> known.put(ByteBuffer.wrap(card.lookup()), card));
            List<StoredCard> kept = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                ByteBuffer lookup = ByteBuffer.wrap(lookups.get(i));
                StoredCard card = keep(tenant, all.get(i), lookups.get(i), Optional.ofNullable(known.get(lookup)));
                known.put(lookup, card);
                kept.add(card);
            }
            return kept;
        });
    }

    private StoredCard keep(TenantId tenant, Keeping one, byte[] lookup, Optional<StoredCard> known) {
        StoredCard card = known.map(before -> records.sealAgain(before, one.form()))
                .orElseGet(() -> records.seal(
                        tenant, UUID.randomUUID(), tokens.make(), one.customer(), lookup, one.form(), acts.now()));
        if (known.isPresent()) {
            store.putCard(card);
        } else {
            store.addCard(card);
        }
        return recorded(one.caller(), card, one.form(), Leaf.Act.CARD_STORED, one.rules(), known.isPresent());
    }

    private StoredCard recorded(
            Caller caller, StoredCard card, CardForm form, Leaf.Act act, CardRules rules, boolean known) {
        acts.add(
                act,
                caller,
                Optional.of(card.customer()),
                card.token(),
                rules.intake().promises(),
                Map.of(
                        "network", card.network().name(),
                        "known", Boolean.toString(known),
                        "securityCodeGiven", Boolean.toString(card.securityCodeGiven())));
        if (form.code().length > 0) {
            SecurityCodes.Coming code = codes.coming(card.tenant(), card.token(), form.code());
            transactions.whenUndone(code::turnBack);
            transactions.afterCommit(code::arrive);
        } else {
            transactions.afterCommit(codes.leaving(card.tenant(), card.token())::forget);
        }
        return card;
    }

    @Override
    public Card card(Caller caller, String token) {
        caller.require(Role.OPERATOR, Role.CUSTODIAN);
        unsealed.require();
        return CardRecords.masked(found(caller.tenant(), token));
    }

    @Override
    public SubjectId customer(Caller caller, String token) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        checkForm(token);
        return transactions.required(() -> store.card(caller.tenant(), token)
                .map(StoredCard::customer)
                .or(() -> Trail.first(store, caller.tenant(), token, event -> event.leaf()
                                .subject()
                                .isPresent())
                        .flatMap(event -> event.leaf().subject()))
                .orElseThrow(DefaultCardService::unknown));
    }

    @Override
    public List<Card> cards(Caller caller, SubjectId customer) {
        caller.require(Role.OPERATOR, Role.CUSTODIAN);
        unsealed.require();
        return transactions.required(() -> store.cards(caller.tenant(), customer)).stream()
                .map(CardRecords::masked)
                .toList();
    }

    @Override
    public Card replace(Caller caller, String token, byte[] jwe) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        SubjectId customer = found(caller.tenant(), token).customer();
        CardRules rules = rules(caller);
        checkIntake(caller, customer, rules);
        try (CardForm form = intake.card(jwe)) {
            checkFields(caller, customer, rules, form);
            return CardRecords.masked(held.unlessHeld(
                    caller.tenant(),
                    customer,
                    kept -> heldRefusal(caller, customer, kept),
                    () -> transactions.required(() -> exchange(caller, token, form, rules))));
        }
    }

    private StoredCard exchange(Caller caller, String token, CardForm form, CardRules rules) {
        intake.use(form.ticket());
        StoredCard before = store.lockCard(caller.tenant(), token).orElseThrow(DefaultCardService::unknown);
        byte[] lookup = records.lookup(caller.tenant(), before.customer(), form.number());
        boolean elsewhere = store.lockCardByLookup(caller.tenant(), lookup)
                .filter(other -> !other.token().equals(token))
                .isPresent();
        if (elsewhere) {
            throw new PledgeException(Kind.CONFLICT, "this customer has the same number behind another token")
                    .remedy("Delete one of the two cards first.");
        }
        StoredCard card =
                records.seal(caller.tenant(), UUID.randomUUID(), token, before.customer(), lookup, form, acts.now());
        store.putCard(card);
        records.destroyKey(before);
        return recorded(caller, card, form, Leaf.Act.CARD_REPLACED, rules, true);
    }

    @Override
    public Certificate delete(Caller caller, String token) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        checkForm(token);
        List<String> promises = rules(caller).deletion();
        Optional<StoredCard> card = transactions.required(() -> store.card(caller.tenant(), token));
        if (card.isEmpty()) {
            return transactions.required(() -> deleted(caller, token, promises));
        }
        SubjectId customer = card.get().customer();
        return held.unlessHeld(
                caller.tenant(),
                customer,
                kept -> heldRefusal(caller, customer, kept),
                () -> transactions.required(() -> deleted(caller, token, promises)));
    }

    private Certificate deleted(Caller caller, String token, List<String> promises) {
        Event event = store.lockCard(caller.tenant(), token)
                .map(card -> shredding.shred(caller, card, promises))
                .or(() -> deletion(caller.tenant(), token))
                .orElseThrow(DefaultCardService::unknown);
        return new Certificate(token, event.leaf().at(), event.id(), Acts.hash(event.leaf()));
    }

    private PledgeException heldRefusal(Caller caller, SubjectId customer, Kept kept) {
        return refusals.recorded(
                caller,
                Optional.of(customer),
                kept.promises(),
                "held",
                Map.of("ground", kept.ground(), "category", kept.category()),
                new PledgeException(
                                Kind.CONFLICT,
                                "a legal hold keeps this card until " + kept.until() + " (" + kept.ground() + ")")
                        .because(kept.promises())
                        .remedy("The card stays sealed. Delete it when the hold has ended, or have two officers release"
                                + " it before: retention:release."));
    }

    private Optional<Event> deletion(TenantId tenant, String token) {
        return Trail.first(store, tenant, token, event -> event.leaf().act() == Leaf.Act.CARD_DELETED);
    }

    @Override
    public Page<Use> uses(Caller caller, String token, Optional<String> cursor, int limit) {
        caller.require(Role.OPERATOR, Role.CUSTODIAN, Role.OFFICER, Role.AUDITOR);
        unsealed.require();
        checkForm(token);
        long before = cursor.map(DefaultCardService::sequence).orElse(Long.MAX_VALUE);
        int most = Math.max(1, Math.min(limit, MOST_AT_ONCE));
        List<Event> events = transactions.required(() -> {
            List<Event> found = store.events(caller.tenant(), token, before, most + 1);
            if (found.isEmpty()
                    && cursor.isEmpty()
                    && store.card(caller.tenant(), token).isEmpty()) {
                throw unknown();
            }
            return found;
        });
        List<Event> shown = events.subList(0, Math.min(most, events.size()));
        Optional<String> next = events.size() > most
                ? Optional.of(Long.toString(shown.get(shown.size() - 1).sequence()))
                : Optional.empty();
        return new Page<>(shown.stream().map(DefaultCardService::use).toList(), next);
    }

    private static Use use(Event event) {
        Leaf leaf = event.leaf();
        return new Use(event.id(), leaf.at(), leaf.act().name(), leaf.actor(), leaf.details());
    }

    private static long sequence(String cursor) {
        if (!cursor.matches("[0-9]{1,18}")) {
            throw new PledgeException(Kind.INVALID, "the cursor is none that was given out")
                    .remedy("Use the cursor of the page before, or none.");
        }
        return Long.parseLong(cursor);
    }

    private void checkIntake(Caller caller, SubjectId customer, CardRules rules) {
        CardRules.Ruling ruling = rules.intake();
        if (!ruling.permitted()) {
            throw refusals.denied(
                    caller,
                    Optional.of(customer),
                    ruling.promises(),
                    "card-intake",
                    Map.of(),
                    "the policy takes no cards",
                    "Send no card; nothing was kept.");
        }
    }

    private void checkFields(Caller caller, SubjectId customer, CardRules rules, CardForm form) {
        CardRules.Ruling address = rules.taken(PaymentGateway.ADDRESS);
        if (form.address().length > 0 && !address.permitted()) {
            throw refusals.denied(
                    caller,
                    Optional.of(customer),
                    address.promises(),
                    "card-field",
                    Map.of("field", "address"),
                    "the policy takes no address with a card",
                    "Leave address out.");
        }
        CardRules.Ruling code = rules.securityCode(form.network());
        if (form.code().length > 0 && !code.permitted()) {
            throw refusals.denied(
                    caller,
                    Optional.of(customer),
                    code.promises(),
                    "card-field",
                    Map.of("field", "securityCode", "network", form.network().name()),
                    "the policy takes no security code for such a card",
                    "Leave securityCode out.");
        }
    }

    private CardRules rules(Caller caller) {
        return new CardRules(policies.current(caller.tenant()));
    }

    private StoredCard found(TenantId tenant, String token) {
        checkForm(token);
        return transactions.required(() -> store.card(tenant, token)).orElseThrow(DefaultCardService::unknown);
    }

    private static void checkForm(String token) {
        if (!CardTokens.isToken(token)) {
            throw unknown();
        }
    }

    static PledgeException unknown() {
        return new PledgeException(Kind.NOT_FOUND, "this tenant has no such card").remedy("Check the token.");
    }
}
