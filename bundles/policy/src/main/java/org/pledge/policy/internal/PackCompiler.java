package org.pledge.policy.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Item;
import org.pledge.yaml.Problems;
import org.pledge.yaml.YamlText;

/** Turns the text of a pack (format 1) into a policy, or into everything that is wrong with it. */
final class PackCompiler {
    private static final int FORMAT = 1;
    /** Twenty bits, as a person's standing keeps the accepted version. */
    private static final int MAX_VERSION = 0xF_FFFF;

    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{1,7}");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");

    private final Problems problems;
    private final Fields root;
    private final PackNames names = new PackNames();

    private PackCompiler(Problems problems, Fields root) {
        this.problems = problems;
        this.root = root;
    }

    /**
     * The result of compiling.
     *
     * @param policy empty when there are problems
     * @param tenant whom the pack names, as far as it could be read
     */
    record Result(Optional<CompiledPolicy> policy, List<Problem> problems, Optional<TenantId> tenant) {}

    static Result compile(String file, String yaml) {
        Problems problems = new Problems(file);
        Optional<Item.Mapping> mapping = YamlText.read(yaml, "pledge: 1", problems);
        if (mapping.isEmpty()) {
            return new Result(Optional.empty(), problems.list(), Optional.empty());
        }
        PackCompiler compiler = new PackCompiler(problems, Fields.root(mapping.get(), problems));
        Optional<TenantId> tenant = compiler.tenant();
        Optional<Pack> pack = compiler.pack(tenant, sha256(yaml));
        return new Result(pack.map(CompiledPolicy::new), problems.list(), tenant);
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private Optional<TenantId> tenant() {
        String text = root.text("tenant");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TenantId(text));
        } catch (PledgeException e) {
            root.problem(
                    "tenant",
                    Problems.quote(text) + " cannot name a tenant.",
                    "Write 2 to 32 lower-case letters, digits or hyphens, starting with a letter.");
            return Optional.empty();
        }
    }

    private Optional<Pack> pack(Optional<TenantId> tenant, String digest) {
        root.only(
                "pledge",
                "tenant",
                "prefix",
                "version",
                "controller",
                "published",
                "source",
                "contact",
                "jurisdictions",
                "documents",
                "categories",
                "purposes",
                "recipients",
                "tiers",
                "contacts",
                "children",
                "disclosures",
                "otherwise",
                "cases",
                "marketing",
                "cookies",
                "transfers",
                "ownership",
                "promises");
        root.whole("pledge", FORMAT, FORMAT);
        String prefix = root.text("prefix", PREFIX, "2 to 8 capital letters or digits, such as KX")
                .orElse("");
        int version = root.whole("version", 1, MAX_VERSION);
        String controller = root.text("controller");
        LocalDate published = published();
        String source = root.text("source");
        String contact = root.text("contact");
        List<String> jurisdictions = root.someOf("jurisdictions");
        jurisdictions.forEach(code -> PackNames.jurisdiction(root, "jurisdictions", code, true));
        Map<String, String> documents = documents();
        PackData data = new PackData(names, root, problems);
        data.categories();
        data.purposes();
        data.recipients();
        PackPromises promises = new PackPromises(names, root);
        promises.promises(prefix);
        PackCollection collection = new PackCollection(names, root);
        Map<String, Map<Holder, Collection>> tiers = collection.tiers();
        Optional<ContactRules> contacts = root.optionalBlock("contacts").map(collection::contacts);
        Optional<Pack.Children> children = root.optionalBlock("children").map(collection::children);
        PackDisclosures rules = new PackDisclosures(names, root);
        List<Rule> disclosures = rules.disclosures();
        Pack.Silence otherwise = rules.otherwise();
        List<CaseRule> cases = rules.cases();
        PackPractices practices = new PackPractices(names, root);
        Map<String, String> marketing = practices.marketing();
        Map<String, Tracker> cookies = new PackCookies(names, root).cookies();
        Map<String, String> transfers = practices.transfers();
        Optional<String> ownership = practices.ownership();
        if (!problems.anyIn("categories", "purposes", "tiers", "cookies", "promises")) {
            new PromisedLimits(root, names.categories().keySet(), names.purposes(), cookies).check();
        }
        if (!problems.anyIn("categories", "purposes", "recipients", "disclosures")) {
            Reach.checkDisclosures(
                    disclosures,
                    names.categories().keySet(),
                    names.purposes(),
                    names.recipients().keySet(),
                    problems);
        }
        if (!problems.anyIn("categories", "recipients", "cases")) {
            Reach.checkCases(
                    cases, names.categories().keySet(), names.recipients().keySet(), problems);
        }
        if (problems.any()) {
            return Optional.empty();
        }
        return Optional.of(new Pack(
                tenant.orElseThrow(),
                prefix,
                version,
                root.line("version"),
                controller,
                published,
                source,
                contact,
                jurisdictions,
                documents,
                Collections.unmodifiableMap(names.categories()),
                Collections.unmodifiableMap(names.purposes()),
                Collections.unmodifiableMap(names.recipients()),
                tiers,
                contacts,
                children,
                disclosures,
                otherwise,
                cases,
                marketing,
                Collections.unmodifiableMap(cookies),
                transfers,
                ownership,
                promises.inNumericOrder(),
                digest));
    }

    private LocalDate published() {
        String text = root.text("published");
        try {
            return text.isEmpty() ? LocalDate.EPOCH : LocalDate.parse(text);
        } catch (DateTimeException e) {
            root.problem("published", Problems.quote(text) + " is no date.", "Write a date such as 2004-06-06.");
            return LocalDate.EPOCH;
        }
    }

    private Map<String, String> documents() {
        Fields block = root.blockOrNone("documents");
        Map<String, String> documents = new LinkedHashMap<>();
        for (String name : block.keys()) {
            String text = block.text(name);
            if (text.startsWith("sha256:") && !HASH.matcher(text).matches()) {
                block.problem(
                        name,
                        "this is no SHA-256.",
                        "Write sha256: and 64 lower-case hexadecimal digits, or the document's address.");
            }
            documents.put(name, text);
        }
        return Collections.unmodifiableMap(documents);
    }
}
