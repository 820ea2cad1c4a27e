package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.rights.SelfService.SignedIn;

/** How often somebody may sign in in vain. */
class SignInLimitsTest {
    private static final String RIGHT = "the right one";

    private final Platform platform = new Platform();
    private int looked;

    @BeforeEach
    void answer() {
        platform.selfService.on("signIn", args -> {
            looked++;
            if (new String((char[]) args[2]).equals(RIGHT)) {
                return new SignedIn(SubjectId.random(), "P".repeat(43));
            }
            throw new PledgeException(Kind.UNAUTHENTICATED, "they do not fit").remedy("Wait.");
        });
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private HttpResponse<String> signIn(String tenant, String password, String... from) {
        List<String> headers = new ArrayList<>();
        for (String each : from) {
            headers.addAll(List.of("X-Forwarded-For", each));
        }
        return platform.send(platform.request(
                "POST",
                "self-service/" + tenant + "/sign-ins",
                "{\"name\":\"ada\",\"password\":\"" + password + "\"}",
                headers.toArray(String[]::new)));
    }

    private HttpResponse<String> exhaust(String tenant, String... from) {
        for (int i = 0; i < SignInLimits.MOST; i++) {
            assertThat(signIn(tenant, "wrong", from).statusCode()).isEqualTo(401);
        }
        return signIn(tenant, "wrong", from);
    }

    @Test
    void whoeverTriesTooOftenIsToldWhenToComeBack() {
        HttpResponse<String> answer = exhaust("korax", "192.0.2.7");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).contains("TOO_MANY_TRIES", "Retry-After");
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 601);
        int before = looked;
        assertThat(signIn("korax", RIGHT, "192.0.2.7").statusCode()).isEqualTo(429);
        assertThat(looked).isEqualTo(before);
    }

    @Test
    void nobodyElseIsKeptOut() {
        exhaust("korax", "192.0.2.7");
        assertThat(signIn("korax", RIGHT, "192.0.2.8").statusCode()).isEqualTo(200);
        assertThat(signIn("anyip", RIGHT, "192.0.2.7").statusCode()).isEqualTo(200);
    }

    @Test
    void whatACallerSaysOfItselfIsNotBelieved() {
        exhaust("korax", "198.51.100.1, 192.0.2.7");
        assertThat(signIn("korax", RIGHT, "203.0.113.9, 203.0.113.10, 192.0.2.7")
                        .statusCode())
                .isEqualTo(429);
        assertThat(signIn("korax", RIGHT, "203.0.113.9", "192.0.2.7").statusCode())
                .isEqualTo(429);
        assertThat(signIn("korax", RIGHT, "192.0.2.7, 203.0.113.9").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSiteOfIpv6IsOneAddress() {
        exhaust("korax", "2001:db8:1:2::1");
        assertThat(signIn("korax", RIGHT, "2001:db8:1:2:ffff::7").statusCode()).isEqualTo(429);
        assertThat(signIn("korax", RIGHT, "2001:db8:1:3::1").statusCode()).isEqualTo(200);
    }

    @Test
    void whoIsLetInUsesNothingUp() {
        for (int i = 0; i < 2 * SignInLimits.MOST; i++) {
            assertThat(signIn("korax", RIGHT, "192.0.2.7").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutAnAddressNobodyIsKeptOut() {
        for (int i = 0; i <= SignInLimits.MOST; i++) {
            assertThat(signIn("korax", "wrong").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void thePageSaysItToo() {
        exhaust("korax", "192.0.2.7");
        HttpResponse<String> page = platform.send(platform.request(
                "POST",
                "self-service/korax/sign-in",
                "name=ada&password=x",
                "Content-Type",
                "application/x-www-form-urlencoded",
                "X-Forwarded-For",
                "192.0.2.7"));
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Retry-After")).isPresent();
        assertThat(page.body()).contains("ask for a link");
    }

    private final Instant[] now = {Platform.NOW};
    private final SignInLimits limits = new SignInLimits(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new AssertionError("unexpected");
        }

        @Override
        public Instant instant() {
            return now[0];
        }
    });

    /** How many tries from there are looked at. */
    private int looksAt(String address) {
        HttpServletRequest request = Stub.of(HttpServletRequest.class)
                .on("getRemoteAddr", args -> address)
                .get();
        for (int i = 0; i <= SignInLimits.MOST; i++) {
            try {
                limits.limited(Platform.TENANT, request, () -> {
                    throw new PledgeException(Kind.UNAUTHENTICATED, "they do not fit");
                });
            } catch (PledgeException e) {
                continue;
            } catch (HttpRefusal e) {
                return i;
            }
        }
        throw new AssertionError("there is no limit");
    }

    @Test
    void tenMinutesLaterTheyAreLookedAtAgain() {
        assertThat(looksAt("192.0.2.7")).isEqualTo(SignInLimits.MOST);
        now[0] = now[0].plusSeconds(600).minusNanos(1);
        assertThat(looksAt("192.0.2.7")).isZero();
        now[0] = now[0].plusNanos(1);
        assertThat(looksAt("192.0.2.7")).isEqualTo(SignInLimits.MOST);
    }

    @Test
    void underAttackEachGetsFewerTriesAndNobodyNone() {
        for (int i = 0; i * SignInLimits.MOST < SignInLimits.ATTACK; i++) {
            assertThat(looksAt("192.0.2." + i)).isEqualTo(SignInLimits.MOST);
        }
        assertThat(looksAt("203.0.113.9")).isEqualTo(SignInLimits.MOST_UNDER_ATTACK);
        assertThat(looksAt("203.0.113.10")).isEqualTo(SignInLimits.MOST_UNDER_ATTACK);
    }
}
