package org.pledge.distribution;

import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pledge.demo.Api;

/** The tenant that asks each person before it shares: its staff, its partners and its people. */
final class Korax {
    /** How every person's telephone number begins. */
    static final String PHONE = "+1 416 555 01";

    static final String TENANT = "korax";
    static final String SHIPPER = "parcelway";
    static final String MAILER = "mailhaus";
    static final List<String> SHIPPED = List.of("email", "name");
    static final List<String> MAILED = List.of("email");

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long PAUSE_MILLIS = 50;
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");
    private static final Map<String, Object> WORDING =
            Map.of("channel", "test", "version", "test-1", "sha256", "b".repeat(64));

    private final Platform platform;
    private final String token;
    private final Api operator;
    private final Api integrator;

    /** Takes over on a running platform. */
    Korax(Platform platform) {
        this.platform = platform;
        this.token = issue("operator");
        this.operator = new Api(platform.url(), token);
        this.integrator = new Api(platform.url(), issue("integrator"));
    }

    private String issue(String role) {
        String command = "pledge:credential-issue --tenant " + TENANT + " --role " + role + " test-" + role;
        return await().atMost(PATIENCE)
                .until(() -> TOKEN.matcher(platform.pledge("shell", command).out()), Matcher::find)
                .group();
    }

    Api operator() {
        return operator;
    }

    /** The operator's bearer token. */
    String token() {
        return token;
    }

    /** Registers a partner that takes parcels; its agreement does not cover phones. */
    void shipper(URI endpoint) {
        partner(SHIPPER, "shipping-partner", SHIPPED, "delivery", endpoint);
    }

    /** Registers a partner that takes addresses for marketing. */
    void mailer(URI endpoint) {
        partner(MAILER, "marketing-partner", MAILED, "marketing", endpoint);
    }

    private void partner(String name, String recipient, List<String> fields, String purpose, URI endpoint) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Map<String, Object> agreement = Map.of(
                "fields", fields,
                "purposes", List.of(purpose),
                "region", "CA",
                "from", today.minusDays(1).toString(),
                "until", today.plusYears(1).toString());
        Api.Answer answer = integrator.put(
                "/partners/" + name,
                Map.of("recipient", recipient, "agreement", agreement, "endpoint", endpoint.toString()));
        if (answer.status() != 200) {
            answer.expect(201);
        }
    }

    /** Registers a person who agreed to nothing yet. */
    String person(int number) {
        return operator.post(
                        "/accounts",
                        Map.of(
                                "tier", "standard",
                                "holder", "COMPANY",
                                "jurisdiction", "CA",
                                "fields",
                                        Map.of(
                                                "name", List.of("Person " + number),
                                                "email", List.of("person" + number + "@mail.example"),
                                                "phone", List.of(PHONE + (10 + number % 90)))))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    /** Records that a person agrees to both partners' purposes. */
    void agree(String subject) {
        consent(subject, SHIPPER, "delivery", List.of("name", "email", "phone"));
        consent(subject, MAILER, "marketing", MAILED);
    }

    private void consent(String subject, String partner, String purpose, List<String> categories) {
        operator.post(
                        "/subjects/" + subject + "/consents",
                        Map.of(
                                "purpose", purpose,
                                "recipient", partner,
                                "categories", categories,
                                "level", "OPT_IN",
                                "wording", WORDING))
                .expect(201);
    }

    /** What is asked for a person: to the shipper more than its agreement covers. */
    static Map<String, Object> parcel(String subject) {
        return Map.of(
                "subject",
                subject,
                "partner",
                SHIPPER,
                "purpose",
                "delivery",
                "fields",
                List.of("name", "email", "phone"));
    }

    static Map<String, Object> mailing(String subject) {
        return Map.of("subject", subject, "partner", MAILER, "purpose", "marketing", "fields", MAILED);
    }

    /** Shares under one key until it is acknowledged, whatever becomes of the platform meanwhile. */
    String share(Map<String, Object> request) {
        String key = UUID.randomUUID().toString();
        return untilAnswered(() -> operator.post("/disclosures", request, key))
                .expect(ACCEPTED)
                .body()
                .path("id")
                .asText();
    }

    /** Asks again while the platform is away or says that it is. */
    private static Api.Answer untilAnswered(Supplier<Api.Answer> request) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                Api.Answer answer = request.get();
                if (answer.status() != UNAVAILABLE && !isListenerAlone(answer)) {
                    return answer;
                }
            } catch (UncheckedIOException e) {
                // the process was killed, or is not back yet
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        throw new IllegalStateException("the platform does not come back");
    }

    /** While the platform starts, its listener is there some moments before anything else. */
    private static boolean isListenerAlone(Api.Answer answer) {
        return answer.status() == NOT_FOUND && !answer.body().has("code");
    }

    /** The identifiers of the disclosures in a state. */
    List<String> inState(String state) {
        return operator.get("/disclosures?limit=200&state=" + state)
                .expect(200)
                .body()
                .path("items")
                .findValuesAsText("id");
    }

    /** How many disclosures have not come to an end. */
    int backlog() {
        return inState("QUEUED").size()
                + inState("SENDING").size()
                + inState("PARKED").size();
    }
}
