package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pledge.demo.Api;

/** Data that leaves on time, and holds, in the platform as a user starts it. */
class RetentionIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern HOLD = Pattern.compile("Hold ([0-9a-f-]{36}) ");

    private static Platform platform;
    private static Shell shell;
    private static Map<String, String> tokens;

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("retention");
        platform.start();
        shell = new Shell(platform, platform.sshPort());
        shell.addUsers(List.of("officer"));
        tokens = Credentials.issue(platform, List.of("iwebtrack", "anyip"));
    }

    @AfterAll
    static void stop() {
        platform.pledge("stop");
    }

    private static String shell(String line) {
        Platform.Result result = platform.pledge("shell", line);
        assertThat(result.code()).as(result.out()).isZero();
        return result.out();
    }

    private static Path log(String name, Duration age) throws IOException {
        Path file = platform.home().resolve("data/log").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "a line");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void logsLeaveAfterTwoDaysCompressedOrCopiedOnesToo() throws IOException {
        Duration old = Duration.ofHours(50);
        List<Path> leaving = List.of(
                log("karaf-2020010100-1.log", old),
                log("karaf-2020010101-1.log.gz", Duration.ofHours(1)),
                log("copies/karaf-2020010102-1.log", old));
        List<Path> staying = List.of(log("security-1.log", old), log("karaf-1.log", Duration.ofHours(40)));

        assertThat(shell("retention:plan --tenant anonymizer --output csv")).contains("traffic-log");
        shell("retention:run --tenant anonymizer");
        assertThat(leaving).allSatisfy(file -> assertThat(file).doesNotExist());
        assertThat(staying).allSatisfy(file -> assertThat(file).exists());
        // the sweep on time may have come first, for any tenant that has this log
        assertThat(List.of("anonymizer", "anyip", "iwebtrack", "korax", "opentracker"))
                .anySatisfy(tenant -> assertThat(shell("retention:certificates --tenant " + tenant + " --output csv"))
                        .contains("traffic-log,logs"));
        assertThat(shell("retention:run --tenant anonymizer")).contains("Nothing is past its time.");
    }

    @Test
    void theListSaysWhoRemovesWhatAndWhatNobodyHolds() {
        String list = shell("retention:list --tenant iwebtrack --output csv");
        assertThat(list)
                .containsPattern("street,order-fulfilment,until order-fulfilled,.*fields,DONE BY EVENT")
                .containsPattern("email,own-offers,until opted-out,.*KEPT until account-closed")
                .containsPattern("contest-entry,contest,until contest-closed,.*fields,DONE BY EVENT")
                .containsPattern("domain-name,site-improvement,P1D,.*NOT HELD");
        assertThat(shell("retention:list --tenant iwebtrack --nobody --output csv"))
                .doesNotContain("street", "contest-entry", "domain-name");
    }

    @Test
    void theAddressOfAnOrderGoesWhenThatIsFulfilled() throws IOException {
        Api desk = new Api(platform.url(), tokens.get("iwebtrack/operator"));
        Api orders = new Api(platform.url(), tokens.get("iwebtrack/integrator"));
        String subject = account(
                desk, "member", Map.of("email", List.of("buys@mail.example"), "street", List.of("Long Lane 1")));
        orders.post("/subjects/" + subject + "/events", Map.of("event", "opted-out"))
                .expect(422);
        JsonNode ended = orders.post("/subjects/" + subject + "/events", Map.of("event", "order-fulfilled"))
                .expect(200)
                .body();
        assertThat(ended.path("removed").path(0).asText()).isEqualTo("street");
        assertThat(desk.get("/subjects/" + subject)
                        .expect(200)
                        .body()
                        .path("fields")
                        .has("street"))
                .isFalse();
        assertThat(shell("subject:event --tenant iwebtrack " + subject + " order-fulfilled"))
                .contains("Nothing was held for it alone.");
    }

    @Test
    void aLinkedDeviceIsPersonalUntilItIsUnlinked() throws IOException {
        Api desk = new Api(platform.url(), tokens.get("anyip/operator"));
        Api app = new Api(platform.url(), tokens.get("anyip/integrator"));
        assertThat(new Api(platform.url(), tokens.get("iwebtrack/integrator"))
                        .post("/device-records", Map.of("records", List.of(seen("d-00000000"))))
                        .expect(403)
                        .body()
                        .path("promises")
                        .path(0)
                        .asText())
                .isEqualTo("IW-7");
        String subject = anyipAccount(desk);
        String devices = "/subjects/" + subject + "/devices";
        String link = app.post(devices, Map.of("device", "d-7f3c21b09a"))
                .expect(201)
                .body()
                .path("id")
                .asText();
        app.post("/device-records", Map.of("records", List.of(seen("d-7f3c21b09a"), seen("d-somebodys"))))
                .expect(204);
        assertThat(desk.get(devices)
                        .expect(200)
                        .body()
                        .path("items")
                        .path(0)
                        .path("records")
                        .path("url-requests")
                        .asInt())
                .isOne();
        assertThat(shell("subject:devices --tenant anyip --output csv " + subject))
                .contains(link);
        shell("subject:device-unlink --tenant anyip " + subject + " " + link);
        assertThat(desk.get(devices).expect(200).body().path("items")).isEmpty();
    }

    private static Map<String, Object> seen(String device) {
        return Map.of(
                "device",
                device,
                "category",
                "url-requests",
                "at",
                Instant.now().minusSeconds(1).toString(),
                "value",
                "https://site.example/jobs");
    }

    private static String anyipAccount(Api desk) throws IOException {
        return account(desk, "free", Map.of("email", List.of("surfs@mail.example"), "name", List.of("S. Urfer")));
    }

    private static String account(Api desk, String tier, Map<String, List<String>> fields) throws IOException {
        return desk.post(
                        "/accounts",
                        Map.of(
                                "tier", tier,
                                "holder", "INDIVIDUAL",
                                "jurisdiction", "US",
                                "birthDate", "1971-09-30",
                                "fields", fields))
                .expect(201)
                .body()
                .path("id")
                .asText();
    }

    @Test
    void aHoldTakesTwoOfficersToLastAndTwoToEnd() throws IOException {
        String place =
                "retention:hold --tenant opentracker --category email --ground law --reference 2026/1187 --days 90";
        Matcher placed = HOLD.matcher(shell.answers("officer", List.of(place)).get(place));
        assertThat(placed.find()).isTrue();
        String hold = placed.group(1);
        String again = "retention:approve --tenant opentracker " + hold;
        assertThat(shell.answers("officer", List.of(again)).get(again)).contains("CONFLICT");
        shell("retention:approve --tenant opentracker " + hold);
        assertThat(shell("retention:holds --tenant opentracker --output csv")).contains(hold);
        String release = "retention:release --tenant opentracker " + hold;
        assertThat(shell(release)).contains("stays until a second person releases it");
        assertThat(shell.answers("officer", List.of(release)).get(release)).contains("is released");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(shell("retention:holds --tenant opentracker --output csv"))
                        .contains(hold + ",ENDED"));
    }
}
