package org.pledge.rest.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.message.Message;
import org.pledge.Caller;

/** Runs what a request asks for: in one transaction, and only once where it carries an Idempotency-Key. */
final class Once {
    /** A key with the digest of the request it came with. */
    record Key(String text, byte[] digest) {}

    private final Services services;
    private final Caller caller;
    private final Optional<Key> key;

    Once(Services services, Caller caller, Optional<Key> key) {
        this.services = services;
        this.caller = caller;
        this.key = key;
    }

    /** Whether the request is to act once, and nothing was done under its key so far. */
    boolean isFirst() {
        if (key.isEmpty()) {
            return false;
        }
        try {
            together(() -> {
                throw new Undone();
            });
            return false;
        } catch (Undone e) {
            return true;
        }
    }

    /** Leaves the key unused. */
    private static final class Undone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undone() {
            super("nothing was done under this key", null, false, false);
        }
    }

    /** Runs an act of one service, which has its own transaction and records its own refusals. */
    String run(Supplier<String> act) {
        return key.isEmpty() ? act.get() : together(act);
    }

    /**
     * Runs acts of several services in one transaction; each records its own refusals. Under a key the transaction is the
     * key's own: who loses the race for the key is undone, which needs the outermost one.
     */
    String together(Supplier<String> acts) {
        return key.map(k -> services.repeatable().get().once(caller, k.text(), k.digest(), acts))
                .orElseGet(() -> services.transactions().get().required(acts));
    }

    /** Hands a {@code Once} to a method that asks for one. */
    static final class Provider implements ContextProvider<Once> {
        private final Services services;

        Provider(Services services) {
            this.services = services;
        }

        @Override
        public Once createContext(Message message) {
            return new Once(services, message.get(Caller.class), Optional.ofNullable(message.get(Key.class)));
        }
    }
}
