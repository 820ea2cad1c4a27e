package org.pledge.shell.internal;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;

/** Registers a partner or replaces it. */
@Service
@Command(
        scope = "partner",
        name = "put",
        description = "Registers a partner or replaces it",
        detailedDescription =
                """
            Example: partner:put --tenant korax --recipient shipping-partner --field name --field email --purpose delivery --region CA --until 2027-12-31 parcelway https://parcelway.example/inbox
            """)
public final class PartnerPut extends TenantCommand {
    @Argument(index = 0, name = "name", description = "The partner name", required = true)
    String name;

    @Argument(
            index = 1,
            name = "endpoint",
            description = "Where its system listens, such as https://host/path; unencrypted on this machine only",
            required = true)
    String endpoint;

    @Option(name = "--recipient", description = "The recipient of the policy that it is", required = true)
    String recipient;

    @Option(
            name = "--field",
            multiValued = true,
            description = "A kind of data it may receive; may be repeated",
            required = true)
    List<String> field;

    @Option(name = "--purpose", multiValued = true, description = "What for; may be repeated", required = true)
    List<String> purpose;

    @Option(name = "--region", description = "Where it processes the data, ISO 3166", required = true)
    String region;

    @Option(name = "--from", description = "First day of validity")
    String from;

    @Option(name = "--until", description = "Last day of validity", required = true)
    String until;

    @Option(name = "--connector", description = "How it is reached: rest, or another installed connector")
    String connector = Partner.REST;

    @Option(
            name = "--setting",
            multiValued = true,
            description = "A setting of the connector as name=value; may be repeated")
    List<String> setting = List.of();

    @Option(name = "--attestation", description = "What it attested, such as no-retention")
    String attestation;

    @Option(name = "--attestation-until", description = "Last day of that attestation")
    String attestationUntil;

    @Option(name = "--safeguard", description = "What lets data go there from elsewhere: adequacy, scc or bcr")
    String safeguard;

    @Option(name = "--safeguard-id", description = "The number of that decision, of the clauses or rules")
    String safeguardId;

    @Option(name = "--safeguard-until", description = "Last day of that safeguard")
    String safeguardUntil;

    private Optional<Partner.Safeguard> safeguard() {
        if (safeguard == null) {
            return Optional.empty();
        }
        if (safeguardId == null) {
            throw new PledgeException(PledgeException.Kind.INVALID, "--safeguard-id is missing")
                    .remedy("Give the number of the decision, of the signed clauses or rules.");
        }
        return Optional.of(new Partner.Safeguard(
                oneOf(Partner.Mechanism.class, "--safeguard", safeguard),
                safeguardId,
                Days.parse("--safeguard-until", safeguardUntil)));
    }

    @Override
    int run() {
        Optional<Partner.Attestation> attested = attestation == null
                ? Optional.empty()
                : Optional.of(
                        new Partner.Attestation(attestation, Days.parse("--attestation-until", attestationUntil)));
        Partner partner = new Partner(
                tenant(),
                name,
                recipient,
                new Partner.Agreement(
                        Set.copyOf(field),
                        Set.copyOf(purpose),
                        region,
                        from == null ? LocalDate.now(java.time.ZoneOffset.UTC) : Days.parse("--from", from),
                        Days.parse("--until", until),
                        attested,
                        safeguard()),
                connector,
                Ids.uri(endpoint),
                settings(setting),
                false,
                0);
        Partner kept = service(PartnerService.class).put(caller(), partner, OptionalLong.empty());
        out().println("Partner " + kept.name() + " is registered, version " + kept.version() + ".");
        return 0;
    }

    private static Map<String, String> settings(List<String> pairs) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String pair : pairs) {
            int sign = pair.indexOf('=');
            if (sign < 1 || settings.put(pair.substring(0, sign), pair.substring(sign + 1)) != null) {
                throw new PledgeException(PledgeException.Kind.INVALID, "--setting must be name=value, each name once")
                        .remedy("Write it as --setting credentials=NAME.");
            }
        }
        return settings;
    }
}
