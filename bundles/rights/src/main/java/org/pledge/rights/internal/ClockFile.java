package org.pledge.rights.internal;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.Jurisdiction;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.internal.Clocks.Law;
import org.pledge.rights.internal.Clocks.Need;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Item;
import org.pledge.yaml.Problems;
import org.pledge.yaml.YamlText;

/** Reads the file of clocks. */
final class ClockFile {
    private static final int MOST_DAYS_OFF_A_YEAR = 60;
    private static final String PERIOD = "a number and hours, days, business-days or months, such as 10 business-days";
    private static final String PAUSE = "14 days";
    private static final WorkCalendar EVERY_DAY = new WorkCalendar(Set.of(), Set.of(), Set.of());
    private static final Set<String> MATTERS = Stream.concat(
                    Stream.of(Type.values()).map(Fields::word), Stream.of(Clocks.BREACH))
            .collect(Collectors.toUnmodifiableSet());

    private final Problems problems;
    private final Map<String, WorkCalendar> calendars = new HashMap<>();

    private ClockFile(Problems problems) {
        this.problems = problems;
    }

    /** What was read, or what is wrong. */
    record Reading(Optional<Clocks> clocks, List<Problem> problems) {}

    static Reading read(String file, String yaml) {
        Problems problems = new Problems(file);
        Optional<Clocks> clocks = YamlText.read(yaml, "clocks: 1", problems)
                .map((Item.Mapping mapping) -> new ClockFile(problems).clocks(Fields.root(mapping, problems)));
        return new Reading(clocks.filter(read -> !problems.any()), problems.list());
    }

    private Clocks clocks(Fields root) {
        root.only("clocks", "calendars", "laws", "verification").whole("clocks", 1, 1);
        Fields named = root.block("calendars");
        named.keys().forEach(name -> calendars.put(name, calendar(named.block(name))));
        Fields laws = root.block("laws");
        List<Law> read =
                laws.keys().stream().map(name -> law(name, laws.block(name))).toList();
        for (String matter : MATTERS.stream().sorted().toList()) {
            if (read.stream()
                    .noneMatch(law -> law.fallback()
                            && law.tenants().isEmpty()
                            && law.jurisdictions().isEmpty()
                            && law.channels().isEmpty()
                            && law.rules().containsKey(matter))) {
                root.problem(
                        "laws",
                        "no law with 'fallback: true' has a clock for '" + matter + "'.",
                        "Add it to a law for everybody, so that nothing is without a deadline.");
            }
        }
        return new Clocks(read, needs(root.block("verification")));
    }

    private WorkCalendar calendar(Fields calendar) {
        calendar.only("weekend", "yearly", "days");
        Map<String, DayOfWeek> words = Fields.words(DayOfWeek.class);
        Set<DayOfWeek> weekend = read(calendar, "weekend", words::get, "days of the week, such as saturday");
        Set<MonthDay> yearly = read(calendar, "yearly", text -> MonthDay.parse("--" + text), "days such as '12-25'");
        Set<LocalDate> days = read(calendar, "days", LocalDate::parse, "days such as '2026-11-26'");
        if (weekend.size() > 3 || yearly.size() > MOST_DAYS_OFF_A_YEAR) {
            calendar.problem(
                    "a week has at most 3 days off here and a year " + MOST_DAYS_OFF_A_YEAR + " more.",
                    "Remove some: a deadline must come.");
            return EVERY_DAY;
        }
        return new WorkCalendar(weekend, yearly, days);
    }

    private static <T> Set<T> read(Fields block, String key, Function<String, T> reader, String form) {
        Set<T> values = new HashSet<>();
        for (String text : block.list(key)) {
            Optional<T> value = Optional.empty();
            try {
                value = Optional.ofNullable(reader.apply(text));
            } catch (DateTimeException e) {
                block.problem(key, Problems.quote(text) + " does not exist.", "Write " + form + ".");
                continue;
            }
            value.ifPresentOrElse(
                    values::add,
                    () -> block.problem(key, Problems.quote(text) + " does not exist.", "Write " + form + "."));
        }
        return values;
    }

    private Law law(String name, Fields law) {
        law.only(
                "tenants", "jurisdictions", "channels", "fallback", "lasting", "zone", "calendar", "lastDay", "clocks");
        for (String place : law.list("jurisdictions")) {
            if (!Jurisdiction.isValid(place)) {
                law.problem(
                        "jurisdictions", Problems.quote(place) + " is no place.", "Write codes such as DE or US-CA.");
            }
        }
        if (!law.flag("fallback")
                && law.list("jurisdictions").isEmpty()
                && law.list("tenants").isEmpty()) {
            law.problem(
                    "this does not say for whom the law is.",
                    "Add jurisdictions or tenants, or 'fallback: true' where no other law applies.");
        }
        ZoneId zone = zone(law);
        String calendarName = law.text("calendar");
        WorkCalendar calendar = calendars.getOrDefault(calendarName, EVERY_DAY);
        if (!calendars.containsKey(calendarName)) {
            law.problem("calendar", "there is no such calendar.", "Write one of those under 'calendars'.");
        }
        boolean working = law.has("lastDay")
                && law.choice("lastDay", Map.of("any", false, "working", true)).orElse(false);
        Map<String, Rule> rules = new HashMap<>();
        for (Fields clock : law.blocks("clocks")) {
            rule(name, zone, calendar, working, clock)
                    .ifPresent(rule -> matters(clock).forEach(matter -> {
                        if (rules.putIfAbsent(matter, rule) != null) {
                            clock.problem("for", "'" + matter + "' has a clock in this law already.", "Keep one.");
                        }
                    }));
        }
        if (law.flag("lasting") && !rules.containsKey("erasure")) {
            law.problem("lasting", "this law removes nobody.", "Add a clock for erasure, or remove this.");
        }
        return new Law(
                name,
                Set.copyOf(law.list("tenants")),
                Set.copyOf(law.list("jurisdictions")),
                Set.copyOf(law.list("channels")),
                law.flag("fallback"),
                law.flag("lasting"),
                rules);
    }

    private static ZoneId zone(Fields law) {
        String text = law.text("zone");
        if (ZoneId.getAvailableZoneIds().contains(text)) {
            return ZoneId.of(text);
        }
        law.problem("zone", "this is no time zone.", "Write one such as Europe/Brussels or UTC.");
        return ZoneId.of("UTC");
    }

    private static List<String> matters(Fields clock) {
        List<String> known = new ArrayList<>();
        for (String matter : clock.someOf("for")) {
            if (MATTERS.contains(matter)) {
                known.add(matter);
            } else {
                clock.problem(
                        "for",
                        Problems.quote(matter) + " is nothing that is timed.",
                        "Write some of: " + MATTERS.stream().sorted().collect(Collectors.joining(", ")) + ".");
            }
        }
        return known;
    }

    private static Optional<Rule> rule(String law, ZoneId zone, WorkCalendar calendar, boolean working, Fields clock) {
        clock.only("for", "acknowledge", "answer", "extension", "pauses", "pausesAtMost");
        Optional<Period> acknowledge = clock.has("acknowledge") ? period(clock, "acknowledge") : Optional.empty();
        Optional<Period> answer = clock.required("answer") ? period(clock, "answer") : Optional.empty();
        Optional<Period> extension = clock.has("extension") ? period(clock, "extension") : Optional.empty();
        if (extension.isPresent()
                && answer.isPresent()
                && extension.get().unit() != answer.get().unit()) {
            clock.problem("extension", "it has another unit than 'answer'.", "Write both in the same unit.");
        }
        List<String> pauses = clock.list("pauses");
        if (!List.of().equals(pauses) && !List.of("verifying").equals(pauses)) {
            clock.problem("pauses", "nothing but verifying pauses a clock.", "Write [verifying] or leave it out.");
        }
        Duration pausesAtMost = pausesAtMost(clock, !pauses.isEmpty());
        return answer.map(
                period -> new Rule(law, zone, calendar, working, acknowledge, period, extension, pausesAtMost));
    }

    private static Duration pausesAtMost(Fields clock, boolean pauses) {
        if (!pauses) {
            if (clock.has("pausesAtMost")) {
                clock.problem(
                        "pausesAtMost", "nothing pauses this clock.", "Add 'pauses: [verifying]' or remove this.");
            }
            return Duration.ZERO;
        }
        Optional<Duration> most = Period.parse(clock.text("pausesAtMost", PAUSE))
                .filter(period -> period.unit() == Period.Unit.DAY)
                .map(period -> Duration.ofDays(period.amount()));
        if (most.isEmpty()) {
            clock.problem("pausesAtMost", "a pause ends after days.", "Write a number of days, such as " + PAUSE + ".");
        }
        return most.orElse(Duration.ZERO);
    }

    private static Optional<Period> period(Fields clock, String key) {
        Optional<Period> period = Period.parse(clock.text(key, ""));
        if (period.isEmpty()) {
            clock.problem(key, "this is no period.", "Write " + PERIOD + ".");
        }
        return period;
    }

    private static Map<Type, Need> needs(Fields verification) {
        Map<Type, Need> needs = new EnumMap<>(Type.class);
        Map<String, Method> methods = Fields.words(Method.class);
        verification.only(Fields.words(Type.class).keySet().toArray(String[]::new));
        Fields.words(Type.class).forEach((word, type) -> {
            Fields need = verification.block(word).only("usual", "sensitive");
            Method usual = need.choice("usual", methods).orElse(Method.ACCOUNT_LOGIN);
            Method sensitive =
                    need.has("sensitive") ? need.choice("sensitive", methods).orElse(Method.ACCOUNT_LOGIN) : usual;
            if (sensitive.compareTo(usual) < 0) {
                need.problem("sensitive", "this is worth less than 'usual'.", "Ask for at least as much.");
            }
            needs.put(type, new Need(usual, sensitive));
        });
        return needs;
    }
}
