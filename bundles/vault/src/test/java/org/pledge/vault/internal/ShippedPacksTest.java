package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService.Installation;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.vault.Network;
import org.pledge.vault.RevealService.Type;

/** What the five policies say about cards. */
final class ShippedPacksTest {
    private static final Path FOLDER = Path.of("..", "..", "etc", "policies");

    private static CardRules rules(String tenant) throws IOException {
        World world = new World();
        DefaultPolicyService policies = new DefaultPolicyService(world.main, world.main, world.audit, world.clock);
        Caller officer = new Caller(new TenantId(tenant), "officer", Set.of(Role.OFFICER));
        String file = tenant + ".policy.yaml";
        assertThat(policies.install(officer, file, Files.readString(FOLDER.resolve(file))))
                .isInstanceOf(Installation.Installed.class);
        return new CardRules(policies.current(new TenantId(tenant)));
    }

    private static String told(CardRules.Ruling ruling) {
        return (ruling.permitted() ? "yes" : "no") + " " + String.join(" ", ruling.promises());
    }

    @ParameterizedTest
    @CsvSource({
        "anonymizer,  yes AN-7,  yes AN-7,  yes AN-7,  no AN-8",
        "korax,       yes KX-13, no KX-13,  no KX-13,  no KX-13",
        "opentracker, yes OT-7,  no OT-7,   no OT-7,   no OT-7",
        "iwebtrack,   no IW-1 IW-3, no IW-1 IW-3, no IW-1 IW-3, no IW-1 IW-3",
        "anyip,       no AI-19,  no AI-19,  no AI-19,  no AI-19"
    })
    void takeWhatTheyName(String tenant, String card, String address, String visaCode, String amexCode)
            throws IOException {
        CardRules rules = rules(tenant);
        assertThat(List.of(
                        told(rules.intake()),
                        told(rules.taken("card-address")),
                        told(rules.securityCode(Network.VISA)),
                        told(rules.securityCode(Network.AMEX))))
                .containsExactly(card, address, visaCode, amexCode);
    }

    @ParameterizedTest
    @CsvSource({"anonymizer, AN-9 AN-11", "korax, KX-13", "opentracker, OT-7"})
    void letACardPayAndNothingElse(String tenant, String promises) throws IOException {
        CardRules rules = rules(tenant);
        for (String purpose : List.of("payment", "refund", "chargeback")) {
            assertThat(told(rules.purpose(purpose))).isEqualTo("yes " + promises);
        }
        for (String purpose : List.of("marketing", "contact", "identity-verification", "")) {
            assertThat(told(rules.purpose(purpose))).isEqualTo("no " + promises);
        }
    }

    @ParameterizedTest
    @CsvSource({"korax, yes KX-17", "anonymizer, no AN-9 AN-11", "opentracker, no OT-7"})
    void letANumberBeSeenWhereTheySaySo(String tenant, String told) throws IOException {
        CardRules rules = rules(tenant);
        assertThat(Stream.of(Type.values()).map(rules::reveal).map(ShippedPacksTest::told))
                .containsOnly(told);
    }
}
