package org.pledge.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Plays one question for one tenant through the real interface, and compares what happened with the right answer. */
public final class Story {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SUPPLIED = "payment-amount";
    private static final String AMOUNT = "19.90 EUR";
    private static final String WORDING_SHA256 = "a".repeat(64);

    private final JsonNode cast;
    private final Map<String, Partner> systems;
    private final Map<String, Set<String>> permitted = new HashMap<>();
    private final Map<String, Integer> strays = new HashMap<>();

    /**
     * A story about these partner systems.
     *
     * @param cast {@code people.yaml}
     * @param systems by recipient
     */
    public Story(JsonNode cast, Map<String, Partner> systems) {
        this.cast = cast;
        this.systems = systems;
    }

    /**
     * What happened at one step.
     *
     * @param passed whether it went as the policy says
     * @param sentence the decision in words
     * @param fault what went wrong; empty when it passed
     */
    public record Step(boolean passed, String sentence, String fault) {}

    /** Plays one question for one tenant. */
    public Step play(Tenant tenant, JsonNode question, JsonNode right) {
        String recipient = question.path("recipient").asText();
        String partner = partnerName(recipient);
        prepareConsent(tenant, question, partner);
        Map<String, Object> request = new HashMap<>(Map.of(
                "subject", tenant.subject(),
                "partner", partner,
                "purpose", question.path("purpose").asText(),
                "fields", question.path("data")));
        if (names(question.path("data")).contains(SUPPLIED)) {
            request.put("supplied", Map.of(SUPPLIED, AMOUNT));
        }
        if (question.has("case")) {
            request.put("legalCase", approvedCase(tenant, question, partner));
        }
        Api.Answer answer = tenant.operator().post("/disclosures", request);
        List<String> faults = new ArrayList<>();
        boolean yes = answer.status() == 202;
        if (!yes && answer.status() != 403) {
            return new Step(
                    false,
                    "HTTP " + answer.status(),
                    answer.body().path("detail").asText());
        }
        check(
                faults,
                yes == right.path("answer").asText().equals("permit"),
                "the right answer is to " + right.path("answer").asText());
        Set<String> promises = names(answer.body().path("promises"));
        check(
                faults,
                promises.equals(names(right.path("promises"))),
                "the deciding promises are " + names(right.path("promises")));
        if (yes) {
            delivered(faults, tenant, question, answer.body(), names(right.path("fields")));
        } else {
            int before = strays.getOrDefault(recipient, 0);
            check(faults, strays(recipient) == before, "a denied request opened a connection");
        }
        return new Step(faults.isEmpty(), sentence(yes, promises, answer.body(), partner), String.join("; ", faults));
    }

    /** The name of the partner that is this recipient. */
    public String partnerName(String recipient) {
        return cast.path("partners").path(recipient).path("name").asText();
    }

    /** Whether no partner saw a connection that no permission explains. */
    public List<String> strayConnections() {
        List<String> stray = new ArrayList<>();
        for (String recipient : systems.keySet()) {
            int connections = strays(recipient);
            if (connections > 0) {
                stray.add(partnerName(recipient) + " saw " + connections + " connections that no permission explains");
            }
        }
        return stray;
    }

    private void delivered(
            List<String> faults, Tenant tenant, JsonNode question, JsonNode disclosure, Set<String> rightFields) {
        String recipient = question.path("recipient").asText();
        Partner system = systems.get(recipient);
        String id = disclosure.path("id").asText();
        permitted.computeIfAbsent(recipient, each -> new HashSet<>()).add(id);
        Optional<String> message = await(system, id);
        check(faults, message.isPresent(), "nothing reached the partner within " + PATIENCE.toSeconds() + " s");
        String right = event(disclosure, tenant, question, rightFields);
        check(
                faults,
                message.isEmpty() || message.get().equals(right),
                "the partner received other bytes than it should");
    }

    /** What the partner should receive, to the letter. */
    private String event(JsonNode disclosure, Tenant tenant, JsonNode question, Set<String> rightFields) {
        JsonNode person = cast.path("people").path(tenant.name());
        Map<String, Object> fields = new TreeMap<>();
        for (String field : rightFields) {
            JsonNode obliged =
                    person.path("obliged").path(question.path("id").asText()).path(field);
            JsonNode held = person.path("fields").path(field).path(0);
            fields.put(field, field.equals(SUPPLIED) ? AMOUNT : (obliged.isMissingNode() ? held : obliged).asText());
        }
        String id = disclosure.path("id").asText();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("disclosure", id);
        data.put("tenant", tenant.name());
        data.put("purpose", question.path("purpose").asText());
        data.put("fields", fields);
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", "/tenants/" + tenant.name());
        event.put("type", "org.pledge.disclosure.v1");
        event.put("time", Instant.parse(disclosure.path("created").asText()).toString());
        event.put("datacontenttype", "application/json");
        event.put("data", data);
        try {
            return new ObjectMapper().writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connections that no permission explains; one that does not end is one of them. */
    private int strays(String recipient) {
        Partner system = systems.get(recipient);
        Set<String> disclosures = permitted.getOrDefault(recipient, Set.of());
        Instant end = Instant.now().plus(PATIENCE);
        OptionalInt found = system.strays(disclosures);
        while (found.isEmpty() && Instant.now().isBefore(end)) {
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(50).toNanos());
            found = system.strays(disclosures);
        }
        int all = found.orElse(strays.getOrDefault(recipient, 0) + 1);
        strays.put(recipient, all);
        return all;
    }

    private static Optional<String> await(Partner system, String disclosure) {
        Instant end = Instant.now().plus(PATIENCE);
        Optional<String> message = system.message(disclosure);
        while (message.isEmpty() && Instant.now().isBefore(end)) {
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(50).toNanos());
            message = system.message(disclosure);
        }
        return message;
    }

    private void prepareConsent(Tenant tenant, JsonNode question, String partner) {
        String path = "/subjects/" + tenant.subject();
        if (question.path("consent").asText("none").equals("opt-in")) {
            tenant.operator()
                    .post(
                            path + "/consents",
                            Map.of(
                                    "purpose", question.path("purpose").asText(),
                                    "recipient", partner,
                                    "categories", question.path("data"),
                                    "level", "OPT_IN",
                                    "wording",
                                            Map.of("channel", "demo", "version", "demo-1", "sha256", WORDING_SHA256)));
        } else {
            tenant.operator()
                    .post(path + "/withdrawals", Map.of("channel", "demo"))
                    .expect(201);
        }
    }

    private static String approvedCase(Tenant tenant, JsonNode question, String partner) {
        String id = tenant.officer()
                .post(
                        "/cases",
                        Map.of(
                                "ground", question.path("case").asText().toUpperCase(java.util.Locale.ROOT),
                                "reference", "2026/1187",
                                "partner", partner,
                                "subjects", List.of(tenant.subject()),
                                "fields", question.path("data"),
                                "expires",
                                        Instant.now().plus(Duration.ofDays(30)).toString()))
                .expect(201)
                .body()
                .path("id")
                .asText();
        tenant.officer().post("/cases/" + id + "/approvals", Map.of()).expect(200);
        tenant.secondOfficer().post("/cases/" + id + "/approvals", Map.of()).expect(200);
        return id;
    }

    private static String sentence(boolean permitted, Set<String> promises, JsonNode body, String partner) {
        String by = String.join(", ", promises);
        if (permitted) {
            return "PERMITTED by " + by + ": " + String.join(", ", names(body.path("fields"))) + " reached " + partner;
        }
        return "DENIED by " + by + ": " + body.path("detail").asText();
    }

    private static void check(List<String> faults, boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    static Set<String> names(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
