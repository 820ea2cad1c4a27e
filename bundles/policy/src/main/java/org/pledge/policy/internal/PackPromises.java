package org.pledge.policy.internal;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.pledge.policy.Policy.Promise;
import org.pledge.policy.Policy.Status;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;

/** Reads the promises of a pack, each with what keeps it. */
final class PackPromises {
    private final PackNames names;
    private final Fields root;

    PackPromises(PackNames names, Fields root) {
        this.names = names;
        this.root = root;
    }

    void promises(String prefix) {
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
                names.promises().putIfAbsent(id, promise);
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
                fields.optionalBlock("with").map(PackNames::scalars).orElse(Map.of());
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

    Map<String, Promise> inNumericOrder() {
        Map<String, Promise> ordered = new LinkedHashMap<>();
        names.promises().values().stream()
                .sorted(Comparator.comparingInt(promise ->
                        Integer.parseInt(promise.id().substring(promise.id().indexOf('-') + 1))))
                .forEach(promise -> ordered.put(promise.id(), promise));
        return Collections.unmodifiableMap(ordered);
    }
}
