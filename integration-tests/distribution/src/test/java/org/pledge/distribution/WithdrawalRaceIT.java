package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Api;
import org.pledge.demo.Partner;

/** Withdraws while data of the same person is on its way: after the acknowledgement nothing begins unannounced. */
class WithdrawalRaceIT {
    private static final int WITHDRAWALS = Integer.getInteger("pledge.race.withdrawals", 150);
    private static final int STOPS = Integer.getInteger("pledge.race.stops", Math.max(10, WITHDRAWALS / 20));
    private static final long SEED = Long.getLong("pledge.race.seed", System.nanoTime());
    private static final int AT_ONCE = 3;
    private static final int SHARES = 6;
    private static final int MOST_MILLIS_BEFORE = 150;
    private static final long MILLIS_STOPPED = 300;
    private static final int ACCEPTED = 202;
    private static final int DENIED = 403;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DISCLOSURE = "org.pledge.disclosure.v1";
    private static final String WITHDRAWAL = "org.pledge.withdrawal.v1";

    private final Platform platform = Platform.unpack("withdrawal-race");
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(3 * AT_ONCE);
    private final Random random = new Random(SEED);

    /** One person's race: which disclosures were accepted, when the withdrawal was acknowledged, and its receipt. */
    private record Race(Set<String> accepted, Instant acknowledged, JsonNode receipt) {
        Set<String> inDoubt() {
            return Set.copyOf(receipt.path("inDoubt").findValuesAsText("disclosure"));
        }
    }

    /** A message as a partner saw it. */
    private record Message(String partner, String key, String type, Set<String> disclosures, Instant arrived) {
        boolean isAbout(Race race) {
            return disclosures.stream().anyMatch(race.accepted()::contains);
        }
    }

    @Test
    void nothingBeginsUnannouncedAfterTheAcknowledgement()
            throws IOException, InterruptedException, ExecutionException {
        System.out.println("Seed of the race: " + SEED);
        platform.start();
        Korax korax = new Korax(platform);
        Path secrets = platform.home().resolve("data/keys/partners");
        try (Partner shipper = Partner.start(Korax.SHIPPER, secrets, false);
                Partner mailer = Partner.start(Korax.MAILER, secrets, false)) {
            Map<String, Partner> partners = Map.of(Korax.SHIPPER, shipper, Korax.MAILER, mailer);
            korax.shipper(shipper.endpoint());
            korax.mailer(mailer.endpoint());
            List<Race> races = race(korax);
            races.addAll(raceWithTheSenderStopped(korax));
            await().atMost(PATIENCE).until(() -> korax.backlog() == 0);
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> everyRecipientIsTold(races, messages(partners)));

            List<Message> messages = messages(partners);
            report(races, messages);
            assertThat(messages)
                    .filteredOn(one -> one.type().equals(DISCLOSURE))
                    .allMatch(one -> races.stream().anyMatch(one::isAbout));
            races.forEach(race -> beganInTime(race, messages));
            everyRecipientIsTold(races, messages);
            assertThat(races).as("some withdrawals must overtake data").anyMatch(race -> !race.inDoubt()
                    .isEmpty());
        }
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        platform.pledge("stop");
    }

    private List<Race> race(Korax korax) throws InterruptedException, ExecutionException {
        List<Future<Race>> running = new ArrayList<>();
        var lanes = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (int i = 0; i < WITHDRAWALS; i++) {
                int number = i;
                int millis = random.nextInt(MOST_MILLIS_BEFORE);
                running.add(lanes.submit(() -> race(korax, number, millis)));
            }
            List<Race> races = new ArrayList<>();
            for (Future<Race> one : running) {
                races.add(one.get());
            }
            return races;
        } finally {
            lanes.shutdownNow();
        }
    }

    private Race race(Korax korax, int number, int millis) throws InterruptedException, ExecutionException {
        String subject = agreeing(korax, number);
        Future<Set<String>> shares = clients.submit(() -> share(korax, subject));
        Future<Api.Answer> withdrawal = clients.schedule(() -> withdraw(korax, subject), millis, TimeUnit.MILLISECONDS);
        return ended(korax, subject, shares, withdrawal);
    }

    /** What was checked before the process stood still is sent after it goes on, while the withdrawal comes in. */
    private List<Race> raceWithTheSenderStopped(Korax korax) throws InterruptedException, ExecutionException {
        List<Race> races = new ArrayList<>();
        for (int i = 0; i < STOPS; i++) {
            String subject = agreeing(korax, WITHDRAWALS + i);
            Future<Set<String>> shares = clients.submit(() -> share(korax, subject));
            clients.schedule(() -> platform.pause(), random.nextInt(MOST_MILLIS_BEFORE), TimeUnit.MILLISECONDS)
                    .get();
            Future<Api.Answer> withdrawal = clients.submit(() -> withdraw(korax, subject));
            try {
                assertThatThrownBy(() -> withdrawal.get(MILLIS_STOPPED, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
            } finally {
                platform.resume();
            }
            races.add(ended(korax, subject, shares, withdrawal));
        }
        return races;
    }

    private static String agreeing(Korax korax, int number) {
        String subject = korax.person(number);
        korax.agree(subject);
        return subject;
    }

    private static Race ended(Korax korax, String subject, Future<Set<String>> shares, Future<Api.Answer> withdrawal)
            throws InterruptedException, ExecutionException {
        JsonNode receipt = withdrawal.get().expect(201).body();
        Instant acknowledged = Instant.now();
        korax.operator().post("/disclosures", Korax.parcel(subject)).expect(DENIED);
        return new Race(shares.get(), acknowledged, receipt);
    }

    private static Api.Answer withdraw(Korax korax, String subject) {
        return korax.operator().post("/subjects/" + subject + "/withdrawals", Map.of("channel", "test"));
    }

    /** Shares again and again until that is denied. */
    private static Set<String> share(Korax korax, String subject) {
        Set<String> accepted = new HashSet<>();
        for (int i = 0; i < SHARES; i++) {
            Api.Answer answer =
                    korax.operator().post("/disclosures", i % 2 == 0 ? Korax.parcel(subject) : Korax.mailing(subject));
            if (answer.status() == DENIED) {
                return accepted;
            }
            accepted.add(answer.expect(ACCEPTED).body().path("id").asText());
        }
        return accepted;
    }

    private static List<Message> messages(Map<String, Partner> partners) {
        List<Message> messages = new ArrayList<>();
        partners.forEach((name, partner) -> {
            for (JsonNode received : partner.received().path("messages")) {
                assertThat(received.path("fault").asText()).isEmpty();
                messages.add(message(name, received));
            }
        });
        return messages;
    }

    private static Message message(String partner, JsonNode received) {
        try {
            JsonNode event = new ObjectMapper().readTree(received.path("body").asText());
            Set<String> disclosures = new HashSet<>();
            event.path("data").path("disclosures").forEach(one -> disclosures.add(one.asText()));
            if (event.path("data").has("disclosure")) {
                disclosures.add(event.path("data").path("disclosure").asText());
            }
            return new Message(
                    partner,
                    event.path("id").asText(),
                    event.path("type").asText(),
                    disclosures,
                    Instant.parse(received.path("arrived").asText()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void beganInTime(Race race, List<Message> messages) {
        Set<String> late = messages.stream()
                .filter(one -> one.type().equals(DISCLOSURE) && one.isAbout(race))
                .filter(one -> one.arrived().isAfter(race.acknowledged()))
                .map(Message::key)
                .collect(Collectors.toSet());
        assertThat(race.inDoubt()).as("late and not on the receipt").containsAll(late);
    }

    private static void everyRecipientIsTold(List<Race> races, List<Message> messages) {
        for (Race race : races) {
            for (String partner : List.of(Korax.SHIPPER, Korax.MAILER)) {
                List<Message> mine = messages.stream()
                        .filter(one -> one.partner().equals(partner) && one.isAbout(race))
                        .toList();
                Set<String> received = new HashSet<>();
                mine.stream().filter(one -> one.type().equals(DISCLOSURE)).forEach(one -> received.add(one.key()));
                if (!received.isEmpty()) {
                    List<Message> notices = mine.stream()
                            .filter(one -> one.type().equals(WITHDRAWAL))
                            .toList();
                    assertThat(notices.stream().map(Message::key).distinct())
                            .as("notices to one partner about one withdrawal")
                            .hasSize(1);
                    assertThat(notices.get(0).disclosures()).containsAll(received);
                    assertThat(mine.stream().filter(one -> one.type().equals(DISCLOSURE)))
                            .allMatch(
                                    one -> one.arrived().isBefore(notices.get(0).arrived()));
                }
            }
        }
    }

    private static void report(List<Race> races, List<Message> messages) {
        System.out.printf(
                "%d withdrawals, %d of them with the sender stopped; %d disclosures accepted, %d cancelled, %d in"
                        + " doubt, %d arrived, %d of those after the acknowledgement; %d notices%n",
                races.size(),
                STOPS,
                races.stream().mapToInt(race -> race.accepted().size()).sum(),
                races.stream()
                        .mapToInt(race -> race.receipt().path("cancelled").asInt())
                        .sum(),
                races.stream().mapToInt(race -> race.inDoubt().size()).sum(),
                messages.stream().filter(one -> one.type().equals(DISCLOSURE)).count(),
                races.stream()
                        .flatMap(race -> messages.stream()
                                .filter(one -> one.type().equals(DISCLOSURE) && one.isAbout(race))
                                .filter(one -> one.arrived().isAfter(race.acknowledged())))
                        .count(),
                messages.stream().filter(one -> one.type().equals(WITHDRAWAL)).count());
    }
}
