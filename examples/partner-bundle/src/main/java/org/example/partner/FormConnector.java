package org.example.partner;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.osgi.service.component.annotations.Component;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;

/** Delivers to partners that take HTML forms: what {@code connector: form} in a partner file means. */
@Component(service = {Connector.class, RoutesBuilder.class})
public final class FormConnector extends RouteBuilder implements Connector {
    @Override
    public String name() {
        return "form";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("https", "http");
    }

    @Override
    public void check(Partner partner) {
        if (!partner.settings().isEmpty()) {
            throw new PledgeException(PledgeException.Kind.INVALID, "settings: form knows none").remedy("Remove them.");
        }
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of("endpoint", partner.endpoint().toString());
    }

    @Override
    public void configure() {
        routeTemplate("pledge.form")
                .templateParameter("tenant")
                .templateParameter("partner")
                .templateParameter("endpoint")
                .from("pledge:outbox?tenant={{tenant}}&partner={{partner}}")
                .errorHandler(noErrorHandler())
                .process(FormConnector::form)
                .to("pledge:release")
                .to("{{endpoint}}?httpMethod=POST&responseTimeout=15000&ignoreResponseBody=true");
    }

    /** The body is a map from field to values: exactly what is permitted, or what a notice is about. */
    @SuppressWarnings("unchecked")
    private static void form(Exchange exchange) {
        Map<String, List<String>> fields = exchange.getMessage().getBody(Map.class);
        String body = new TreeMap<>(fields).entrySet().stream()
                .flatMap(field -> field.getValue().stream().map(value -> encode(field.getKey()) + "=" + encode(value)))
                .collect(Collectors.joining("&"));
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
        exchange.getMessage().setHeader("Idempotency-Key", exchange.getMessage().getHeader("PledgeIdempotencyKey"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
