package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.map;
import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.set;
import static org.pledge.rest.internal.Contract.sorted;

import java.net.URI;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.pledge.TenantId;
import org.pledge.sharing.TransferRegister;

/** The schemas of {@code openapi.yaml} about partners and their agreements. */
final class PartnerContract {
    private PartnerContract() {}

    record PartnerPut(
            String recipient, Agreement agreement, String connector, URI endpoint, Map<String, String> settings) {
        PartnerPut {
            needed("recipient", recipient);
            needed("agreement", agreement);
            needed("endpoint", endpoint);
            connector = connector == null ? org.pledge.sharing.Partner.REST : connector;
            settings = settings == null ? Map.of() : map("settings", settings);
        }

        org.pledge.sharing.Partner toValue(TenantId tenant, String name, boolean suspended) {
            return new org.pledge.sharing.Partner(
                    tenant, name, recipient, agreement.toValue(), connector, endpoint, settings, suspended, 0);
        }
    }

    record Agreement(
            Set<String> fields,
            Set<String> purposes,
            String region,
            LocalDate from,
            LocalDate until,
            Attestation attestation,
            Safeguard safeguard) {
        Agreement {
            fields = set("fields", fields);
            purposes = set("purposes", purposes);
            needed("region", region);
            needed("from", from);
            needed("until", until);
        }

        static Agreement of(org.pledge.sharing.Partner.Agreement agreement) {
            return new Agreement(
                    sorted(agreement.fields()),
                    sorted(agreement.purposes()),
                    agreement.region(),
                    agreement.from(),
                    agreement.until(),
                    agreement
                            .attestation()
                            .map(a -> new Attestation(a.statement(), a.until()))
                            .orElse(null),
                    agreement.safeguard().map(Safeguard::of).orElse(null));
        }

        org.pledge.sharing.Partner.Agreement toValue() {
            return new org.pledge.sharing.Partner.Agreement(
                    fields,
                    purposes,
                    region,
                    from,
                    until,
                    Optional.ofNullable(attestation)
                            .map(a -> new org.pledge.sharing.Partner.Attestation(a.statement(), a.until())),
                    Optional.ofNullable(safeguard).map(Safeguard::toValue));
        }
    }

    record Safeguard(org.pledge.sharing.Partner.Mechanism mechanism, String id, LocalDate until) {
        Safeguard {
            needed("mechanism", mechanism);
            needed("id", id);
            needed("until", until);
        }

        static Safeguard of(org.pledge.sharing.Partner.Safeguard safeguard) {
            return new Safeguard(safeguard.mechanism(), safeguard.id(), safeguard.until());
        }

        org.pledge.sharing.Partner.Safeguard toValue() {
            return new org.pledge.sharing.Partner.Safeguard(mechanism, id, until);
        }
    }

    record TransferRegion(
            String partner, String recipient, String region, TransferRegister.State state, Safeguard safeguard) {
        static TransferRegion of(TransferRegister.Region one) {
            return new TransferRegion(
                    one.partner(),
                    one.recipient(),
                    one.region(),
                    one.state(),
                    one.safeguard().map(Safeguard::of).orElse(null));
        }
    }

    record Attestation(String statement, LocalDate until) {
        Attestation {
            needed("statement", statement);
            needed("until", until);
        }
    }

    record Partner(
            String name,
            String recipient,
            Agreement agreement,
            String connector,
            URI endpoint,
            Map<String, String> settings,
            boolean suspended,
            long version) {
        static Partner of(org.pledge.sharing.Partner p) {
            return new Partner(
                    p.name(),
                    p.recipient(),
                    Agreement.of(p.agreement()),
                    p.connector(),
                    p.endpoint(),
                    new TreeMap<>(p.settings()),
                    p.suspended(),
                    p.version());
        }
    }
}
