package org.pledge.routes.internal;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultRoutesLoader;
import org.pledge.PledgeException;

/** What routes wait for: components by their names, and other things, whose names begin with their kind. */
record Needs(DefaultCamelContext camel, Services services) {
    static final String CONNECTOR = "connector:";
    static final String TEMPLATE = "template:";
    static final String SECRET = "secret:";
    static final String FORMAT = "dataformat:";
    static final String LOADER = "routes-loader:";

    boolean met(String need) {
        int colon = need.indexOf(':') + 1;
        String name = need.substring(colon);
        return switch (need.substring(0, colon)) {
            case CONNECTOR -> services.connectors().apply(name).isPresent();
            case TEMPLATE -> camel.getRouteTemplateDefinition(name) != null;
            case SECRET -> usable(name);
            case FORMAT -> camel.resolveDataFormat(name) != null;
            case LOADER -> loadable(name);
            default -> camel.getComponent(name, true, false) != null;
        };
    }

    private boolean usable(String secret) {
        try {
            return services.secrets().find(secret).isPresent();
        } catch (PledgeException e) {
            return false;
        }
    }

    private boolean loadable(String format) {
        try (DefaultRoutesLoader loader = new DefaultRoutesLoader(camel)) {
            return loader.getRoutesLoader(format) != null;
        } catch (Exception e) {
            return false;
        }
    }
}
