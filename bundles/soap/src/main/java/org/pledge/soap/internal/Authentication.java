package org.pledge.soap.internal;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.namespace.QName;
import org.apache.cxf.binding.soap.SoapMessage;
import org.apache.cxf.binding.soap.interceptor.AbstractSoapInterceptor;
import org.apache.cxf.headers.Header;
import org.apache.cxf.helpers.CastUtils;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.Phase;
import org.pledge.Caller;
import org.pledge.access.CredentialService;
import org.pledge.access.CredentialService.UsernameToken;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Establishes who calls, from a bearer token (RFC 6750) or a UsernameToken with a digest (WS-Security 1.1). It reads the
 * one header that this takes itself, because CXF's module for it brings SAML, Guava and Ehcache along.
 */
final class Authentication extends AbstractSoapInterceptor {
    static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    private static final String WSU =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    private static final String DIGEST =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
    private static final String BASE64 =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
    private static final QName SECURITY = new QName(WSSE, "Security");
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,512}=*)");
    private static final String REALM = "Bearer realm=\"pledge\"";
    private static final int LONGEST_NAME = 200;

    private final Live<CredentialService> credentials;
    private final Clock clock;

    Authentication(Live<CredentialService> credentials, Clock clock) {
        super(Phase.PRE_PROTOCOL);
        this.credentials = credentials;
        this.clock = clock;
    }

    @Override
    public Set<QName> getUnderstoodHeaders() {
        return Set.of(SECURITY);
    }

    @Override
    public void handleMessage(SoapMessage message) {
        Map<String, List<String>> http = CastUtils.cast((Map<?, ?>) message.get(Message.PROTOCOL_HEADERS));
        List<String> authorization = http.getOrDefault("Authorization", List.of());
        List<Header> security = message.getHeaders().stream()
                .filter(header -> header.getName().equals(SECURITY))
                .toList();
        if (authorization.size() + security.size() == 0) {
            throw refused("a credential is needed", REALM);
        }
        if (authorization.size() + security.size() > 1) {
            throw refused("there is more than one credential", REALM + ", error=\"invalid_request\"");
        }
        Optional<Caller> caller = security.isEmpty()
                ? credentials.get().authenticate(bearer(authorization.get(0)))
                : credentials.get().authenticate(usernameToken(security.get(0)));
        message.put(
                Caller.class,
                caller.orElseThrow(() ->
                        refused("the credential is unknown, revoked or expired", REALM + ", error=\"invalid_token\"")));
    }

    private static String bearer(String authorization) {
        Matcher bearer = BEARER.matcher(authorization);
        if (!bearer.matches()) {
            throw refused("the credential is not a bearer token", REALM + ", error=\"invalid_request\"");
        }
        return bearer.group(1);
    }

    private UsernameToken usernameToken(Header header) {
        if (!(header.getObject() instanceof Element security)) {
            throw unreadable("the Security header cannot be read");
        }
        Optional<Element> token = Optional.empty();
        for (Element child : children(security)) {
            if (is(child, WSSE, "UsernameToken") && token.isEmpty()) {
                token = Optional.of(child);
            } else if (is(child, WSU, "Timestamp")) {
                checkNotExpired(child);
            } else {
                throw unreadable("the Security header must hold one UsernameToken, and at most a Timestamp beside it");
            }
        }
        return usernameToken(token.orElseThrow(() -> unreadable("the Security header holds no UsernameToken")));
    }

    private static UsernameToken usernameToken(Element token) {
        Element password = only(token, WSSE, "Password");
        Element nonce = only(token, WSSE, "Nonce");
        if (!password.getAttribute("Type").equals(DIGEST)) {
            throw unreadable("the password must be of type PasswordDigest; one in clear text is not taken");
        }
        if (nonce.hasAttribute("EncodingType")
                && !nonce.getAttribute("EncodingType").equals(BASE64)) {
            throw unreadable("the nonce must be encoded as Base64Binary");
        }
        String username = only(token, WSSE, "Username").getTextContent().strip();
        if (username.length() > LONGEST_NAME) {
            throw unreadable("the user name is too long");
        }
        return new UsernameToken(
                username, base64(nonce), only(token, WSU, "Created").getTextContent(), base64(password));
    }

    private void checkNotExpired(Element timestamp) {
        for (Element child : children(timestamp)) {
            if (is(child, WSU, "Expires") && !time(child).toInstant().isAfter(clock.instant())) {
                throw unreadable("the Timestamp has expired");
            }
        }
    }

    private static OffsetDateTime time(Element element) {
        try {
            return OffsetDateTime.parse(element.getTextContent().strip());
        } catch (DateTimeException e) {
            throw unreadable("the Timestamp holds no time such as 2026-01-31T12:00:00Z");
        }
    }

    private static byte[] base64(Element element) {
        try {
            return Base64.getDecoder().decode(element.getTextContent().strip());
        } catch (IllegalArgumentException e) {
            throw unreadable("password and nonce must be in Base64");
        }
    }

    private static Element only(Element parent, String namespace, String name) {
        List<Element> found = children(parent).stream()
                .filter(child -> is(child, namespace, name))
                .toList();
        if (found.size() != 1) {
            throw unreadable("the UsernameToken must hold one Username, Password, Nonce and Created");
        }
        return found.get(0);
    }

    private static boolean is(Element element, String namespace, String name) {
        return namespace.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static HttpRefusal unreadable(String text) {
        return refused(text, REALM);
    }

    private static HttpRefusal refused(String text, String challenge) {
        return new HttpRefusal(
                401,
                "UNAUTHENTICATED",
                text,
                "Send the header 'Authorization: Bearer', or a UsernameToken with PasswordDigest, Nonce and Created.",
                Map.of("WWW-Authenticate", challenge));
    }
}
