package org.pledge.rights.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.subject.SubjectService.Lasting;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.StoredAccount;

/** Sets the clocks of requests by the file of clocks; without a file that can be read there are no requests. */
@Component(configurationPid = "org.pledge.rights", service = Clockwork.class)
@Designate(ocd = Clockwork.Config.class)
public final class Clockwork {
    /** Settings. */
    @ObjectClassDefinition(name = "Pledge: rights")
    public @interface Config {
        /** Where the clocks stand. */
        @AttributeDefinition(description = "Path of a file of clocks; empty: the one that comes with this bundle.")
        String clocksFile() default "";

        /** How long a code is good for. */
        @AttributeDefinition(description = "Minutes for which a code by mail verifies who asks.")
        int codeMinutes() default 10;

        /** How many wrong codes a request takes. */
        @AttributeDefinition(description = "Wrong codes, over all codes of a request, after which it takes no more.")
        int wrongCodes() default 3;

        /** How many codes are sent for one request. */
        @AttributeDefinition(description = "Codes that are sent at most for one request.")
        int codes() default 3;

        /** How many wrong codes somebody's requests take together. */
        @AttributeDefinition(
                description = "Wrong codes a day (UTC), over all requests about a person, after which no"
                        + " code of theirs is right until the next.")
        int wrongCodesADay() default 6;

        /** How many codes are sent to somebody. */
        @AttributeDefinition(description = "Codes that are sent a day (UTC) at most, over all requests about a person.")
        int codesADay() default 10;
    }

    private static final String SHIPPED = "clocks.yaml";

    private final Clocks clocks;
    private final SubjectStore people;
    private final Clock clock;
    private final Config config;

    /** Reads the file once. */
    @Activate
    public Clockwork(Config config, @Reference SubjectStore people) {
        this(config, people, Clock.systemUTC());
    }

    Clockwork(Config config, SubjectStore people, Clock clock) {
        this.config = config;
        this.people = people;
        this.clock = clock;
        String file = config.clocksFile().strip();
        ClockFile.Reading reading = ClockFile.read(file.isEmpty() ? SHIPPED : file, text(file));
        this.clocks = reading.clocks()
                .orElseThrow(() -> new IllegalArgumentException(
                        reading.problems().stream().map(Object::toString).collect(Collectors.joining("\n"))));
    }

    private static String text(String file) {
        try {
            return file.isEmpty() ? shipped() : Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String shipped() throws IOException {
        try (InputStream in = Clockwork.class.getResourceAsStream(SHIPPED)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Config config() {
        return config;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    Clocks.Need need(Type type) {
        return clocks.needs().get(type);
    }

    /** The clocks of a request that arrives now; where the person really lives is not looked up. */
    Deadlines started(TenantId tenant, Type type, String jurisdiction, String channel, Instant received) {
        Timetable table = clocks.timetable(tenant, Set.of(jurisdiction), matter(type), channel);
        Timetable.Answer answer = table.answer(received, Duration.ZERO, false);
        return new Deadlines(
                answer.rule().law(),
                answer.rule().zone(),
                table.acknowledgeBy(received),
                Optional.empty(),
                answer.by(),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty());
    }

    /** The clock of a breach: by which the authority has to know where the tenant's policy counts. */
    Timetable.Answer breach(TenantId tenant, Set<String> places, Instant discovered) {
        return clocks.timetable(tenant, places, Clocks.BREACH, "").answer(discovered, Duration.ZERO, false);
    }

    private static String matter(Type type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The laws of where the person says they live and, once it is verified that it is them, of where they do. */
    private Timetable table(Request request) {
        return clocks.timetable(request.tenant(), places(request), matter(request.type()), request.channel());
    }

    /** Which law makes a removal stay in effect for who comes back, if one does. Needs a transaction. */
    Optional<Lasting> lasting(Request request) {
        return clocks.lasting(request.tenant(), places(request), matter(request.type()), request.channel())
                .map(place -> new Lasting(place, request.channel()));
    }

    /** Whether there still is such a law. */
    boolean isLasting(TenantId tenant, Lasting lasting) {
        return clocks.lasting(tenant, Set.of(lasting.jurisdiction()), matter(Type.ERASURE), lasting.channel())
                .isPresent();
    }

    private Set<String> places(Request request) {
        Set<String> places = new HashSet<>(Set.of(request.jurisdiction()));
        if (request.verifiedBy().filter(method -> method != Method.NONE).isPresent()) {
            people.person(request.tenant(), request.subject())
                    .flatMap(person -> people.account(request.tenant(), person.account()))
                    .map(StoredAccount::jurisdiction)
                    .ifPresent(places::add);
        }
        return places;
    }

    /** The request with its clocks as they stand at {@code now}; needs a transaction. */
    Request set(Request request, Instant now) {
        Deadlines before = request.deadlines();
        Duration paused = paused(before, now);
        Timetable.Answer answer = table(request)
                .answer(request.received(), paused, request.extension().isPresent());
        return new Change(request)
                .deadlines(new Deadlines(
                        answer.rule().law(),
                        answer.rule().zone(),
                        before.acknowledgeBy(),
                        before.acknowledged(),
                        answer.by(),
                        before.pausedSince(),
                        before.paused(),
                        before.escalated()))
                .made();
    }

    /** A clock that stands still moves its deadline. Needs a transaction. */
    Request asItStands(Request request) {
        return request.deadlines().pausedSince().isPresent() ? set(request, now()) : request;
    }

    /** A clock that goes backwards shortens nothing that was counted. */
    private static Duration paused(Deadlines deadlines, Instant now) {
        Duration last = deadlines
                .pausedSince()
                .filter(since -> since.isBefore(now))
                .map(since -> Duration.between(since, now))
                .orElse(Duration.ZERO);
        return deadlines.paused().plus(last).truncatedTo(ChronoUnit.SECONDS);
    }

    static Deadlines paused(Deadlines deadlines, Optional<Instant> since, Instant now) {
        return new Deadlines(
                deadlines.law(),
                deadlines.zone(),
                deadlines.acknowledgeBy(),
                deadlines.acknowledged(),
                deadlines.answerBy(),
                since,
                paused(deadlines, now),
                deadlines.escalated());
    }

    static Deadlines acknowledged(Deadlines deadlines, Instant at) {
        return new Deadlines(
                deadlines.law(),
                deadlines.zone(),
                deadlines.acknowledgeBy(),
                Optional.of(at),
                deadlines.answerBy(),
                deadlines.pausedSince(),
                deadlines.paused(),
                deadlines.escalated());
    }

    static Deadlines escalated(Deadlines deadlines) {
        return new Deadlines(
                deadlines.law(),
                deadlines.zone(),
                deadlines.acknowledgeBy(),
                deadlines.acknowledged(),
                deadlines.answerBy(),
                deadlines.pausedSince(),
                deadlines.paused(),
                Optional.of(deadlines.next()));
    }
}
