package org.pledge.rights.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.TenantId;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Type;

/**
 * What the file of clocks says.
 *
 * @param needs what each kind of request needs to be verified
 */
record Clocks(List<Law> laws, Map<Type, Need> needs) {
    /** What is timed beside requests. */
    static final String BREACH = "breach";

    Clocks {
        laws = List.copyOf(laws);
        needs = Map.copyOf(needs);
    }

    /**
     * One law, or a promise of a tenant.
     *
     * @param tenants empty for all
     * @param jurisdictions empty for all
     * @param channels by which a request came in; empty for all
     * @param fallback whether it counts only where no other law has a rule
     * @param lasting whether a removal stays in effect for who comes back
     * @param rules by the word for what is timed
     */
    record Law(
            String name,
            Set<String> tenants,
            Set<String> jurisdictions,
            Set<String> channels,
            boolean fallback,
            boolean lasting,
            Map<String, Rule> rules) {
        Law {
            tenants = Set.copyOf(tenants);
            jurisdictions = Set.copyOf(jurisdictions);
            channels = Set.copyOf(channels);
            rules = Map.copyOf(rules);
        }

        private Optional<Rule> rule(TenantId tenant, Set<String> places, String matter, String channel) {
            boolean here = tenants.isEmpty() || tenants.contains(tenant.value());
            boolean thisWay = channels.isEmpty() || channels.contains(channel);
            boolean forThem = jurisdictions.isEmpty()
                    || places.stream()
                            .anyMatch(place ->
                                    jurisdictions.contains(place) || jurisdictions.contains(place.substring(0, 2)));
            return here && thisWay && forThem ? Optional.ofNullable(rules.get(matter)) : Optional.empty();
        }
    }

    /** How it is verified who asks. */
    record Need(Method usual, Method sensitive) {}

    /** @param places where the person lives, as ISO 3166 codes; the laws of all of them apply */
    Timetable timetable(TenantId tenant, Set<String> places, String matter, String channel) {
        List<Rule> rules = rules(false, tenant, places, matter, channel);
        return new Timetable(rules.isEmpty() ? rules(true, tenant, places, matter, channel) : rules);
    }

    /** The first of some places by whose law a removal stays in effect for who comes back. */
    Optional<String> lasting(TenantId tenant, Set<String> places, String matter, String channel) {
        return places.stream()
                .sorted()
                .filter(place -> laws.stream()
                        .anyMatch(law -> law.lasting()
                                && law.rule(tenant, Set.of(place), matter, channel)
                                        .isPresent()))
                .findFirst();
    }

    private List<Rule> rules(boolean fallback, TenantId tenant, Set<String> places, String matter, String channel) {
        return laws.stream()
                .filter(law -> law.fallback() == fallback)
                .flatMap(law -> law.rule(tenant, places, matter, channel).stream())
                .toList();
    }
}
