package org.pledge.access.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.access.RepeatableRequests;
import org.pledge.access.spi.AccessStore;
import org.pledge.access.spi.AccessStore.Done;
import org.pledge.crypto.LookupTokens;
import org.pledge.store.Transactions;

/** Remembers what was done under a key in the transaction that did it. */
@Component(service = RepeatableRequests.class)
public final class DefaultRepeatableRequests implements RepeatableRequests {
    private static final String USE = "idempotency";
    private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");
    private static final int LONGEST_RESOURCE = 64;

    private final Transactions transactions;
    private final AccessStore store;
    private final LookupTokens tokens;
    private final Clock clock;

    /** Remembers in the platform's store. */
    @Activate
    public DefaultRepeatableRequests(
            @Reference Transactions transactions, @Reference AccessStore store, @Reference LookupTokens tokens) {
        this(transactions, store, tokens, Clock.systemUTC());
    }

    DefaultRepeatableRequests(Transactions transactions, AccessStore store, LookupTokens tokens, Clock clock) {
        this.transactions = transactions;
        this.store = store;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Ends a transaction whose work somebody else did at the same time. */
    private static final class DoneMeanwhile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private DoneMeanwhile(PledgeException conflict) {
            super(conflict);
        }
    }

    @Override
    public String once(Caller caller, String key, byte[] requestDigest, Supplier<String> act) {
        if (!KEY.matcher(key).matches()) {
            throw new PledgeException(
                            PledgeException.Kind.MALFORMED, "the idempotency key must be 1 to 255 printable characters")
                    .remedy("Send one of your own making, such as a UUID.");
        }
        byte[] keyHash =
                tokens.token(caller.tenant(), USE, (caller.name() + '\0' + key).getBytes(StandardCharsets.UTF_8));
        try {
            return transactions.required(() -> doneOrDo(caller, keyHash, requestDigest, act));
        } catch (DoneMeanwhile rolledBack) {
            return transactions.required(
                    () -> done(caller, keyHash, requestDigest).orElseThrow(() -> new PledgeException(
                                    PledgeException.Kind.UNAVAILABLE, "the same request is being carried out")
                            .remedy("Send it again with the same idempotency key.")));
        }
    }

    private String doneOrDo(Caller caller, byte[] keyHash, byte[] requestDigest, Supplier<String> act) {
        return done(caller, keyHash, requestDigest).orElseGet(() -> {
            String resource = act.get();
            if (resource.length() > LONGEST_RESOURCE) {
                throw new IllegalStateException("what was made has an identifier of more than 64 characters");
            }
            remember(caller, keyHash, new Done(requestDigest.clone(), resource));
            return resource;
        });
    }

    private Optional<String> done(Caller caller, byte[] keyHash, byte[] requestDigest) {
        return store.done(caller.tenant(), keyHash).map(done -> {
            if (!MessageDigest.isEqual(done.requestDigest(), requestDigest)) {
                throw new PledgeException(
                                PledgeException.Kind.INVALID, "the idempotency key was used for another request")
                        .remedy("Use a new key for a new request.");
            }
            return done.resource();
        });
    }

    private void remember(Caller caller, byte[] keyHash, Done done) {
        try {
            store.putDone(caller.tenant(), keyHash, done, clock.instant().truncatedTo(ChronoUnit.MICROS));
        } catch (PledgeException e) {
            throw e.kind() == PledgeException.Kind.CONFLICT ? new DoneMeanwhile(e) : e;
        }
    }
}
