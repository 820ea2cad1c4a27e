package org.pledge.routes.internal;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;

/** Makes a partner's route from the template of its connector, as soon and as long as that is there. */
record PartnerSource(Partner partner, Function<String, Optional<Connector>> connectors) implements GuardedCamel.Source {
    private static final String LINE = ".line";

    /** What Camel would read as more than a value. */
    private static final Pattern MISREAD = Pattern.compile("\\{\\{|}}|\\$\\{|\\$simple\\{|\\bRAW[({]|\\p{Cntrl}");

    static String id(Partner partner) {
        return id(partner.tenant().value(), List.of(partner.name()));
    }

    static String id(String tenant, List<String> partner) {
        return "pledge.sharing.deliver." + tenant + "." + String.join(",", partner);
    }

    /** Whether a line to the partner may begin a route of this name. */
    static boolean mayHoldLine(String route, String tenant, List<String> partner) {
        return route.equals(id(tenant, partner)) || route.equals(id(tenant, partner) + LINE);
    }

    @Override
    public Set<String> needs() {
        Set<String> needs = new HashSet<>(Set.of(Needs.CONNECTOR + partner.connector(), Needs.TEMPLATE + template()));
        if (connectors.apply(partner.connector()).filter(Connector::hasLine).isPresent()) {
            needs.add(Needs.TEMPLATE + template() + LINE);
        }
        return needs;
    }

    @Override
    public Collection<RoutesBuilder> read() {
        Connector connector = connectors
                .apply(partner.connector())
                .orElseThrow(() -> invalid(
                        "its connector is gone",
                        "Install the bundle of " + partner.connector() + " again: see deploy:list."));
        connector.check(partner);
        Map<String, String> parameters = connector.parameters(partner);
        parameters.forEach((name, value) -> {
            if (MISREAD.matcher(value).find()) {
                throw invalid(
                        "its " + name + " holds what a route could misread",
                        "Put the partner anew without {{, }}, ${, RAW( and control characters in endpoint and settings:"
                                + " partner:put.");
            }
        });
        return List.of(new RouteBuilder() {
            @Override
            public void configure() {
                route("");
                if (connector.hasLine()) {
                    route(LINE);
                }
            }

            private void route(String suffix) {
                templatedRoute(template() + suffix)
                        .routeId(id(partner) + suffix)
                        .parameters(parameters)
                        .parameter("tenant", partner.tenant().value())
                        .parameter("partner", partner.name());
            }
        });
    }

    private String template() {
        return "pledge." + partner.connector();
    }

    private PledgeException invalid(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.INVALID, "partner " + partner.name() + ": " + text)
                .remedy(remedy);
    }
}
