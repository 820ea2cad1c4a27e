package org.pledge.partners.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.sharing.Partner;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Item;
import org.pledge.yaml.Problems;
import org.pledge.yaml.YamlText;

/** Reads the text of a partner file; what the policy and the connector say to it is asked elsewhere. */
final class PartnerText {
    /** The longest text that is read. */
    static final int MAX_CHARACTERS = 65_536;

    private PartnerText() {}

    /** What a file says: a partner, or at least one problem. */
    record Reading(Optional<Partner> partner, List<Problem> problems, Item.Mapping root) {
        /** The problem that a refusal by the service is, at the line of the field that its text begins with. */
        Problem problem(String file, PledgeException refusal) {
            String text = refusal.getMessage();
            String field = text.split(" ", 2)[0];
            int line = line(root, field, text);
            return new Problem(
                    file,
                    line,
                    line == 0 ? Problems.TEXT : field,
                    text.endsWith(".") ? text : text + ".",
                    refusal.remedy());
        }

        private static int line(Item.Mapping block, String path, String text) {
            for (Map.Entry<String, Item.Entry> entry : block.entries().entrySet()) {
                if (path.equals(entry.getKey())) {
                    return named(entry.getValue().value(), text)
                            .orElse(entry.getValue().line());
                }
                if (path.startsWith(entry.getKey() + ".") && entry.getValue().value() instanceof Item.Mapping inner) {
                    int line = line(inner, path.substring(entry.getKey().length() + 1), text);
                    return line == 0 ? entry.getValue().line() : line;
                }
            }
            return 0;
        }

        /** The line of the item of a list that a text quotes. */
        private static OptionalInt named(Item value, String text) {
            return value instanceof Item.Sequence list
                    ? list.items().stream()
                            .filter(item -> item instanceof Item.Scalar one && text.contains('"' + one.text() + '"'))
                            .mapToInt(Item::line)
                            .findFirst()
                    : OptionalInt.empty();
        }
    }

    static Reading read(String file, String yaml) {
        Problems problems = new Problems(file);
        Item.Mapping nothing = new Item.Mapping(0, Map.of());
        if (yaml.length() > MAX_CHARACTERS) {
            problems.add(0, Problems.TEXT, "the file is longer than " + MAX_CHARACTERS + " characters.", "Shorten it.");
            return new Reading(Optional.empty(), problems.list(), nothing);
        }
        Optional<Item.Mapping> root = YamlText.read(yaml, "tenant: …", problems);
        Optional<Partner> partner = root.map(mapping -> partner(Fields.root(mapping, problems)));
        return new Reading(
                problems.any() ? Optional.empty() : partner.flatMap(Optional::ofNullable),
                problems.list(),
                root.orElse(nothing));
    }

    /** What the fields make up; of use only when there is no problem. */
    private static Partner partner(Fields fields) {
        fields.only("tenant", "name", "recipient", "connector", "endpoint", "settings", "agreement");
        Optional<TenantId> tenant = tenant(fields);
        String name = fields.text("name");
        String recipient = fields.text("recipient");
        String connector = fields.text("connector", Partner.REST);
        Optional<URI> endpoint = endpoint(fields);
        Map<String, String> settings = settings(fields);
        Partner.Agreement agreement = agreement(fields.block("agreement"), fields.has("agreement"));
        return new Partner(
                tenant.orElse(PartnerFolder.PLATFORM),
                name,
                recipient,
                agreement,
                connector,
                endpoint.orElse(URI.create("https://unknown")),
                settings,
                false,
                0);
    }

    private static Optional<TenantId> tenant(Fields fields) {
        String text = fields.text("tenant");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TenantId(text));
        } catch (PledgeException e) {
            fields.problem(
                    "tenant",
                    Problems.quote(text) + " has the wrong form.",
                    "Write 2 to 32 lower-case letters, digits or hyphens, starting with a letter.");
            return Optional.empty();
        }
    }

    private static Optional<URI> endpoint(Fields fields) {
        String text = fields.text("endpoint");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            fields.problem("endpoint", "this is no address.", "Write it as scheme://host:port/path.");
            return Optional.empty();
        }
    }

    private static Map<String, String> settings(Fields fields) {
        Fields block = fields.blockOrNone("settings");
        Map<String, String> settings = new LinkedHashMap<>();
        for (String key : block.keys()) {
            block.scalar(key).ifPresent(value -> settings.put(key, value));
        }
        return settings;
    }

    private static Partner.Agreement agreement(Fields fields, boolean present) {
        if (!present) {
            return new Partner.Agreement(Set.of(), Set.of(), "", LocalDate.EPOCH, LocalDate.EPOCH, Optional.empty());
        }
        fields.only("fields", "purposes", "region", "from", "until", "attestation", "safeguard");
        return new Partner.Agreement(
                Set.copyOf(fields.someOf("fields")),
                Set.copyOf(fields.someOf("purposes")),
                fields.text("region"),
                day(fields, "from"),
                day(fields, "until"),
                fields.optionalBlock("attestation").map(block -> {
                    block.only("statement", "until");
                    return new Partner.Attestation(block.text("statement"), day(block, "until"));
                }),
                fields.optionalBlock("safeguard").flatMap(block -> {
                    block.only("mechanism", "id", "until");
                    String id = block.text("id");
                    LocalDate until = day(block, "until");
                    return block.choice("mechanism", Fields.words(Partner.Mechanism.class))
                            .map(mechanism -> new Partner.Safeguard(mechanism, id, until));
                }));
    }

    private static LocalDate day(Fields fields, String key) {
        String text = fields.text(key);
        if (text.isEmpty()) {
            return LocalDate.EPOCH;
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            fields.problem(key, Problems.quote(text) + " is no day.", "Write it as 2027-12-31.");
            return LocalDate.EPOCH;
        }
    }
}
