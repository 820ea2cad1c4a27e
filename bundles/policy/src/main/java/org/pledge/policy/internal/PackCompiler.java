package org.pledge.policy.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.pledge.Jurisdiction;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.policy.Policy.CaseState;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.Collection;
import org.pledge.policy.Policy.ContactRules;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.Policy.DataRole;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Obligation;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Recipient;
import org.pledge.policy.Policy.RecipientKind;
import org.pledge.policy.Policy.Status;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Item;
import org.pledge.yaml.Problems;
import org.pledge.yaml.YamlText;

/** Turns the text of a pack (format 1) into a policy, or into everything that is wrong with it. */
final class PackCompiler {
    private static final int FORMAT = 1;
    private static final int MAX_CATEGORIES = 64;
    private static final int MAX_NAMES = 64;
    private static final int MAX_RULES = 256;
    /** Twenty bits, as a person's standing keeps the accepted version. */
    private static final int MAX_VERSION = 0xF_FFFF;

    private static final Set<String> OPEN_PURPOSES = Set.of("other", "misc", "miscellaneous", "various", "etc");
    private static final Pattern PREFIX = Pattern.compile("[A-Z][A-Z0-9]{1,7}");
    private static final Pattern FIDESLANG = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*");
    private static final Pattern DPV = Pattern.compile("([a-z][a-z0-9-]*:)?[A-Za-z][A-Za-z0-9-]*");
    private static final Pattern HASH = Pattern.compile("sha256:[0-9a-f]{64}");
    /** How packs and questions name what a person has said. */
    static final Map<String, Need> NEEDS = inOrder(List.of(
            Map.entry("none", Need.NOTHING), Map.entry("implied", Need.IMPLIED), Map.entry("opt-in", Need.OPT_IN)));

    private static final Map<String, Boolean> ANSWERS =
            inOrder(List.of(Map.entry("permit", true), Map.entry("deny", false)));
    private static final Map<String, CaseState> CASE_ANSWERS = inOrder(List.of(
            Map.entry("permit", CaseState.PERMITTED),
            Map.entry("locked", CaseState.LOCKED),
            Map.entry("deny", CaseState.PROHIBITED)));

    private final Problems problems;
    private final Fields root;
    private final Map<String, Category> categories = new LinkedHashMap<>();
    private final Map<String, Purpose> purposes = new LinkedHashMap<>();
    private final Map<String, Recipient> recipients = new LinkedHashMap<>();
    private final Map<String, Promise> promises = new LinkedHashMap<>();

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
        jurisdictions.forEach(code -> jurisdiction(root, "jurisdictions", code, true));
        Map<String, String> documents = documents();
        categories();
        purposes();
        recipients();
        promises(prefix);
        Map<String, Map<Holder, Collection>> tiers = tiers();
        Optional<ContactRules> contacts = root.optionalBlock("contacts").map(this::contacts);
        Optional<Pack.Children> children = root.optionalBlock("children").map(this::children);
        List<Rule> disclosures = disclosures();
        Pack.Silence otherwise = otherwise();
        List<CaseRule> cases = cases();
        Map<String, String> marketing = marketing();
        Map<String, String> cookies = cookies();
        Map<String, String> transfers = transfers();
        Optional<String> ownership = ownership();
        if (!problems.anyIn("categories", "purposes", "tiers", "promises")) {
            new PromisedLimits(root, categories.keySet(), purposes.keySet()).check();
        }
        if (!problems.anyIn("categories", "purposes", "recipients", "disclosures")) {
            Reach.checkDisclosures(disclosures, categories.keySet(), purposes, recipients.keySet(), problems);
        }
        if (!problems.anyIn("categories", "recipients", "cases")) {
            Reach.checkCases(cases, categories.keySet(), recipients.keySet(), problems);
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
                Collections.unmodifiableMap(categories),
                Collections.unmodifiableMap(purposes),
                Collections.unmodifiableMap(recipients),
                tiers,
                contacts,
                children,
                disclosures,
                otherwise,
                cases,
                marketing,
                cookies,
                transfers,
                ownership,
                inNumericOrder(),
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

    private void jurisdiction(Fields fields, String key, String code, boolean unionAllowed) {
        boolean known = Jurisdiction.isValid(code) || unionAllowed && code.equals("EU");
        if (!known) {
            fields.problem(
                    key,
                    Problems.quote(code) + " is no jurisdiction.",
                    "Write a code of ISO 3166-1 or 3166-2 such as CA or US-CA"
                            + (unionAllowed ? "." : "; name each member state of the European Union."));
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

    private void categories() {
        Fields block = root.block("categories");
        limit(block, block.keys().size(), MAX_CATEGORIES, "categories");
        for (String name : names(block)) {
            Fields fields = block.block(name).only("class", "role", "supplied", "fideslang", "dpv");
            Optional<DataClass> dataClass = fields.choice("class", Fields.words(DataClass.class));
            Optional<DataRole> role = fields.choice("role", Fields.words(DataRole.class));
            categories.put(
                    name,
                    new Category(
                            name,
                            dataClass.orElse(DataClass.PERSONAL),
                            role.orElse(DataRole.CONTROLLER),
                            fields.flag("supplied"),
                            fields.text("fideslang", FIDESLANG, "a key of fideslang such as user.contact.email")
                                    .orElse(""),
                            fields.text("dpv", DPV, "a term of the Data Privacy Vocabulary such as EmailAddress")
                                    .orElse("")));
        }
    }

    private void purposes() {
        Fields block = root.block("purposes");
        limit(block, block.keys().size(), MAX_NAMES, "purposes");
        for (String name : names(block)) {
            if (Arrays.stream(name.split("-")).anyMatch(OPEN_PURPOSES::contains)) {
                block.problem(
                        name,
                        "a purpose named " + Problems.quote(name) + " says nothing about what data is used for.",
                        "Name each purpose that is meant, one by one.");
            }
            Fields fields = block.block(name).only("basis", "fideslang", "dpv", "data");
            Optional<LegalBasis> basis = fields.choice("basis", Fields.words(LegalBasis.class));
            Fields data = fields.block("data");
            Map<String, String> retention = new LinkedHashMap<>();
            for (String category : data.keys()) {
                defined(data, category, category, "category", categories.keySet(), "categories");
                retention.put(
                        category,
                        data.text(
                                category,
                                Retention::valid,
                                "this does not say how long the data is kept.",
                                "Write " + Retention.FORM + "."));
            }
            purposes.put(
                    name,
                    new Purpose(
                            name,
                            basis.orElse(LegalBasis.CONSENT),
                            retention,
                            fields.text(
                                            "fideslang",
                                            FIDESLANG,
                                            "a key of fideslang such as essential.service.payment_processing")
                                    .orElse(""),
                            fields.text("dpv", DPV, "a term of the Data Privacy Vocabulary such as PaymentManagement")
                                    .orElse("")));
        }
        if (!problems.anyIn("purposes")) {
            Fields all = root.block("categories");
            for (String category : categories.keySet()) {
                if (purposes.values().stream()
                        .noneMatch(purpose -> purpose.retention().containsKey(category))) {
                    all.problem(
                            category,
                            "no purpose says how long " + Problems.quote(category) + " is kept.",
                            "List it under 'data' of a purpose with " + Retention.FORM + ", or remove it.");
                }
            }
        }
    }

    private void recipients() {
        Fields block = root.block("recipients");
        limit(block, block.keys().size(), MAX_NAMES, "recipients");
        for (String name : names(block)) {
            Optional<RecipientKind> kind = block.choice(name, Fields.words(RecipientKind.class));
            recipients.put(name, new Recipient(name, kind.orElse(RecipientKind.THIRD_PARTY)));
        }
    }

    private void promises(String prefix) {
        root.required("promises");
        Pattern form = Pattern.compile(Pattern.quote(prefix) + "-[1-9][0-9]{0,4}");
        Map<String, Integer> lines = new TreeMap<>();
        for (Fields anonymous : root.blocks("promises")) {
            String id = anonymous.text("id");
            Fields fields = id.isEmpty() ? anonymous : anonymous.named("promises[" + id + "]");
            if (!id.isEmpty() && !prefix.isEmpty() && !form.matcher(id).matches()) {
                fields.problem(
                        "id",
                        Problems.quote(id) + " is not one of this pack's promises.",
                        "Write " + prefix + "- and a number.");
            }
            Integer earlier = id.isEmpty() ? null : lines.putIfAbsent(id, fields.line());
            if (earlier != null) {
                fields.problem(
                        "id",
                        "the promise " + Problems.quote(id) + " is already on line " + earlier + ".",
                        "Give this one its own number, or remove one of the two.");
            }
            Promise promise = promise(fields, id);
            if (!id.isEmpty()) {
                promises.putIfAbsent(id, promise);
            }
        }
    }

    private Promise promise(Fields fields, String id) {
        fields.only("id", "section", "text", "control", "with", "planned", "declared-only");
        String section = fields.text("section");
        String text = fields.text("text");
        String control = fields.text("control", "");
        String reason = "";
        Status status = Status.ENFORCED;
        if (fields.has("declared-only")) {
            status = Status.DECLARED_ONLY;
            reason = reason(fields, "declared-only");
            if (fields.has("control") || fields.has("planned") || fields.has("with")) {
                fields.problem(
                        "declared-only",
                        "a promise that is declared only has no control.",
                        "Remove either 'declared-only' or 'control', 'with' and 'planned'.");
            }
        } else if (!fields.has("control")) {
            fields.problem(
                    "no control keeps this promise.",
                    "Add 'control' with the name of one, or 'declared-only' with the reason why there cannot be one.");
        } else if (fields.has("planned")) {
            status = Status.PLANNED;
            reason = reason(fields, "planned");
        }
        if (!control.isEmpty()) {
            control(fields, control);
        }
        Map<String, String> parameters =
                fields.optionalBlock("with").map(this::scalars).orElse(Map.of());
        return new Promise(id, section, text, status, control, parameters, reason);
    }

    private void control(Fields fields, String name) {
        Control control = Control.BY_NAME.get(name);
        if (control == null) {
            fields.problem(
                    "control",
                    "there is no control " + Problems.quote(name) + ".",
                    Fields.closest(name, Control.BY_NAME.keySet())
                            .map(near -> "Did you mean '" + near + "'?")
                            .orElse("Write one of: "
                                    + String.join(
                                            ", ",
                                            Control.BY_NAME.keySet().stream()
                                                    .sorted()
                                                    .toList()) + "."));
        } else if (!control.enforced() && !fields.has("planned")) {
            fields.problem(
                    "control",
                    "the control " + Problems.quote(name) + " does not exist yet.",
                    "Add 'planned' with what keeps the promise until then.");
        }
    }

    private static String reason(Fields fields, String key) {
        return fields.text(
                key, text -> !text.isEmpty(), "the reason is missing.", "Write the reason after '" + key + ":'.");
    }

    private Map<String, String> scalars(Fields fields) {
        Map<String, String> values = new TreeMap<>();
        fields.keys().forEach(key -> fields.scalar(key).ifPresent(value -> values.put(key, value)));
        return values;
    }

    private Map<String, Promise> inNumericOrder() {
        Map<String, Promise> ordered = new LinkedHashMap<>();
        promises.values().stream()
                .sorted(Comparator.comparingInt(promise ->
                        Integer.parseInt(promise.id().substring(promise.id().indexOf('-') + 1))))
                .forEach(promise -> ordered.put(promise.id(), promise));
        return Collections.unmodifiableMap(ordered);
    }

    private Map<String, Map<Holder, Collection>> tiers() {
        Fields block = root.blockOrNone("tiers");
        Map<String, Map<Holder, Collection>> tiers = new LinkedHashMap<>();
        for (String name : names(block)) {
            Fields fields = block.block(name).only("company", "individual");
            Map<Holder, Collection> holders = new EnumMap<>(Holder.class);
            Fields.words(Holder.class).forEach((word, holder) -> fields.optionalBlock(word)
                    .ifPresent(each -> holders.put(holder, collection(each.only("required", "optional", "promises")))));
            if (holders.isEmpty() && fields.keys().isEmpty()) {
                fields.problem("this tier does not say who may hold it.", "Add 'company', 'individual' or both to it.");
            }
            tiers.put(name, Collections.unmodifiableMap(holders));
        }
        return Collections.unmodifiableMap(tiers);
    }

    private Collection collection(Fields fields) {
        List<String> required = fields.list("required");
        required.forEach(name -> defined(fields, "required", name, "category", categories.keySet(), "categories"));
        Fields block = fields.blockOrNone("optional");
        Map<String, Integer> optional = new LinkedHashMap<>();
        for (String name : block.keys()) {
            defined(block, name, name, "category", categories.keySet(), "categories");
            if (required.contains(name)) {
                block.problem(
                        name,
                        Problems.quote(name) + " is required and optional at once.",
                        "Remove it from one of the two lists.");
            }
            optional.put(name, block.whole(name, 1, 100));
        }
        return new Collection(Set.copyOf(required), optional, promised(fields, "promises"));
    }

    private ContactRules contacts(Fields fields) {
        fields.only("required", "optional", "promises", "roles", "complete-contact");
        List<String> roles = fields.someOf("roles");
        for (String role : roles) {
            if (!Fields.NAME.matcher(role).matches()) {
                fields.problem(
                        "roles",
                        Problems.quote(role) + " cannot name a role.",
                        "Use lower-case letters, digits and hyphens.");
            }
        }
        boolean complete = fields.has("complete-contact");
        return new ContactRules(
                collection(fields),
                Set.copyOf(roles),
                complete,
                complete ? promised(fields, "complete-contact") : List.of());
    }

    private Pack.Children children(Fields fields) {
        fields.only("minimum-age", "in", "promises");
        int general = fields.whole("minimum-age", 1, 120);
        Fields block = fields.blockOrNone("in");
        Map<String, Integer> in = new LinkedHashMap<>();
        for (String code : block.keys()) {
            jurisdiction(block, code, code, false);
            in.put(code, block.whole(code, 1, 120));
        }
        return new Pack.Children(general, Map.copyOf(in), promised(fields, "promises"));
    }

    private List<Rule> disclosures() {
        root.required("disclosures");
        List<Fields> blocks = root.blocks("disclosures");
        limit(root, "disclosures", blocks.size(), MAX_RULES, "rules");
        return blocks.stream().map(this::disclosure).toList();
    }

    private Rule disclosure(Fields fields) {
        fields.only(
                "to", "for", "data", "answer", "consent", "consent-in", "obligations", "promises", "because", "remedy");
        boolean permits = fields.choice("answer", ANSWERS).orElse(false);
        Needs needs = new Needs(Need.NEVER, Map.of());
        List<Obligation> obligations = new ArrayList<>();
        if (permits) {
            Need need = fields.choice("consent", NEEDS).orElse(Need.OPT_IN);
            Fields block = fields.blockOrNone("consent-in");
            Map<String, Need> in = new LinkedHashMap<>();
            for (String code : block.keys()) {
                jurisdiction(block, code, code, false);
                block.choice(code, NEEDS).ifPresent(each -> in.put(code, each));
            }
            needs = new Needs(need, in);
            Fields duties = fields.blockOrNone("obligations");
            for (String name : names(duties)) {
                obligations.add(new Obligation(name, scalars(duties.block(name))));
            }
        } else {
            onlyWith(fields, "permit", "consent", "consent-in", "obligations");
        }
        return new Rule(
                fields.line(),
                recipientsOf(fields),
                selector(fields, "for", "purpose", purposes.keySet(), "purposes", Map.of()),
                categoriesOf(fields),
                permits,
                needs,
                obligations,
                promised(fields, "promises"),
                fields.text("because"),
                fields.text("remedy", ""));
    }

    private Pack.Silence otherwise() {
        Fields fields = root.block("otherwise");
        if (!root.has("otherwise")) {
            return new Pack.Silence(List.of(), "", "");
        }
        fields.only("promises", "because", "remedy");
        return new Pack.Silence(promised(fields, "promises"), fields.text("because"), fields.text("remedy", ""));
    }

    private List<CaseRule> cases() {
        List<Fields> blocks = root.blocks("cases");
        limit(root, "cases", blocks.size(), MAX_RULES, "rules");
        return blocks.stream().map(this::legalCase).toList();
    }

    private CaseRule legalCase(Fields fields) {
        fields.only("ground", "to", "data", "answer", "excepts", "promises", "because", "remedy");
        CaseState answer = fields.choice("answer", CASE_ANSWERS).orElse(CaseState.PROHIBITED);
        List<String> excepts = List.of();
        if (answer == CaseState.LOCKED && !fields.has("excepts")) {
            fields.problem(
                    "excepts",
                    "a locked case does not say which promise would be broken.",
                    "Add 'excepts' with the promises that need a recorded exception.");
        } else if (answer == CaseState.LOCKED) {
            excepts = promised(fields, "excepts");
        } else if (fields.has("answer")) {
            onlyWith(fields, "locked", "excepts");
        }
        return new CaseRule(
                fields.line(),
                selector(fields, "ground", "ground", Fields.words(Ground.class).keySet(), "grounds", Map.of()),
                recipientsOf(fields),
                categoriesOf(fields),
                answer,
                excepts,
                promised(fields, "promises"),
                fields.text("because"),
                fields.text("remedy", ""));
    }

    private void onlyWith(Fields fields, String answer, String... keys) {
        for (String key : keys) {
            if (fields.has(key) && fields.has("answer")) {
                fields.problem(
                        key,
                        "'" + key + "' goes with 'answer: " + answer + "' only.",
                        "Remove it, or write 'answer: " + answer + "'.");
            }
        }
    }

    private Map<String, String> marketing() {
        Fields fields =
                root.blockOrNone("marketing").only("third-party-offers", "sale", "opt-out", "own-offers", "promises");
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, String> offers = same("never", "opt-out", "opt-in");
        for (String key : List.of("third-party-offers", "own-offers", "sale")) {
            if (fields.has(key)) {
                fields.choice(key, key.equals("sale") ? same("never", "opt-in") : offers)
                        .ifPresent(word -> facts.put(key, word));
            }
        }
        if (fields.has("opt-out")) {
            String text = fields.text("opt-out");
            if (!text.isEmpty() && !Retention.duration(text)) {
                fields.problem(
                        "opt-out",
                        Problems.quote(text) + " is no duration.",
                        "Write an ISO 8601 duration such as P10D.");
            }
            facts.put("opt-out", text);
        }
        promisedIfAny(fields);
        return Collections.unmodifiableMap(facts);
    }

    private Map<String, String> cookies() {
        Map<String, String> cookies = new LinkedHashMap<>();
        Map<String, String> owners = same("first-party", "third-party");
        for (Fields fields : root.blocks("cookies")) {
            fields.only("name", "owner", "purpose", "life", "promises");
            String name = fields.text("name");
            String owner = fields.choice("owner", owners).orElse("");
            String purpose = fields.text("purpose");
            String life = fields.text("life");
            if (!life.isEmpty() && !life.equals("session") && !Retention.duration(life)) {
                fields.problem(
                        "life",
                        Problems.quote(life) + " does not say how long the cookie lives.",
                        "Write 'session' or an ISO 8601 duration such as P1Y.");
            }
            promisedIfAny(fields);
            if (cookies.put(name, owner + ", " + purpose + ", " + life) != null) {
                fields.problem(
                        "name", "the cookie " + Problems.quote(name) + " is listed twice.", "Keep one of the two.");
            }
        }
        return Collections.unmodifiableMap(cookies);
    }

    private Map<String, String> transfers() {
        Fields regions = root.blockOrNone("transfers").only("regions").blockOrNone("regions");
        Map<String, String> transfers = new LinkedHashMap<>();
        for (String code : regions.keys()) {
            jurisdiction(regions, code, code, true);
            Fields fields = regions.block(code).only("mechanism", "promises");
            transfers.put(code, fields.text("mechanism"));
            promisedIfAny(fields);
        }
        return Collections.unmodifiableMap(transfers);
    }

    private Optional<String> ownership() {
        return root.optionalBlock("ownership").flatMap(fields -> {
            fields.only("transfer", "promises");
            promisedIfAny(fields);
            return fields.choice("transfer", same("announced", "not-announced"));
        });
    }

    private Selector recipientsOf(Fields fields) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        Fields.words(RecipientKind.class)
                .forEach((word, kind) -> groups.put(
                        "kind:" + word,
                        namesWhere(recipients.values().stream()
                                .filter(each -> each.kind() == kind)
                                .map(Recipient::name)
                                .toList())));
        return selector(fields, "to", "recipient", recipients.keySet(), "recipients", groups);
    }

    private Selector categoriesOf(Fields fields) {
        Map<String, Set<String>> groups = new LinkedHashMap<>();
        Fields.words(DataClass.class)
                .forEach((word, dataClass) -> groups.put(
                        "class:" + word,
                        namesWhere(categories.values().stream()
                                .filter(each -> each.dataClass() == dataClass)
                                .map(Category::name)
                                .toList())));
        Fields.words(DataRole.class)
                .forEach((word, role) -> groups.put(
                        "role:" + word,
                        namesWhere(categories.values().stream()
                                .filter(each -> each.role() == role)
                                .map(Category::name)
                                .toList())));
        return selector(fields, "data", "category", categories.keySet(), "categories", groups);
    }

    private static Set<String> namesWhere(List<String> names) {
        return Set.copyOf(names);
    }

    private Selector selector(
            Fields fields, String key, String thing, Set<String> known, String block, Map<String, Set<String>> groups) {
        List<String> terms = fields.someOf(key);
        if (terms.equals(List.of("any"))) {
            return Selector.ANY;
        }
        Set<String> names = new LinkedHashSet<>();
        for (String term : terms) {
            if (groups.containsKey(term)) {
                names.addAll(groups.get(term));
            } else if (term.equals("any")) {
                fields.problem(key, "'any' stands alone.", "Write 'any' without other names, or the names only.");
            } else if (term.contains(":")) {
                fields.problem(
                        key,
                        "there is no group " + Problems.quote(term) + ".",
                        groups.isEmpty()
                                ? "Write names, or any."
                                : "Write one of: " + String.join(", ", groups.keySet()) + ".");
            } else {
                defined(fields, key, term, thing, known, block);
                names.add(term);
            }
        }
        return new Selector(false, Set.copyOf(terms), names);
    }

    private List<String> promised(Fields fields, String key) {
        List<String> ids = fields.someOf(key);
        ids.forEach(id -> defined(fields, key, id, "promise", promises.keySet(), "promises"));
        return ids;
    }

    private void promisedIfAny(Fields fields) {
        if (fields.has("promises")) {
            promised(fields, "promises");
        }
    }

    private void defined(Fields fields, String key, String name, String thing, Set<String> known, String block) {
        if (!known.contains(name)) {
            fields.problem(
                    key,
                    "there is no " + thing + " " + Problems.quote(name) + " in this pack.",
                    Fields.closest(name, thing.equals("promise") ? Set.of() : known)
                            .map(near -> "Did you mean '" + near + "'?")
                            .orElse(
                                    thing.equals("ground")
                                            ? "Write one of: " + String.join(", ", known) + "."
                                            : "Add it under '" + block + "', or name one that is there."));
        }
    }

    private static List<String> names(Fields block) {
        List<String> names = new ArrayList<>();
        for (String name : block.keys()) {
            if (Fields.NAME.matcher(name).matches() && !name.equals("any")) {
                names.add(name);
            } else {
                block.problem(
                        name,
                        Problems.quote(name) + " cannot be a name here.",
                        "Use lower-case letters, digits and hyphens, starting with a letter, and not 'any'.");
            }
        }
        return names;
    }

    private void limit(Fields block, int size, int most, String what) {
        if (size > most) {
            block.problem("there are " + size + " " + what + ".", "Keep at most " + most + ".");
        }
    }

    private void limit(Fields fields, String key, int size, int most, String what) {
        if (size > most) {
            fields.problem(key, "there are " + size + " " + what + ".", "Keep at most " + most + ".");
        }
    }

    private static Map<String, String> same(String... words) {
        Map<String, String> same = new LinkedHashMap<>();
        Arrays.stream(words).forEach(word -> same.put(word, word));
        return same;
    }

    private static <V> Map<String, V> inOrder(List<Map.Entry<String, V>> entries) {
        Map<String, V> map = new LinkedHashMap<>();
        entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(map);
    }
}
