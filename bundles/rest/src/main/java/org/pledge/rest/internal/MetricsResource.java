package org.pledge.rest.internal;

import static org.pledge.Role.AUDITOR;
import static org.pledge.Role.OPERATOR;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import org.pledge.Caller;
import org.pledge.metrics.MetricsService;
import org.pledge.metrics.MetricsService.Gauge;

/** Numbers for monitoring, in the text format of Prometheus, version 0.0.4. */
@Path("metrics")
public final class MetricsResource {
    private final Live<MetricsService> metrics;

    MetricsResource(Services services) {
        this.metrics = services.metrics();
    }

    @GET
    @Produces("text/plain;version=0.0.4;charset=utf-8")
    @Takes({OPERATOR, AUDITOR})
    public String metrics(@Context Caller caller) {
        return text(metrics.get().gauges(caller));
    }

    static String text(List<Gauge> gauges) {
        StringBuilder text = new StringBuilder();
        for (Gauge gauge : gauges) {
            text.append("# HELP ")
                    .append(gauge.name())
                    .append(' ')
                    .append(gauge.help())
                    .append('\n');
            text.append("# TYPE ").append(gauge.name()).append(" gauge\n");
            gauge.values().forEach(value -> text.append(gauge.name())
                    .append(labels(value.labels()))
                    .append(' ')
                    .append(value.number())
                    .append('\n'));
        }
        return text.toString();
    }

    private static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + '"')
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
