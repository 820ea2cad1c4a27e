package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.soap.internal.Platform.element;
import static org.pledge.soap.internal.Platform.envelope;
import static org.pledge.soap.internal.Platform.security;
import static org.pledge.soap.internal.Platform.usernameToken;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.access.CredentialService.Issued;

class AuthenticationTest {
    private static final String DECIDE = element("decide", OperationsTest.ASK);
    private static final String USER = "korax/the-partner";

    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
        platform.sharing.on("explain", args -> OperationsTest.DENIED);
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    @BeforeEach
    void forget() {
        platform.sharing.calls().clear();
    }

    private static String password() {
        return platform.password(Role.PARTNER);
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.body())
                .contains("<code>UNAUTHENTICATED</code>", "<status>401</status>", "FailedAuthentication</faultcode>")
                .doesNotContain("<remedy></remedy>");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(platform.sharing.calls()).isEmpty();
        XsdTest.assertFollowsTheSchema(answer.body());
    }

    @Test
    void asksForACredentialAndSaysHow() {
        HttpResponse<String> answer = platform.with("", DECIDE);

        assertRefused(answer);
        assertThat(answer.body()).contains("a credential is needed", "UsernameToken with PasswordDigest");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"pledge\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic T1BFUkFUT1I6eA==", "Bearer", "Bearer a b", "Bearer nobody", "Digest x"})
    void takesNoOtherAuthorization(String header) {
        assertRefused(platform.send(platform.post(envelope("", DECIDE)).header("Authorization", header)));
    }

    @Test
    void takesNoSecondCredential() {
        assertRefused(platform.send(platform.post(envelope(usernameToken(USER, password()), DECIDE))
                .header("Authorization", "Bearer " + platform.token(Role.OPERATOR))));
        assertRefused(platform.with(usernameToken(USER, password()) + usernameToken(USER, password()), DECIDE));
        String twice = usernameToken(USER, password());
        String inner = twice.substring(twice.indexOf("<wsse:UsernameToken"), twice.indexOf("</wsse:Security>"));
        assertRefused(platform.with(twice.replace("</wsse:Security>", inner + "</wsse:Security>"), DECIDE));
    }

    @Test
    void refusesWhatWasSentBefore() {
        String header = usernameToken(USER, password());
        assertThat(platform.with(header, DECIDE).statusCode()).isEqualTo(200);
        platform.sharing.calls().clear();

        HttpResponse<String> answer = platform.with(header, DECIDE);

        assertRefused(answer);
        assertThat(answer.body()).contains("nonce was used");
    }

    @Test
    void refusesWhatIsTooOldOrTooFarAhead() {
        for (long seconds : new long[] {-301, 62, -100_000, 100_000}) {
            String created = Instant.now().plusSeconds(seconds).toString();
            assertRefused(platform.with(usernameToken(USER, password(), "0123456789abcdef", created), DECIDE));
        }
    }

    @Test
    void aTokenFromBeforeTheStartIsToBeMadeAgain() {
        String created = Instant.now().minusSeconds(200).toString();

        HttpResponse<String> answer =
                platform.with(usernameToken(USER, password(), "0123456789abcdef", created), DECIDE);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains("<code>UNAVAILABLE</code>", "new nonce");
    }

    @Test
    void refusesAnotherPasswordUserOrTenant() {
        assertRefused(platform.with(usernameToken(USER, "wrong"), DECIDE));
        assertRefused(platform.with(usernameToken(USER, platform.token(Role.PARTNER)), DECIDE));
        assertRefused(platform.with(usernameToken("korax/the-operator", password()), DECIDE));
        assertRefused(platform.with(usernameToken("anyip/the-partner", password()), DECIDE));
        assertRefused(platform.with(usernameToken("the-partner", password()), DECIDE));
        assertRefused(platform.with(usernameToken("", password()), DECIDE));
    }

    @Test
    void aReplacedOrRevokedCredentialIsUseless() {
        Issued first = platform.issue("other-partner", Role.PARTNER);
        Issued second = platform.issue("other-partner", Role.PARTNER);
        assertRefused(platform.with(usernameToken("korax/other-partner", first.password()), DECIDE));
        assertThat(platform.with(usernameToken("korax/other-partner", second.password()), DECIDE)
                        .statusCode())
                .isEqualTo(200);
        platform.sharing.calls().clear();
        platform.credentials.revoke(
                new Caller(Platform.TENANT, "admin", java.util.Set.of(Role.ADMIN)), "other-partner");
        assertRefused(platform.with(usernameToken("korax/other-partner", second.password()), DECIDE));
    }

    static Stream<String> otherSecurityHeaders() {
        String good = usernameToken(USER, "x");
        String now = Instant.now().toString();
        return Stream.of(
                security(""),
                security("text"),
                security("<wsse:BinarySecurityToken>AAAA</wsse:BinarySecurityToken>"),
                security("<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>"),
                security("<wsse:UsernameToken/>"),
                security("<wsse:UsernameToken><wsse:Username>" + USER + "</wsse:Username></wsse:UsernameToken>"),
                good.replaceFirst("<wsse:Nonce>.*</wsse:Nonce>", ""),
                good.replaceFirst("<wsse:Nonce>.*</wsse:Nonce>", "<wsse:Nonce>?</wsse:Nonce>"),
                good.replaceFirst("<wsse:Nonce>.*</wsse:Nonce>", "<wsse:Nonce></wsse:Nonce>"),
                good.replaceFirst("<wsse:Nonce>", "<wsse:Nonce EncodingType=\"urn:hex\">"),
                good.replaceFirst("<wsu:Created>.*</wsu:Created>", ""),
                good.replaceFirst("<wsu:Created>.*</wsu:Created>", "<wsu:Created>today</wsu:Created>"),
                good.replace("PasswordDigest", "PasswordText"),
                good.replaceFirst("Type=\"[^\"]*\"", ""),
                good.replace("<wsse:Username>", "<wsse:Username>a</wsse:Username><wsse:Username>"),
                good.replace("<wsse:Username>", "<wsse:Username>" + "a".repeat(300)),
                security("<wsu:Timestamp><wsu:Created>" + now + "</wsu:Created></wsu:Timestamp>"),
                good.replace(
                        "<wsse:UsernameToken>",
                        "<wsu:Timestamp><wsu:Expires>2026-01-01T00:00:00Z</wsu:Expires></wsu:Timestamp>"
                                + "<wsse:UsernameToken>"));
    }

    @ParameterizedTest
    @MethodSource("otherSecurityHeaders")
    void takesNoOtherSecurityHeader(String header) {
        assertRefused(platform.with(header, DECIDE));
    }

    @Test
    void refusesThePasswordInClearText() {
        String header = security("<wsse:UsernameToken><wsse:Username>" + USER + "</wsse:Username><wsse:Password Type=\""
                + Platform.DIGEST.replace("Digest", "Text") + "\">" + password()
                + "</wsse:Password><wsse:Nonce>AAAAAAAAAAAAAAAAAAAAAA==</wsse:Nonce><wsu:Created>" + Instant.now()
                + "</wsu:Created></wsse:UsernameToken>");

        HttpResponse<String> answer = platform.with(header, DECIDE);

        assertRefused(answer);
        assertThat(answer.body()).contains("clear text").doesNotContain(password());
    }

    @Test
    void takesATimestampThatHasNotExpired() {
        String header = usernameToken(USER, password())
                .replace(
                        "<wsse:UsernameToken>",
                        "<wsu:Timestamp><wsu:Created>" + Instant.now() + "</wsu:Created><wsu:Expires>"
                                + Instant.now().plusSeconds(60) + "</wsu:Expires></wsu:Timestamp><wsse:UsernameToken>");

        assertThat(platform.with(header, DECIDE).statusCode()).isEqualTo(200);
    }

    @Test
    void aPartnerThatAsksForAnotherIsRefusedByTheService() {
        platform.sharing.on("explain", args -> {
            ((Caller) args[0]).requireOrBe(((org.pledge.sharing.SharingService.Request) args[1]).partner());
            return OperationsTest.DENIED;
        });
        try {
            assertThat(platform.with(usernameToken(USER, password()), DECIDE).body())
                    .contains("<code>DENIED</code>", "on its own behalf");
        } finally {
            platform.sharing.on("explain", args -> OperationsTest.DENIED);
        }
    }
}
