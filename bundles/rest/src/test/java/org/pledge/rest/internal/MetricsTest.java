package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.Role;
import org.pledge.metrics.MetricsService.Gauge;
import org.pledge.metrics.MetricsService.Value;

class MetricsTest {
    private final Platform platform = new Platform();

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void writesTheFormatOfPrometheus() {
        platform.metrics.on(
                "gauges",
                args -> List.of(
                        new Gauge(
                                "pledge_requests_open",
                                "Requests that are not closed.",
                                List.of(
                                        new Value(Map.of("type", "erasure", "tenant", "korax"), 3),
                                        new Value(Map.of("type", "a\"b\\c\nd", "tenant", "korax"), 0))),
                        new Gauge("pledge_sweeps_late", "Late.", List.of())));
        HttpResponse<String> answer = platform.as(Role.OPERATOR, "GET", "metrics", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain")
                .contains("version=0.0.4");
        assertThat(answer.body())
                .isEqualTo(
                        """
                        # HELP pledge_requests_open Requests that are not closed.
                        # TYPE pledge_requests_open gauge
                        pledge_requests_open{tenant="korax",type="erasure"} 3
                        pledge_requests_open{tenant="korax",type="a\\"b\\\\c\\nd"} 0
                        # HELP pledge_sweeps_late Late.
                        # TYPE pledge_sweeps_late gauge
                        """);
    }

    @Test
    void othersGetNothing() {
        assertThat(platform.as(Role.AUDITOR, "GET", "metrics", null).statusCode())
                .isNotEqualTo(403);
        assertThat(platform.as(Role.PARTNER, "GET", "metrics", null).statusCode())
                .isEqualTo(403);
        assertThat(platform.as(Role.OFFICER, "GET", "metrics", null).statusCode())
                .isEqualTo(403);
    }
}
