package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pledge.simulators.Simulator;

/** Sends cards through everything that the vault does and through every failure, and looks for them everywhere. */
class CardCanaryIT {
    private static final int CARDS = Integer.getInteger("pledge.canary.cards", 200);
    private static final long SEED = Long.getLong("pledge.canary.seed", System.nanoTime());
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final List<String> NETWORKS =
            List.of("400012", "222345", "541234", "601112", "352812", "621234", "3714");
    private static final List<String> FIELDS = List.of(
            "payment-amount", "card-number", "card-expiry", "card-holder", "card-address", "card-security-code");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a number could come to rest. */
    private enum Place {
        LOGS,
        DATA,
        TEMPORARY,
        DATABASE,
        BACKUP,
        HTTP,
        SHELL,
        THREADS,
        HEAP
    }

    /**
     * A card.
     *
     * @param code is refused where there is no place for it
     */
    private record Card(int index, String number, String code) {
        Map<String, String> withCode() {
            return Map.of("securityCode", code);
        }
    }

    private static final Random RANDOM = new Random(SEED);
    private static final List<Card> ALL = new ArrayList<>();
    private static final Map<Place, String> PLANTED = new EnumMap<>(Place.class);
    private static final Map<Place, Path> FOLDERS = new EnumMap<>(Place.class);
    private static final AtomicInteger REFERENCES = new AtomicInteger();
    private static final Canary CANARY = new Canary(List.of());

    private static Platform platform;
    private static PostgresServer postgres;
    private static Simulator house;
    private static Shell shell;
    private static CardDesk payers;
    private static CardDesk companies;
    private static String payer;
    private static String company;
    private static Card revealed;

    @BeforeAll
    static void useEveryCard() throws IOException, InterruptedException, ExecutionException, SQLException {
        System.out.println("Seed of the cards: " + SEED);
        makeCards();
        platform = Platform.unpack("canary");
        prepareFolders();
        VaultIT.openWithoutCustodians(platform);
        Files.writeString(platform.home().resolve("etc/org.pledge.vault.cfg"), "sent.seconds = 40\nask.seconds = 1\n");
        plantInTheHeap();
        house = Simulator.start("ClearingHouse", CardDesk.clearingHouse(platform, List.of("anonymizer", "korax")));
        postgres = new PostgresServer(FOLDERS.get(Place.DATABASE));
        postgres.configure(platform);
        postgres.configureVault(platform);
        giveUpSoon("pledge");
        giveUpSoon("vault");
        start();
        openDesks();

        int each = ALL.size() / 10;
        for (Card card : ALL.subList(0, 6 * each)) {
            use(card);
        }
        revealed = ALL.get(6 * each);
        reveal(revealed);
        seal(ALL.subList(6 * each + 1, 7 * each));
        loseTheDatabase(ALL.subList(7 * each, 8 * each));
        lookInside("before");
        loseThePlatform(ALL.subList(8 * each, ALL.size()));
        lookInside("after");
        collect();
    }

    @AfterAll
    static void stop() {
        platform.pledge("stop");
        if (house != null) {
            house.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    /**
     * The only number that may be found is the one that a custodian was shown. Each place also holds a number of its own
     * that was put there in every shape, so that nothing passes by not being looked at.
     */
    @ParameterizedTest
    @EnumSource(Place.class)
    void noCardIsInThisPlaceAndWhatWasPlantedIsFound(Place place) throws IOException {
        Set<String> expected =
                names("planted in " + place, Canary.shapes(PLANTED.get(place)).keySet());
        Set<String> allowed = place == Place.SHELL ? Set.of("card " + revealed.index() + " plain") : Set.of();

        List<String> found = CANARY.below(FOLDERS.get(place));

        assertThat(found.stream()
                        .filter(each -> !each.contains(": planted in "))
                        .filter(each -> allowed.stream().noneMatch(each::endsWith)))
                .as("%d cards, seed %d", ALL.size(), SEED)
                .isEmpty();
        assertThat(found.stream().map(each -> each.substring(each.indexOf(": ") + 2)))
                .containsAll(expected)
                .containsAll(allowed);
    }

    @Test
    void aSecurityCodeThatIsLeftBehindIsFound() {
        Card card = ALL.get(0);
        for (Map.Entry<String, String> shape : shapesOfCode(card.code()).entrySet()) {
            assertThat(CANARY.in("before" + shape.getValue() + "behind"))
                    .contains("code " + card.code() + " " + shape.getKey());
        }
    }

    // cards

    private static void makeCards() {
        for (int i = 0; i < CARDS; i++) {
            String network = NETWORKS.get(i % NETWORKS.size());
            String number = EncryptedCard.number(network, network.equals("3714") ? 15 : 16, RANDOM);
            // a code is short: this one is like no count, status or length, and like no 000 or 001 of a program either
            Card card = new Card(i, number, "0" + (3 + RANDOM.nextInt(7)) + RANDOM.nextInt(10));
            ALL.add(card);
            look("card " + i, Canary.shapes(number));
            look("code " + card.code(), shapesOfCode(card.code()));
        }
        for (Place place : Place.values()) {
            PLANTED.put(place, EncryptedCard.number("400012", 16, RANDOM));
            look("planted in " + place, Canary.shapes(PLANTED.get(place)));
        }
    }

    private static void look(String name, Map<String, String> shapes) {
        shapes.forEach((shape, bytes) -> CANARY.add(name + " " + shape, bytes));
    }

    private static Set<String> names(String name, Set<String> shapes) {
        return shapes.stream().map(shape -> name + " " + shape).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Three digits alone stand everywhere. They are looked for behind the name that they have in our JSON and in the
     * clearing house's, and as what a program holds: an array of three bytes, which a heap dump (HPROF, PRIMITIVE ARRAY
     * DUMP) writes as its length in four bytes, the type byte 8, and its bytes.
     */
    private static Map<String, String> shapesOfCode(String code) {
        Map<String, String> shapes = new LinkedHashMap<>(Canary.shapesOfText("ode\":\"" + code + "\""));
        shapes.put("in the heap", "\0\0\0\3\b" + code);
        return shapes;
    }

    // the platform

    private static void prepareFolders() throws IOException {
        Path data = platform.home().resolve("data");
        Path evidence = Path.of("target", "canary-evidence").toAbsolutePath();
        Platform.delete(evidence);
        FOLDERS.put(Place.LOGS, data.resolve("log"));
        FOLDERS.put(Place.DATA, data);
        FOLDERS.put(Place.TEMPORARY, data.resolve("tmp"));
        FOLDERS.put(Place.DATABASE, Path.of("target", "canary-postgres").toAbsolutePath());
        for (Place place : List.of(Place.BACKUP, Place.HTTP, Place.SHELL, Place.THREADS, Place.HEAP)) {
            FOLDERS.put(place, Files.createDirectories(evidence.resolve(place.name())));
        }
    }

    /** With what is needed to look into the process, which else nobody can. */
    private static void start() {
        Platform.Result started = platform.pledge(Map.of("EXTRA_JAVA_OPTS", "-XX:-DisableAttachMechanism"), "start");
        assertThat(started.code()).as(started.out()).isZero();
    }

    /** When the database is down each request would wait. */
    private static void giveUpSoon(String database) throws IOException {
        Path file = platform.home().resolve("etc/org.ops4j.datasource-" + database + ".cfg");
        Files.writeString(
                file, Files.readString(file).replaceFirst("(?m)^(hikari.connectionTimeout) *=.*$", "$1 = 300"));
    }

    private static void openDesks() throws IOException {
        Map<String, String> tokens = Credentials.issue(platform, List.of("anonymizer", "korax"));
        shell = new Shell(platform, platform.sshPort());
        shell.addUsers(List.of("operator", "officer", "custodian"));
        payers = new CardDesk(platform, "anonymizer", tokens, answer -> keep(Place.HTTP, answer));
        companies = new CardDesk(platform, "korax", tokens, answer -> keep(Place.HTTP, answer));
        payer = payers.customer(
                Map.of("tier", "paid", "holder", "INDIVIDUAL", "jurisdiction", "US", "fields", Map.of()));
        company = companies.customer(Map.of(
                "tier", "standard",
                "holder", "COMPANY",
                "jurisdiction", "CA",
                "fields", Map.of("name", List.of("Vera"), "email", List.of("vera@mail.example"))));
        payers.clearingHouse(house.port(), "US", List.of("payment", "refund"), FIELDS);
        companies.clearingHouse(house.port(), "CA", List.of("payment"), FIELDS.subList(0, 4));
        await("the vault").atMost(PATIENCE).until(() -> payers.keys().status() == 200);
        String card = payers.store(payer, jwe(EncryptedCard.number("400012", 16), Map.of()))
                .expect(201)
                .token();
        awaitCharges(card);
    }

    private static void awaitCharges(String card) {
        await("the clearing house and the databases")
                .atMost(PATIENCE)
                .until(() -> authorise(card).state().equals("CONFIRMED"));
    }

    private static synchronized void keep(Place place, String text) {
        try {
            Files.writeString(
                    FOLDERS.get(place).resolve("all"),
                    text + "\n",
                    StandardCharsets.ISO_8859_1,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String shell(String role, String line) throws IOException {
        String answer = shell.answers(role, List.of(line)).get(line);
        keep(Place.SHELL, answer);
        return answer;
    }

    private static String jwe(String number, Map<String, String> more) {
        return EncryptedCard.encrypt(payers.keys().expect(200).body(), number, more);
    }

    private static String reference() {
        return "order-" + REFERENCES.incrementAndGet();
    }

    private static CardDesk.Answer authorise(String token) {
        return payers.authorise(token, "USD", reference(), Map.of());
    }

    private static boolean takesCode(Card card) {
        return !card.number().startsWith("3714");
    }

    /** Takes a card in, its code refused first where that is promised. */
    private static String stored(Card card) {
        if (!takesCode(card)) {
            payers.store(payer, jwe(card.number(), card.withCode())).refused();
            return payers.store(payer, jwe(card.number(), Map.of())).expect(201).token();
        }
        return payers.store(payer, jwe(card.number(), card.withCode()))
                .expect(201)
                .token();
    }

    // what happens to cards

    private static void use(Card card) throws IOException, InterruptedException {
        switch (card.index() % 11) {
            case 0 -> chargeAndGiveBack(card);
            case 1 -> bringBySoap(card);
            case 2 -> breakTheMessage(card);
            case 3 -> encryptForSomebodyElse(card);
            case 4 -> sendPlain(card);
            case 5 -> bringTwice(card);
            case 6 -> fail(card, "ERROR_BEFORE");
            case 7 -> fail(card, "ERROR_AFTER");
            case 8 -> fail(card, card.index() < 11 ? "SILENT_AFTER" : "HANG_UP_AFTER");
            case 9 -> decline(card);
            default -> bringToTheOthers(card);
        }
    }

    private static void chargeAndGiveBack(Card card) {
        String token = stored(card);
        CardDesk.Answer authorised = authorise(token).expect(201);
        assertThat(authorised.state()).as(authorised.text()).isEqualTo("CONFIRMED");
        CardDesk.Answer captured = payers.post(
                "/payments/" + id(authorised) + "/captures", Map.of("amount", 1250, "reference", reference()));
        assertThat(captured.state()).as(captured.text()).isEqualTo("CONFIRMED");
        payers.post("/payments/" + id(captured) + "/refunds", Map.of("amount", 250, "reference", reference()))
                .expect(201);
        payers.send("operator", "PUT", "/cards/" + token, CardDesk.JOSE, jwe(card.number(), Map.of()))
                .expect(200);
        payers.send("operator", "GET", "/subjects/" + payer + "/cards", CardDesk.JSON_TYPE, "")
                .expect(200);
        payers.send("operator", "GET", "/cards/" + token + "/uses", CardDesk.JSON_TYPE, "")
                .expect(200);
        payers.send("operator", "DELETE", "/cards/" + token, CardDesk.JSON_TYPE, "")
                .expect(200);
    }

    private static String id(CardDesk.Answer payment) {
        return payment.body().path("id").asText();
    }

    private static void bringBySoap(Card card) {
        Map<String, String> code = takesCode(card) ? card.withCode() : Map.of();
        String token =
                payers.storeBySoap(payer, jwe(card.number(), code)).expect(200).token();
        assertThat(authorise(token).state()).isEqualTo("CONFIRMED");
        // a code collected again, for one authorisation
        String again = EncryptedCard.encryptCode(payers.keys().body(), card.code());
        assertThat(payers.authorise(token, "USD", reference(), Map.of("securityCode", again))
                        .status())
                .isEqualTo(takesCode(card) ? 201 : 403);
    }

    private static void breakTheMessage(Card card) {
        String jwe = jwe(card.number(), card.withCode());
        int middle = jwe.lastIndexOf('.') - 20;
        char other = jwe.charAt(middle) == 'A' ? 'B' : 'A';
        payers.store(payer, jwe.substring(0, middle) + other + jwe.substring(middle + 1))
                .refused();
        payers.store(payer, jwe.substring(0, jwe.length() - 30)).refused();
        payers.store(payer, jwe(card.number().substring(1), card.withCode())).refused();
        payers.store(payer, jwe(card.number(), Map.of("expiry", "2019-04", "securityCode", card.code())))
                .refused();
        payers.store(payer, jwe(card.number(), Map.of("number", card.number() + " ", "securityCode", card.code())))
                .refused();
    }

    private static void encryptForSomebodyElse(Card card) {
        JsonNode theirs = payers.keys().expect(200).body();
        payers.store(payer, EncryptedCard.encrypt(withAnotherKey(theirs), card.number(), card.withCode()))
                .refused();
        ObjectNode unknown = theirs.deepCopy();
        ((ObjectNode) unknown.path("keys").path(0)).put("kid", "nobody");
        payers.store(payer, EncryptedCard.encrypt(unknown, card.number(), card.withCode()))
                .refused();
    }

    private static JsonNode withAnotherKey(JsonNode keys) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var point = ((ECPublicKey) generator.generateKeyPair().getPublic()).getW();
            ObjectNode other = keys.deepCopy();
            ((ObjectNode) other.path("keys").path(0))
                    .put("x", coordinate(point.getAffineX()))
                    .put("y", coordinate(point.getAffineY()));
            return other;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String coordinate(BigInteger number) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(EncryptedCard.fixed(number));
    }

    private static void sendPlain(Card card) {
        String plain = "{\"number\":\"" + card.number() + "\",\"expiry\":\"2031-04\",\"holder\":\"Vera Canary\","
                + "\"securityCode\":\"" + card.code() + "\"}";
        String path = "/subjects/" + payer + "/cards";
        payers.send("operator", "POST", path, CardDesk.JSON_TYPE, plain).refused();
        payers.send("operator", "POST", path, CardDesk.JOSE, plain).refused();
        payers.send("operator", "POST", "/payments", CardDesk.JSON_TYPE, plain).refused();
        payers.send("operator", "POST", "/accounts", CardDesk.JSON_TYPE, plain).refused();
        payers.storeBySoap(payer, plain).refused();
        payers.storeBySoap(payer, card.number()).refused();
        payers.send("operator", "GET", "/cards/" + card.number(), CardDesk.JSON_TYPE, "")
                .refused();
        payers.send("operator", "DELETE", "/cards/" + card.number() + "/", CardDesk.JSON_TYPE, "")
                .refused();
        authorise(card.number()).refused();
        payers.authorise("card_none", "USD", card.number(), Map.of()).refused();
    }

    private static void bringTwice(Card card) {
        String token = stored(card);
        String jwe = jwe(card.number(), Map.of());
        assertThat(payers.store(payer, jwe).expect(201).token()).isEqualTo(token);
        payers.store(payer, jwe).refused();
        payers.storeBySoap(payer, jwe).refused();
        payers.send("operator", "DELETE", "/cards/" + token, CardDesk.JSON_TYPE, "")
                .expect(200);
        authorise(token).refused();
    }

    /** The next request to the clearing house goes wrong. */
    private static void fail(Card card, String mode) throws IOException, InterruptedException {
        String token = stored(card);
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + house.port() + "/control/mode"))
                                .PUT(BodyPublishers.ofString(mode + " 1"))
                                .build(),
                        BodyHandlers.discarding());
        CardDesk.Answer doubtful = authorise(token);
        assertThat(doubtful.state()).as(mode + doubtful.text()).isEqualTo("IN_DOUBT");
        CardDesk.Answer resolved = payers.post("/payments/" + id(doubtful) + "/resolution", Map.of());
        assertThat(resolved.state()).as(mode).isIn("CONFIRMED", "REFUSED");
    }

    private static void decline(Card card) {
        String token = stored(card);
        CardDesk.Answer declined = payers.post(
                "/payments",
                Map.of(
                        "token",
                        token,
                        "amount",
                        1_000_001,
                        "currency",
                        "USD",
                        "purpose",
                        "payment",
                        "reference",
                        reference()));
        assertThat(declined.state()).as(declined.text()).isEqualTo("REFUSED");
        payers.authorise(token, "USD", reference(), Map.of("purpose", "marketing"))
                .refused();
    }

    /** To a tenant whose promises have no place for codes. */
    private static String bringToTheOthers(Card card) {
        companies.store(company, jwe(card.number(), card.withCode())).refused();
        return companies
                .store(company, jwe(card.number(), Map.of()))
                .expect(201)
                .token();
    }

    private static void reveal(Card card) throws IOException, SQLException {
        String token = bringToTheOthers(card);
        assertThat(shell("operator", "vault:request --tenant korax " + card.number() + " edit T-1042"))
                .contains("no such card");
        Matcher id = ID.matcher(shell("operator", "vault:request --tenant korax " + token + " edit T-1042"));
        assertThat(id.find()).isTrue();
        String reveal = "vault:reveal --tenant korax " + id.group() + "\n";
        Authenticator officer = Authenticator.enrol(shell, "officer", "korax");
        Authenticator custodian = Authenticator.enrol(shell, "custodian", "korax");
        assertThat(shell("custodian", reveal + "00000")).contains("DENIED");
        assertThat(shell("officer", "vault:approve --tenant korax " + id.group() + "\n" + officer.code()))
                .contains("APPROVED");
        assertThat(shell("custodian", reveal + custodian.code() + "\n")).contains(card.number());
        assertThat(shell("custodian", reveal + "00000")).contains("DENIED");
        revealWithoutARecord(card, token, officer, custodian);
        shell("custodian", "vault:report --tenant korax");
        shell("custodian", "vault:review --tenant korax --output csv");
        shell("custodian", "vault:requests --tenant korax");
        shell("custodian", "vault:rotate");
        shell("custodian", "vault:rewrap");
    }

    /** What cannot be recorded is not shown, and the request for it is used up. */
    private static void revealWithoutARecord(Card card, String token, Authenticator officer, Authenticator custodian)
            throws IOException, SQLException {
        Matcher id = ID.matcher(shell("operator", "vault:request --tenant korax " + token + " edit T-1043"));
        assertThat(id.find()).isTrue();
        String reveal = "vault:reveal --tenant korax " + id.group() + "\n";
        assertThat(shell("officer", "vault:approve --tenant korax " + id.group() + "\n" + officer.code()))
                .contains("APPROVED");
        String code = custodian.code();
        inTheMainDatabase("alter table audit_leaf add constraint nothing_more check (false) not valid");
        try {
            assertThat(shell("custodian", reveal + code + "\n"))
                    .contains("nothing was shown", "used up")
                    .doesNotContain(card.number());
        } finally {
            inTheMainDatabase("alter table audit_leaf drop constraint nothing_more");
        }
        assertThat(shell("custodian", reveal + "00000")).contains("DENIED by", "used already");
        assertThat(companies
                        .send("operator", "GET", "/cards/" + token + "/uses", CardDesk.JSON_TYPE, "")
                        .expect(200)
                        .text())
                .contains("T-1043", "record-not-durable");
    }

    private static void inTheMainDatabase(String statement) throws SQLException {
        try (Connection connection = postgres.database().getConnection();
                Statement change = connection.createStatement()) {
            change.execute(statement);
        }
    }

    private static void seal(List<Card> cards) throws IOException {
        Map<Card, String> made =
                cards.stream().collect(Collectors.toMap(card -> card, card -> jwe(card.number(), Map.of())));
        shell("custodian", "vault:seal");
        cards.forEach(card -> payers.store(payer, made.get(card)).expect(503));
        shell("custodian", "vault:unseal\n");
        await("the vault").atMost(PATIENCE).until(() -> payers.keys().status() == 200);
        cards.forEach(CardCanaryIT::stored);
    }

    private static void loseTheDatabase(List<Card> cards) throws InterruptedException, ExecutionException {
        int half = cards.size() / 2;
        Map<Card, String> made =
                cards.stream().collect(Collectors.toMap(card -> card, card -> jwe(card.number(), Map.of())));
        List<String> tokens =
                cards.subList(0, half).stream().map(CardCanaryIT::stored).toList();
        during(cards.subList(half, cards.size()), postgres::kill);
        for (Card card : cards) {
            assertThat(payers.store(payer, made.get(card)).status()).isEqualTo(503);
        }
        tokens.forEach(token -> assertThat(authorise(token).status()).isEqualTo(503));
        postgres.start();
        // each by itself: the pools have given up soon, and fill again one connection after the other
        tokens.forEach(CardCanaryIT::awaitCharges);
    }

    private static void loseThePlatform(List<Card> cards) throws InterruptedException, ExecutionException {
        during(cards, platform::kill);
        start();
        await("the vault").atMost(PATIENCE).until(() -> payers.keys().status() == 200);
        Card one = cards.get(0);
        await("a message of a second after the start")
                .atMost(PATIENCE)
                .until(() -> payers.store(payer, jwe(one.number(), Map.of())).status() == 201);
        awaitCharges(stored(one));
        cards.forEach(card -> authorise(stored(card)));
    }

    /** Brings cards and charges them again and again, until that harm is done; what is refused or lost is all the same. */
    private static void during(List<Card> cards, Runnable harm) throws InterruptedException, ExecutionException {
        JsonNode keys = payers.keys().expect(200).body();
        AtomicInteger brought = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Card card : cards) {
                running.add(clients.submit(() -> {
                    Map<String, String> code = takesCode(card) ? card.withCode() : Map.of();
                    CardDesk.Answer answer = payers.store(payer, EncryptedCard.encrypt(keys, card.number(), code));
                    if (answer.status() == 201) {
                        brought.incrementAndGet();
                        authorise(answer.token());
                    }
                }));
            }
            await("some cards")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> brought.get() >= 2);
            harm.run();
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    // what is left

    private static void plantInTheHeap() throws IOException {
        StringBuilder properties = new StringBuilder("\n");
        int count = 0;
        for (String shape : Canary.shapes(PLANTED.get(Place.HEAP)).values()) {
            properties.append("planted.").append(count++).append(" = ");
            ("<" + shape + ">").chars().forEach(c -> properties.append(String.format("\\u%04x", c)));
            properties.append('\n');
        }
        Files.writeString(platform.home().resolve("etc/system.properties"), properties, StandardOpenOption.APPEND);
    }

    private static void collect() throws IOException, SQLException {
        plantInTheDatabase();
        backUp(postgres.database(), "main");
        backUp(postgres.vaultDatabase(), "vault");
        for (Place place : Place.values()) {
            if (place != Place.HEAP && place != Place.DATABASE && place != Place.BACKUP) {
                Files.createDirectories(FOLDERS.get(place));
                Files.write(
                        FOLDERS.get(place).resolve("planted"),
                        String.join("\n", Canary.shapes(PLANTED.get(place)).values())
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** What the process holds that used the cards; a dump is made after a collection of garbage. */
    private static void lookInside(String when) {
        keep(Place.THREADS, jcmd("Thread.print", "-l", "-e"));
        Path dump = FOLDERS.get(Place.HEAP).resolve(when + ".hprof");
        assertThat(jcmd("GC.heap_dump", dump.toString())).contains("Heap dump file created");
    }

    private static String jcmd(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(platform.pid())));
        command.addAll(List.of(arguments));
        Platform.Result result = Platform.run(command, Map.of());
        assertThat(result.code()).as(result.out()).isZero();
        return result.out();
    }

    private static void plantInTheDatabase() throws SQLException {
        try (Connection connection = postgres.vaultDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table planted (place text, shape bytea)");
            for (Place place : List.of(Place.DATABASE, Place.BACKUP)) {
                for (String shape : Canary.shapes(PLANTED.get(place)).values()) {
                    try (PreparedStatement insert = connection.prepareStatement("insert into planted values (?, ?)")) {
                        insert.setString(1, place.name());
                        insert.setBytes(2, shape.getBytes(StandardCharsets.ISO_8859_1));
                        insert.executeUpdate();
                    }
                }
            }
            statement.execute("checkpoint");
        }
    }

    /** Every table of a database, as the server writes it out. */
    private static void backUp(javax.sql.DataSource database, String name) throws SQLException {
        Path folder = FOLDERS.get(Place.BACKUP);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery("select tablename from pg_tables where schemaname = 'public'")) {
                while (rows.next()) {
                    tables.add(rows.getString(1));
                }
            }
            assertThat(tables).hasSizeGreaterThan(3);
            for (String table : tables) {
                for (String format : List.of("text", "binary")) {
                    statement.execute("copy (select * from " + table + ") to '"
                            + folder.resolve(name + "-" + table + "." + format) + "' (format " + format + ")");
                }
            }
        }
    }
}
