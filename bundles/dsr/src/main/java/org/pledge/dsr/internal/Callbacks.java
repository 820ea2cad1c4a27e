package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.dsr.internal.Intake.Named;
import org.pledge.dsr.internal.Intake.Protocol;
import org.pledge.dsr.internal.Intake.Sender;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.StatusCallbackStore;
import org.pledge.rights.spi.StatusCallbackStore.StatusCallback;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who sent a request when its status changes, over the guarded route of the partner whose address the
 * settings name: the status that holds now, each once, and never an older one after a newer.
 */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration DAILY = Duration.ofDays(1);
    /** After so many, about 17 hours, somebody is to look, and it is tried once a day. */
    private static final int MOST_ATTEMPTS = 12;

    private static final int LONGEST_DOUBLING = 9;
    /** Few enough to be through, however slow they are, before the claim lapses. */
    private static final int AT_ONCE = 4;

    private static final Duration CLAIM = Duration.ofMinutes(3);

    private final Map<TenantId, Settings> tenants;
    private final Intake intake;
    private final Services services;

    Callbacks(Map<TenantId, Settings> tenants, Intake intake, Services services) {
        this.tenants = tenants;
        this.intake = intake;
        this.services = services;
    }

    /** What is to be said, and about what. */
    private record Word(Request request, String status, byte[] body, Map<String, String> headers) {}

    /**
     * The partner whose address it is.
     *
     * @param agreed addresses by partner
     * @throws Refusal for any other, which is not repeated
     */
    static String partner(Map<String, String> agreed, String url) {
        return agreed.entrySet().stream()
                .filter(one -> one.getValue().equals(url))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> Refusal.malformed(
                        "a callback goes to an address that was agreed on; leave it out and ask for the status"));
    }

    /** @param told the status that the sender knows by the answer to the request */
    void add(Sender sender, Request request, Set<String> partners, String told) {
        if (!partners.isEmpty()) {
            services.transactions()
                    .get()
                    .required(() -> partners.forEach(partner -> services.callbacks()
                            .get()
                            .addCallback(new StatusCallback(
                                    sender.tenant(),
                                    request.id(),
                                    sender.protocol().name(),
                                    sender.party(),
                                    partner,
                                    told,
                                    0,
                                    intake.now().plus(LOOK)))));
        }
    }

    /** Tells what is due. */
    void run() {
        tenants.values().forEach(settings -> {
            List<StatusCallback> due = claimed(settings.tenant());
            while (!due.isEmpty()) {
                due.forEach(callback -> tell(settings, callback));
                due = claimed(settings.tenant());
            }
        });
    }

    private List<StatusCallback> claimed(TenantId tenant) {
        Instant now = intake.now();
        return services.transactions().get().required(() -> {
            StatusCallbackStore store = services.callbacks().get();
            List<StatusCallback> due = store.lockDueCallbacks(tenant, now, AT_ONCE);
            due.forEach(one -> store.putCallback(next(one, one.told(), one.attempts(), now.plus(CLAIM))));
            return due;
        });
    }

    private void tell(Settings settings, StatusCallback callback) {
        Sender sender = new Sender(callback.tenant(), Protocol.valueOf(callback.protocol()), callback.party());
        Optional<String> url = Optional.ofNullable(agreed(settings, sender).get(callback.partner()));
        Optional<Word> word = url.flatMap(
                to -> intake.own(sender, callback.request()).map(named -> word(settings, sender, named, to)));
        if (word.isEmpty()) {
            forget(callback);
        } else if (word.get().status().equals(callback.told())) {
            over(callback, word.get());
        } else if (sent(callback, word.get(), url.get())) {
            record(Act.STATUS_TOLD, callback, word.get(), () -> over(callback, word.get()));
        } else {
            again(callback, word.get());
        }
    }

    /** Who is not in the settings any more is told nothing. */
    private static Map<String, String> agreed(Settings settings, Sender sender) {
        return switch (sender.protocol()) {
            case OPENDSR ->
                settings.openDsr()
                        .map(it -> it.controllers().get(sender.party()))
                        .orElse(Map.of());
            case DRP ->
                settings.drp().map(it -> it.callbacks().get(sender.party())).orElse(Map.of());
            case IAB -> Map.of();
        };
    }

    private Word word(Settings settings, Sender sender, Named named, String url) {
        Request request = named.request();
        Instant expected = intake.expected(sender, request);
        Optional<String> name = named.reference().map(UUID::toString);
        if (sender.protocol() == Protocol.DRP) {
            return new Word(
                    request, DrpStatus.mark(request), Json.bytes(DrpStatus.of(request, expected, name)), Map.of());
        }
        ObjectNode status = OpenDsrStatus.told(settings, sender, name.orElse(""), request, expected);
        byte[] body = Json.bytes(status.put("status_callback_url", url));
        return new Word(request, OpenDsrStatus.word(request), body, OpenDsrStatus.headers(settings, body));
    }

    private boolean sent(StatusCallback callback, Word word, String url) {
        try {
            boolean agrees = services.partners()
                    .get()
                    .find(callback.tenant(), callback.partner())
                    .map(Partner::endpoint)
                    .filter(URI.create(url)::equals)
                    .isPresent();
            if (!agrees) {
                LOG.warn("Partner {} has another endpoint than the settings of /dsr say", callback.partner());
                return false;
            }
            Reply reply = services.line()
                    .get()
                    .call(new Call(
                            callback.tenant(),
                            callback.partner(),
                            "tell",
                            callback.request() + ":" + word.status(),
                            Optional.empty(),
                            word.body(),
                            word.headers()));
            return reply.end() == End.ANSWERED && reply.status() >= 200 && reply.status() < 300;
        } catch (PledgeException e) {
            LOG.debug("Partner {} cannot be told: {}", callback.partner(), e.kind());
            return false;
        }
    }

    /** Nothing follows the end of a request. */
    private void over(StatusCallback callback, Word word) {
        if (word.request().state().closed()) {
            forget(callback);
        } else {
            put(next(callback, word.status(), 0, intake.now().plus(LOOK)));
        }
    }

    private void again(StatusCallback callback, Word word) {
        int attempts = callback.attempts() + 1;
        Duration pause = attempts >= MOST_ATTEMPTS
                ? DAILY
                : FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, LONGEST_DOUBLING));
        Runnable later = () -> put(next(
                callback,
                callback.told(),
                Math.min(attempts, MOST_ATTEMPTS + 1),
                intake.now().plus(pause)));
        if (attempts < MOST_ATTEMPTS) {
            later.run();
            return;
        }
        LOG.warn(
                "Partner {} of {} was not told the status of request {}; this is tried once a day. See partner:test",
                callback.partner(),
                callback.tenant(),
                callback.request());
        if (attempts == MOST_ATTEMPTS) {
            record(Act.STATUS_UNTOLD, callback, word, later);
        } else {
            later.run();
        }
    }

    private void record(Act act, StatusCallback callback, Word word, Runnable change) {
        services.transactions().get().required(() -> {
            change.run();
            services.audit()
                    .get()
                    .append(new Leaf(
                            callback.tenant(),
                            intake.now(),
                            act,
                            "dsr",
                            Optional.of(word.request().subject()),
                            List.of(),
                            Map.of(
                                    "request", callback.request().toString(),
                                    "protocol", callback.protocol(),
                                    "partner", callback.partner(),
                                    "status", word.status())));
        });
    }

    private static StatusCallback next(StatusCallback from, String told, int attempts, Instant due) {
        return new StatusCallback(
                from.tenant(), from.request(), from.protocol(), from.party(), from.partner(), told, attempts, due);
    }

    private void put(StatusCallback callback) {
        services.transactions().get().required(() -> services.callbacks().get().putCallback(callback));
    }

    private void forget(StatusCallback callback) {
        services.transactions().get().required(() -> services.callbacks().get().removeCallback(callback));
    }
}
