package org.pledge.policy.internal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.Policy.DataRole;
import org.pledge.policy.Policy.LegalBasis;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Recipient;
import org.pledge.policy.Policy.RecipientKind;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Reads the sections that say what data there is, what for, and who may get it. */
final class PackData {
    private static final int MAX_CATEGORIES = 64;
    private static final int MAX_NAMES = 64;
    private static final Set<String> OPEN_PURPOSES = Set.of("other", "misc", "miscellaneous", "various", "etc");
    private static final Pattern FIDESLANG = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*");
    private static final Pattern DPV = Pattern.compile("([a-z][a-z0-9-]*:)?[A-Za-z][A-Za-z0-9-]*");

    private final PackNames names;
    private final Fields root;
    private final Problems problems;

    PackData(PackNames names, Fields root, Problems problems) {
        this.names = names;
        this.root = root;
        this.problems = problems;
    }

    void categories() {
        Fields block = root.block("categories");
        PackNames.limit(block, block.keys().size(), MAX_CATEGORIES, "categories");
        for (String name : PackNames.in(block)) {
            Fields fields = block.block(name).only("class", "role", "supplied", "fideslang", "dpv");
            Optional<DataClass> dataClass = fields.choice("class", Fields.words(DataClass.class));
            Optional<DataRole> role = fields.choice("role", Fields.words(DataRole.class));
            names.categories()
                    .put(
                            name,
                            new Category(
                                    name,
                                    dataClass.orElse(DataClass.PERSONAL),
                                    role.orElse(DataRole.CONTROLLER),
                                    fields.flag("supplied"),
                                    fields.text("fideslang", FIDESLANG, "a key of fideslang such as user.contact.email")
                                            .orElse(""),
                                    fields.text(
                                                    "dpv",
                                                    DPV,
                                                    "a term of the Data Privacy Vocabulary such as EmailAddress")
                                            .orElse("")));
        }
    }

    void purposes() {
        Fields block = root.block("purposes");
        PackNames.limit(block, block.keys().size(), MAX_NAMES, "purposes");
        for (String name : PackNames.in(block)) {
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
                names.defined(
                        data, category, category, "category", names.categories().keySet(), "categories");
                retention.put(
                        category,
                        data.text(
                                category,
                                Retention::valid,
                                "this does not say how long the data is kept.",
                                "Write " + Retention.FORM + "."));
            }
            names.purposes()
                    .put(
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
                                    fields.text(
                                                    "dpv",
                                                    DPV,
                                                    "a term of the Data Privacy Vocabulary such as PaymentManagement")
                                            .orElse("")));
        }
        if (!problems.anyIn("purposes")) {
            Fields all = root.block("categories");
            for (String category : names.categories().keySet()) {
                if (names.purposes().values().stream()
                        .noneMatch(purpose -> purpose.retention().containsKey(category))) {
                    all.problem(
                            category,
                            "no purpose says how long " + Problems.quote(category) + " is kept.",
                            "List it under 'data' of a purpose with " + Retention.FORM + ", or remove it.");
                }
            }
        }
    }

    void recipients() {
        Fields block = root.block("recipients");
        PackNames.limit(block, block.keys().size(), MAX_NAMES, "recipients");
        for (String name : PackNames.in(block)) {
            Optional<RecipientKind> kind = block.choice(name, Fields.words(RecipientKind.class));
            names.recipients().put(name, new Recipient(name, kind.orElse(RecipientKind.THIRD_PARTY)));
        }
    }
}
