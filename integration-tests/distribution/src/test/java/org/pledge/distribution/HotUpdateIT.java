package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_SECOND;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Partner;

/** Updates everything of ours while requests and disclosures run: none is answered wrongly, lost or leaked. */
class HotUpdateIT {
    private static final int PER_SECOND = Integer.getInteger("pledge.update.requestsPerSecond", 50);
    private static final Path POLICIES = Path.of(System.getProperty("policies"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Two routes compete for the partner's deliveries; the first one takes two at a time. */
    private static final int MORE_THAN_ONE_ROUTE_TAKES = 20;

    /** Names of bundles that are not updated, with commas between them. */
    private static final List<String> LEFT_OUT =
            List.of(System.getProperty("pledge.update.leaveOut", "").split(","));

    private static final Pattern OURS = Pattern.compile("(?m)^ *([0-9]+) \\|.*\\| (Pledge: [^,|\\n]*?) *$");

    private static final List<String> NEEDED_BY_ALL =
            List.of("Pledge: store-jpa", "Pledge: front", "Pledge: deploy", "Pledge: api", "Pledge: karaf sshd-scp");
    private static final String PARTNER =
            """
            tenant: korax
            name: parcelway
            recipient: shipping-partner
            endpoint: %s
            agreement:
              fields: [name, email]
              purposes: [delivery]
              region: %s
              from: 2026-01-01
              until: 2099-12-31
            """;
    private static final String ROUTE =
            """
            - templatedRoute:
                routeTemplateRef: pledge.rest
                routeId: %s
                parameters:
                  - { name: tenant, value: korax }
                  - { name: partner, value: parcelway }
                  - { name: endpoint, value: "%s" }
                  - { name: credentials, value: korax.parcelway }
            """;

    private final Platform platform = Platform.unpack("hot-update");

    @Test
    void nothingIsAnsweredWronglyLostOrLeaked() throws IOException {
        platform.start();
        Korax korax = new Korax(platform);
        try (Partner partner = Partner.start(Korax.SHIPPER, platform.home().resolve("data/keys/partners"), false)) {
            korax.shipper(partner.endpoint());
            String agreeing = korax.person(1);
            korax.agree(agreeing);
            String silent = korax.person(2);
            Traffic traffic = new Traffic(platform.url(), korax.token(), agreeing, silent, PER_SECOND);
            try (traffic) {
                traffic.awaitEachRightAnswer("the beginning");
                bundles().forEach((name, id) -> update(traffic, name, "bundle:update --refresh " + id));
                files(traffic, partner);
                traffic.end();
            } finally {
                traffic.windows().forEach((part, window) -> System.out.printf("%-34s %s%n", part, window));
                traffic.wrong().forEach((what, count) -> System.out.println(count + " x " + what));
            }
            await().atMost(PATIENCE).until(() -> korax.backlog() == 0);

            assertThat(traffic.wrong()).as("wrong answers").isEmpty();
            JsonNode received = partner.received().path("messages");
            assertThat(effects(received)).as("lost, or not acknowledged").isEqualTo(traffic.accepted());
            for (JsonNode message : received) {
                assertThat(message.path("fault").asText()).isEmpty();
                assertThat(message.path("body").asText())
                        .as("leaked")
                        .contains("Person 1")
                        .doesNotContain("Person 2", "phone", Korax.PHONE);
            }
            assertThat(traffic.windows().values())
                    .as("an update must be felt somewhere")
                    .anyMatch(w -> w.unavailable() > 0);
        }
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }

    private void update(Traffic traffic, String name, String command) {
        traffic.during(name);
        Platform.Result result = platform.pledge("shell", command);
        assertThat(result.out()).as(command).doesNotContain("Error executing");
        traffic.awaitEachRightAnswer(name);
    }

    /** Our bundles, those that all others need last. */
    private Map<String, Integer> bundles() {
        Map<String, Integer> bundles = new TreeMap<>(
                Comparator.<String>comparingInt(NEEDED_BY_ALL::indexOf).thenComparing(Comparator.naturalOrder()));
        Matcher ours = OURS.matcher(platform.pledge("shell", "bundle:list -t 0").out());
        while (ours.find()) {
            bundles.put(ours.group(2).strip(), Integer.valueOf(ours.group(1)));
        }
        assertThat(bundles).containsKeys("Pledge: sharing", "Pledge: rest", "Pledge: api");
        bundles.keySet().removeIf(LEFT_OUT::contains);
        return bundles;
    }

    private void files(Traffic traffic, Partner partner) throws IOException {
        Path file = platform.home().resolve("etc/partners/parcelway.partner.yaml");
        for (String region : new String[] {"US", "NL"}) {
            traffic.during("partner file, " + region);
            platform.deploy(file, PARTNER.formatted(partner.endpoint(), region));
            await().atMost(PATIENCE).until(() -> platform.pledge("shell", "partner:show --tenant korax parcelway")
                    .out()
                    .contains(region));
            traffic.awaitEachRightAnswer("partner file, " + region);
        }
        Path route = platform.home().resolve("deploy/second.camel.yaml");
        for (String id : new String[] {"second-parcels", "third-parcels"}) {
            traffic.during("route file, " + id);
            platform.deploy(route, ROUTE.formatted(id, partner.endpoint().resolve("/" + id)));
            await().atMost(PATIENCE).pollInterval(ONE_SECOND).until(() -> {
                traffic.shareAtOnce(MORE_THAN_ONE_ROUTE_TAKES);
                return reached(partner, "/" + id);
            });
            traffic.awaitEachRightAnswer("route file, " + id);
        }
        traffic.during("route file, removed");
        Files.delete(route);
        traffic.awaitEachRightAnswer("route file, removed");
        traffic.during("policy pack");
        String pack = Files.readString(POLICIES.resolve("korax.policy.yaml"));
        platform.deploy(
                platform.home().resolve("etc/policies/korax.policy.yaml"),
                pack.replace("version: 7\n", "version: 8\n").replace("names no address", "names no address at all"));
        await().atMost(PATIENCE).until(() -> platform.pledge("shell", "policy:show --tenant korax")
                .out()
                .contains("version 8"));
        traffic.awaitEachRightAnswer("policy pack");
    }

    private static boolean reached(Partner partner, String path) {
        for (JsonNode message : partner.received().path("messages")) {
            if (message.path("request").asText().contains(path)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> effects(JsonNode received) {
        Map<String, Integer> effects = new LinkedHashMap<>();
        for (JsonNode message : received) {
            if (message.path("effect").asBoolean()) {
                effects.merge(message.path("headers").path("webhook-id").asText(), 1, Integer::sum);
            }
        }
        assertThat(effects.values()).containsOnly(1);
        return new TreeSet<>(effects.keySet());
    }
}
