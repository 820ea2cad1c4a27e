package org.pledge.routes.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.sharing.Outbox.Delivery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps card numbers out of what the outbox sends; the vault alone has a line for them. */
final class Egress {
    private static final Logger LOG = LoggerFactory.getLogger(Egress.class);
    /** The controls behind promises that this keeps. */
    private static final Set<String> CONTROLS = Set.of("egress-check", "vault-purpose");

    private final Services services;
    private final Clock clock;

    Egress(Services services, Clock clock) {
        this.services = services;
        this.clock = clock;
    }

    /** The first of these fields that holds a card number. */
    static Optional<String> fieldWithCard(Map<String, List<String>> values) {
        return values.entrySet().stream()
                .filter(field -> field.getValue().stream().anyMatch(CardNumbers::in))
                .map(Map.Entry::getKey)
                .map(RouteVetter::safe)
                .findFirst();
    }

    /** Whether what is about to be sent holds a card number; what can be read once only is kept to be read again. */
    static boolean hasCard(Message message) {
        return CardNumbers.in(text(message))
                || message.getHeaders().values().stream()
                        .anyMatch(value -> value instanceof CharSequence header && CardNumbers.in(header));
    }

    private static String text(Message message) {
        Object body = message.getBody();
        try {
            if (body instanceof StreamCache cache) {
                ByteArrayOutputStream copy = new ByteArrayOutputStream();
                cache.writeTo(copy);
                cache.reset();
                return copy.toString(StandardCharsets.UTF_8);
            }
            if (body instanceof InputStream stream) {
                message.setBody(stream.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return message.getBody() instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(message.getBody());
    }

    /**
     * Records that a delivery was stopped.
     *
     * @param where the name of a field, or the part of the message
     */
    PledgeException blocked(Delivery delivery, String where) {
        List<String> promises = promises(delivery.tenant());
        LOG.warn("Delivery {} holds a card number in {} and is not sent", delivery.disclosure(), where);
        try {
            services.audit().get().ifPresent(audit -> services.transactions()
                    .get()
                    .ifPresent(transactions -> transactions.required(() -> audit.append(new Leaf(
                            delivery.tenant(),
                            clock.instant(),
                            Leaf.Act.REFUSED,
                            "routes",
                            Optional.of(delivery.subject()),
                            promises,
                            Map.of(
                                    "disclosure",
                                    delivery.disclosure().toString(),
                                    "partner",
                                    delivery.partner(),
                                    "reason",
                                    "CARD_NUMBER",
                                    "where",
                                    where))))));
        } catch (RuntimeException e) {
            LOG.warn("The refusal could not be recorded: {}", e.getClass().getSimpleName());
        }
        return new PledgeException(PledgeException.Kind.DENIED, "nothing was sent: " + where + " holds a card number")
                .because(promises)
                .remedy("Remove the number from " + where + ", and give cards to the vault.");
    }

    private List<String> promises(TenantId tenant) {
        return services.policies().get().stream()
                .flatMap(policies -> policies.policies().stream())
                .filter(policy -> policy.tenant().equals(tenant))
                .flatMap(policy -> policy.promises().stream())
                .filter(promise -> CONTROLS.contains(promise.control()))
                .map(Policy.Promise::id)
                .toList();
    }
}
