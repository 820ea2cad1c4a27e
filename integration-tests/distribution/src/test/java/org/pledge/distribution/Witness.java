package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.pledge.demo.Api;

/** Clients that record consents while harm is done, and remember every one that was acknowledged. */
final class Witness {
    static final int ACKNOWLEDGED_BEFORE_HARM = 40;

    private static final int CLIENTS = 4;
    private static final Map<String, Object> CONSENT = Map.of(
            "purpose", "delivery",
            "recipient", "parcelway",
            "categories", List.of("email"),
            "level", "OPT_IN",
            "wording", Map.of("channel", "test", "version", "test-1", "sha256", "b".repeat(64)));

    private final Platform platform;
    private final Api api;
    private final List<String> subjects = new ArrayList<>();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Api.Answer> refused = new ConcurrentLinkedQueue<>();

    /** Registers one person for each client. */
    Witness(Platform platform) {
        this.platform = platform;
        this.api = new Api(platform.url(), token(platform));
        for (int i = 0; i < CLIENTS; i++) {
            subjects.add(api.post("/accounts", account())
                    .expect(201)
                    .body()
                    .path("id")
                    .asText());
        }
    }

    private static Map<String, Object> account() {
        return Map.of(
                "tier", "standard",
                "holder", "COMPANY",
                "jurisdiction", "CA",
                "fields", Map.of("name", List.of("Durable Ltd"), "email", List.of("a@durable.example")));
    }

    private static String token(Platform platform) {
        Matcher token = Pattern.compile("pl_[A-Za-z0-9_-]{20,}")
                .matcher(platform.pledge("shell", "pledge:credential-issue --tenant korax --role operator durability")
                        .out());
        assertThat(token.find()).isTrue();
        return token.group();
    }

    /** Does the harm in the midst of the clients' work; they stop when it returns. */
    void during(Runnable harm) throws InterruptedException, ExecutionException {
        int before = acknowledged.size();
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> running = new ArrayList<>();
        try {
            for (String subject : subjects) {
                running.add(clients.submit(() -> record(subject, stopped)));
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> acknowledged.size() >= before + ACKNOWLEDGED_BEFORE_HARM);
            harm.run();
        } finally {
            stopped.set(true);
            clients.shutdown();
        }
        for (Future<?> client : running) {
            client.get();
        }
    }

    private void record(String subject, AtomicBoolean stopped) {
        while (!stopped.get()) {
            try {
                Api.Answer answer = api.post("/subjects/" + subject + "/consents", CONSENT);
                if (answer.status() == 201) {
                    acknowledged.add(answer.body().path("id").asText());
                } else {
                    refused.add(answer);
                }
            } catch (UncheckedIOException e) {
                Thread.onSpinWait(); // no answer is no acknowledgement
            }
        }
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** How many answers of this status came since the last look at {@link #refused}. */
    long refusals(int status) {
        return refused.stream().filter(answer -> answer.status() == status).count();
    }

    /** Every answer but an acknowledgement, since the last call. */
    List<Api.Answer> refused() {
        List<Api.Answer> all = List.copyOf(refused);
        refused.clear();
        return all;
    }

    /** Waits until the platform records consents again. */
    void awaitHealed() {
        Awaitility.await("the platform records again")
                .atMost(Duration.ofMinutes(2))
                .ignoreException(UncheckedIOException.class)
                .until(() -> {
                    Api.Answer answer = api.post("/subjects/" + subjects.get(0) + "/consents", CONSENT);
                    if (answer.status() == 201) {
                        acknowledged.add(answer.body().path("id").asText());
                    }
                    return answer.status() == 201;
                });
    }

    /** Looks for every consent that was ever acknowledged. */
    void assertNothingIsLost(String when) {
        awaitHealed();
        Set<String> kept = new HashSet<>();
        for (String subject : subjects) {
            for (JsonNode event : api.get("/subjects/" + subject + "/consents")
                    .expect(200)
                    .body()
                    .path("items")) {
                kept.add(event.path("id").asText());
            }
        }
        List<String> all = List.copyOf(acknowledged);
        List<Integer> lost = IntStream.range(0, all.size())
                .filter(i -> !kept.contains(all.get(i)))
                .boxed()
                .toList();
        assertThat(lost)
                .as("%s, which of the %d acknowledged are lost", when, all.size())
                .isEmpty();
    }

    /** Lets the platform check its own audit trail. */
    void assertTheTrailIsIntact() {
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }
}
