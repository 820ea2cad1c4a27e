package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.simulators.Simulator;

/** Rotates and wraps anew while cards are stored and charged, and kills the platform in the middle of it. */
class VaultRotationIT {
    private static final int CARDS = Integer.getInteger("pledge.rotation.cards", 400);
    private static final int KILLS = Integer.getInteger("pledge.rotation.kills", 2);
    private static final int CLIENTS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Pattern SHARE = Pattern.compile("(?m)(?:^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\\s*){4}");
    private static final Pattern PROGRESS = Pattern.compile("\\r([1-9][0-9]*) cards");
    private static final Pattern KEY = Pattern.compile("(?m)^(\\d{4}-\\d\\d\\.\\d+),[^,]*,(\\d+),(true|false)\\s*$");
    private static final List<String> FIELDS = List.of("payment-amount", "card-number", "card-expiry", "card-holder");

    private final Platform platform = Platform.unpack("rotation");
    private final List<String> shares = new ArrayList<>();
    private final Queue<String> stored = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger charged = new AtomicInteger();
    private final AtomicInteger references = new AtomicInteger();

    /** Odd while the platform is down. */
    private final AtomicInteger outages = new AtomicInteger();

    private Shell shell;
    private CardDesk desk;
    private String customer;

    @Test
    void noCardIsLostAndNoRequestFailsWhileKeysChange() throws IOException, InterruptedException, ExecutionException {
        Matcher share = SHARE.matcher(
                platform.pledge("vault-keys", "--shares", "3", "--needed", "2").out());
        while (share.find()) {
            shares.add(share.group().replaceAll("\\s+", " ").strip());
        }
        assertThat(shares).hasSize(3);
        Files.writeString(
                platform.home().resolve("etc/org.pledge.vault.keys.cfg"),
                "\nrewrap.batch = 1\n",
                StandardOpenOption.APPEND);
        try (Simulator house = Simulator.start("ClearingHouse", CardDesk.clearingHouse(platform, List.of("korax")))) {
            platform.start();
            Map<String, String> tokens = Credentials.issue(platform, List.of("korax"));
            shell = new Shell(platform, platform.sshPort());
            shell.addUsers(List.of("custodian"));
            desk = new CardDesk(platform, "korax", tokens, answer -> {});
            customer = desk.customer(Map.of(
                    "tier", "standard",
                    "holder", "COMPANY",
                    "jurisdiction", "CA",
                    "fields", Map.of("name", List.of("Vera"), "email", List.of("vera@mail.example"))));
            desk.clearingHouse(house.port(), "CA", List.of("payment"), FIELDS);
            unseal();
            String first = store(desk.keys().expect(200)).expect(201).token();
            awaitCharges(first);

            during(this::store, () -> await("enough cards").atMost(PATIENCE).until(() -> stored.size() >= CARDS));
            assertNothingFailed();

            during(this::storeAndCharge, () -> changeKeys(first));

            assertNothingFailed();
            assertThat(charged).as("a vault without load proves nothing").hasPositiveValue();
            Queue<String> all = new ConcurrentLinkedQueue<>(stored);
            int many = all.size();
            charged.set(0);
            during(
                    () -> Optional.ofNullable(all.poll()).ifPresent(this::charge),
                    () -> await("charges").atMost(PATIENCE).until(all::isEmpty));
            assertNothingFailed();
            assertThat(charged).as("every card that was taken can be charged").hasValue(many);
        }
        assertThat(platform.pledge("shell", "audit:verify --tenant korax").out())
                .contains("Intact");
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }

    private void changeKeys(String card) {
        String before = current();
        assertThat(custodian("vault:rotate")).contains("is in use from now on");
        String after = current();
        assertThat(after).isNotEqualTo(before);

        for (int kill = 0; kill < KILLS; kill++) {
            killInTheMiddleOfWrappingAnew();
            platform.start();
            assertThat(desk.keys().status()).as("sealed after a start").isEqualTo(503);
            unseal();
            awaitCharges(card);
            outages.incrementAndGet();
            assertThat(keys().keySet())
                    .as("which keys wrap cards, after kill %d", kill)
                    .contains(before, after);
            assertThat(keys().get(before))
                    .as("cards left under the earlier key")
                    .isPositive();
            assertThat(keys().get(after)).as("cards under the new key").isPositive();
        }
        assertThat(custodian("vault:rewrap")).contains("wrapped anew");
        assertThat(keys()).as("the earlier key is destroyed").containsOnlyKeys(current());
    }

    /** Kills once at least one more card is wrapped anew, before the command ends. */
    private void killInTheMiddleOfWrappingAnew() {
        AtomicBoolean killed = new AtomicBoolean();
        String printed = unchecked(() -> shell.watch("custodian", "vault:rewrap", so -> {
            if (PROGRESS.matcher(so).find() && !killed.getAndSet(true)) {
                outages.incrementAndGet();
                platform.kill();
            }
            return killed.get() || so.contains("wrapped anew");
        }));
        assertThat(killed).as(printed).isTrue();
        assertThat(printed).doesNotContain("wrapped anew");
    }

    // shell

    private void unseal() {
        List<String> lines = shares.subList(0, 2).stream()
                .map(share -> "vault:unseal\n" + share)
                .toList();
        assertThat(unchecked(() -> shell.answers("custodian", lines)).values().toString())
                .contains("1 of 2", "The vault is open")
                .doesNotContain(shares.get(0), shares.get(1));
    }

    private String custodian(String line) {
        return unchecked(() -> shell.answers("custodian", List.of(line)).get(line));
    }

    /** How many cards each wrapping key wraps, the newest key first. */
    private Map<String, Integer> keys() {
        Map<String, Integer> keys = new LinkedHashMap<>();
        KEY.matcher(custodian("vault:keys --output csv").replace("\r", ""))
                .results()
                .forEach(key -> keys.put(key.group(1), Integer.valueOf(key.group(2))));
        return keys;
    }

    private String current() {
        return keys().keySet().iterator().next();
    }

    private interface Typing<T> {
        T answer() throws IOException;
    }

    private static <T> T unchecked(Typing<T> shell) {
        try {
            return shell.answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // load

    private void during(Runnable work, Runnable meanwhile) throws InterruptedException, ExecutionException {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> {
                    while (!over.get()) {
                        work.run();
                    }
                }));
            }
            meanwhile.run();
        } finally {
            over.set(true);
            clients.shutdown();
        }
        for (Future<?> each : running) {
            each.get();
        }
    }

    /** Nothing when it failed; a failure counts unless the platform was down at any time of it. */
    private Optional<CardDesk.Answer> tried(Supplier<CardDesk.Answer> request, Predicate<CardDesk.Answer> well) {
        int before = outages.get();
        CardDesk.Answer answer = request.get();
        if (well.test(answer)) {
            return Optional.of(answer);
        }
        boolean down = before % 2 == 1 || outages.get() != before;
        if (!down) {
            failed.add(answer.toString());
        } else if (answer.status() != CardDesk.SILENCE && answer.status() != 503 && answer.status() != 202) {
            failed.add("while it was down: " + answer);
        }
        return Optional.empty();
    }

    private Optional<String> store() {
        return tried(desk::keys, keys -> keys.status() == 200)
                .flatMap(keys -> tried(() -> store(keys), answer -> answer.status() == 201))
                .map(answer -> {
                    stored.add(answer.token());
                    return answer.token();
                });
    }

    private CardDesk.Answer store(CardDesk.Answer keys) {
        String number = EncryptedCard.number("400012", 16);
        return desk.store(customer, EncryptedCard.encrypt(keys.body(), number, Map.of()));
    }

    private void storeAndCharge() {
        store().ifPresent(this::charge);
    }

    private void charge(String card) {
        String reference = "order-" + references.incrementAndGet();
        tried(() -> desk.authorise(card, "CAD", reference, Map.of()), answer -> answer.state()
                        .equals("CONFIRMED"))
                .ifPresent(answer -> charged.incrementAndGet());
    }

    private void awaitCharges(String card) {
        await("the route to the clearing house").atMost(PATIENCE).until(() -> desk.authorise(
                        card, "CAD", "again-" + references.incrementAndGet(), Map.of())
                .state()
                .equals("CONFIRMED"));
    }

    private void assertNothingFailed() {
        assertThat(failed).isEmpty();
    }
}
