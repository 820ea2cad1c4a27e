package org.pledge.dsr.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.ExternalRequestStore.ExternalRequest;

/**
 * Takes what others send as requests under people's rights, each message once. Who it is about is looked for and never
 * told: a request about nobody looks like any other.
 */
final class Intake {
    /** The protocols, as requests call the channel that they came by. */
    enum Protocol {
        OPENDSR,
        DRP,
        IAB;

        String channel() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who sends it, as established by a credential or a signature. */
    record Sender(TenantId tenant, Protocol protocol, String party) {
        /** The platform's own hand: a party asks, and never acts by itself. */
        Caller hand() {
            return new Caller(tenant, protocol.channel() + "." + party, Set.of(Role.OPERATOR));
        }
    }

    /** A message by the name that its sender gave it. */
    record Message(String name, Optional<UUID> reference, byte[] body) {
        @Override
        public String toString() {
            return "Message";
        }
    }

    /**
     * Somebody by their identifier, or by values that must all be theirs.
     *
     * @param values by the category that has them here
     */
    record Identity(Optional<SubjectId> id, Map<String, String> values) {
        Identity {
            values = Map.copyOf(values);
        }

        @Override
        public String toString() {
            return "Identity";
        }
    }

    /**
     * What is asked.
     *
     * @param origin the name of a message that may reach us in several others, and what it asks for
     * @param vouched whether the word of somebody trusted verifies who asks
     */
    record Ask(
            Message message,
            Optional<String> origin,
            Type type,
            String jurisdiction,
            Identity identity,
            boolean vouched) {}

    private static final String NAME = "external-request";
    private static final String BODY = "external-request-body";

    private final Services services;
    private final Clock clock;

    Intake(Services services, Clock clock) {
        this.services = services;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Opens a request, or finds that which came of the same message.
     *
     * @throws PledgeException of kind {@code CONFLICT} when its sender used the name for another message
     */
    Request take(Sender sender, Ask ask) {
        return in(() -> {
            Optional<UUID> again = known(sender, ask.message());
            Optional<UUID> origin = ask.origin().flatMap(name -> knownOrigin(sender, name));
            if (again.or(() -> origin).isEmpty()) {
                Request opened = open(sender, ask);
                keep(sender, ask.message(), Optional.of(opened.id()));
                ask.origin().ifPresent(name -> keepOrigin(sender, name, opened.id()));
                return ask.vouched() ? services.rights().get().vouch(sender.hand(), opened.id()) : opened;
            }
            if (again.isPresent()) {
                return found(sender, again.get());
            }
            keep(sender, ask.message(), origin);
            return ask.vouched()
                    ? services.rights().get().vouch(sender.hand(), origin.orElseThrow())
                    : found(sender, origin.orElseThrow());
        });
    }

    /** Takes a message that asks for nothing; false when it was there before. */
    boolean first(Sender sender, Message message) {
        return in(() -> {
            if (services.externals()
                    .get()
                    .external(sender.tenant(), token(sender, message.name()))
                    .isPresent()) {
                return false;
            }
            keep(sender, message, Optional.empty());
            return true;
        });
    }

    /** What came of the message of this name; empty for another sender's. */
    Optional<Request> named(Sender sender, String name) {
        return in(() -> services.externals()
                .get()
                .external(sender.tenant(), token(sender, name))
                .flatMap(ExternalRequest::request)
                .map(request -> found(sender, request)));
    }

    /** A request with what its sender called it. */
    record Named(Request request, Optional<UUID> reference) {}

    /** One of the sender's requests; empty for another sender's. */
    Optional<Named> own(Sender sender, UUID request) {
        return in(() -> services.externals()
                .get()
                .externalOf(sender.tenant(), request)
                .filter(it -> it.protocol().equals(sender.protocol().name())
                        && it.party().equals(sender.party()))
                .map(it -> new Named(found(sender, request), it.reference())));
    }

    Request withdraw(Sender sender, UUID request) {
        return services.rights().get().withdraw(sender.hand(), request);
    }

    /** By when it is answered, as was said when it arrived. */
    Instant expected(Sender sender, Request request) {
        return services.rights().get().dueAtArrival(sender.hand(), request.id());
    }

    private Request found(Sender sender, UUID request) {
        return services.rights().get().request(sender.hand(), request);
    }

    private Optional<UUID> known(Sender sender, Message message) {
        Optional<ExternalRequest> before =
                services.externals().get().external(sender.tenant(), token(sender, message.name()));
        if (before.isPresent() && !MessageDigest.isEqual(before.get().digest(), digest(sender, message.body()))) {
            throw new PledgeException(Kind.CONFLICT, "this identifier was used for another request")
                    .remedy("Give each request an identifier of its own, and repeat it unchanged.");
        }
        return before.flatMap(ExternalRequest::request);
    }

    private void keep(Sender sender, Message message, Optional<UUID> request) {
        put(new ExternalRequest(
                sender.tenant(),
                token(sender, message.name()),
                sender.protocol().name(),
                sender.party(),
                digest(sender, message.body()),
                request,
                message.reference(),
                now()));
    }

    private Optional<UUID> knownOrigin(Sender sender, String name) {
        return services.externals()
                .get()
                .external(sender.tenant(), origin(sender, name))
                .flatMap(ExternalRequest::request);
    }

    /** Belongs to no party, so that nobody reaches a request by it. */
    private void keepOrigin(Sender sender, String name, UUID request) {
        byte[] token = origin(sender, name);
        put(new ExternalRequest(
                sender.tenant(),
                token,
                sender.protocol().name(),
                "",
                token,
                Optional.of(request),
                Optional.empty(),
                now()));
    }

    private void put(ExternalRequest external) {
        if (!services.externals().get().putExternal(external)) {
            throw new PledgeException(Kind.UNAVAILABLE, "the same request is being taken right now")
                    .remedy("Send it again.");
        }
    }

    private byte[] token(Sender sender, String name) {
        return hash(sender, NAME, sender.protocol() + "\n" + sender.party() + "\n" + name);
    }

    private byte[] origin(Sender sender, String name) {
        return hash(sender, NAME, sender.protocol() + "\n\n" + name);
    }

    private byte[] digest(Sender sender, byte[] body) {
        return services.tokens().get().token(sender.tenant(), BODY, body);
    }

    private byte[] hash(Sender sender, String use, String text) {
        return services.tokens().get().token(sender.tenant(), use, text.getBytes(StandardCharsets.UTF_8));
    }

    private Request open(Sender sender, Ask ask) {
        RightsService rights = services.rights().get();
        String channel = sender.protocol().channel();
        return ask.identity()
                .id()
                .map(id -> rights.open(sender.hand(), new NewRequest(id, ask.type(), ask.jurisdiction(), channel)))
                .orElseGet(() -> rights.openFor(
                        sender.hand(),
                        new Identified(ask.identity().values()),
                        ask.type(),
                        ask.jurisdiction(),
                        channel));
    }

    private <T> T in(Supplier<T> work) {
        return services.transactions().get().required(work);
    }
}
