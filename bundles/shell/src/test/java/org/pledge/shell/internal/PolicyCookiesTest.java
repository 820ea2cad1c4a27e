package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pledge.Caller;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Need;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.visitor.CookieService;

class PolicyCookiesTest {
    private final FakeShell shell = FakeShell.withPolicyOf("korax")
            .with(CookieService.class, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("register");
                assertThat(((Caller) arguments[0]).tenant()).isEqualTo(new TenantId("korax"));
                return new CookieService.Register(
                        2,
                        List.of(
                                new Tracker(
                                        "prefs",
                                        TrackerType.COOKIE,
                                        true,
                                        "preferences",
                                        TrackerKind.PREFERENCE,
                                        Need.IMPLIED,
                                        Map.of(),
                                        "session",
                                        "",
                                        List.of("KX-18")),
                                new Tracker(
                                        "pixel",
                                        TrackerType.BEACON,
                                        false,
                                        "marketing",
                                        TrackerKind.MARKETING,
                                        Need.OPT_IN,
                                        Map.of("US", Need.IMPLIED),
                                        "",
                                        "a.example",
                                        List.of())));
            });

    @Test
    void listsTheRegisterOfTheTenant() throws IOException {
        PolicyCookies command = new PolicyCookies();
        command.tenant = "korax";
        command.output = "csv";

        assertThat(shell.run(command)).isZero();
        assertThat(shell.printed().lines().skip(1))
                .containsExactly(
                        "prefs,COOKIE,PREFERENCE,first-party,preferences,session,IMPLIED,,KX-18",
                        "pixel,BEACON,MARKETING,third-party,marketing,a.example,OPT_IN,US=IMPLIED,");
    }
}
