package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;

/** Shows one policy: purposes, data, recipients. */
@Service
@Command(
        scope = "policy",
        name = "show",
        description = "Shows one policy: purposes, data, recipients",
        detailedDescription = """
            Example: policy:show --tenant korax
            """)
public final class PolicyShow extends TenantCommand {
    @Override
    int run() {
        Policy policy = service(PolicyService.class).current(tenant());
        Rows rows = new Rows("Kind", "Name", "Facts");
        rows.add(
                "policy",
                policy.tenant(),
                "version " + policy.version() + ", " + policy.controller() + ", published " + policy.published());
        rows.add("digest", "sha256", policy.digest());
        rows.add("contact", "questions", policy.contact());
        rows.add("jurisdictions", "codes", policy.jurisdictions());
        policy.documents().forEach((name, where) -> rows.add("document", name, where));
        policy.categories()
                .forEach(c -> rows.add(
                        "data", c.name(), c.dataClass() + ", " + c.role() + ", " + c.fideslang() + ", " + c.dpv()));
        policy.purposes()
                .forEach(p -> rows.add("purpose", p.name(), p.basis() + ", keeps " + Rows.words(p.retention())));
        policy.recipients().forEach(r -> rows.add("recipient", r.name(), r.kind()));
        policy.tiers().stream().sorted().forEach(tier -> {
            for (Policy.Holder holder : Policy.Holder.values()) {
                policy.collection(tier, holder)
                        .ifPresent(c -> rows.add(
                                "tier",
                                tier + " " + holder,
                                "required: " + Rows.words(c.required()) + "; optional: " + Rows.words(c.optional())
                                        + "; promises: " + Rows.words(c.promises())));
            }
        });
        print(rows);
        return 0;
    }
}
