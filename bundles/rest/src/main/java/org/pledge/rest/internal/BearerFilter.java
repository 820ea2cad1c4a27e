package org.pledge.rest.internal;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Priority;
import javax.ws.rs.Priorities;
import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.core.HttpHeaders;
import org.apache.cxf.jaxrs.model.OperationResourceInfo;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.access.CredentialService;

/** Establishes who calls from a bearer token (RFC 6750), and whether their roles reach for the method called. */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter implements ContainerRequestFilter {
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,512}=*)");
    private static final String REALM = "Bearer realm=\"pledge\"";
    static final String INSUFFICIENT_SCOPE = REALM + ", error=\"insufficient_scope\"";

    private final Live<CredentialService> credentials;

    BearerFilter(Live<CredentialService> credentials) {
        this.credentials = credentials;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Message message = JAXRSUtils.getCurrentMessage();
        Method method = message.getExchange().get(OperationResourceInfo.class).getAnnotatedMethod();
        if (method.isAnnotationPresent(WithoutCredential.class)) {
            return;
        }
        Caller caller = authenticate(request.getHeaders().get(HttpHeaders.AUTHORIZATION));
        message.put(Caller.class, caller);
        Takes takes = method.getAnnotation(Takes.class);
        if (takes == null) {
            throw new PledgeException(PledgeException.Kind.DENIED, "nobody may do this");
        }
        (takes.waiting() ? caller.asAppointed() : caller).require(takes.value());
    }

    /** Whoever this one header {@code Authorization} shows to be calling. */
    Caller authenticate(List<String> headers) {
        if (headers == null || headers.isEmpty()) {
            throw unauthenticated("a credential is needed", REALM);
        }
        Matcher bearer = BEARER.matcher(headers.get(0));
        if (headers.size() > 1 || !bearer.matches()) {
            throw unauthenticated("the credential is not a bearer token", REALM + ", error=\"invalid_request\"");
        }
        return credentials
                .get()
                .authenticate(bearer.group(1))
                .orElseThrow(() -> unauthenticated(
                        "the credential is unknown, revoked or expired", REALM + ", error=\"invalid_token\""));
    }

    private static HttpRefusal unauthenticated(String text, String challenge) {
        return new HttpRefusal(
                401,
                "UNAUTHENTICATED",
                text,
                "Send the header 'Authorization: Bearer' with a token that an administrator issued.",
                Map.of(HttpHeaders.WWW_AUTHENTICATE, challenge));
    }
}
