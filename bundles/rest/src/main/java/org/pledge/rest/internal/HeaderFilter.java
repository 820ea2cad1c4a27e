package org.pledge.rest.internal;

import java.util.Map;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerResponseContext;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.core.MultivaluedMap;

/** Puts the security headers on every answer that does not set its own. */
final class HeaderFilter implements ContainerResponseFilter {
    static final String CSP = "Content-Security-Policy";
    static final Map<String, String> DEFAULTS = Map.of(
            "X-Content-Type-Options",
            "nosniff",
            "Cache-Control",
            "no-store",
            CSP,
            "default-src 'none'; frame-ancestors 'none'");

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        DEFAULTS.forEach((name, value) -> {
            if (!headers.containsKey(name)) {
                headers.putSingle(name, value);
            }
        });
    }
}
