package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Api;

/** Ends the platform ten times in the middle of its work: what it acknowledged is still there. */
class DurabilityIT {
    private static final int KILLS = 10;
    private static final int CLIENTS = 4;
    private static final int ACKNOWLEDGED_BEFORE_A_KILL = 40;
    private static final Map<String, Object> WORDING =
            Map.of("channel", "test", "version", "test-1", "sha256", "b".repeat(64));

    private final Platform platform = Platform.unpack("durability");

    @Test
    void nothingAcknowledgedIsLost() throws InterruptedException, ExecutionException {
        platform.start();
        Api api = new Api(platform.url(), token());
        String subject = api.post(
                        "/accounts",
                        Map.of(
                                "tier", "standard",
                                "holder", "COMPANY",
                                "jurisdiction", "CA",
                                "fields",
                                        Map.of("name", List.of("Durable Ltd"), "email", List.of("a@durable.example"))))
                .expect(201)
                .body()
                .path("id")
                .asText();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        for (int kill = 0; kill < KILLS; kill++) {
            writeUntilKilled(api, subject, acknowledged);
            platform.start();
            Set<String> kept = history(api, subject);
            assertThat(kept).as("after kill %d", kill + 1).containsAll(acknowledged);
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(KILLS * ACKNOWLEDGED_BEFORE_A_KILL);
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }

    private void writeUntilKilled(Api api, String subject, Set<String> acknowledged)
            throws InterruptedException, ExecutionException {
        ConcurrentLinkedQueue<String> round = new ConcurrentLinkedQueue<>();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> write(api, subject, round)));
            }
            while (round.size() < ACKNOWLEDGED_BEFORE_A_KILL) {
                Thread.onSpinWait();
            }
            platform.kill();
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
        acknowledged.addAll(round);
    }

    private static void write(Api api, String subject, ConcurrentLinkedQueue<String> acknowledged) {
        try {
            while (true) {
                Api.Answer answer = api.post(
                        "/subjects/" + subject + "/consents",
                        Map.of(
                                "purpose", "delivery",
                                "recipient", "parcelway",
                                "categories", List.of("email"),
                                "level", "OPT_IN",
                                "wording", WORDING));
                if (answer.status() == 201) {
                    acknowledged.add(answer.body().path("id").asText());
                }
            }
        } catch (UncheckedIOException e) {
            assertThat(e.getCause()).isInstanceOf(IOException.class);
        }
    }

    private static Set<String> history(Api api, String subject) {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        for (JsonNode event :
                api.get("/subjects/" + subject + "/consents").expect(200).body().path("items")) {
            ids.add(event.path("id").asText());
        }
        return ids;
    }

    private String token() {
        Matcher token = Pattern.compile("pl_[A-Za-z0-9_-]{20,}")
                .matcher(platform.pledge("shell", "pledge:credential-issue --tenant korax --role operator durability")
                        .out());
        assertThat(token.find()).isTrue();
        return token.group();
    }
}
