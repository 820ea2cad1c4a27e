package org.pledge.rest.internal;

import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerResponseContext;
import javax.ws.rs.container.ContainerResponseFilter;
import javax.ws.rs.core.MultivaluedMap;

/** Puts the security headers on every answer that does not set its own. */
final class HeaderFilter implements ContainerResponseFilter {
    static final String CSP = "Content-Security-Policy";

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle("X-Content-Type-Options", "nosniff");
        if (!headers.containsKey("Cache-Control")) {
            headers.putSingle("Cache-Control", "no-store");
        }
        if (!headers.containsKey(CSP)) {
            headers.putSingle(CSP, "default-src 'none'; frame-ancestors 'none'");
        }
    }
}
