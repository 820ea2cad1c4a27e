package org.pledge.connectors.opendsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks processors what became of requests that they took, ever more seldom, and records how each ended. */
@Component(
        immediate = true,
        service = {})
public final class ProcessorWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessorWatch.class);
    private static final int PAGE = 200;
    private static final int EVERY_MINUTES = 5;
    /** A processor may refuse what is sent to it again, as a reminder say, although it carried it out. */
    private static final List<State> TAKEN = List.of(State.DELIVERED, State.PARKED);

    private static final Duration LONGEST = Duration.ofHours(6);

    private final PartnerService partners;
    private final NoticeService notices;
    private final PartnerLine line;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private Map<UUID, Instant> asked = Map.of();

    /** Looks every five minutes. */
    @Activate
    public ProcessorWatch(
            @Reference PartnerService partners, @Reference NoticeService notices, @Reference PartnerLine line) {
        this(partners, notices, line, Clock.systemUTC());
        timer.scheduleWithFixedDelay(this::tryRun, 1, EVERY_MINUTES, TimeUnit.MINUTES);
    }

    ProcessorWatch(PartnerService partners, NoticeService notices, PartnerLine line, Clock clock) {
        this.partners = partners;
        this.notices = notices;
        this.line = line;
        this.clock = clock;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-opendsr-processors");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Deactivate
    void stop() {
        timer.shutdownNow();
    }

    /** The edge of a thread of our own: what fails now is tried again next time. */
    private void tryRun() {
        try {
            run();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "Processors could not be asked ({}); this is tried again in {} minutes.",
                    e.getClass().getName(),
                    EVERY_MINUTES);
        }
    }

    /** Asks about what is due; one caller at a time. */
    void run() {
        Map<TenantId, Set<String>> processors = partners.all().stream()
                .filter(partner -> partner.connector().equals(OpenDsrConnector.NAME)
                        && partners.standing(partner) == Standing.ACTIVE)
                .collect(Collectors.groupingBy(Partner::tenant, Collectors.mapping(Partner::name, Collectors.toSet())));
        Map<UUID, Instant> still = new HashMap<>();
        processors.forEach((tenant, names) -> askAll(tenant, names, still));
        asked = still;
    }

    private void askAll(TenantId tenant, Set<String> processors, Map<UUID, Instant> still) {
        Set<String> silent = new HashSet<>();
        TAKEN.forEach(state -> askAll(tenant, state, processors, silent, still));
    }

    private void askAll(
            TenantId tenant, State state, Set<String> processors, Set<String> silent, Map<UUID, Instant> still) {
        Optional<String> cursor = Optional.empty();
        do {
            Page<Notice> page = notices.inState(Caller.system(tenant), state, cursor, PAGE);
            for (Notice notice : page.items()) {
                if (processors.contains(notice.partner())) {
                    Instant now = clock.instant();
                    boolean due = isDue(notice, now) && !silent.contains(notice.partner());
                    still.put(notice.id(), due ? now : asked.getOrDefault(notice.id(), Instant.MIN));
                    if (due && !ask(notice)) {
                        silent.add(notice.partner());
                    }
                }
            }
            cursor = page.next();
        } while (cursor.isPresent());
    }

    /** Again after a quarter of the time that it takes already. */
    private boolean isDue(Notice notice, Instant now) {
        Instant before = asked.getOrDefault(notice.id(), Instant.MIN);
        Duration pause = Duration.between(notice.created(), now).dividedBy(4);
        return before.equals(Instant.MIN) || !now.isBefore(before.plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause));
    }

    /** Returns whether the processor answered at all; one that does not is not asked about the next. */
    private boolean ask(Notice notice) {
        try {
            Reply reply = line.call(new Call(
                    notice.tenant(), notice.partner(), "ask", notice.id().toString(), Optional.empty(), new byte[0]));
            if (reply.end() == End.ANSWERED && reply.status() == 200) {
                Json.object(reply.body()).ifPresent(answer -> record(notice, answer));
            }
            return reply.end() == End.ANSWERED;
        } catch (PledgeException e) {
            LOG.warn("Notice {} to {} could not be asked about: {}", notice.id(), notice.partner(), e.kind());
            return e.kind() != PledgeException.Kind.UNAVAILABLE && e.kind() != PledgeException.Kind.DENIED;
        }
    }

    /** On the partner's behalf, who signed it. */
    private void record(Notice notice, JsonNode answer) {
        Caller partner = new Caller(notice.tenant(), notice.partner(), Set.of(Role.PARTNER));
        switch (answer.path("request_status").asText("")) {
            case "completed" -> notices.acknowledge(partner, notice.id());
            case "cancelled" ->
                exemption(answer)
                        .ifPresentOrElse(
                                ground -> notices.refuse(partner, notice.id(), ground),
                                () -> LOG.warn(
                                        "Partner {} cancelled notice {} and names no ground; ask it",
                                        notice.partner(),
                                        notice.id()));
            default -> LOG.debug("Notice {} is not answered yet", notice.id());
        }
    }

    /** What a processor that is a platform like this one says of a refusal. */
    static Optional<Exemption> exemption(JsonNode answer) {
        for (JsonNode extension : answer.path("extensions")) {
            String ground = extension.path("ground").asText("").toUpperCase(Locale.ROOT);
            for (Exemption exemption : Exemption.values()) {
                if (exemption.name().equals(ground)) {
                    return Optional.of(exemption);
                }
            }
        }
        return Optional.empty();
    }
}
