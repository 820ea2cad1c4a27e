package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.list;
import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.sorted;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.visitor.CookieService;

/** The schemas of {@code openapi.yaml} about the cookies and other trackers of a tenant's own sites. */
final class CookieContract {
    private CookieContract() {}

    record CookieRegister(int policyVersion, List<CookieEntry> entries) {
        static CookieRegister of(CookieService.Register register) {
            return new CookieRegister(
                    register.policyVersion(),
                    register.trackers().stream().map(CookieEntry::of).toList());
        }
    }

    record CookieEntry(
            String name,
            Policy.TrackerType type,
            boolean firstParty,
            String purpose,
            TrackerKind kind,
            Policy.Need consent,
            Map<String, Policy.Need> consentIn,
            String life,
            String host,
            List<String> promises) {
        static CookieEntry of(Policy.Tracker tracker) {
            return new CookieEntry(
                    tracker.name(),
                    tracker.type(),
                    tracker.firstParty(),
                    tracker.purpose(),
                    tracker.kind(),
                    tracker.need(),
                    tracker.needIn(),
                    absent(tracker.life()),
                    absent(tracker.host()),
                    tracker.promises());
        }

        private static String absent(String text) {
            return text.isEmpty() ? null : text;
        }
    }

    /** What is left out is refused, so that refusing takes the least. */
    record VisitorChoice(Boolean preferences, Boolean statistics, Boolean marketing, Boolean gpc, Boolean dnt) {
        CookieService.Choice toValue(boolean signal) {
            Set<TrackerKind> agreed = EnumSet.noneOf(TrackerKind.class);
            yes(agreed, TrackerKind.PREFERENCE, preferences);
            yes(agreed, TrackerKind.STATISTICS, statistics);
            yes(agreed, TrackerKind.MARKETING, marketing);
            return new CookieService.Choice(agreed, signal || said(gpc) || said(dnt));
        }

        private static void yes(Set<TrackerKind> agreed, TrackerKind kind, Boolean answer) {
            if (said(answer)) {
                agreed.add(kind);
            }
        }
    }

    record VisitorChoiceMade(Set<TrackerKind> agreed, List<String> setCookies) {
        static VisitorChoiceMade of(CookieService.Chosen chosen) {
            return new VisitorChoiceMade(sorted(chosen.agreed()), chosen.setCookies());
        }
    }

    record CookieCheck(
            List<String> cookies,
            List<StoredValue> storage,
            List<String> beacons,
            String choice,
            String country,
            Boolean gpc,
            Boolean dnt) {
        CookieCheck {
            cookies = cookies == null ? List.of() : list("cookies", cookies);
            storage = storage == null ? List.of() : list("storage", storage);
            beacons = beacons == null ? List.of() : list("beacons", beacons);
        }

        CookieService.Sending toValue(boolean signal) {
            return new CookieService.Sending(
                    cookies,
                    storage.stream().map(StoredValue::toValue).toList(),
                    beacons,
                    Optional.ofNullable(choice),
                    Optional.ofNullable(country),
                    signal || said(gpc) || said(dnt));
        }

        @Override
        public String toString() {
            return "CookieCheck[]";
        }
    }

    record StoredValue(String name, String value) {
        StoredValue {
            needed("name", name);
            needed("value", value);
        }

        CookieService.Stored toValue() {
            return new CookieService.Stored(name, value);
        }

        @Override
        public String toString() {
            return "StoredValue[]";
        }
    }

    record CookieVerdicts(List<CookieVerdict> cookies, List<CookieVerdict> storage, List<CookieVerdict> beacons) {
        static CookieVerdicts of(CookieService.Checked checked) {
            return new CookieVerdicts(
                    verdicts(checked.cookies()), verdicts(checked.storage()), verdicts(checked.beacons()));
        }

        private static List<CookieVerdict> verdicts(List<CookieService.Verdict> verdicts) {
            return verdicts.stream().map(CookieVerdict::of).toList();
        }
    }

    record CookieVerdict(boolean kept, String entry, CookieService.Fault fault, List<String> promises) {
        static CookieVerdict of(CookieService.Verdict verdict) {
            return new CookieVerdict(
                    verdict.fault().isEmpty(),
                    verdict.entry().orElse(null),
                    verdict.fault().orElse(null),
                    verdict.promises());
        }
    }

    private static boolean said(Boolean answer) {
        return Boolean.TRUE.equals(answer);
    }

    /** Whether the browser itself refuses: Global Privacy Control, or its predecessor. */
    static boolean signal(String gpc, String dnt) {
        return "1".equals(gpc) || "1".equals(dnt);
    }
}
