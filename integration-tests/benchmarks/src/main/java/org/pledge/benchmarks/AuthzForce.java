package org.pledge.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import oasis.names.tc.xacml._3_0.core.schema.wd_17.DecisionType;
import org.ow2.authzforce.core.pdp.api.AttributeFqn;
import org.ow2.authzforce.core.pdp.api.AttributeFqns;
import org.ow2.authzforce.core.pdp.api.value.Bags;
import org.ow2.authzforce.core.pdp.api.value.StandardDatatypes;
import org.ow2.authzforce.core.pdp.api.value.StringValue;
import org.ow2.authzforce.core.pdp.impl.BasePdpEngine;
import org.ow2.authzforce.core.pdp.impl.PdpEngineConfiguration;

/** The question asked of AuthzForce; building the request is part of asking, as its attributes differ every time. */
final class AuthzForce implements Callable<DecisionType> {
    private static final String CATEGORY = "urn:oasis:names:tc:xacml:3.0:attribute-category:";

    private final BasePdpEngine engine;
    private final List<String> grants;
    private final String asked;

    AuthzForce(Path configuration, List<String> grants, String asked) {
        this.engine =
                Blocks.call(() -> new BasePdpEngine(PdpEngineConfiguration.getInstance(configuration.toString())));
        this.grants = grants;
        this.asked = asked;
    }

    @Override
    public DecisionType call() {
        var request = engine.newRequestBuilder(-1, -1);
        List<StringValue> carried = new ArrayList<>(grants.size());
        grants.forEach(grant -> carried.add(new StringValue(grant)));
        request.putNamedAttributeIfAbsent(
                attribute("resource", "grants"), Bags.newAttributeBag(StandardDatatypes.STRING, carried));
        request.putNamedAttributeIfAbsent(
                attribute("action", "key"),
                Bags.singletonAttributeBag(StandardDatatypes.STRING, new StringValue(asked)));
        return engine.evaluate(request.build(false)).getDecision();
    }

    private static AttributeFqn attribute(String category, String name) {
        return AttributeFqns.newInstance(CATEGORY + category, Optional.empty(), name);
    }

    boolean permits() {
        return call() == DecisionType.PERMIT;
    }
}
