package org.pledge.routes.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;

/** A connector that posts the name of the partner and remembers the headers it saw. */
final class PostConnector extends RouteBuilder implements Connector {
    final List<Map<String, Object>> before = new CopyOnWriteArrayList<>();
    final List<Map<String, Object>> after = new CopyOnWriteArrayList<>();
    private final String name;

    PostConnector(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("https", "http");
    }

    @Override
    public void check(Partner partner) {
        if (partner.settings().containsKey("broken")) {
            throw new PledgeException(PledgeException.Kind.INVALID, "settings.broken is not known");
        }
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of(
                "endpoint",
                partner.endpoint().toString(),
                "greeting",
                partner.settings().getOrDefault("greeting", "hello"));
    }

    @Override
    public void configure() {
        routeTemplate("pledge." + name)
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .templateParameter("greeting", "welcome")
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}&pollMillis=50")
                .errorHandler(noErrorHandler())
                .process(exchange -> before.add(seen(exchange)))
                .setBody(constant("{{greeting}}"))
                .to("pledge:release")
                .to("{{endpoint}}?httpMethod=POST")
                .process(exchange -> after.add(seen(exchange)));
    }

    private static Map<String, Object> seen(Exchange exchange) {
        return Map.copyOf(exchange.getMessage().getHeaders());
    }
}
