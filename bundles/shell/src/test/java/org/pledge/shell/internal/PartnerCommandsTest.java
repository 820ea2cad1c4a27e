package org.pledge.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pledge.TenantId;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Signed;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerOrigins;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.PartnerService.Check;
import org.pledge.sharing.PartnerService.Standing;

class PartnerCommandsTest {
    private final FakeShell shell = FakeShell.withPolicyOf("korax");
    private final List<Partner> put = new ArrayList<>();
    private List<Check> checks = List.of();

    PartnerCommandsTest() {
        shell.with(PartnerService.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "all" -> List.of(partner("korax", "post", "rest"), partner("opentracker", "drop", "sftp"));
            case "list" -> List.of(partner("korax", "post", "rest"));
            case "find" ->
                Optional.of(partner("korax", "post", "rest"))
                        .filter(one -> one.name().equals(arguments[1]));
            case "standing" -> Standing.ACTIVE;
            case "connectors" -> Set.of("rest");
            case "backlog" -> arguments[0].equals(new TenantId("korax")) ? Map.of("post", new Backlog(3, 2)) : Map.of();
            case "test" -> checks;
            case "put" -> {
                put.add((Partner) arguments[1]);
                yield arguments[1];
            }
            default -> throw new AssertionError(method.getName());
        });
    }

    private static Partner partner(String tenant, String name, String connector) {
        return new Partner(
                new TenantId(tenant),
                name,
                "shipping-partner",
                new Partner.Agreement(
                        Set.of("name", "email"),
                        Set.of("delivery"),
                        "US",
                        LocalDate.of(2026, 1, 1),
                        LocalDate.of(2027, 12, 31),
                        Optional.of(new Partner.Attestation("no-retention", LocalDate.of(2027, 1, 31)))),
                connector,
                URI.create("https://partner.example/inbox"),
                Map.of("credentials", tenant + ".post"),
                false,
                7);
    }

    private static <C extends TenantCommand> C ofKorax(C command) {
        command.tenant = "korax";
        return command;
    }

    @Test
    void listsWhereEachPartnerStandsAndWhatWaitsForIt() throws IOException {
        PartnerList list = new PartnerList();
        list.output = "csv";

        assertThat(shell.run(list)).isZero();
        assertThat(shell.printed())
                .isEqualTo("Tenant,Partner,Recipient,Connector,Host,State,Key,Queued,Parked\r\n"
                        + "korax,post,shipping-partner,rest,partner.example,ACTIVE,,3,2\r\n"
                        + "opentracker,drop,shipping-partner,sftp,partner.example,NO_ROUTE,,0,0\r\n");
    }

    @Test
    void saysWhichFilesRestOnAKeyThatIsNoLongerTrusted() throws IOException {
        shell.with(PartnerOrigins.class, (proxy, method, arguments) -> Optional.of(arguments[1] + ".partner.yaml"));
        shell.with(
                ArtifactTrust.class,
                (proxy, method, arguments) -> List.of(
                        new Signed(Target.PARTNER, "drop.partner.yaml", 4, "ab12", true),
                        new Signed(Target.PARTNER, "post.partner.yaml", 3, "cd34", false),
                        new Signed(Target.ROUTE, "drop.partner.yaml", 5, "cd34", false)));
        PartnerList list = new PartnerList();
        list.output = "csv";
        DeployList deployed = new DeployList();
        deployed.output = "csv";

        assertThat(shell.run(list)).isZero();
        assertThat(shell.run(deployed)).isZero();
        assertThat(shell.printed())
                .contains("korax,post,shipping-partner,rest,partner.example,ACTIVE,NOT_TRUSTED,3,2\r\n")
                .contains("opentracker,drop,shipping-partner,sftp,partner.example,NO_ROUTE,trusted,0,0\r\n")
                .contains("Target,Name,Version,Signed by,Key\r\n")
                .contains("PARTNER,post.partner.yaml,3,cd34,NOT_TRUSTED\r\n")
                .contains("PARTNER,drop.partner.yaml,4,ab12,trusted\r\n");
    }

    @Test
    void listsOneTenantAlone() throws IOException {
        PartnerList list = new PartnerList();
        list.tenant = "korax";

        assertThat(shell.run(list)).isZero();
        assertThat(shell.printed()).contains("post").doesNotContain("opentracker");
    }

    @Test
    void whatStopsAPartnerIsSaidBeforeThatItsConnectorIsAway() {
        assertThat(PartnerList.state(Standing.ATTESTATION_MISSING, false)).isEqualTo("ATTESTATION_MISSING");
        assertThat(PartnerList.state(Standing.EXPIRED, true)).isEqualTo("EXPIRED");
        assertThat(PartnerList.state(Standing.ACTIVE, false)).isEqualTo("NO_ROUTE");
    }

    @Test
    void showsAPartner() throws IOException {
        PartnerShow show = ofKorax(new PartnerShow());
        show.name = "post";
        show.noFormat = true;

        assertThat(shell.run(show)).isZero();
        assertThat(shell.printed())
                .contains("https://partner.example/inbox", "credentials=korax.post", "2026-01-01 to 2027-12-31")
                .contains("no-retention until 2027-01-31", "email, name");
        show.name = "nobody";
        assertThat(shell.run(show)).isEqualTo(4);
    }

    @Test
    void eachCheckIsALineAndAFailureAnExitCode() throws IOException {
        PartnerTestCommand test = ofKorax(new PartnerTestCommand());
        test.name = "post";
        checks = List.of(new Check("agreement", true, "valid from 2026-01-01 to 2027-12-31", ""));
        assertThat(shell.run(test)).isZero();
        checks = List.of(
                checks.get(0), new Check("connection", false, "127.0.0.1:9 does not answer", "Start the system."));
        assertThat(shell.run(test)).isEqualTo(1);
        assertThat(shell.printed())
                .isEqualTo("ok      agreement: valid from 2026-01-01 to 2027-12-31.\n".repeat(2)
                        + "failed  connection: 127.0.0.1:9 does not answer. Start the system.\n");
    }

    @Test
    void aPartnerIsPutWithItsConnectorAndSettings() throws IOException {
        PartnerPut command = ofKorax(new PartnerPut());
        command.name = "drop";
        command.endpoint = "sftp://partner.example/in";
        command.recipient = "shipping-partner";
        command.field = List.of("email");
        command.purpose = List.of("delivery");
        command.region = "US";
        command.until = "2027-12-31";
        command.connector = "sftp";
        command.setting = List.of("host-key=SHA256:a=", "credentials=korax.drop");

        assertThat(shell.run(command)).isZero();
        assertThat(put).singleElement().satisfies(partner -> {
            assertThat(partner.connector()).isEqualTo("sftp");
            assertThat(partner.settings()).isEqualTo(Map.of("host-key", "SHA256:a=", "credentials", "korax.drop"));
        });
        command.setting = List.of("host-key");
        assertThat(shell.run(command)).isEqualTo(2);
        assertThat(shell.printed()).contains("--setting must be name=value");
    }
}
