package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
import org.pledge.demo.Partner;

/** Two whole platforms on one PostgreSQL, one of which is killed in the end: one story, told in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoNodesIT {
    /** What another node changed counts about a second later; a busy machine is given longer. */
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PERMITTED = 202;
    private static final int DENIED = 403;
    private static final int PEOPLE = 6;
    private static final int OLD_KEYS = 2_500;
    private static final int DELIVERIES = 30;
    private static final int UNAVAILABLE = 503;

    private static PostgresServer postgres;
    private static Platform a;
    private static Platform b;
    private static Korax korax;
    private static Api onA;
    private static Api onB;
    private static Partner shipper;
    private static Partner mailer;

    @BeforeAll
    static void start() throws IOException, SQLException {
        Path shared = Path.of("target", "two-nodes-shared").toAbsolutePath();
        Platform.delete(shared);
        Path secrets = shared.resolve("secrets");
        postgres = new PostgresServer(Path.of("target", "two-nodes-postgres").toAbsolutePath());
        a = Platform.unpack("two-nodes-a");
        b = Platform.unpack("two-nodes-b");
        postgres.configureVault(a);
        postgres.shareVault(b);
        for (Platform node : List.of(a, b)) {
            postgres.configure(node);
            VaultIT.openWithoutCustodians(node);
            Path etc = node.home().resolve("etc");
            set(etc.resolve("org.pledge.audit.cfg"), "marks = " + shared.resolve("ledger"));
            set(etc.resolve("org.pledge.crypto.cfg"), "tombstones = " + shared.resolve("tombstones"));
            set(etc.resolve("org.pledge.routes.cfg"), "secrets = " + secrets);
            set(etc.resolve("org.pledge.sharing.cfg"), "claimSeconds = 5");
            set(etc.resolve("org.pledge.sharing.cfg"), "backoffMaxSeconds = 2");
            set(etc.resolve("org.pledge.sharing.cfg"), "maxAttempts = 100");
        }
        a.start();
        korax = new Korax(a);
        shipper = Partner.start(Korax.SHIPPER, secrets, false);
        mailer = Partner.start(Korax.MAILER, secrets, false);
        copyKeys(a.home().resolve("data/keys"), b.home().resolve("data/keys"));
        b.start();
        korax.shipper(shipper.endpoint());
        korax.mailer(mailer.endpoint());
        onA = korax.operator();
        onB = new Api(b.url(), korax.token());
        await("the partners")
                .atMost(SOON)
                .until(() -> shell(b, "partner:list --tenant korax --output csv")
                                .lines()
                                .filter(line -> line.contains(Korax.SHIPPER) || line.contains(Korax.MAILER))
                                .count()
                        == 2);
    }

    @AfterAll
    static void stop() {
        for (Platform node : List.of(a, b)) {
            node.pledge("stop");
        }
        shipper.close();
        mailer.close();
        postgres.close();
    }

    private static void set(Path file, String line) throws IOException {
        Files.writeString(file, "\n" + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The root keys; not the key of the shell, which is each node's own, nor the partners' secrets, which they share. */
    private static void copyKeys(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("shell")
                            && !file.getParent().endsWith("partners"))
                    .toList()) {
                Path copy = to.resolve(from.relativize(each).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static String shell(Platform node, String line) {
        Platform.Result result = node.pledge("shell", line);
        assertThat(result.code()).as(result.out()).isZero();
        return result.out();
    }

    private static String decision(Api api, Map<String, Object> question) {
        return api.post("/decisions", question)
                .expect(200)
                .body()
                .path("decision")
                .asText();
    }

    private static long number(String sql) {
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int change(String sql) throws SQLException {
        try (Connection connection = postgres.database().getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    @Test
    @Order(1)
    void bothServeWhatTheOtherWasTold() {
        await("the token of the other node")
                .atMost(SOON)
                .until(() -> onB.get("/health").status() == 200
                        && onB.get("/disclosures?limit=1&state=QUEUED").status() == 200);
        String subject = korax.person(0);
        korax.agree(subject);
        onB.post("/disclosures", Korax.parcel(subject)).expect(PERMITTED);
        await("a decision of the other node").atMost(SOON).until(() -> decision(onB, Korax.mailing(subject))
                .equals("PERMITTED"));
        assertThat(decision(onB, Korax.mailing(UUID.randomUUID().toString()))).isEqualTo("DENIED");
    }

    @Test
    @Order(2)
    void nothingIsPermittedAnywhereOnceAWithdrawalIsAcknowledged() {
        for (int i = 0; i < PEOPLE; i++) {
            Api here = i % 2 == 0 ? onA : onB;
            Api there = i % 2 == 0 ? onB : onA;
            String subject = korax.person(i);
            korax.agree(subject);
            there.post("/disclosures", Korax.parcel(subject)).expect(PERMITTED);
            here.post("/subjects/" + subject + "/withdrawals", Map.of("channel", "test"))
                    .expect(201);
            there.post("/disclosures", Korax.parcel(subject)).expect(DENIED);
            there.post("/disclosures", Korax.mailing(subject)).expect(DENIED);
            await("a decision of the other node").atMost(SOON).until(() -> decision(there, Korax.mailing(subject))
                    .equals("DENIED"));
        }
    }

    @Test
    @Order(3)
    void aSuspendedPartnerAndARevokedTokenAreSoOnBoth() {
        String subject = korax.person(7);
        korax.agree(subject);
        shell(a, "partner:suspend --tenant korax " + Korax.MAILER);
        await("the suspension").atMost(SOON).until(() -> shell(b, "partner:list --tenant korax --output csv")
                .contains("SUSPENDED"));
        shell(b, "partner:resume --tenant korax " + Korax.MAILER);
        await("its end").atMost(SOON).until(() -> !shell(a, "partner:list --tenant korax --output csv")
                .contains("SUSPENDED"));

        String issued = shell(b, "pledge:credential-issue --tenant korax --role operator short");
        Matcher token = Pattern.compile("pl_[A-Za-z0-9_-]{20,}").matcher(issued);
        assertThat(token.find()).isTrue();
        Api shortly = new Api(a.url(), token.group());
        await("the token")
                .atMost(SOON)
                .until(() -> shortly.get("/subjects/" + subject).status() == 200);
        shell(b, "pledge:credential-revoke --tenant korax short");
        await("its end")
                .atMost(SOON)
                .until(() -> shortly.get("/subjects/" + subject).status() == 401);
    }

    @Test
    @Order(4)
    void whoIsRemovedOnOneNodeIsRemovedOnTheOther() {
        String subject = korax.person(8);
        korax.agree(subject);
        for (Api api : List.of(onA, onB)) {
            assertThat(api.get("/subjects/" + subject).expect(200).body().toString())
                    .contains("person8@mail.example");
            api.post("/disclosures", Korax.parcel(subject)).expect(PERMITTED);
        }
        long version = number("select version from account where id = '" + subject + "'");
        shell(a, "subject:close --tenant korax --version " + version + " " + subject);
        assertThat(onB.get("/subjects/" + subject).status()).isEqualTo(404);
        onB.post("/disclosures", Korax.parcel(subject)).expect(DENIED);
        await().atMost(SOON).until(() -> decision(onB, Korax.parcel(subject)).equals("DENIED"));
        assertThat(number("select count(*) from person_field where person = '" + subject + "'"))
                .isZero();
    }

    @Test
    @Order(5)
    void twoSweepsAtOnceRemoveAndCertifyOnce() throws SQLException {
        assertThat(change("insert into repeatable_request (tenant, key_hash, request_digest, resource, done)"
                        + " select 'korax', decode(md5(n::text), 'hex'), '', 'old', now() - interval '200 days'"
                        + " from generate_series(1, " + OLD_KEYS + ") n"))
                .isEqualTo(OLD_KEYS);
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> shell(b, "retention:run --tenant korax"));
        shell(a, "retention:run --tenant korax");
        other.join();
        assertThat(number("select sum(removed) from retention_certificate"
                        + " where tenant = 'korax' and category = 'idempotency-key'"))
                .isEqualTo(OLD_KEYS);
    }

    @Test
    @Order(6)
    void aBackupOfOneWhileTheOtherWritesIsWhole() throws IOException {
        Path folder = Path.of("target", "two-nodes-backup").toAbsolutePath();
        Platform.delete(folder);
        Files.createDirectories(folder);
        Path key = folder.resolve("stick/backup.p12");
        Path password = Files.writeString(folder.resolve("password"), "a long password\n");
        Platform.Result made = a.pledge("backup-key", "--to", key.toString(), "--password-file", password.toString());
        assertThat(made.code()).as(made.out()).isZero();
        AtomicBoolean end = new AtomicBoolean();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int people = 0;
            while (!end.get()) {
                register(onB, 100 + people++);
            }
            return people;
        });
        Platform.Result backup;
        try {
            backup = a.pledge("backup", "--to", folder.toString());
        } finally {
            end.set(true);
        }
        assertThat(backup.code()).as(backup.out()).isZero();
        assertThat(writer.join()).isPositive();
        Platform.Result drill = a.pledge(
                "restore",
                "--drill",
                "--key",
                key.toString(),
                "--password-file",
                password.toString(),
                file(folder, ".pledge-backup"),
                file(folder, ".pledge-keys"));
        assertThat(drill.code()).as(drill.out()).isZero();
    }

    private static String register(Api api, int number) {
        return api.post(
                        "/accounts",
                        Map.of(
                                "tier",
                                "standard",
                                "holder",
                                "COMPANY",
                                "jurisdiction",
                                "CA",
                                "fields",
                                Map.of(
                                        "name",
                                        List.of("Node " + number),
                                        "email",
                                        List.of("node" + number + "@mail.example"))))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    private static String file(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow()
                    .toString();
        }
    }

    @Test
    @Order(7)
    void neitherDecidesWhileItCannotReadWhatTheOtherMayHaveRecorded() {
        String subject = korax.person(10);
        korax.agree(subject);
        for (Api api : List.of(onA, onB)) {
            await().atMost(SOON)
                    .until(() -> decision(api, Korax.mailing(subject)).equals("PERMITTED"));
        }
        postgres.kill();
        for (Api api : List.of(onA, onB)) {
            await("no decision")
                    .atMost(SOON)
                    .until(() -> api.post("/decisions", Korax.mailing(subject)).status() == UNAVAILABLE);
        }
        postgres.start();
        for (Api api : List.of(onA, onB)) {
            await("decisions again")
                    .atMost(SOON)
                    .until(() -> api.post("/decisions", Korax.mailing(subject)).status() == 200);
            assertThat(decision(api, Korax.mailing(subject))).isEqualTo("PERMITTED");
        }
    }

    @Test
    @Order(8)
    void oneTakesOverWhatTheOtherLeftWhenItWasKilled() throws SQLException {
        String subject = korax.person(9);
        korax.agree(subject);
        await().atMost(SOON).until(() -> decision(onB, Korax.parcel(subject)).equals("PERMITTED"));
        shipper.answerWith(UNAVAILABLE);
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        AtomicBoolean end = new AtomicBoolean();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (Api api : List.of(onA, onB)) {
            clients.add(CompletableFuture.runAsync(() -> {
                while (!end.get()) {
                    share(api, subject).ifPresent(accepted::add);
                }
            }));
        }
        await().atMost(PATIENCE).until(() -> accepted.size() > DELIVERIES);
        b.kill();
        int before = accepted.size();
        await("the other goes on").atMost(PATIENCE).until(() -> accepted.size() > before + DELIVERIES);
        end.set(true);
        clients.forEach(CompletableFuture::join);
        shipper.answerWith(200);

        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> number("select count(*) from disclosure"
                                + " where state in ('QUEUED', 'SENDING') and partner = '" + Korax.SHIPPER + "'")
                        == 0);
        Map<String, Integer> effects = new TreeMap<>();
        Set<String> arrived = new HashSet<>();
        for (JsonNode message : shipper.received().path("messages")) {
            assertThat(message.path("fault").asText()).isEmpty();
            String id = message.path("headers").path("webhook-id").asText();
            arrived.add(id);
            if (message.path("effect").asBoolean()) {
                effects.merge(id, 1, Integer::sum);
            }
        }
        assertThat(arrived).containsAll(accepted);
        assertThat(effects.values()).containsOnly(1);
        await("every act of both is in the record")
                .atMost(SOON)
                .until(() -> number("select count(*) from audit_leaf") == 0);
    }

    private static Optional<String> share(Api api, String subject) {
        try {
            Api.Answer answer = api.post("/disclosures", Korax.parcel(subject));
            return answer.status() == PERMITTED
                    ? Optional.of(answer.body().path("id").asText())
                    : Optional.empty();
        } catch (UncheckedIOException e) {
            Thread.onSpinWait(); // no answer is no acknowledgement
            return Optional.empty();
        }
    }

    @Test
    @Order(9)
    void theRecordOfBothVerifiesAndOneThatWasAlteredDoesNot() throws SQLException {
        for (String tenant : List.of("korax", "anyip")) {
            assertThat(shell(a, "audit:verify --tenant " + tenant)).contains("Intact");
        }
        b.start();
        assertThat(shell(b, "audit:verify --tenant korax")).contains("Intact");
        assertThat(change("update audit_block set packed = set_byte(packed, 9, get_byte(packed, 9) # 1)"
                        + " where tenant = 'korax' and last_position ="
                        + " (select min(last_position) from audit_block where tenant = 'korax')"))
                .isEqualTo(1);
        for (Platform node : List.of(a, b)) {
            assertThat(node.pledge("shell", "audit:verify --tenant korax").code())
                    .isNotZero();
        }
    }
}
