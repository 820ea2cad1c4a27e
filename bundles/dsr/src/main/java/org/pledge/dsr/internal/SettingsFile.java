package org.pledge.dsr.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.pledge.Jurisdiction;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.dsr.internal.Settings.Agent;
import org.pledge.dsr.internal.Settings.Claim;
import org.pledge.dsr.internal.Settings.Drp;
import org.pledge.dsr.internal.Settings.Iab;
import org.pledge.dsr.internal.Settings.OpenDsr;
import org.pledge.dsr.internal.Settings.Party;
import org.pledge.dsr.internal.Settings.Processor;

/** Reads the file of settings; a mistake is refused with its place. Files it names are looked for beside it. */
final class SettingsFile {
    private static final String CCPA = "ccpa";
    private static final Map<String, String> JURISDICTIONS = Map.of("gdpr", "BE", CCPA, "US-CA");
    private static final Pattern CALLBACK = Pattern.compile(
            "(https://[a-zA-Z0-9][a-zA-Z0-9.-]*|http://(127(\\.[0-9]{1,3}){3}|localhost|\\[::1]))(:[0-9]{1,5})?"
                    + "(/[a-zA-Z0-9._~:,;=+@-]+)*/?");
    private static final int KEY_BYTES = 32;
    private static final int LONGEST_SKEW = 60;
    private static final int PER_HOUR = 100;
    private static final int MOST_PER_HOUR = 100_000;

    private final Path folder;

    private SettingsFile(Path folder) {
        this.folder = folder;
    }

    /** The settings by tenant. */
    static Map<TenantId, Settings> read(Path file) {
        SettingsFile reading = new SettingsFile(file.toAbsolutePath().getParent());
        Map<TenantId, Settings> tenants = new HashMap<>();
        each(reading.json(file), "", (name, node) -> {
            TenantId tenant = at(name, () -> new TenantId(name));
            tenants.put(tenant, reading.settings(tenant, name, node));
        });
        return Map.copyOf(tenants);
    }

    private Settings settings(TenantId tenant, String at, JsonNode node) {
        known(at, node, "address", "categories", "jurisdictions", "signing", "opendsr", "drp", "iab");
        Optional<Signer> signer = optional(node, "signing").map(it -> signer(at + ".signing", it));
        Optional<OpenDsr> openDsr = optional(node, "opendsr").map(it -> openDsr(at + ".opendsr", it));
        Optional<Iab> iab = optional(node, "iab").map(it -> iab(at + ".iab", it));
        if (signer.isEmpty() && (openDsr.isPresent() || iab.isPresent())) {
            throw wrong(at, "opendsr and iab need signing");
        }
        return new Settings(
                tenant,
                address(at, node),
                categories(at + ".categories", node.path("categories")),
                jurisdictions(at + ".jurisdictions", node.path("jurisdictions")),
                signer,
                openDsr,
                optional(node, "drp").map(it -> drp(at + ".drp", it)),
                iab);
    }

    private static URI address(String at, JsonNode node) {
        URI address = at(at + ".address", () -> URI.create(text(at, node, "address")));
        if (!"https".equals(address.getScheme())
                || address.getHost() == null
                || address.getQuery() != null
                || address.getPath().endsWith("/")) {
            throw wrong(at + ".address", "must be https://HOST/PATH without a slash at its end");
        }
        return address;
    }

    private static Map<Claim, String> categories(String at, JsonNode node) {
        Map<Claim, String> categories = new EnumMap<>(Claim.class);
        each(node, at, (name, value) -> categories.put(claim(at, name), value.asText()));
        return categories;
    }

    private static Map<String, String> jurisdictions(String at, JsonNode node) {
        Map<String, String> jurisdictions = new HashMap<>(JURISDICTIONS);
        each(node, at, (name, value) -> {
            if (!JURISDICTIONS.containsKey(name)) {
                throw wrong(at, "is by gdpr and ccpa");
            }
            jurisdictions.put(name, jurisdiction(at, value.asText()));
        });
        return jurisdictions;
    }

    private static String jurisdiction(String at, String code) {
        return at(at, () -> Jurisdiction.check(code));
    }

    private Signer signer(String at, JsonNode node) {
        known(at, node, "keystore", "passwordFile");
        return at(at, () -> {
            try {
                return Signer.read(
                        folder.resolve(text(at, node, "keystore")), folder.resolve(text(at, node, "passwordFile")));
            } catch (IOException e) {
                throw wrong(at, "a file cannot be read: " + e.getClass().getSimpleName());
            }
        });
    }

    private OpenDsr openDsr(String at, JsonNode node) {
        known(at, node, "controllers", "perHour", "processors");
        Map<String, Map<String, String>> controllers = new HashMap<>();
        if (node.path("controllers").isArray()) {
            node.path("controllers").forEach(name -> controllers.put(name.asText(), Map.of()));
        } else {
            each(node.path("controllers"), at + ".controllers", (name, it) -> {
                String here = at + ".controllers." + name;
                known(here, it, "callbacks");
                controllers.put(name, callbacks(here + ".callbacks", it.path("callbacks")));
            });
        }
        int perHour = node.path("perHour").asInt(PER_HOUR);
        if (perHour < 1 || perHour > MOST_PER_HOUR) {
            throw wrong(at + ".perHour", "must be 1 to " + MOST_PER_HOUR);
        }
        Map<String, Processor> processors = new HashMap<>();
        each(node.path("processors"), at, (domain, it) -> {
            String here = at + ".processors." + domain;
            known(here, it, "partner", "certificate");
            processors.put(
                    domain.toLowerCase(Locale.ROOT),
                    new Processor(text(here, it, "partner"), certificate(here, text(here, it, "certificate"))));
        });
        return new OpenDsr(controllers, perHour, processors);
    }

    private static Map<String, String> callbacks(String at, JsonNode node) {
        Map<String, String> callbacks = new HashMap<>();
        each(node, at, (partner, url) -> {
            if (!CALLBACK.matcher(url.asText()).matches() || callbacks.containsValue(url.asText())) {
                throw wrong(
                        at + "." + partner, "must be an address of its own with https, or http on a loopback address");
            }
            callbacks.put(partner, url.asText());
        });
        return Map.copyOf(callbacks);
    }

    private X509Certificate certificate(String at, String file) {
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            Jwk.check(certificate.getPublicKey());
            return certificate;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw wrong(at, "the certificate cannot be used: " + e.getClass().getSimpleName());
        }
    }

    private Drp drp(String at, JsonNode node) {
        known(at, node, "business", "directory", "skewSeconds", "callbacks");
        int skew = node.path("skewSeconds").asInt(0);
        if (skew < 0 || skew > LONGEST_SKEW) {
            throw wrong(at + ".skewSeconds", "must be 0 to " + LONGEST_SKEW);
        }
        Map<String, Agent> agents = new HashMap<>();
        for (JsonNode entry : list(at + ".directory", json(folder.resolve(text(at, node, "directory"))))) {
            Agent agent = agent(at + ".directory[" + agents.size() + "]", entry);
            if (agents.put(agent.id(), agent) != null) {
                throw wrong(at + ".directory", "names an agent twice");
            }
        }
        Map<String, Map<String, String>> callbacks = new HashMap<>();
        each(node.path("callbacks"), at + ".callbacks", (agent, it) -> {
            if (!agents.containsKey(agent)) {
                throw wrong(at + ".callbacks." + agent, "is not in the directory");
            }
            callbacks.put(agent, callbacks(at + ".callbacks." + agent, it));
        });
        return new Drp(text(at, node, "business"), Duration.ofSeconds(skew), agents, callbacks);
    }

    /** Entries have keys of the consortium's that do not matter here. */
    private static Agent agent(String at, JsonNode entry) {
        String id = text(at, entry, "id");
        if (!id.matches("[A-Z0-9_-]{1,64}")) {
            throw wrong(at + ".id", "must be 1 to 64 capital letters, digits, hyphens and underlines");
        }
        byte[] key = at(at + ".verify_key", () -> Base64.getDecoder().decode(text(at, entry, "verify_key")));
        if (key.length != KEY_BYTES) {
            throw wrong(at + ".verify_key", "must be an Ed25519 key in Base64");
        }
        return new Agent(id, key, claims(at + ".trusted", entry.path("trusted")));
    }

    private static Iab iab(String at, JsonNode node) {
        known(at, node, "issuer", "jurisdiction", "parties");
        Map<String, Party> parties = new HashMap<>();
        each(node.path("parties"), at, (domain, it) -> {
            String here = at + ".parties." + domain;
            known(here, it, "keys", "firstParty", "trusted");
            List<Jwk> keys = new ArrayList<>();
            for (JsonNode key : list(here + ".keys", it.path("keys"))) {
                keys.add(at(here + ".keys", () -> Jwk.read(key)));
            }
            parties.put(
                    domain,
                    new Party(
                            domain,
                            keys,
                            it.path("firstParty").asBoolean(false),
                            claims(here + ".trusted", it.path("trusted"))));
        });
        return new Iab(
                text(at, node, "issuer"), jurisdiction(at + ".jurisdiction", text(at, node, "jurisdiction")), parties);
    }

    private static Set<Claim> claims(String at, JsonNode node) {
        Set<Claim> claims = new HashSet<>();
        node.forEach(name -> claims.add(claim(at, name.asText())));
        return claims;
    }

    private static Claim claim(String at, String name) {
        return switch (name) {
            case "email" -> Claim.EMAIL;
            case "phone" -> Claim.PHONE;
            default -> throw wrong(at, "knows email and phone");
        };
    }

    private JsonNode json(Path file) {
        try {
            return Json.tree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw wrong(
                    file.getFileName().toString(),
                    "is not well-formed JSON at line " + e.getLocation().getLineNr());
        } catch (IOException e) {
            throw new UncheckedIOException("settings cannot be read: " + file.getFileName(), e);
        }
    }

    private interface Entry {
        void read(String name, JsonNode node);
    }

    private static void each(JsonNode node, String at, Entry entry) {
        if (!node.isObject() && !node.isMissingNode()) {
            throw wrong(at, "must be an object");
        }
        node.properties().forEach(it -> entry.read(it.getKey(), it.getValue()));
    }

    private static Iterable<JsonNode> list(String at, JsonNode node) {
        if (!node.isArray()) {
            throw wrong(at, "must be a list");
        }
        return node;
    }

    private static void known(String at, JsonNode node, String... names) {
        if (!node.isObject()) {
            throw wrong(at, "must be an object");
        }
        for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
            String name = given.next();
            if (!Set.of(names).contains(name)) {
                throw wrong(at, "does not know " + name);
            }
        }
    }

    private static Optional<JsonNode> optional(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name));
    }

    private static String text(String at, JsonNode node, String name) {
        return optional(node, name)
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> wrong(at, "needs " + name));
    }

    private static <T> T at(String place, Supplier<T> read) {
        try {
            return read.get();
        } catch (PledgeException | IllegalArgumentException e) {
            throw e instanceof Mistake ? e : wrong(place, e.getMessage());
        }
    }

    private static IllegalArgumentException wrong(String at, String text) {
        return new Mistake((at.isEmpty() ? "the file" : at) + ": " + text);
    }

    /** Names its place already. */
    private static final class Mistake extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        Mistake(String text) {
            super(text);
        }
    }
}
