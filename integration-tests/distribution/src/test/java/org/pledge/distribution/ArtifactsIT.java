package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.pledge.demo.Partner;

/** Bad artifacts of every kind, put into the running platform: none takes effect, each is reported, the rest goes on. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ArtifactsIT {
    private static final Path POLICIES = Path.of(System.getProperty("policies"));
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final int GROWTHS = 40;
    private static final String PARTNER =
            """
            tenant: korax
            name: %s
            recipient: shipping-partner
            endpoint: http://127.0.0.1:9/inbox
            agreement:
              fields: [name]
              purposes: [delivery]
              region: CA
              from: 2026-01-01
              until: 2099-12-31
            """;
    private static final String ROUTE =
            """
            - route:
                id: %s
                from:
                  uri: "timer:%s?period=1000"
                  steps:
                    - log: "mark of %s."
            """;
    private static final String TEMPLATE =
            "Class: service\nPurpose: account\nSubject: About your account\n\n%s\n{{controller}}\n";

    private static Platform platform;
    private static MarkedBundle bundles;
    private static Path marks;
    private static Path seen;
    private static final DeployKey TRUSTED = new DeployKey();
    private static final DeployKey STRANGER = new DeployKey();
    private static final DeployKey EXPIRED = new DeployKey();
    private static Partner system;
    private static Korax korax;
    private static String person;

    /** What an artifact is for, where it goes, and how one sees that it took effect. */
    private enum Kind {
        BUNDLE("deploy", ".jar"),
        ROUTE("deploy", ".camel.yaml"),
        PARTNER("etc/partners", ".partner.yaml"),
        POLICY("etc/policies", ".policy.yaml"),
        TEMPLATE("etc/templates/iwebtrack", ".template");

        private final String folder;
        private final String ending;

        Kind(String folder, String ending) {
            this.folder = folder;
            this.ending = ending;
        }

        String target() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        Path file(String name) {
            return platform.home().resolve(folder).resolve(name + ending);
        }

        String signedName(Path file) {
            return (this == TEMPLATE ? "iwebtrack/" : "") + file.getFileName();
        }

        byte[] content(String name) throws IOException {
            return switch (this) {
                case BUNDLE -> bundles.jar("org.example." + name, "1.0.0", mark(name));
                case ROUTE -> ArtifactsIT.ROUTE.formatted(name, name, name).getBytes(StandardCharsets.UTF_8);
                case PARTNER -> ArtifactsIT.PARTNER.formatted(name).getBytes(StandardCharsets.UTF_8);
                case POLICY ->
                    Files.readString(POLICIES.resolve("korax.policy.yaml"))
                            .replace("tenant: korax", "tenant: " + name)
                            .replace("Korax Web Services", "Firm " + name)
                            .getBytes(StandardCharsets.UTF_8);
                case TEMPLATE -> ArtifactsIT.TEMPLATE.formatted(name).getBytes(StandardCharsets.UTF_8);
            };
        }
    }

    /** A bad artifact, the reason it is refused for, and the good one that it was made of. */
    private record Bad(Kind kind, String name, byte[] content, Optional<String> signature, String reason, byte[] good) {
        Path file() {
            return kind.file(name);
        }

        String artifact() {
            return kind.signedName(file());
        }

        void drop() throws IOException {
            if (signature.isPresent()) {
                Files.writeString(beside(file(), ".sig"), signature.get());
            }
            Files.write(file(), content);
        }
    }

    private static Path mark(String name) {
        return marks.resolve(name);
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("artifacts");
        marks = Files.createDirectories(platform.home().resolve("marks"));
        seen = marks.resolve("seen");
        bundles = new MarkedBundle(platform);
        TRUSTED.trustedBy(platform, "ops");
        EXPIRED.trustedBy(platform, "old", "expires: 2020-01-01T00:00:00Z\n");
        platform.start();
        Map<String, String> watch = MarkedBundle.headers("org.example.watch", "1.0.0", mark("watch"));
        watch.put("X-Watch", seen.toString());
        put(Kind.BUNDLE, "watch", bundles.jar(watch, Map.of()));
        await().atMost(PATIENCE).until(() -> Files.exists(seen));
        put(Kind.BUNDLE, "running", bundles.jar("org.example.running", "2.0.0", mark("running")));
        put(Kind.ROUTE, "running", Kind.ROUTE.content("running"));
        put(Kind.PARTNER, "running", Kind.PARTNER.content("running"));
        korax = new Korax(platform);
        system = Partner.start(Korax.SHIPPER, platform.home().resolve("data/keys/partners"), false);
        korax.shipper(system.endpoint());
        person = korax.person(1);
        korax.agree(person);
        await().atMost(PATIENCE)
                .until(() -> Files.exists(mark("running")) && partners().contains("korax/running ACTIVE trusted"));
    }

    @AfterAll
    static void stop() {
        if (system != null) {
            system.close();
        }
        platform.pledge("stop");
    }

    /** Puts a good artifact where it belongs, signed. */
    private static void put(Kind kind, String name, byte[] content) throws IOException {
        Path file = kind.file(name);
        Files.createDirectories(file.getParent());
        Files.writeString(beside(file, ".sig"), TRUSTED.sign(kind.signedName(file), kind.target(), content));
        Files.write(file, content);
    }

    private static List<Bad> badFiles() throws IOException {
        List<Bad> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            all.add(bad(kind, "unsigned", "UNSIGNED", sign -> Optional.empty()));
            all.add(bad(kind, "stranger", "UNTRUSTED_KEY", it -> Optional.of(it.by(STRANGER))));
            all.add(bad(kind, "expired", "UNTRUSTED_KEY", it -> Optional.of(it.by(EXPIRED))));
            all.add(bad(
                    kind,
                    "othername",
                    "ALTERED",
                    it -> Optional.of(TRUSTED.sign("x" + it.name(), it.target(), it.content()))));
            all.add(bad(
                    kind,
                    "renamed",
                    "ALTERED",
                    it -> Optional.of(TRUSTED.sign("x" + it.name(), it.target(), it.content())
                            .replace("name: x", "name: "))));
            all.add(bad(
                    kind,
                    "othertarget",
                    "ALTERED",
                    it -> Optional.of(TRUSTED.sign(it.name(), kind == Kind.ROUTE ? "policy" : "route", it.content()))));
            all.add(bad(
                    kind, "higher", "ALTERED", it -> Optional.of(it.by(TRUSTED).replace("version: 1", "version: 9"))));
            all.add(bad(
                    kind,
                    "corrupt",
                    "MALFORMED",
                    it -> Optional.of(it.by(TRUSTED).replace("sha256: ", "sha256:"))));
            all.add(bad(kind, "empty", "MALFORMED", it -> Optional.of("")));
            String name = named(kind, "altered");
            byte[] good = kind.content(name);
            byte[] altered = kind == Kind.BUNDLE
                    ? bundles.jar("org.example." + name, "1.0.0", mark(name + "-x"))
                    : Arrays.copyOf(good, good.length + 1);
            altered[altered.length - 1] = kind == Kind.BUNDLE ? altered[altered.length - 1] : (byte) '\n';
            all.add(new Bad(kind, name, altered, signed(kind, name, good), "ALTERED", good));
        }
        badJars(all);
        return all;
    }

    private static void badJars(List<Bad> all) throws IOException {
        Kind kind = Kind.BUNDLE;
        byte[] whole = kind.content("truncated");
        all.add(new Bad(
                kind,
                "truncated",
                Arrays.copyOf(whole, whole.length / 2),
                signed(kind, "truncated", whole),
                "INCOMPLETE",
                whole));
        Map<String, String> headers = MarkedBundle.headers("org.example.slip", "1.0.0", mark("slip"));
        unfit(all, "slip", bundles.jar(headers, Map.of("../../../marks/slipped", new byte[1])));
        headers = MarkedBundle.headers("org.example.twice", "1.0.0", mark("twice"));
        unfit(all, "twice", bundles.jar(headers, Map.of("meta-inf/manifest.mf", new byte[1])));
        byte[] appended = kind.content("appended");
        appended = Arrays.copyOf(appended, appended.length + 10);
        all.add(new Bad(
                kind,
                "appended",
                appended,
                signed(kind, "appended", appended),
                "INCOMPLETE",
                kind.content("appended")));
        byte[] nested = bundles.nested("org.example.nested", "1.0.0", mark("nested"), "a");
        byte[] swapped = bundles.nested("org.example.nested", "1.0.0", mark("nested"), "b");
        all.add(new Bad(kind, "nested", swapped, signed(kind, "nested", nested), "ALTERED", nested));
        headers = MarkedBundle.headers("org.example.fragment", "1.0.0", mark("fragment"));
        headers.remove("Bundle-Activator");
        headers.put("Fragment-Host", "org.pledge.rest");
        byte[] fragment = bundles.jar(headers, Map.of());
        all.add(new Bad(kind, "fragment", fragment, Optional.empty(), "UNSIGNED", new byte[0]));
        byte[] imitation = bundles.jar("org.pledge.visitor", "9.0.0", mark("imitation"));
        all.add(new Bad(kind, "imitation", imitation, Optional.empty(), "UNSIGNED", new byte[0]));
        byte[] same = bundles.jar("org.pledge.visitor", "0.1.0.SNAPSHOT", mark("same"));
        all.add(new Bad(kind, "same", same, signed(kind, "same", same), "NAME_TAKEN", new byte[0]));
        byte[] ground = bundles.jar("org.pledge.deploy", "9.0.0", mark("ground"));
        all.add(new Bad(kind, "ground", ground, signed(kind, "ground", ground), "NAME_TAKEN", new byte[0]));
        byte[] second = bundles.jar("org.example.running", "3.0.0", mark("second"));
        all.add(new Bad(kind, "second", second, signed(kind, "second", second), "NAME_TAKEN", new byte[0]));
    }

    private static void unfit(List<Bad> all, String name, byte[] jar) throws IOException {
        all.add(new Bad(
                Kind.BUNDLE, name, jar, signed(Kind.BUNDLE, name, jar), "UNSAFE_ENTRY", Kind.BUNDLE.content(name)));
    }

    /** What a signature is made for. */
    private record Signable(String name, String target, byte[] content) {
        String by(DeployKey key) {
            return key.sign(name, target, content);
        }
    }

    private static Bad bad(Kind kind, String fault, String reason, Function<Signable, Optional<String>> signature)
            throws IOException {
        String name = named(kind, fault);
        byte[] content = kind.content(name);
        Signable signable = new Signable(kind.signedName(kind.file(name)), kind.target(), content);
        return new Bad(kind, name, content, signature.apply(signable), reason, content);
    }

    private static String named(Kind kind, String fault) {
        return fault + "-" + kind.target();
    }

    private static Optional<String> signed(Kind kind, String name, byte[] content) {
        return Optional.of(TRUSTED.sign(kind.signedName(kind.file(name)), kind.target(), content));
    }

    @Test
    @Order(1)
    void noBadFileTakesEffectAndEachIsReportedOnce() throws IOException {
        List<Bad> all = badFiles();
        List<String> before = inForce();
        String sent = korax.share(Korax.parcel(person));
        for (Bad bad : all) {
            bad.drop();
        }
        Map<String, String> others = otherKinds();

        for (Bad bad : all) {
            await(bad.name()).atMost(PATIENCE).untilAsserted(() -> assertThat(beside(bad.file(), ".refused"))
                    .content()
                    .contains(bad.reason()));
            assertThat(Files.readString(beside(bad.file(), ".refused")))
                    .as("what to do")
                    .containsPattern(
                            "\\./pledge sign|Sign it|copy it again|build it again|give it|give this|update that"
                                    + "|higher Bundle-Version|remove that");
        }
        for (String other : others.keySet()) {
            await(other).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            platform.home().resolve("deploy/" + other + ".refused"))
                    .content()
                    .contains("UNKNOWN_KIND", "Delete it"));
        }
        Map<String, String> reasons = new TreeMap<>(others);
        all.forEach(bad -> reasons.put(bad.artifact(), bad.reason()));
        reasons.put("org.example.dropped", "UNSIGNED");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(refused().keySet()).containsAll(reasons.keySet()));
        assertThat(refused())
                .as("one leaf each")
                .containsExactlyInAnyOrderEntriesOf(reasons.entrySet().stream()
                        .collect(java.util.stream.Collectors.toMap(
                                Map.Entry::getKey, each -> List.of(each.getValue()))));

        nothingRan(all.stream().map(Bad::name).toList());
        String listed =
                platform.pledge("shell", "bundle:list -t 0 -s --no-format").out();
        assertThat(listed.lines().filter(line -> line.contains("org.example.")))
                .allMatch(line -> line.contains("org.example.watch")
                        || line.contains("org.example.running") && line.contains("Active")
                        || line.contains("org.example.dropped") && line.contains("Installed"));
        assertThat(listed.lines().filter(line -> line.contains("org.pledge.visitor")))
                .singleElement()
                .asString()
                .contains("Active");
        assertThat(inForce()).isEqualTo(before);
        await().atMost(PATIENCE).until(() -> system.message(sent).isPresent());
        String after = korax.share(Korax.parcel(person));
        await().atMost(PATIENCE).until(() -> system.message(after).isPresent());
        runs("running");
    }

    /** What Karaf itself would take, were it allowed to: a feature, an archive of features, settings, a watched folder. */
    private static Map<String, String> otherKinds() throws IOException {
        Path deploy = platform.home().resolve("deploy");
        Path folder = Files.createDirectories(marks.resolve("dropped-folder"));
        Path jar = Files.write(folder.resolve("a.jar"), Kind.BUNDLE.content("dropped"));
        String feature = feature("dropped-feature", jar);
        Files.writeString(deploy.resolve("features.xml"), feature);
        Files.write(
                deploy.resolve("more.kar"),
                MarkedBundle.zip(
                        Map.of("Manifest-Version", "1.0"),
                        Map.of("repository/features.xml", feature.getBytes(StandardCharsets.UTF_8))));
        String watch = "felix.fileinstall.dir = " + folder + "\nfelix.fileinstall.poll = 500\n"
                + "felix.fileinstall.start.level = 80\nfelix.fileinstall.active.level = 80\n";
        Files.writeString(deploy.resolve("org.apache.felix.fileinstall-a.cfg"), watch);
        Files.writeString(platform.home().resolve("etc/org.apache.felix.fileinstall-b.cfg"), watch);
        Map<String, String> others = new TreeMap<>();
        for (String name : List.of("features.xml", "more.kar", "org.apache.felix.fileinstall-a.cfg")) {
            others.put(name, "UNKNOWN_KIND");
        }
        return others;
    }

    private static String feature(String name, Path jar) {
        return "<features name=\"" + name
                + "\" xmlns=\"http://karaf.apache.org/xmlns/features/v1.6.0\"><feature name=\"" + name
                + "\" version=\"1\" install=\"auto\"><bundle>" + jar.toUri() + "</bundle></feature></features>";
    }

    @Test
    @Order(2)
    void neitherTheShellNorAFeatureBringsAnUnsignedBundle() throws IOException {
        List<String> names = List.of("installed", "referenced", "featured", "updated", "ours");
        Map<String, Path> jars = new LinkedHashMap<>();
        for (String name : names) {
            String symbolicName =
                    switch (name) {
                        case "updated" -> "org.example.running";
                        case "ours" -> "org.pledge.visitor";
                        default -> "org.example." + name;
                    };
            jars.put(name, Files.write(marks.resolve(name + ".jar"), bundles.jar(symbolicName, "5.0.0", mark(name))));
        }
        Path features = Files.writeString(marks.resolve("featured.xml"), feature("featured", jars.get("featured")));
        String running = id("org.example.running");
        String ours = id("org.pledge.visitor");
        for (String command : List.of(
                "bundle:install -s " + jars.get("installed").toUri(),
                "bundle:install -s reference:" + jars.get("referenced").toUri(),
                "feature:repo-add " + features.toUri(),
                "feature:install featured",
                "bundle:update " + running + " " + jars.get("updated").toUri(),
                "bundle:update " + ours + " " + jars.get("ours").toUri())) {
            System.out.println(
                    command + ": " + platform.pledge("shell", command).out().strip());
        }
        platform.pledge("shell", "bundle:resolve\nbundle:start " + running + "\nbundle:start " + ours);
        List<String> refused =
                List.of("org.example.installed", "org.example.referenced", "org.example.running", "org.pledge.visitor");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(refused().keySet()).containsAll(refused));
        refused.forEach(each -> assertThat(refused().get(each)).as(each).containsExactly("UNSIGNED"));
        nothingRan(names);
        runs("running");

        assertThat(idOf("org.example.featured"))
                .as("nobody adds a repository of features")
                .isEmpty();

        // the control: the same bundle, signed
        Path jar = jars.get("installed");
        Files.writeString(
                beside(jar, ".sig"), TRUSTED.sign(jar.getFileName().toString(), "bundle", Files.readAllBytes(jar)));
        platform.pledge("shell", "bundle:start " + idOf("org.example.installed").orElseThrow());
        await().atMost(PATIENCE).until(() -> Files.exists(mark("installed")));
        platform.pledge(
                "shell",
                "bundle:update --raw " + ours + " mvn:org.pledge/pledge-visitor/" + VERSION + "\nbundle:start " + ours);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(line("org.pledge.visitor")).contains("Active"));
        byte[] later = bundles.jar("org.example.running", "2.1.0", mark("running-again"));
        put(Kind.BUNDLE, "running", later);
        await().atMost(PATIENCE).until(() -> Files.exists(mark("running-again")));
    }

    @Test
    @Order(3)
    void aJarThatGrowsWhileItIsCopiedRunsOnceItIsWhole() throws IOException {
        byte[] jar = bundles.jar(
                MarkedBundle.headers("org.example.grown", "1.0.0", mark("grown")), Map.of("large", new byte[200_000]));
        Path file = Kind.BUNDLE.file("grown");
        Files.writeString(beside(file, ".sig"), TRUSTED.sign("grown.jar", "bundle", jar));
        int part = jar.length / GROWTHS + 1;
        for (int at = 0; at < jar.length; at += part) {
            assertThat(mark("grown")).doesNotExist();
            Files.write(
                    file,
                    Arrays.copyOfRange(jar, at, Math.min(jar.length, at + part)),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        await().atMost(PATIENCE).until(() -> Files.exists(mark("grown")));
        assertThat(beside(file, ".refused")).doesNotExist();
    }

    @Test
    @Order(4)
    void theSameArtifactsTakeEffectOnceTheyAreRightAndSigned() throws IOException {
        List<Bad> all = badFiles();
        for (Bad bad : all) {
            if (bad.good().length > 0) {
                put(bad.kind(), bad.name(), bad.good());
            } else {
                Files.delete(bad.file());
            }
        }
        for (Bad bad : all) {
            if (bad.good().length > 0) {
                await(bad.name()).atMost(PATIENCE).until(() -> tookEffect(bad));
            }
            await(bad.name()).atMost(PATIENCE).until(() -> !Files.exists(beside(bad.file(), ".refused")));
        }
    }

    private static boolean tookEffect(Bad bad) throws IOException {
        return switch (bad.kind()) {
            case BUNDLE -> Files.exists(mark(bad.name()));
            case ROUTE -> platform.log().contains("mark of " + bad.name() + ".");
            case PARTNER -> platform.log().contains("partner " + bad.name() + " of korax is registered");
            case POLICY -> platform.log().contains(bad.name() + ".policy.yaml: version ");
            case TEMPLATE -> platform.log().contains("iwebtrack/" + bad.name() + ".template is in use");
        };
    }

    @Test
    @Order(5)
    void anOlderVersionIsRefusedAndTheNewerOneGoesOn() throws IOException {
        List<String> before = inForce();
        List<Bad> older = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            String name = named(kind, "unsigned");
            byte[] content = kind == Kind.BUNDLE
                    ? bundles.jar("org.example." + name, "2.0.0", mark("older"))
                    : new String(kind.content(name), StandardCharsets.UTF_8)
                            .concat("# older\n")
                            .getBytes(StandardCharsets.UTF_8);
            Path file = kind.file(name);
            String signature = TRUSTED.sign(kind.signedName(file), kind.target(), 7, content);
            older.add(new Bad(kind, name, content, Optional.of(signature), "DOWNGRADED", content));
        }
        for (Bad bad : older) {
            bad.drop();
        }
        for (Bad bad : older) {
            await(bad.name()).atMost(PATIENCE).untilAsserted(() -> assertThat(beside(bad.file(), ".refused"))
                    .content()
                    .contains("DOWNGRADED", "./pledge sign"));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> older.forEach(bad -> assertThat(refused().get(bad.artifact()))
                        .as(bad.artifact())
                        .containsOnlyOnce("DOWNGRADED")));
        assertThat(mark("older")).doesNotExist();
        assertThat(inForce()).isEqualTo(before);
        runs(named(Kind.ROUTE, "unsigned"));
    }

    @Test
    @Order(6)
    void whatARemovedKeySignedShowsItAndDoesNotComeBackAfterARestart() throws IOException {
        put(Kind.BUNDLE, "lasting", Kind.BUNDLE.content("lasting"));
        await().atMost(PATIENCE).until(() -> Files.exists(mark("lasting")));
        DeployKey other = new DeployKey();
        Path trusted = other.trustedBy(platform, "other");
        for (Kind kind : List.of(Kind.BUNDLE, Kind.ROUTE, Kind.PARTNER)) {
            byte[] content = kind.content("lapsing");
            Path file = kind.file("lapsing");
            Files.writeString(beside(file, ".sig"), other.sign(kind.signedName(file), kind.target(), content));
            Files.write(file, content);
        }
        await().atMost(PATIENCE)
                .until(() -> Files.exists(mark("lapsing"))
                        && platform.log().contains("mark of lapsing.")
                        && partners().contains("korax/lapsing ACTIVE trusted"));
        Files.delete(trusted);

        await().atMost(PATIENCE).until(() -> partners().contains("korax/lapsing ACTIVE NOT_TRUSTED"));
        assertThat(rows("deploy:list").stream()
                        .filter(row -> row.path("name").asText().startsWith("lapsing."))
                        .map(row -> row.path("key").asText()))
                .containsExactly("NOT_TRUSTED", "NOT_TRUSTED", "NOT_TRUSTED");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(leaves("DEPLOY_KEY_LAPSED").stream()
                        .map(leaf -> leaf.path("key").asText()))
                .containsExactly(other.id()));
        runs("lapsing");

        platform.pledge("stop");
        Files.delete(mark("lapsing"));
        Files.delete(mark("lasting"));
        platform.start();
        await().atMost(PATIENCE).until(() -> partners().contains("korax/lapsing SUSPENDED NOT_TRUSTED"));
        for (Kind kind : List.of(Kind.ROUTE, Kind.PARTNER)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(beside(kind.file("lapsing"), ".refused"))
                    .content()
                    .contains("UNTRUSTED_KEY"));
        }
        await().atMost(PATIENCE).until(() -> Files.exists(mark("lasting")));
        assertThat(mark("lapsing")).doesNotExist();
        assertThat(line("org.example.lapsing")).contains("Installed");
        assertThat(partners()).contains("korax/running ACTIVE trusted");
        assertThat(leaves("DEPLOY_KEY_LAPSED")).hasSize(1);
    }

    /** No mark is there, and the watching bundle saw none of them resolve. */
    private static void nothingRan(List<String> names) throws IOException {
        assertThat(seen).exists();
        String resolved = Files.readString(seen);
        assertThat(resolved).as("the watch works").contains("org.example.running");
        for (String name : names) {
            assertThat(mark(name)).doesNotExist();
            assertThat(mark(name + "-x")).doesNotExist();
            assertThat(resolved).doesNotContain(" " + mark(name) + "\n", " " + mark(name + "-x") + "\n");
            assertThat(platform.log()).doesNotContain("mark of " + name + ".");
        }
        assertThat(mark("dropped")).doesNotExist();
        assertThat(resolved).doesNotContain(mark("dropped") + "\n");
        assertThat(platform.home().resolve("marks/slipped")).doesNotExist();
    }

    /** A route goes on: its line comes again. */
    private static void runs(String route) throws IOException {
        String line = "mark of " + route + ".";
        int before = platform.log().split(Pattern.quote(line), -1).length;
        await(route).atMost(PATIENCE).until(() -> platform.log().split(Pattern.quote(line), -1).length > before);
    }

    private static List<String> inForce() {
        List<String> all = new ArrayList<>(partners());
        all.add(platform.pledge("shell", "policy:list").out());
        return all;
    }

    private static List<String> partners() {
        return rows("partner:list").stream()
                .map(row -> row.path("tenant").asText() + "/"
                        + row.path("partner").asText() + " " + row.path("state").asText()
                        + (row.path("key").asText("").isEmpty()
                                ? ""
                                : " " + row.path("key").asText()))
                .toList();
    }

    /** The reasons of the refusals on the record, by artifact. */
    private static Map<String, List<String>> refused() {
        Map<String, List<String>> refused = new TreeMap<>();
        leaves("ARTIFACT_REFUSED").forEach(details -> refused.computeIfAbsent(
                        details.path("artifact").asText(), each -> new ArrayList<>())
                .add(details.path("reason").asText()));
        return refused;
    }

    private static List<JsonNode> leaves(String act) {
        return rows("audit:tail --tenant platform --limit 500").stream()
                .filter(row -> row.path("act").asText().equals(act))
                .map(row -> row.path("details"))
                .toList();
    }

    private static List<JsonNode> rows(String command) {
        String printed = platform.pledge("shell", command + " --output json").out();
        try {
            List<JsonNode> rows = new ArrayList<>();
            new ObjectMapper().readTree(printed.substring(printed.indexOf('['))).forEach(rows::add);
            return rows;
        } catch (IOException | StringIndexOutOfBoundsException e) {
            throw new IllegalStateException(command + ": " + printed, e);
        }
    }

    private static String id(String symbolicName) {
        return idOf(symbolicName).orElseThrow();
    }

    private static Optional<String> idOf(String symbolicName) {
        Matcher id = Pattern.compile("^\\s*(\\d+)").matcher(line(symbolicName));
        return id.find() ? Optional.of(id.group(1)) : Optional.empty();
    }

    private static String line(String symbolicName) {
        return platform.pledge("shell", "bundle:list -t 0 -s --no-format")
                .out()
                .lines()
                .filter(each -> each.matches(".*\\s" + Pattern.quote(symbolicName) + "(\\s.*|$)"))
                .findFirst()
                .orElse("");
    }
}
