package org.pledge.policy.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.pledge.Role;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.Policy.Tracker;
import org.pledge.visitor.CookieService;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Holds a pack to what the parameters of its own promises say about tiers, purposes and cookies. */
final class PromisedLimits {
    private static final Set<String> HOLDERS = Fields.words(Holder.class).keySet();

    private final Fields root;
    private final Set<String> categories;
    private final Map<String, Purpose> purposes;
    private final Map<String, Tracker> cookies;

    PromisedLimits(Fields root, Set<String> categories, Map<String, Purpose> purposes, Map<String, Tracker> cookies) {
        this.cookies = cookies;
        this.root = root;
        this.categories = categories;
        this.purposes = purposes;
    }

    void check() {
        for (Fields anonymous : root.blocks("promises")) {
            String id = anonymous.text("id");
            Fields promise = anonymous.named("promises[" + id + "]");
            if (!promise.has("planned")) {
                switch (promise.text("control", "")) {
                    case "collection-rule" -> collection(id, promise.blockOrNone("with"));
                    case "prohibited-purpose" -> prohibition(promise.block("with"));
                    case "purpose-bound-reads" -> boundReads(promise.block("with"));
                    case "open-inquiry" -> inquiry(promise.block("with"));
                    case "cookie-register", "cookie-linter" -> cookies(id, promise.block("with"));
                    case "vault-purpose", "separate-store" -> VaultLimits.purposes(promise.block("with"));
                    case "card-network-rule" -> VaultLimits.networks(promise.block("with"));
                    case "vault-reveal" -> VaultLimits.requests(promise.block("with"));
                    case "custodian-control" -> VaultLimits.custodians(promise.block("with"));
                    case "confidentiality-record" -> confidentiality(promise.block("with"));
                    case "objection" -> objection(promise.blockOrNone("with"));
                    case "retention-sweep" -> SweepLimits.check(id, promise.block("with"), root.block("purposes"));
                    case "transfer-register" ->
                        LifeLimits.regions(promise.block("with"), root.blockOrNone("transfers"));
                    case "ownership-transfer" -> LifeLimits.ownership(promise.block("with"), root);
                    default -> {
                        // the other controls have no parameters that a pack could break
                    }
                }
            }
        }
    }

    private void collection(String id, Fields with) {
        with.only("tier", "tiers", "company", "individual", "required", "required-fields", "necessity", "fields");
        for (Fields tier : tiers(with)) {
            for (String holder : HOLDERS) {
                tier.optionalBlock(holder).ifPresent(account -> {
                    List<String> required = account.list("required");
                    if (with.has(holder)) {
                        atMost(id, account, "required", required, named(with, holder));
                    }
                    if (with.has("required")) {
                        atMost(id, account, "required", required, named(with, "required"));
                    }
                    if (with.has("necessity") || with.has("required-fields")) {
                        few(id, with, account, required);
                    }
                    if (with.has("fields")) {
                        Set<String> fields = named(with, "fields");
                        atMost(id, account, "required", required, fields);
                        Fields optional = account.blockOrNone("optional");
                        atMost(id, account, "optional", List.copyOf(optional.keys()), fields);
                    }
                });
            }
        }
    }

    /** The tiers a promise is about; all of them where it names none. */
    private List<Fields> tiers(Fields with) {
        Fields block = root.blockOrNone("tiers");
        String key = with.has("tier") ? "tier" : "tiers";
        List<Fields> tiers = new ArrayList<>();
        for (String name : with.has(key) ? words(with, key) : block.keys()) {
            if (block.has(name)) {
                tiers.add(block.block(name));
            } else {
                with.problem(
                        key,
                        "there is no tier " + Problems.quote(name) + " in this pack.",
                        "Name tiers that stand under 'tiers'.");
            }
        }
        return tiers;
    }

    private static void atMost(String id, Fields account, String key, List<String> fields, Set<String> promised) {
        Set<String> more = new TreeSet<>(fields);
        more.removeAll(promised);
        if (!more.isEmpty()) {
            String what = promised.isEmpty() ? "nothing" : String.join(", ", promised) + " and nothing more";
            String names = String.join(", ", more);
            account.problem(
                    key,
                    key.equals("required")
                            ? id + " promises to require " + what + " here, and this makes " + names + " mandatory."
                            : id + " promises to take " + what + " here, and this takes " + names + ".",
                    "Remove " + names + " from '" + key + "'"
                            + (key.equals("required") ? ", or list it under 'optional' if it may be given." : "."));
        }
    }

    private static void few(String id, Fields with, Fields account, List<String> required) {
        int most = with.has("required-fields") ? with.whole("required-fields", 0, 100) : 0;
        if (with.has("necessity") && !with.text("necessity").equals("optional")) {
            with.problem("necessity", "this does not say how far data is needed.", "Write 'necessity: optional'.");
        } else if (required.size() > most) {
            account.problem(
                    "required",
                    id + " promises that " + (most == 0 ? "no field" : "at most " + most + " fields")
                            + " must be given, and this makes " + String.join(", ", new TreeSet<>(required))
                            + " mandatory.",
                    "List what may be given under 'optional'.");
        }
    }

    private void prohibition(Fields with) {
        with.only("purposes");
        for (String name : with.required("purposes") ? words(with, "purposes") : Set.<String>of()) {
            if (!Fields.NAME.matcher(name).matches()) {
                with.problem(
                        "purposes",
                        Problems.quote(name) + " cannot name a purpose.",
                        "Use lower-case letters, digits and hyphens, starting with a letter, and commas between"
                                + " names.");
            } else if (purposes.containsKey(name)) {
                with.problem(
                        "purposes",
                        "the purpose " + Problems.quote(name) + " is prohibited here and defined under 'purposes'.",
                        "Remove one of the two.");
            }
        }
    }

    /** What is stripped by this promise, and what it says about the register. */
    private void cookies(String id, Fields with) {
        with.only("strips", "cookie", "life", "kinds", "consent-in-EU", "in-messages");
        Set<String> faults = Fields.words(CookieService.Fault.class).keySet();
        for (String fault : with.required("strips") ? words(with, "strips") : Set.<String>of()) {
            if (!faults.contains(fault)) {
                with.problem(
                        "strips",
                        Problems.quote(fault) + " is no fault of a cookie.",
                        "Write one or more of: " + String.join(", ", faults) + ".");
            }
        }
        List<Tracker> meant = cookies.values().stream()
                .filter(each -> !with.has("cookie") || each.name().equals(with.text("cookie")))
                .toList();
        if (with.has("cookie") && meant.isEmpty()) {
            with.problem("cookie", "this cookie is not in the register.", "Name one that stands under 'cookies'.");
        }
        if (with.has("life")) {
            String life = with.text("life");
            held(id, with, "life", meant, each -> each.life().equals(life));
        }
        if (with.has("kinds")) {
            Set<String> kinds = words(with, "kinds");
            held(id, with, "kinds", meant, each -> kinds.contains(Fields.word(each.kind())));
        }
        if (with.has("consent-in-EU")) {
            only(with, "consent-in-EU", "opt-in");
            held(id, with, "consent-in-EU", meant, PackCookies::optInInEurope);
        }
        if (with.has("in-messages")) {
            only(with, "in-messages", "none"); // no template may load anything
        }
    }

    private static void held(String id, Fields with, String key, List<Tracker> meant, Predicate<Tracker> keeps) {
        meant.stream()
                .filter(keeps.negate())
                .forEach(each -> with.problem(
                        key,
                        id + " promises this, and the cookie " + Problems.quote(each.name()) + " is otherwise.",
                        "Change its entry under 'cookies', or what is promised."));
    }

    private static void only(Fields with, String key, String word) {
        if (!with.text(key).equals(word)) {
            with.problem(key, "nothing else can be kept here.", "Write '" + key + ": " + word + "'.");
        }
    }

    /** Which roles wait; a partner's and the administrator's never do, or nobody could let anybody in. */
    private static void confidentiality(Fields with) {
        with.only("roles");
        Set<String> bindable = new TreeSet<>(Fields.words(Role.class).keySet());
        bindable.removeAll(List.of("partner", "admin"));
        for (String role : with.required("roles") ? words(with, "roles") : Set.<String>of()) {
            if (!bindable.contains(role)) {
                with.problem(
                        "roles",
                        Problems.quote(role) + " is no role that staff hold.",
                        "Write one or more of: " + String.join(", ", bindable) + ", with commas between them.");
            }
        }
    }

    /** What one form collects must serve that form alone, or reads for another purpose would show it. */
    private void boundReads(Fields with) {
        with.only("purposes");
        for (String name : with.required("purposes") ? words(with, "purposes") : Set.<String>of()) {
            Set<String> data =
                    purposes.containsKey(name) ? purposes.get(name).retention().keySet() : Set.of();
            if (data.isEmpty()) {
                with.problem(
                        "purposes",
                        "no data can be bound to the purpose " + Problems.quote(name) + ".",
                        "Name purposes of this pack that use data.");
            }
            for (Purpose other : purposes.values()) {
                Set<String> shared = new TreeSet<>(data);
                shared.retainAll(other.retention().keySet());
                if (!other.name().equals(name) && !shared.isEmpty()) {
                    with.problem(
                            "purposes",
                            String.join(", ", shared) + " serves " + Problems.quote(other.name()) + ", too, and not "
                                    + Problems.quote(name) + " alone.",
                            "Use categories of its own for each of these purposes.");
                }
            }
        }
    }

    /** What opting out or objecting is promised to end has to end by it. */
    private void objection(Fields with) {
        if (!with.has("by") || Collections.disjoint(words(with, "by"), Set.of("opt-out", "objection"))) {
            return;
        }
        for (String name : with.required("ends") ? words(with, "ends") : Set.<String>of()) {
            if (!purposes.containsKey(name) || !purposes.get(name).endsWithObjection()) {
                with.problem(
                        "ends",
                        "no objection ends the purpose " + Problems.quote(name) + ".",
                        "Name purposes of this pack that rest on consent or a legitimate interest, or promote.");
            }
        }
    }

    private void inquiry(Fields with) {
        with.only("purposes");
        Fields all = root.block("purposes");
        for (String name : with.required("purposes") ? words(with, "purposes") : Set.<String>of()) {
            Fields data = all.blockOrNone(name).blockOrNone("data");
            if (data.keys().stream().noneMatch(key -> data.text(key).equals(Purpose.UNTIL_INQUIRY_CLOSED))) {
                with.problem(
                        "purposes",
                        "nothing is kept until an inquiry is closed for the purpose " + Problems.quote(name) + ".",
                        "Name purposes of this pack that have '" + Purpose.UNTIL_INQUIRY_CLOSED + "' under 'data'.");
            }
        }
    }

    private Set<String> named(Fields with, String key) {
        Set<String> names = words(with, key);
        names.remove("none");
        for (String name : names) {
            if (!categories.contains(name)) {
                with.problem(
                        key,
                        "there is no category " + Problems.quote(name) + " in this pack.",
                        "Name categories of this pack, with commas between them, or write none.");
            }
        }
        return names;
    }

    private static Set<String> words(Fields with, String key) {
        return new LinkedHashSet<>(List.of(with.text(key).split(", *")));
    }
}
