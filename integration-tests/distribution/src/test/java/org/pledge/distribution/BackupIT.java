package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.pledge.demo.Api;

/** A backup, made while people register, comes back after one of them was removed: one story, told in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TENANT = "anonymizer";
    private static final String CARD = EncryptedCard.number("400012", 16);
    private static final Pattern COUNT = Pattern.compile("(?m)^([0-9]+) *$");
    private static final String ALTER_FIRST_BLOCK =
            """
            update audit_block b set packed = substring(packed, 1, octet_length(packed) - 1)
            || case substring(packed, octet_length(packed)) when X'00' then X'01' else X'00' end
            where tenant = '%1$s'
            and last_position = (select min(last_position) from audit_block where tenant = '%1$s')
            """
                    .formatted(TENANT);
    private static final int BEFORE_AND_DURING = 30;

    private static final List<String> BEFORE = new ArrayList<>();

    private static Platform platform;
    private static Map<String, String> tokens;
    private static Api api;
    private static CardDesk desk;
    private static Path folder;
    private static Path key;
    private static Path password;
    private static Path data;
    private static Path keys;
    private static String removed;
    private static String removedCard;
    private static String stays;
    private static String staysCard;

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("backup");
        VaultIT.openWithoutCustodians(platform);
        platform.start();
        tokens = Credentials.issue(platform, List.of(TENANT));
        api = new Api(platform.url(), tokens.get(TENANT + "/operator"));
        desk = new CardDesk(platform, TENANT, tokens, answer -> {});
        await("the vault").atMost(PATIENCE).until(() -> desk.keys().status() == 200);
        folder = Path.of("target", "backup-files").toAbsolutePath();
        Platform.delete(folder);
        Files.createDirectories(folder);
        key = folder.resolve("stick/backup.p12");
        password = Files.writeString(folder.resolve("password"), "a long password\n");
    }

    @AfterAll
    static void stop() {
        platform.pledge("stop");
    }

    private static String customer() {
        return desk.customer(Map.of("tier", "paid", "holder", "INDIVIDUAL", "jurisdiction", "US", "fields", Map.of()));
    }

    private static String card(String customer) {
        return desk.store(customer, EncryptedCard.encrypt(desk.keys().body(), CARD, Map.of()))
                .expect(201)
                .token();
    }

    private static Platform.Result restore(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("restore", "--key", key.toString(), "--password-file", password.toString()));
        arguments.addAll(List.of(more));
        return platform.pledge(arguments.toArray(String[]::new));
    }

    private static List<Path> files(Path in, String ending) throws IOException {
        try (Stream<Path> all = Files.list(in)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static boolean verifies(String tenant) {
        Platform.Result result = platform.pledge("shell", "audit:verify --tenant " + tenant);
        return result.code() == 0;
    }

    @Test
    @Order(1)
    void theKeyIsMadeOnce() throws IOException {
        assertThat(platform.pledge("backup").out()).contains("there is no backup key yet");
        Platform.Result made =
                platform.pledge("backup-key", "--to", key.toString(), "--password-file", password.toString());
        assertThat(made.code()).as(made.out()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(key);
        assertThat(platform.pledge("backup-key", "--to", key.toString(), "--password-file", password.toString())
                        .code())
                .isEqualTo(1);
        assertThat(Files.readAllBytes(key)).isEqualTo(before);
    }

    @Test
    @Order(2)
    void aBackupIsMadeWhilePeopleRegister() throws IOException {
        removed = customer();
        removedCard = card(removed);
        stays = customer();
        staysCard = card(stays);
        AtomicBoolean end = new AtomicBoolean();
        ConcurrentLinkedQueue<String> registered = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> writers = Stream.of(1, 2)
                .map(number -> CompletableFuture.runAsync(() -> {
                    while (!end.get()) {
                        registered.add(customer());
                    }
                }))
                .toList();
        await("writers").atMost(PATIENCE).until(() -> registered.size() > BEFORE_AND_DURING);
        BEFORE.addAll(registered);
        Platform.Result made = platform.pledge("backup", "--to", folder.toString());
        int during = registered.size();
        end.set(true);
        writers.forEach(CompletableFuture::join);
        assertThat(made.code()).as(made.out()).isZero();
        assertThat(during).isGreaterThan(BEFORE.size());
        data = files(folder, ".pledge-backup").get(0);
        keys = files(folder, ".pledge-keys").get(0);
        for (Path each : List.of(data, keys)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rw-------");
        }
        assertThat(platform.pledge("shell", "audit:tail --tenant platform").out())
                .contains("BACKUP_MADE");
    }

    @Test
    @Order(3)
    void aDrillPassesBesideThePlatformAndLeavesNothing() throws IOException {
        Platform.Result drill = restore("--drill", data.toString(), keys.toString());
        assertThat(drill.code()).as(drill.out()).isZero();
        assertThat(drill.out()).contains("The drill passed").containsPattern(TENANT + ": intact, [0-9]+ entries");
        try (Stream<Path> left = Files.list(platform.home().resolve("data/tmp"))) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("drill"));
        }
        assertThat(restore(data.toString(), keys.toString()).out()).contains("Pledge runs. Stop it first");
    }

    @Test
    @Order(4)
    void aChangedByteIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(data);
        Path changed = folder.resolve("changed");
        for (int at : new int[] {20, whole.length / 2, whole.length - 1}) {
            byte[] other = whole.clone();
            other[at] ^= 1;
            Files.write(changed, other);
            Platform.Result drill = restore("--drill", changed.toString(), keys.toString());
            assertThat(drill.code()).as("byte %d: %s", at, drill.out()).isEqualTo(1);
            assertThat(drill.out()).doesNotContain("passed");
        }
    }

    @Test
    @Order(5)
    void aRestoreTakesEmptyDatabasesAndBringsTheRemovedBackUntilTheStart() throws IOException {
        remove(removed);
        assertThat(api.get("/subjects/" + removed).status()).isEqualTo(404);
        assertThat(files(platform.home().resolve("data/tombstones"), ".tombstones"))
                .isNotEmpty();
        platform.pledge("stop");

        Platform.Result full = restore(data.toString(), keys.toString());
        assertThat(full.code()).isEqualTo(1);
        assertThat(full.out()).contains("is not empty");
        moveDatabasesAway("first");
        assertThat(restore(data.toString(), keys.toString()).code()).isZero();
        assertThat(rowsOf(removed)).as("before the start").isPositive();
        platform.start();
    }

    private static void remove(String subject) {
        String request = api.post(
                        "/subjects/" + subject + "/requests",
                        Map.of("type", "ERASURE", "jurisdiction", "DE", "channel", "web"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        api.post("/requests/" + request + "/login", Map.of()).expect(200);
        api.post("/requests/" + request + "/fulfilment", Map.of()).expect(200);
    }

    private static void moveDatabasesAway(String name) throws IOException {
        Path aside = Files.createDirectories(folder.resolve(name));
        for (String each : List.of("db", "vault")) {
            Files.move(
                    platform.home().resolve("data").resolve(each),
                    aside.resolve(each),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** With the record an older one than it was, nothing is recorded before somebody answers for that. */
    @Test
    @Order(6)
    void theRecordGoesOnWhenThatWasAccepted() {
        assertThat(registration().status()).isEqualTo(503);
        assertThat(api.get("/subjects/" + stays).status())
                .as("who looks is recorded")
                .isEqualTo(503);
        Platform.Result waiting = platform.pledge("shell", "audit:rollback");
        assertThat(waiting.code()).isEqualTo(1);
        assertThat(waiting.out()).contains(TENANT, "platform");
        accept();
        assertThat(registration().status()).isEqualTo(201);
        await("the record").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        platform.pledge("shell", "audit:tail --limit 500 --tenant " + TENANT)
                                .out())
                .contains("LEDGER_ROLLED_BACK", "RESTORED_REMOVAL"));
        assertThat(verifies(TENANT)).isTrue();
        assertThat(verifies("platform")).isTrue();
    }

    private static CardDesk.Answer registration() {
        return desk.send(
                "operator",
                "POST",
                "/accounts",
                CardDesk.JSON_TYPE,
                "{\"tier\":\"paid\",\"holder\":\"INDIVIDUAL\",\"jurisdiction\":\"US\",\"fields\":{}}");
    }

    private static void accept() {
        for (String each : List.of(TENANT, "platform")) {
            Platform.Result accepted =
                    platform.pledge("shell", "audit:rollback --tenant " + each + " --accept restored");
            assertThat(accepted.code()).as(accepted.out()).isZero();
        }
    }

    @Test
    @Order(7)
    void whoWasRemovedAfterTheBackupStaysRemovedAndTheOthersAreThere() {
        assertThat(api.get("/subjects/" + removed).status()).isEqualTo(404);
        await("the vault").atMost(PATIENCE).until(() -> desk.keys().status() == 200);
        assertThat(api.get("/cards/" + removedCard).status()).isIn(404, 410);
        assertThat(api.get("/subjects/" + stays).status()).isEqualTo(200);
        assertThat(api.get("/cards/" + staysCard).status()).isEqualTo(200);
        assertThat(BEFORE)
                .allSatisfy(each ->
                        assertThat(api.get("/subjects/" + each).status()).isEqualTo(200));
    }

    @Test
    @Order(8)
    void nothingOfTheRemovedIsInTheDatabases() {
        platform.pledge("stop");
        assertThat(rowsOf(removed)).isZero();
        assertThat(rowsOf(stays)).isPositive();
    }

    /** Rows of this person, of their fields and of their key. */
    private static int rowsOf(String subject) {
        int rows = 0;
        for (String table : List.of("person where id", "person_field where person", "subject_key where subject")) {
            rows += count("db/pledge", "select count(*) from " + table + " = '" + subject + "'");
        }
        return rows;
    }

    private static int count(String database, String sql) {
        Matcher counted = COUNT.matcher(sql(database, sql));
        assertThat(counted.find()).as(sql).isTrue();
        return Integer.parseInt(counted.group(1));
    }

    /** With H2's own program, as whoever has the file can. */
    private static String sql(String database, String sql) {
        try (Stream<Path> jars = Files.walk(platform.home().resolve("system/com/h2database/h2"))) {
            String h2 = jars.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow()
                    .toString();
            Platform.Result result = Platform.run(
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            h2,
                            "org.h2.tools.Shell",
                            "-url",
                            "jdbc:h2:" + platform.home().resolve("data").resolve(database) + ";IFEXISTS=TRUE",
                            "-user",
                            "sa",
                            "-password",
                            "",
                            "-sql",
                            sql),
                    Map.of());
            assertThat(result.code()).as(result.out()).isZero();
            return result.out();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whoever can write the database can alter a row of the record, and cannot make the chain agree. */
    @Test
    @Order(9)
    void aDrillFailsWhenARowOfTheRecordWasAltered() throws IOException {
        assertThat(sql("db/pledge", ALTER_FIRST_BLOCK)).contains("Update count: 1");
        platform.start();
        Path later = Files.createDirectories(folder.resolve("later"));
        assertThat(platform.pledge("backup", "--to", later.toString()).code()).isZero();
        Platform.Result drill = restore(
                "--drill",
                files(later, ".pledge-backup").get(0).toString(),
                files(later, ".pledge-keys").get(0).toString());
        assertThat(drill.code()).as(drill.out()).isEqualTo(1);
        assertThat(drill.out()).contains(TENANT + ": BROKEN", "The drill FAILED");
        assertThat(verifies(TENANT)).isFalse();
    }

    /** As when somebody copied older files back: nothing says that this was a restore. */
    @Test
    @Order(10)
    void anOlderStateThatWasPutBackByHandIsNoticedAndWhoWasRemovedStaysSo() throws IOException {
        platform.pledge("stop");
        Platform.delete(platform.home().resolve("data/db"));
        Platform.delete(platform.home().resolve("data/vault"));
        assertThat(restore(data.toString(), keys.toString()).code()).isZero();
        for (String each : List.of("replay-pledge", "replay-pledge-vault")) {
            Files.delete(platform.home().resolve("data/tombstones").resolve(each));
        }
        platform.start();
        assertThat(platform.pledge("shell", "audit:rollback").code()).isEqualTo(1);
        accept();
        assertThat(api.get("/subjects/" + removed).status()).isEqualTo(404);
        assertThat(api.get("/subjects/" + stays).status()).isEqualTo(200);
    }
}
