package org.pledge.visitor.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.pledge.cookies.Choices;
import org.pledge.cookies.CookieRules;
import org.pledge.cookies.Life;
import org.pledge.cookies.RegisteredCookie;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Status;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.visitor.CookieService;
import org.pledge.visitor.CookieService.Fault;
import org.pledge.visitor.CookieService.Verdict;

/** What a policy lets the tenant's sites use, and by which of its promises. */
final class SiteRegister {
    /** Remembering a refusal is part of respecting it, so this cookie is not asked about. */
    static final Tracker CHOICE = new Tracker(
            CookieService.CHOICE,
            TrackerType.COOKIE,
            true,
            "visitor-choice",
            TrackerKind.PREFERENCE,
            Need.NOTHING,
            Map.of(),
            "P180D",
            "",
            List.of());

    private static final List<String> CONTROLS = List.of("cookie-register", "cookie-linter");

    private final List<Tracker> trackers;
    private final List<Promise> promises;

    SiteRegister(Policy policy) {
        trackers = Stream.concat(policy.trackers().stream(), Stream.of(CHOICE)).toList();
        promises = policy.promises().stream()
                .filter(promise -> promise.status() == Status.ENFORCED && CONTROLS.contains(promise.control()))
                .toList();
    }

    List<Tracker> trackers() {
        return trackers;
    }

    /** The rules for cookies or stored values of a visitor in this jurisdiction. */
    CookieRules rules(TrackerType type, Optional<String> jurisdiction, Clock clock) {
        return new CookieRules(
                trackers.stream()
                        .filter(each -> each.type() == type)
                        .map(each -> new RegisteredCookie(
                                each.name(), each.kind(), need(each, jurisdiction), Life.of(each.life())))
                        .toList(),
                clock);
    }

    /** Where the visitor is not known to be anywhere, the strictest need of all. */
    private static Need need(Tracker tracker, Optional<String> jurisdiction) {
        return jurisdiction.map(tracker::needFor).orElseGet(() -> Stream.concat(
                        Stream.of(tracker.need()), tracker.needIn().values().stream())
                .max(Comparator.naturalOrder())
                .orElseThrow());
    }

    /** Whether something may be loaded from a host. */
    Verdict beacon(String host, Choices choices, Optional<String> jurisdiction) {
        List<Tracker> matching = new ArrayList<>(trackers.stream()
                .filter(each -> each.type() == TrackerType.BEACON && covers(each.host(), host))
                .toList());
        matching.sort(Comparator.comparingInt(each -> -each.host().length()));
        if (matching.isEmpty()) {
            return verdict(Optional.empty(), Optional.of(Fault.UNREGISTERED_BEACON));
        }
        Tracker beacon = matching.get(0);
        Optional<Fault> fault = choices.fault(beacon.kind(), need(beacon, jurisdiction));
        return verdict(Optional.of(beacon.name()), fault.map(found -> Fault.REFUSED_BEACON));
    }

    private static boolean covers(String registered, String host) {
        return registered.startsWith("*.") ? host.endsWith(registered.substring(1)) : host.equals(registered);
    }

    /** A verdict with the tenant's own promises about the fault, or the one that the rule comes from. */
    Verdict verdict(Optional<String> entry, Optional<Fault> fault) {
        return new Verdict(entry, fault, fault.map(this::promises).orElse(List.of()));
    }

    private List<String> promises(Fault fault) {
        String word = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
        List<String> own = promises.stream()
                .filter(promise -> List.of(
                                promise.parameters().getOrDefault("strips", "").split(", *"))
                        .contains(word))
                .map(Promise::id)
                .toList();
        return own.isEmpty() ? List.of(fault.promise()) : own;
    }
}
