package org.pledge.benchmarks;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** The question asked of Cedar, which has parsed and kept the policies before. */
final class Cedar implements Callable<AuthorizationResponse> {
    private static final String POLICIES =
            """
            permit(principal, action == Action::"receive", resource)
            when { resource.grants.contains(context.key) && context.now < resource.notAfter };
            forbid(principal, action, resource) when { resource.restricted };
            """;

    private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
    private final PolicySet policies = Blocks.call(Cedar::policies);
    private final AuthorizationRequest request;
    private final Entities entities;

    Cedar(List<String> grants, String asked) {
        EntityUID partner = EntityUID.parse("Partner::\"p1\"").orElseThrow();
        EntityUID action = EntityUID.parse("Action::\"receive\"").orElseThrow();
        EntityUID subject = EntityUID.parse("Subject::\"s1\"").orElseThrow();
        CedarList carried = new CedarList();
        grants.forEach(grant -> carried.add(new PrimString(grant)));
        Map<String, Value> attributes = new HashMap<>();
        attributes.put("grants", carried);
        attributes.put("notAfter", new PrimLong(1_999_999_999L));
        attributes.put("restricted", new PrimBool(false));
        entities = new Entities(
                new HashSet<>(List.of(new Entity(subject, attributes, new HashSet<>()), new Entity(partner))));
        Map<String, Value> context = new HashMap<>();
        context.put("key", new PrimString(asked));
        context.put("now", new PrimLong(1_790_000_000L));
        request = new AuthorizationRequest(partner, action, subject, context);
    }

    private static PolicySet policies() throws Exception {
        PolicySet policies = PolicySet.parsePolicies(POLICIES);
        policies.cache();
        return policies;
    }

    @Override
    public AuthorizationResponse call() throws Exception {
        return engine.isAuthorized(request, policies, entities);
    }

    boolean permits() {
        return Blocks.call(this).success.map(answer -> answer.isAllowed()).orElse(false);
    }
}
