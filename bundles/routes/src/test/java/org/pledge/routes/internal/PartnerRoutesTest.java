package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.audit.Leaf;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Standing;

class PartnerRoutesTest {
    private static final String ID = "pledge.sharing.deliver.kx.acme";

    private final Bench bench = new Bench();
    private final PostConnector connector = new PostConnector("rest");
    private final PartnerRoutes routes = new PartnerRoutes(bench.camel, bench.services);

    @BeforeEach
    void start() {
        bench.install(connector);
    }

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
    void sendsWhatTheTemplateOfItsConnectorMakes() {
        started();
        UUID id = bench.outbox.offer("acme");
        assertThat(carried()).isEqualTo(new Bench.Completed(id, Result.DELIVERED, 200));
        Bench.Received received = bench.server.received.get(0);
        assertThat(received.body()).isEqualTo("hello");
        assertThat(received.path()).isEqualTo("/in");
        assertThat(received.headers().keySet()).noneMatch(name -> name.regionMatches(true, 0, "Pledge", 0, 6));
    }

    @Test
    void tellsTheConnectorWhoseDeliveryItIsBeforeAndAfter() {
        bench.server.answerHeaders.put("PledgeAnswer", "500");
        bench.server.answerHeaders.put("pledgerefused", "true");
        started();
        UUID id = bench.outbox.offer("acme");
        assertThat(carried().result()).isEqualTo(Result.DELIVERED);
        assertThat(connector.before).singleElement().satisfies(seen -> assertThat(seen)
                .containsEntry("PledgeTenant", "kx")
                .containsEntry("PledgePartner", "acme")
                .containsEntry("PledgeDisclosure", id.toString())
                .containsEntry("PledgeIdempotencyKey", "key-" + id)
                .containsEntry("PledgePurpose", "offers")
                .containsEntry("PledgeKind", "DISCLOSURE")
                .containsEntry("PledgeCreated", "1970-01-01T00:00:00Z")
                .containsEntry("PledgeAttempt", 1)
                .containsKey("PledgeSubject"));
        assertThat(connector.after)
                .singleElement()
                .satisfies(seen -> assertThat(seen).containsAllEntriesOf(connector.before.get(0)))
                .satisfies(seen -> assertThat(seen).doesNotContainKeys("PledgeAnswer", "PledgeRefused"));
    }

    @Test
    void waitsForTheConnectorOfThePartner() {
        bench.uninstall(connector);
        routes.follow(bench.partners);
        UUID id = bench.outbox.offer("acme");
        routes.changed(Bench.partner("other", bench.server.uri("/in"), false));
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        bench.install(new PostConnector("rest"));
        assertThat(carried().disclosure()).isEqualTo(id);
    }

    @Test
    void takesTheRouteOutWithTheConnectorAndBringsItBack() {
        started();
        bench.uninstall(connector);
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        bench.outbox.offer("acme");
        assertThat(bench.outbox.due).hasSize(1);
        bench.install(new PostConnector("rest"));
        assertThat(carried().result()).isEqualTo(Result.DELIVERED);
    }

    @Test
    void remakesTheRouteWhenTheTemplateIsReplaced() {
        started();
        PostConnector newer = new PostConnector("rest");
        bench.install(newer);
        bench.outbox.offer("acme");
        carried();
        assertThat(newer.before).hasSize(1);
        assertThat(connector.before).isEmpty();
    }

    @Test
    void movesToAnotherConnector() {
        started();
        Partner before = bench.partners.all.get("acme");
        Partner after = with(before, "post", Map.of());
        routes.changed(after);
        await().until(() -> bench.camel.camel().getRoute(ID) == null);
        PostConnector post = new PostConnector("post");
        bench.install(post);
        bench.outbox.offer("acme");
        carried();
        assertThat(post.before).hasSize(1);
    }

    private static Partner with(Partner partner, String connector, Map<String, String> settings) {
        return new Partner(
                partner.tenant(),
                partner.name(),
                partner.recipient(),
                partner.agreement(),
                connector,
                partner.endpoint(),
                settings,
                false,
                2);
    }

    @ParameterizedTest
    @CsvSource({"broken, x", "greeting, {{env:HOME}}", "greeting, ${env.HOME}", "greeting, RAW(x)"})
    void makesNoRouteFromSettingsThatDoNotPass(String setting, String value) {
        started();
        routes.changed(with(bench.partners.all.get("acme"), "rest", Map.of(setting, value)));
        await().until(() -> bench.camel.camel().getRoute(ID) == null);
        assertThat(bench.audit.leaves).singleElement().satisfies(leaf -> assertThat(leaf.act())
                .isEqualTo(Leaf.Act.ROUTE_REFUSED));
    }

    @ParameterizedTest
    @EnumSource(
            value = Standing.class,
            mode = Mode.EXCLUDE,
            names = {"ACTIVE", "SUSPENDED"})
    void hasNoRouteToAPartnerThatIsNotInGoodStanding(Standing standing) {
        started();
        bench.partners.standing.set(standing);
        routes.changed(bench.partners.all.get("acme"));
        await().until(() -> bench.camel.camel().getRoute(ID) == null);
        bench.outbox.offer("acme");
        assertThat(bench.outbox.due).hasSize(1);
        bench.partners.standing.set(Standing.ACTIVE);
        routes.changed(bench.partners.all.get("acme"));
        assertThat(carried().result()).isEqualTo(Result.DELIVERED);
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
    void givesBackWhatCannotBeReleasedNowAndSaysSoUntilItIsHeard() {
        bench.outbox.unavailable.set(2);
        started();
        UUID id = bench.outbox.offer("acme");
        await().until(() -> !bench.outbox.givenBack.isEmpty());
        assertThat(bench.outbox.givenBack).singleElement().satisfies(delivery -> assertThat(delivery.disclosure())
                .isEqualTo(id));
        assertThat(bench.outbox.unavailable).hasValue(0);
        assertThat(bench.server.received).isEmpty();
        assertThat(bench.outbox.completed).isEmpty();
    }

    @Test
    void recordsADeliveryWhenTheOutboxIsBack() {
        bench.server.onReceive = () -> bench.outbox.unavailable.set(1);
        started();
        UUID id = bench.outbox.offer("acme");
        assertThat(carried()).isEqualTo(new Bench.Completed(id, Result.DELIVERED, 200));
        assertThat(bench.server.received).hasSize(1);
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
        "409, REFUSED",
        "410, REFUSED",
        "425, FAILED",
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
