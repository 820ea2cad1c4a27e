package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.sharing.Outbox.Result;

class PartnerRoutesTest {
    private static final String ID = "pledge.sharing.deliver.kx.acme";

    private final Bench bench = new Bench();
    private final PartnerRoutes routes = new PartnerRoutes(bench.camel);

    @AfterEach
    void stop() {
        routes.stop();
        bench.close();
    }

    private void started() {
        routes.follow(bench.partners);
        await().until(() -> bench.camel.camel().getRoute(ID) != null);
    }

    private Bench.Completed carried() {
        await().until(() -> bench.outbox.completed.size() == 1);
        return bench.outbox.completed.get(0);
    }

    @Test
    void sendsExactlyWhatWasPermitted() {
        bench.outbox.values.put("phone", List.of("1", "2"));
        started();
        UUID id = bench.outbox.offer("acme");
        assertThat(carried()).isEqualTo(new Bench.Completed(id, Result.DELIVERED, 200));
        Bench.Received received = bench.server.received.get(0);
        assertThat(received.body())
                .isEqualTo("{\"disclosure\":\"" + id + "\",\"tenant\":\"kx\",\"purpose\":\"offers\","
                        + "\"fields\":{\"email\":\"ada@example.org\",\"phone\":[\"1\",\"2\"]}}");
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/in");
        assertThat(received.headers())
                .containsEntry("Content-type", List.of("application/json"))
                .containsEntry("Idempotency-key", List.of("key-" + id))
                .containsEntry("Pledge-disclosure", List.of(id.toString()))
                .containsEntry("Pledge-purpose", List.of("offers"))
                .containsEntry("User-agent", List.of("Pledge"));
        assertThat(received.headers().keySet())
                .containsExactlyInAnyOrder(
                        "Content-type",
                        "Content-length",
                        "Idempotency-key",
                        "Pledge-disclosure",
                        "Pledge-purpose",
                        "User-agent",
                        "Host",
                        "Connection",
                        "Accept-encoding");
    }

    @Test
    void opensNoConnectionWhenTheReleaseIsDenied() {
        bench.outbox.mayLeave = false;
        started();
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.released.get() == 1);
        bench.camel.remove(ID);
        assertThat(bench.server.received).isEmpty();
        assertThat(bench.outbox.completed).isEmpty();
    }

    @Test
    void opensNoConnectionWhenThereIsNothingToLoad() {
        bench.outbox.loadable = false;
        started();
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.due.isEmpty());
        bench.camel.remove(ID);
        assertThat(bench.outbox.released).hasValue(0);
        assertThat(bench.server.received).isEmpty();
        assertThat(bench.outbox.completed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "201, DELIVERED",
        "204, DELIVERED",
        "302, FAILED",
        "307, FAILED",
        "400, REFUSED",
        "404, REFUSED",
        "408, FAILED",
        "410, REFUSED",
        "429, FAILED",
        "500, FAILED",
        "503, FAILED"
    })
    void tellsFromTheStatusWhatBecameOfIt(int status, Result result) {
        bench.server.status.set(status);
        started();
        UUID id = bench.outbox.offer("acme");
        assertThat(carried()).isEqualTo(new Bench.Completed(id, result, status));
        assertThat(bench.server.received).hasSize(1);
    }

    @Test
    void reportsAPartnerThatIsNotThere() {
        bench.server.http.stop(0);
        started();
        UUID id = bench.outbox.offer("acme");
        assertThat(carried()).isEqualTo(new Bench.Completed(id, Result.FAILED, 0));
    }

    @Test
    void takesTheRouteOfASuspendedPartnerOut() {
        started();
        bench.partners.all.put("acme", Bench.partner("acme", bench.server.uri("/in"), true));
        routes.changed(bench.partners.all.get("acme"));
        await().until(() -> bench.camel.camel().getRoute(ID) == null);
        bench.outbox.offer("acme");
        assertThat(bench.outbox.due).hasSize(1);
        bench.partners.all.put("acme", Bench.partner("acme", bench.server.uri("/in"), false));
        routes.changed(bench.partners.all.get("acme"));
        assertThat(carried().result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void replacesTheRouteOfAChangedPartner() {
        started();
        bench.partners.all.put("acme", Bench.partner("acme", bench.server.uri("/v2/in"), false));
        routes.changed(bench.partners.all.get("acme"));
        await().until(() -> bench.camel.camel().getEndpoints().stream()
                .anyMatch(e -> e.getEndpointUri().contains("/v2/in")));
        bench.outbox.offer("acme");
        carried();
        assertThat(bench.server.received).singleElement().satisfies(r -> assertThat(r.path())
                .isEqualTo("/v2/in"));
    }

    @Test
    void dropsTheRouteOfAPartnerThatIsNoLongerThere() {
        started();
        bench.partners.all.clear();
        routes.follow(bench.partners);
        await().until(() -> bench.camel.camel().getRoutes().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://partner.example/in",
                "https://user@partner.example/in",
                "https://partner.example/in?proxyHost=a&proxyPort=1",
                "https://partner.example/in?",
                "https://partner.example/in#a",
                "https://partner.example/%7B%7Benv:HOME%7D%7D",
                "https://partner.example/RAW(x)",
                "https://partner.example//in",
                "https:partner.example/in",
                "ftp://partner.example/in"
            })
    void makesNoRouteToAnAddressThatCouldBeMisread(String endpoint) {
        routes.changed(Bench.partner("odd", URI.create(endpoint), false));
        routes.changed(Bench.partner("acme", bench.server.uri("/in"), false));
        await().until(() -> bench.camel.camel().getRoute(ID) != null);
        assertThat(bench.camel.camel().getRoute("pledge.sharing.deliver.kx.odd"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "/a/b;c=d/e@f,g:h.i_j-k+l/"})
    void keepsTheAddressAsItWasRegistered(String path) {
        bench.partners.all.put("acme", Bench.partner("acme", bench.server.uri(path), false));
        started();
        bench.outbox.offer("acme");
        carried();
        assertThat(bench.server.received).singleElement().satisfies(r -> assertThat(r.path())
                .isEqualTo(path.isEmpty() ? "/" : path));
    }
}
