package org.pledge.vault.internal;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Status;
import org.pledge.vault.Network;
import org.pledge.vault.RevealService;
import org.pledge.vault.core.PaymentGateway;

/** What a tenant's policy says about cards: only what it names is taken, used or shown. */
final class CardRules {
    private static final Set<String> INTAKE = Set.of("vault-intake", "vault-mandate");
    private static final Set<String> PURPOSE = Set.of("vault-purpose", "separate-store");
    private static final String CUSTODIANS = "custodian-control";
    private static final String PAYMENT = "payment";
    private static final Set<String> REACH_A_CARD = Set.of(PAYMENT, "refund", "chargeback");

    private final Policy policy;

    CardRules(Policy policy) {
        this.policy = policy;
    }

    /** What it says about one thing. */
    record Ruling(boolean permitted, List<String> promises) {
        /** Keeps an immutable copy. */
        Ruling {
            promises = List.copyOf(promises);
        }
    }

    /** Whether cards are taken at all. */
    Ruling intake() {
        return taken(PaymentGateway.NUMBER);
    }

    /** Whether a category of card data is taken: when paying uses it. */
    Ruling taken(String category) {
        return new Ruling(paysWith(category), intakePromises());
    }

    private boolean paysWith(String category) {
        return policy.purpose(PAYMENT)
                .filter(purpose -> purpose.retention().containsKey(category))
                .isPresent();
    }

    /** Those about taking cards; else those about paying; where no card is taken, those that silence is refused by. */
    private List<String> intakePromises() {
        if (!paysWith(PaymentGateway.NUMBER)) {
            return silence();
        }
        return Stream.of(
                        named(promise -> promise.status() == Status.ENFORCED && INTAKE.contains(promise.control())),
                        named(promise -> promise.status() == Status.ENFORCED
                                && words(promise, "purposes").contains(PAYMENT)))
                .filter(promises -> !promises.isEmpty())
                .findFirst()
                .orElseGet(this::silence);
    }

    /** Whether a security code is taken for cards of a network. */
    Ruling securityCode(Network network) {
        List<String> refusing = named(promise -> is(promise, "card-network-rule")
                && words(promise, "security-code").contains("refused")
                && networks(promise).contains(network));
        return refusing.isEmpty() ? taken(PaymentGateway.CODE) : new Ruling(false, refusing);
    }

    /** Whether a card may be used for a purpose. */
    Ruling purpose(String purpose) {
        List<Promise> limits = policy.promises().stream()
                .filter(promise -> PURPOSE.contains(promise.control())
                        && promise.parameters().containsKey("purposes"))
                .toList();
        boolean permitted = REACH_A_CARD.contains(purpose)
                && limits.stream()
                        .allMatch(promise -> words(promise, "purposes").contains(purpose));
        List<String> promises = limits.stream().map(Promise::id).toList();
        return new Ruling(permitted, promises.isEmpty() ? intakePromises() : promises);
    }

    /** Whether a number may be shown for what a customer asked. */
    Ruling reveal(RevealService.Type type) {
        String asked = type.name().toLowerCase(Locale.ROOT);
        List<String> all = named(promise -> is(promise, "vault-reveal"));
        List<String> naming = named(promise ->
                is(promise, "vault-reveal") && words(promise, "requests").contains(asked));
        return new Ruling(!naming.isEmpty(), all.isEmpty() ? purpose("").promises() : all);
    }

    /** The promises behind who may see a number and when. */
    List<String> revealPromises() {
        List<String> named = named(promise -> is(promise, "vault-reveal") || is(promise, CUSTODIANS));
        return named.isEmpty() ? silence() : named;
    }

    /** The promises behind how somebody proves that they may. */
    List<String> custodianPromises() {
        List<String> named = named(promise -> is(promise, CUSTODIANS));
        return named.isEmpty() ? revealPromises() : named;
    }

    /** The promises behind deleting a card for good. */
    List<String> deletion() {
        return named(promise -> is(promise, "vault-delete"));
    }

    /** The promises that what the policy does not name is refused by. */
    private List<String> silence() {
        return policy.ruling("", PAYMENT, PaymentGateway.NUMBER).promises();
    }

    private static boolean is(Promise promise, String control) {
        return promise.status() == Status.ENFORCED && promise.control().equals(control);
    }

    private List<String> named(Predicate<Promise> condition) {
        return policy.promises().stream().filter(condition).map(Promise::id).toList();
    }

    private static Set<Network> networks(Promise promise) {
        Set<Network> networks = EnumSet.noneOf(Network.class);
        for (Network network : Network.values()) {
            if (words(promise, "network").contains(network.name().toLowerCase(Locale.ROOT))) {
                networks.add(network);
            }
        }
        return networks;
    }

    private static Collection<String> words(Promise promise, String parameter) {
        return Stream.of(promise.parameters().getOrDefault(parameter, "").split(","))
                .map(String::strip)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
