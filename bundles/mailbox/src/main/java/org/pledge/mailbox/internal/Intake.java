package org.pledge.mailbox.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.RepeatableRequests;
import org.pledge.crypto.LookupTokens;
import org.pledge.notices.MessageService;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;

/** Makes requests of letters, each once, and begins to verify who sent them. */
final class Intake {
    /** What is to be done with a letter. */
    enum Fate {
        /** It is done with. */
        DONE,
        /** Somebody has to look at it. */
        HELD,
        /** It stays where it is for now. */
        LATER
    }

    static final String ACTOR = "mailbox";

    private static final String CHANNEL = "mail";
    private static final String USE = "mailbox";

    private final Caller caller;
    private final Topics topics = new Topics();
    private final RightsService rights;
    private final RepeatableRequests repeatable;
    private final LookupTokens tokens;
    private final Supplier<String> jurisdiction;
    private final int perSender;
    private final int perHour;
    private final Clock clock;
    private final Map<String, Integer> senders = new HashMap<>();
    private Instant hour = Instant.MIN;
    private int taken;

    Intake(
            TenantId tenant,
            RightsService rights,
            RepeatableRequests repeatable,
            LookupTokens tokens,
            Supplier<String> jurisdiction,
            int perSender,
            int perHour,
            Clock clock) {
        this.caller = new Caller(tenant, ACTOR, Set.of(Role.OPERATOR));
        this.rights = rights;
        this.repeatable = repeatable;
        this.tokens = tokens;
        this.jurisdiction = jurisdiction;
        this.perSender = perSender;
        this.perHour = perHour;
        this.clock = clock;
    }

    /** Answers nothing to machines and lists (RFC 3834, section 2). */
    Fate take(Letter letter) {
        if (letter.automatic()) {
            return Fate.DONE;
        }
        if (letter.from().isEmpty()) {
            return Fate.HELD;
        }
        String sender = letter.from().get().toLowerCase(Locale.ROOT);
        begin();
        if (taken >= perHour) {
            return Fate.LATER;
        }
        taken++;
        String key = hash(sender);
        if (senders.merge(key, 1, Integer::sum) > perSender) {
            return Fate.HELD;
        }
        try {
            return letter.code().map(this::check).orElseGet(() -> open(letter, sender));
        } catch (PledgeException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                taken--; // it comes again
                senders.merge(key, -1, Integer::sum);
                throw e;
            }
            return Fate.HELD;
        }
    }

    private void begin() {
        Instant current = clock.instant().truncatedTo(ChronoUnit.HOURS);
        if (!current.equals(hour)) {
            hour = current;
            taken = 0;
            senders.clear();
        }
    }

    private String hash(String text) {
        return HexFormat.of().formatHex(tokens.token(caller.tenant(), USE, text.getBytes(UTF_8)));
    }

    /** The code proves who asks, not the address that it came from. */
    private Fate check(Letter.Code code) {
        try {
            rights.checkCode(caller, code.request(), code.code());
        } catch (PledgeException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw e;
            }
        }
        return Fate.DONE;
    }

    private Fate open(Letter letter, String sender) {
        String id = hash(letter.id());
        UUID made = UUID.fromString(
                repeatable.once(caller, USE + " " + id, HexFormat.of().parseHex(id), () -> rights.openFor(
                                caller,
                                new Identified(Map.of(MessageService.EMAIL, sender)),
                                topics.of(letter),
                                jurisdiction.get(),
                                CHANNEL,
                                Set.of(),
                                letter.received().filter(clock.instant()::isAfter))
                        .id()
                        .toString()));
        Request request = rights.request(caller, made);
        if (request.state() == State.RECEIVED) {
            whereThereIsATemplate(() -> rights.sendCode(caller, made));
        }
        whereThereIsATemplate(() -> rights.confirm(caller, made));
        return Fate.DONE;
    }

    /** Without one, staff verify and confirm as they do with letters. */
    private static void whereThereIsATemplate(Runnable sending) {
        try {
            sending.run();
        } catch (PledgeException e) {
            if (e.kind() != Kind.CONFLICT) {
                throw e;
            }
        }
    }
}
