package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Api;
import org.pledge.simulators.Simulator;

/** Kills the platform while it charges a card over a bad network: the clearing house charges once for each intent. */
class ChargesIT {
    private static final int CHARGES = Integer.getInteger("pledge.charges", 80);
    private static final int KILLS = Integer.getInteger("pledge.charges.kills", 2);
    private static final int PERCENT = Integer.getInteger("pledge.charges.percent", 40);
    private static final long SEED = Long.getLong("pledge.charges.seed", System.nanoTime());
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(8);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Set<String> SETTLED = Set.of("CONFIRMED", "REFUSED");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Platform platform = Platform.unpack("charges");
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void eachIntentIsChargedOnceOrNotAtAll() throws IOException, InterruptedException, ExecutionException {
        System.out.println("Seed of the faults: " + SEED);
        Path folder = Files.createDirectories(platform.home().resolve("servers/clearing"));
        Files.writeString(folder.resolve("token"), "clearing-token-1");
        Path secrets = Files.createDirectories(platform.home().resolve("data/keys/partners"));
        Files.setPosixFilePermissions(
                Files.writeString(secrets.resolve("korax.clearbank"), "clearing-token-1"),
                PosixFilePermissions.fromString("rw-------"));
        VaultIT.openWithoutCustodians(platform);
        Files.writeString(platform.home().resolve("etc/org.pledge.vault.cfg"), "sent.seconds = 40\nask.seconds = 2\n");
        platform.start();
        Map<String, String> tokens = Credentials.issue(platform, List.of("korax"));
        Api desk = new Api(platform.url(), tokens.get("korax/operator"));
        try (Simulator house = Simulator.start("ClearingHouse", folder);
                FaultProxy proxy = new FaultProxy(house.port(), SEED, PERCENT)) {
            URI endpoint = proxy.before(URI.create("http://127.0.0.1:" + house.port()));
            clearbank(new Api(platform.url(), tokens.get("korax/integrator")), endpoint);
            String card = card(desk, tokens.get("korax/operator"));
            AtomicInteger warmUps = new AtomicInteger();
            await("the route to the clearing house").atMost(PATIENCE).until(() -> charged(
                            desk, card, "warm-up-" + warmUps.incrementAndGet())
                    .path("state")
                    .asText()
                    .equals("CONFIRMED"));

            Map<String, JsonNode> settled = chargeWhileKilled(desk, card);
            proxy.heal();
            for (String open : List.of("INTENT", "SENT", "IN_DOUBT")) {
                await(open).atMost(PATIENCE).until(() -> movements(desk, open).isEmpty());
            }
            Set<String> confirmed = movements(desk, "CONFIRMED");
            Set<String> refused = movements(desk, "REFUSED");
            Map<String, JsonNode> ledger = ledger(house);

            assertThat(ledger.values().stream()
                            .filter(entry -> entry.path("done").asInt() > 0)
                            .map(entry -> entry.path("id").asText()))
                    .as("the clearing house against the vault")
                    .containsExactlyInAnyOrderElementsOf(confirmed);
            assertThat(refused).doesNotContainAnyElementsOf(confirmed);
            assertThat(confirmed.size() + refused.size())
                    .as("a movement for each reference, and for no other")
                    .isBetween(CHARGES, CHARGES + warmUps.get());

            settled.values().forEach(payment -> {
                JsonNode entry = ledger.get(payment.path("id").asText());
                int done = entry == null ? 0 : entry.path("done").asInt();
                assertThat(done)
                        .as(payment.toString())
                        .isEqualTo(payment.path("state").asText().equals("CONFIRMED") ? 1 : 0);
            });
            Set<String> charges = settled.values().stream()
                    .map(payment -> payment.path("id").asText())
                    .collect(Collectors.toSet());
            assertThat(charges).as("a payment for each reference").hasSize(CHARGES);
            assertThat(ledger.values()).allMatch(entry -> entry.path("done").asInt() <= 1);
            assertThat(ledger.keySet().stream().filter(id -> !charges.contains(id)))
                    .as("charged for nobody")
                    .hasSizeLessThanOrEqualTo(warmUps.get());
            assertThat(settled.values())
                    .anyMatch(payment -> payment.path("state").asText().equals("CONFIRMED"));
            System.out.println("Connections to the clearing house: " + proxy.seen());
            assertThat(proxy.seen())
                    .as("a network that is good proves nothing")
                    .containsKeys(FaultProxy.Fault.DROPPED_RESPONSE, FaultProxy.Fault.RESET);
        }
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }

    private Map<String, JsonNode> chargeWhileKilled(Api desk, String card)
            throws InterruptedException, ExecutionException {
        Map<String, JsonNode> settled = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < CHARGES; i++) {
                String reference = "charge-" + i;
                sent.add(clients.submit(() -> await(reference)
                        .atMost(PATIENCE)
                        .pollInterval(AGAIN)
                        .until(() -> {
                            JsonNode payment = charged(desk, card, reference);
                            if (SETTLED.contains(payment.path("state").asText())) {
                                settled.put(reference, payment);
                            }
                            return settled.containsKey(reference);
                        })));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int soMany = CHARGES * kill / (KILLS + 1);
                await().atMost(PATIENCE).until(() -> settled.size() >= soMany);
                platform.kill();
                platform.start();
            }
            for (Future<?> one : sent) {
                one.get();
            }
        } finally {
            clients.shutdownNow();
        }
        return settled;
    }

    /** What stands under this reference now; missing while the platform does not say. */
    private static JsonNode charged(Api desk, String card, String reference) {
        try {
            Api.Answer answer = desk.post(
                    "/payments",
                    Map.of(
                            "token",
                            card,
                            "amount",
                            1250,
                            "currency",
                            "CAD",
                            "purpose",
                            "payment",
                            "reference",
                            reference));
            assertThat(answer.status()).as(answer.body().toString()).isNotEqualTo(409);
            return answer.body();
        } catch (UncheckedIOException e) {
            return JSON.missingNode();
        }
    }

    private static void clearbank(Api integrator, URI endpoint) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Map<String, ?> attestation =
                Map.of("statement", "no-retention", "until", today.plusMonths(6).toString());
        Map<String, ?> agreement = Map.of(
                "fields", List.of("payment-amount", "card-number", "card-expiry", "card-holder"),
                "purposes", List.of("payment"),
                "region", "CA",
                "from", today.minusDays(1).toString(),
                "until", today.plusYears(1).toString(),
                "attestation", attestation);
        integrator
                .put(
                        "/partners/clearbank",
                        Map.of(
                                "recipient",
                                "clearing-house",
                                "connector",
                                "clearing",
                                "endpoint",
                                endpoint.toString(),
                                "agreement",
                                agreement))
                .expect(200);
    }

    private String card(Api desk, String token) throws IOException, InterruptedException {
        String customer = desk.post(
                        "/accounts",
                        Map.of(
                                "tier", "standard",
                                "holder", "COMPANY",
                                "jurisdiction", "CA",
                                "fields", Map.of("name", List.of("Vera"), "email", List.of("vera@mail.example"))))
                .expect(201)
                .body()
                .path("id")
                .asText();
        JsonNode keys = desk.get("/vault/keys").expect(200).body();
        String number = EncryptedCard.number("400012", 16);
        HttpRequest request = HttpRequest.newBuilder(URI.create(platform.url() + "/subjects/" + customer + "/cards"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/jose")
                .POST(BodyPublishers.ofString(EncryptedCard.encrypt(keys, number, Map.of())))
                .build();
        return JSON.readTree(client.send(request, BodyHandlers.ofString()).body())
                .path("token")
                .asText();
    }

    /** The identifiers of what the vault itself has in a state. */
    private static Set<String> movements(Api desk, String state) {
        Set<String> ids = new TreeSet<>();
        String cursor = "";
        do {
            JsonNode page = desk.get("/payments?limit=100&state=" + state + cursor)
                    .expect(200)
                    .body();
            page.path("items").forEach(payment -> ids.add(payment.path("id").asText()));
            cursor = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
        } while (!cursor.isEmpty());
        return ids;
    }

    private Map<String, JsonNode> ledger(Simulator house) throws IOException, InterruptedException {
        URI control = URI.create("http://127.0.0.1:" + house.port() + "/control/ledger");
        String entries = client.send(HttpRequest.newBuilder(control).build(), BodyHandlers.ofString())
                .body();
        Map<String, JsonNode> ledger = new TreeMap<>();
        for (JsonNode entry : JSON.readTree(entries)) {
            ledger.put(entry.path("id").asText(), entry);
        }
        return ledger;
    }
}
