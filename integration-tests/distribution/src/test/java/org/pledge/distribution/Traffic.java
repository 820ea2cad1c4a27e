package org.pledge.distribution;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Requests at a steady rate, whatever the answers, each compared with its one right answer. */
final class Traffic implements AutoCloseable {
    /** What is asked, and how the right answer is known. */
    private enum Question {
        DECIDE_PERMITTED("/api/v1/decisions", 200, "\"decision\":\"PERMITTED\",\"fields\":[\"email\",\"name\"]"),
        SHARE_PERMITTED("/api/v1/disclosures", 202, "\"fields\":[\"email\",\"name\"]"),
        SOAP_PERMITTED("/soap/v1", 200, "<outcome>PERMITTED</outcome>"),
        DECIDE_DENIED("/api/v1/decisions", 200, "\"decision\":\"DENIED\""),
        SHARE_DENIED("/api/v1/disclosures", 403, "\"code\":\"DENIED\""),
        SOAP_DENIED("/soap/v1", 200, "<outcome>DENIED</outcome>");

        private final String path;
        private final int status;
        private final String holds;

        Question(String path, int status, String holds) {
            this.path = path;
            this.status = status;
            this.holds = holds;
        }

        boolean rightly(HttpResponse<String> answer) {
            return answer.statusCode() == status
                    && answer.body().contains(holds)
                    && answer.body().contains("KX-1")
                    && !answer.body().contains("Person");
        }
    }

    private record Sent(Question question, String key, String part, long at) {}

    /** When the platform said that it was away: how often, and from the first to the last time. */
    record Window(int requests, int unavailable, long millis) {
        @Override
        public String toString() {
            return "%5d requests, %4d answered 503, within %5d ms".formatted(requests, unavailable, millis);
        }
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int UNAVAILABLE = 503;
    private static final int SHOWN = 200;
    private static final Pattern UNIQUE =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[^\"]*");
    private static final String ENVELOPE =
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
                    + "<p:decide xmlns:p=\"urn:pledge:sharing:v1\"><p:subject>%s</p:subject><p:partner>parcelway</p:partner>"
                    + "<p:purpose>delivery</p:purpose><p:field>name</p:field><p:field>email</p:field>"
                    + "<p:field>phone</p:field></p:decide></soap:Body></soap:Envelope>";

    private final URI base;
    private final String token;
    private final String agreeing;
    private final String silent;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final Deque<String> unacknowledged = new ConcurrentLinkedDeque<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> wrong = new ConcurrentHashMap<>();
    private final Map<Question, Long> lastRight = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> requests = new LinkedHashMap<>();
    private final Map<String, Deque<Long>> away = new ConcurrentHashMap<>();
    private String part = "start";

    /**
     * Begins.
     *
     * @param agreeing a person whose data may be shared
     * @param silent a person who agreed to nothing
     */
    Traffic(String url, String token, String agreeing, String silent, int perSecond) {
        this.base = URI.create(url);
        this.token = token;
        this.agreeing = agreeing;
        this.silent = silent;
        long micros = TimeUnit.SECONDS.toMicros(1) / perSecond;
        clock.scheduleAtFixedRate(this::ask, 0, micros, TimeUnit.MICROSECONDS);
    }

    /** Says what is updated from now on. */
    synchronized void during(String name) {
        part = name;
    }

    /** Waits until every question asked from now on was answered rightly once. */
    void awaitEachRightAnswer(String name) {
        long now = System.nanoTime();
        await("every answer after " + name).atMost(PATIENCE).until(() -> List.of(Question.values()).stream()
                .allMatch(question -> lastRight.getOrDefault(question, now - 1) > now));
    }

    /** Asks for disclosures all at once, beside the steady rate. */
    void shareAtOnce(int disclosures) {
        for (int i = 0; i < disclosures; i++) {
            send(Question.SHARE_PERMITTED, UUID.randomUUID().toString());
        }
    }

    /** Stops asking, but for what was not acknowledged yet. */
    void end() {
        clock.shutdown();
        await().atMost(PATIENCE).until(() -> open.get() == 0);
        while (!unacknowledged.isEmpty()) {
            send(Question.SHARE_PERMITTED, unacknowledged.poll());
            await().atMost(PATIENCE).until(() -> open.get() == 0);
        }
    }

    /** The disclosures that were acknowledged. */
    Set<String> accepted() {
        return new TreeSet<>(accepted);
    }

    /** The answers that were neither right nor "unavailable, come back in a second", and how often each came. */
    Map<String, Integer> wrong() {
        Map<String, Integer> counted = new TreeMap<>();
        wrong.forEach((what, count) -> counted.put(what, count.get()));
        return counted;
    }

    private void wrong(Sent sent, String how) {
        wrong.computeIfAbsent(sent.part() + ": " + sent.question() + " " + how, any -> new AtomicInteger())
                .incrementAndGet();
    }

    /** By what was updated. */
    synchronized Map<String, Window> windows() {
        Map<String, Window> windows = new LinkedHashMap<>();
        requests.forEach((name, count) -> {
            List<Long> times = away.getOrDefault(name, new ConcurrentLinkedDeque<>()).stream()
                    .sorted()
                    .toList();
            long nanos = times.isEmpty() ? 0 : times.get(times.size() - 1) - times.get(0);
            windows.put(name, new Window(count.get(), times.size(), TimeUnit.NANOSECONDS.toMillis(nanos)));
        });
        return windows;
    }

    private void ask() {
        Question[] questions = Question.values();
        Question question = questions[number.getAndIncrement() % questions.length];
        String again = question == Question.SHARE_PERMITTED ? unacknowledged.poll() : null;
        send(question, Optional.ofNullable(again).orElseGet(() -> UUID.randomUUID()
                .toString()));
    }

    private synchronized Sent sent(Question question, String key) {
        requests.computeIfAbsent(part, any -> new AtomicInteger()).incrementAndGet();
        return new Sent(question, key, part, System.nanoTime());
    }

    private void send(Question question, String key) {
        Sent sent = sent(question, key);
        open.incrementAndGet();
        client.sendAsync(request(sent), HttpResponse.BodyHandlers.ofString()).whenComplete((answer, error) -> {
            try {
                if (error != null) {
                    wrong(sent, "broke: " + error.getClass().getSimpleName() + " " + error.getMessage());
                } else {
                    judge(sent, answer);
                }
            } finally {
                open.decrementAndGet();
            }
        });
    }

    private HttpRequest request(Sent sent) {
        Question question = sent.question();
        String subject = question.name().endsWith("PERMITTED") ? agreeing : silent;
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(question.path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
        if (question.path.startsWith("/soap")) {
            return request.header("Content-Type", "text/xml; charset=utf-8")
                    .POST(HttpRequest.BodyPublishers.ofString(ENVELOPE.formatted(subject)))
                    .build();
        }
        if (question.path.endsWith("disclosures")) {
            request.header("Idempotency-Key", sent.key());
        }
        return request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text(Korax.parcel(subject))))
                .build();
    }

    private void judge(Sent sent, HttpResponse<String> answer) {
        Question question = sent.question();
        if (question.rightly(answer)) {
            lastRight.merge(question, sent.at(), Math::max);
            if (question == Question.SHARE_PERMITTED) {
                accepted.add(tree(answer.body()).path("id").asText());
            }
        } else if (isAway(answer)) {
            away.computeIfAbsent(sent.part(), any -> new ConcurrentLinkedDeque<>())
                    .add(sent.at());
            if (question == Question.SHARE_PERMITTED) {
                unacknowledged.add(sent.key());
            }
        } else {
            String text = UNIQUE.matcher(answer.body()).replaceAll("…").replaceAll("\\s+", " ");
            wrong(
                    sent,
                    "was answered " + answer.statusCode() + " " + text.substring(0, Math.min(SHOWN, text.length())));
        }
    }

    private static boolean isAway(HttpResponse<String> answer) {
        Predicate<String> typed = type -> type.startsWith("application/problem+json") || type.startsWith("text/xml");
        return answer.statusCode() == UNAVAILABLE
                && answer.headers().firstValue("Retry-After").isPresent()
                && answer.headers().firstValue("Content-Type").filter(typed).isPresent();
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
