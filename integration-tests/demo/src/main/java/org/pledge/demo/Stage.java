package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the story needs: partners' systems as processes, credentials, registered partners, and fictional people. */
public final class Stage implements AutoCloseable {
    private static final List<String> STAFF = List.of("operator", "integrator", "officer", "second-officer");
    private static final Pattern TOKEN = Pattern.compile("pl_[A-Za-z0-9_-]{20,}");

    private final Path pledge;
    private final String url;
    private final Path data;
    private final boolean stay;
    private final JsonNode cast = Yaml.resource("people.yaml");
    private final Map<String, Partner> systems;
    private final List<Tenant> tenants;

    /**
     * Sets the stage on a running platform.
     *
     * @param pledge the launcher
     * @param url of the interface, such as {@code http://127.0.0.1:8181/api/v1}
     * @param data a folder of its own, for credentials
     * @param stay whether the partners' systems go on after this process
     */
    public Stage(Path pledge, String url, Path data, boolean stay) throws IOException {
        this.pledge = pledge;
        this.url = url;
        this.data = data;
        this.stay = stay;
        Files.createDirectories(data);
        endEarlierPartners();
        this.systems = startPartners();
        this.tenants = prepareTenants();
    }

    /** The folder of the packs and their right answers: beside the launcher, or above it in a distribution. */
    public static Path policies(Path pledge) {
        Path beside = pledge.toAbsolutePath().resolveSibling("etc").resolve("policies");
        return Files.isDirectory(beside)
                ? beside
                : pledge.toAbsolutePath().getParent().resolveSibling("etc").resolve("policies");
    }

    /** A story that is played on this stage. */
    public Story story() {
        return new Story(cast, systems);
    }

    /** The tenants, in the order of the policies. */
    public List<Tenant> tenants() {
        return tenants;
    }

    /** The partners' systems, by recipient. */
    public Map<String, Partner> systems() {
        return systems;
    }

    /** Where the credentials are kept. */
    public Path credentials() {
        return data.resolve("credentials");
    }

    @Override
    public void close() throws IOException {
        systems.values().forEach(Partner::close);
        Files.deleteIfExists(data.resolve("partners"));
    }

    private Map<String, Partner> startPartners() throws IOException {
        System.out.println("Starting the partners' systems");
        Map<String, Partner> systems = new LinkedHashMap<>();
        List<String> pids = new ArrayList<>();
        Iterator<String> recipients = cast.path("partners").fieldNames();
        while (recipients.hasNext()) {
            String recipient = recipients.next();
            String name = cast.path("partners").path(recipient).path("name").asText();
            Partner system = Partner.start(name, data.resolveSibling("keys").resolve("partners"), stay);
            systems.put(recipient, system);
            pids.add(String.valueOf(system.pid()));
            System.out.println(
                    "  " + name + " (" + recipient + ") at " + system.endpoint() + ", process " + system.pid());
        }
        Files.write(data.resolve("partners"), pids);
        return systems;
    }

    private void endEarlierPartners() throws IOException {
        Path pids = data.resolve("partners");
        if (Files.exists(pids)) {
            for (String pid : Files.readAllLines(pids)) {
                ProcessHandle.of(Long.parseLong(pid))
                        .filter(p -> p.info().commandLine().orElse("").contains(PartnerSystem.class.getName()))
                        .ifPresent(ProcessHandle::destroy);
            }
            Files.delete(pids);
        }
    }

    private List<Tenant> prepareTenants() throws IOException {
        List<String> names = new ArrayList<>();
        cast.path("people").fieldNames().forEachRemaining(names::add);
        System.out.println("Issuing credentials, registering partners and fictional people");
        Map<String, String> tokens = issueCredentials(names);
        List<Tenant> made = new ArrayList<>();
        for (String name : names) {
            Api operator = new Api(url, tokens.get(name + "/operator"));
            Api integrator = new Api(url, tokens.get(name + "/integrator"));
            Api officer = new Api(url, tokens.get(name + "/officer"));
            Api secondOfficer = new Api(url, tokens.get(name + "/second-officer"));
            for (Api staff : List.of(operator, officer, secondOfficer)) {
                staff.acceptConfidentiality();
            }
            registerPartners(integrator);
            String subject = operator.post("/accounts", account(name))
                    .expect(201)
                    .body()
                    .path("id")
                    .asText();
            made.add(new Tenant(name, subject, operator, integrator, officer, secondOfficer));
        }
        return made;
    }

    private JsonNode account(String tenant) {
        ObjectNode account = cast.path("people").path(tenant).deepCopy();
        account.remove("obliged");
        return account;
    }

    private void registerPartners(Api integrator) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Set<String> known = new TreeSet<>();
        integrator
                .get("/policy")
                .expect(200)
                .body()
                .path("categories")
                .forEach(c -> known.add(c.path("name").asText()));
        systems.forEach((recipient, system) -> {
            JsonNode partner = cast.path("partners").path(recipient);
            Map<String, Object> agreement = new HashMap<>(Map.of(
                    "fields", agreed(Story.names(partner.path("fields")), known),
                    "purposes", partner.path("purposes"),
                    "region", "NL",
                    "from", today.minusDays(1).toString(),
                    "until", today.plusYears(1).toString()));
            if (partner.has("attestation")) {
                agreement.put(
                        "attestation",
                        Map.of(
                                "statement",
                                partner.path("attestation").asText(),
                                "until",
                                today.plusYears(1).toString()));
            }
            Map<String, Object> body = Map.of(
                    "recipient", recipient,
                    "agreement", agreement,
                    "endpoint", system.endpoint().toString());
            String path = "/partners/" + partner.path("name").asText();
            Api.Answer answer = integrator.put(path, body);
            if (answer.status() == 403 && partner.has("otherwise")) {
                System.out.println("  " + partner.path("name").asText() + " refused as a partner: "
                        + answer.body().path("detail").asText());
                agreement.put("purposes", partner.path("otherwise"));
                answer = integrator.put(path, body);
            }
            if (answer.status() == 422) {
                // The policy does not know what the partner is for; the story asks about it all the same.
                System.out.println("  " + partner.path("name").asText() + " refused as a partner: "
                        + answer.body().path("detail").asText());
                agreement.put("purposes", List.of("payment"));
                answer = integrator.put(path, body);
            }
            if (answer.status() != 200 && answer.status() != 201) {
                answer.expect(200);
            }
        });
    }

    /** What the policy names of what the partner would take; an agreement covers at least one kind of data. */
    private static Set<String> agreed(Set<String> wanted, Set<String> known) {
        Set<String> fields = new TreeSet<>(wanted);
        fields.retainAll(known);
        return fields.isEmpty() ? Set.of("email") : fields;
    }

    /** Runs commands in one session of the administrator's shell; what it printed. */
    public String shell(String commands) {
        try {
            Process shell = new ProcessBuilder(pledge.toString(), "shell")
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream in = shell.getOutputStream()) {
                in.write(commands.getBytes(StandardCharsets.US_ASCII));
                in.write('\n');
            }
            String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            shell.waitFor();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Issues the demo's credentials in one session of the shell, and keeps them where only the owner reads. */
    private Map<String, String> issueCredentials(List<String> tenants) throws IOException {
        StringBuilder script = new StringBuilder();
        List<String> order = new ArrayList<>();
        for (String tenant : tenants) {
            for (String staff : STAFF) {
                String role = staff.replace("second-", "");
                script.append("pledge:credential-issue --tenant ")
                        .append(tenant)
                        .append(" --role ")
                        .append(role);
                script.append(staff.equals("operator") ? " --role auditor" : "")
                        .append(" demo-")
                        .append(staff)
                        .append('\n');
                order.add(tenant + "/" + staff);
            }
        }
        String printed = shell(script.toString());
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(printed);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        if (tokens.size() != order.size()) {
            throw new IOException(
                    "the shell issued " + tokens.size() + " of " + order.size() + " credentials; see ./pledge logs");
        }
        Map<String, String> byName = new LinkedHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            byName.put(order.get(i), tokens.get(i));
        }
        keep(byName);
        return byName;
    }

    private void keep(Map<String, String> tokens) throws IOException {
        Path file = credentials();
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        List<String> lines = new ArrayList<>();
        tokens.forEach((name, token) -> lines.add(name + " " + token));
        Files.write(file, lines);
    }
}
