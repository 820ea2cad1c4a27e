package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Partner;

/** Kills the platform again and again behind a bad network: what it acknowledged arrives, and has one effect. */
class DeliveryFaultsIT {
    private static final int MESSAGES = Integer.getInteger("pledge.faults.messages", 300);
    private static final int KILLS = Integer.getInteger("pledge.faults.kills", Math.max(2, MESSAGES / 150));
    private static final int SECONDS_BETWEEN_KILLS = Integer.getInteger("pledge.faults.killEverySeconds", 20);
    private static final int PERCENT = Integer.getInteger("pledge.faults.percent", 50);
    private static final long SEED = Long.getLong("pledge.faults.seed", System.nanoTime());
    private static final int CLIENTS = 4;
    private static final int PEOPLE = 10;
    private static final int REFUSED = 10;
    private static final int PARTNER_REFUSES = 422;
    /** A minute until a claim of the killed process ends, about as long from a late try to the next, and its time to work. */
    private static final Duration BACKLOG_GONE = Duration.ofMinutes(4);

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Platform platform = Platform.unpack("delivery-faults");

    @Test
    void whatIsAcknowledgedArrivesAndHasOneEffect() throws IOException, InterruptedException, ExecutionException {
        System.out.println("Seed of the faults: " + SEED);
        platform.start();
        Korax korax = new Korax(platform);
        try (Partner partner = Partner.start(Korax.SHIPPER, platform.home().resolve("data/keys/partners"), false);
                FaultProxy proxy = new FaultProxy(partner.endpoint().getPort(), SEED, PERCENT)) {
            korax.shipper(proxy.before(partner.endpoint()));
            List<String> people = new ArrayList<>();
            for (int i = 0; i < PEOPLE; i++) {
                people.add(korax.person(i));
                korax.agree(people.get(i));
            }

            Set<String> accepted = shareWhileKilled(korax, people);
            accepted.addAll(refusedByThePartner(korax, people, partner));
            proxy.heal();
            long healed = System.nanoTime();
            await().atMost(BACKLOG_GONE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                retry(korax.inState("PARKED"));
                return korax.backlog() == 0;
            });
            System.out.printf(
                    "The backlog was gone %d s after healing; connections: %s%n",
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - healed), proxy.seen());

            JsonNode received = partner.received().path("messages");
            Map<String, Integer> effects = effects(received);
            assertThat(effects.keySet()).isEqualTo(accepted);
            assertThat(effects.values()).containsOnly(1);
            assertThat(taken(received))
                    .as("a partner that acts on every message acts twice")
                    .isGreaterThan(accepted.size());
            assertThat(proxy.seen()).containsKeys(FaultProxy.Fault.values());
        }
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }

    private Set<String> shareWhileKilled(Korax korax, List<String> people)
            throws InterruptedException, ExecutionException {
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        long spacing = TimeUnit.SECONDS.toMillis((long) SECONDS_BETWEEN_KILLS * KILLS) / MESSAGES;
        ScheduledExecutorService clients = Executors.newScheduledThreadPool(CLIENTS);
        try {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                String subject = people.get(i % people.size());
                sent.add(clients.schedule(
                        () -> accepted.add(korax.share(Korax.parcel(subject))), i * spacing, TimeUnit.MILLISECONDS));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int soMany = MESSAGES * kill / (KILLS + 1);
                await().atMost(PATIENCE).until(() -> accepted.size() >= soMany);
                platform.kill();
                platform.start();
            }
            for (Future<?> one : sent) {
                one.get();
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(accepted).hasSize(MESSAGES);
        return accepted;
    }

    /** A partner's final no parks a delivery at once; an operator sees it, and sends it again. */
    private List<String> refusedByThePartner(Korax korax, List<String> people, Partner partner) {
        partner.answerWith(PARTNER_REFUSES);
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < REFUSED; i++) {
            refused.add(korax.share(Korax.parcel(people.get(i % people.size()))));
        }
        await().atMost(PATIENCE).until(() -> !korax.inState("PARKED").isEmpty());
        List<String> parked = korax.inState("PARKED");
        assertThat(platform.pledge("shell", "sharing:parked --tenant korax --limit 200")
                        .out())
                .contains(parked);
        partner.answerWith(200);
        return refused;
    }

    private void retry(List<String> parked) {
        if (parked.isEmpty()) {
            return;
        }
        String script = String.join(
                "\n",
                parked.stream().map(id -> "sharing:retry --tenant korax " + id).toList());
        assertThat(platform.pledge("shell", script).out()).contains("is QUEUED");
    }

    private static Map<String, Integer> effects(JsonNode received) {
        Map<String, Integer> effects = new TreeMap<>();
        for (JsonNode message : received) {
            assertThat(message.path("fault").asText()).isEmpty();
            if (message.path("effect").asBoolean()) {
                effects.merge(message.path("headers").path("webhook-id").asText(), 1, Integer::sum);
            }
        }
        return effects;
    }

    private static int taken(JsonNode received) {
        int taken = 0;
        for (JsonNode message : received) {
            taken += message.path("status").asInt() == 200 ? 1 : 0;
        }
        return taken;
    }
}
