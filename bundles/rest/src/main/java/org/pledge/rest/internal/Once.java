package org.pledge.rest.internal;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.message.Message;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.audit.Leaf;

/** Runs what a request asks for: in one transaction, and only once where it carries an Idempotency-Key. */
final class Once {
    /** A key with the digest of the request it came with. */
    record Key(String text, byte[] digest) {}

    private final Services services;
    private final Clock clock;
    private final Caller caller;
    private final Optional<Key> key;

    Once(Services services, Clock clock, Caller caller, Optional<Key> key) {
        this.services = services;
        this.clock = clock;
        this.caller = caller;
        this.key = key;
    }

    /** Runs an act of one service, which has its own transaction and records its own refusals. */
    String run(Supplier<String> act) {
        return key.isEmpty() ? act.get() : together(act);
    }

    /**
     * Runs acts of several services in one transaction. A refusal rolls back what the refusing service recorded about
     * it, so that it is recorded here.
     */
    String together(Supplier<String> acts) {
        try {
            return services.transactions().get().required(() -> key.map(k ->
                            services.repeatable().get().once(caller, k.text(), k.digest(), acts))
                    .orElseGet(acts));
        } catch (PledgeException e) {
            if (!e.promises().isEmpty()) {
                record(e);
            }
            throw e;
        }
    }

    private void record(PledgeException refusal) {
        Leaf leaf = new Leaf(
                caller.tenant(),
                clock.instant(),
                Leaf.Act.REFUSED,
                caller.name(),
                Optional.empty(),
                refusal.promises(),
                Map.of("kind", refusal.kind().name(), "by", "rest"));
        services.transactions().get().required(() -> services.audit().get().append(leaf));
    }

    /** Hands a {@code Once} to a method that asks for one. */
    static final class Provider implements ContextProvider<Once> {
        private final Services services;
        private final Clock clock;

        Provider(Services services, Clock clock) {
            this.services = services;
            this.clock = clock;
        }

        @Override
        public Once createContext(Message message) {
            return new Once(
                    services,
                    clock,
                    message.get(Caller.class),
                    Optional.ofNullable(message.get(Key.class)));
        }
    }
}
