package org.pledge.store.jpa.internal;

import java.net.URI;
import java.time.LocalDate;
import java.util.Optional;
import javax.persistence.Column;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.Table;
import org.pledge.database.Names;
import org.pledge.sharing.Partner;
import org.pledge.sharing.Partner.Agreement;
import org.pledge.sharing.Partner.Attestation;
import org.pledge.sharing.Partner.Mechanism;
import org.pledge.sharing.Partner.Safeguard;

/** A row of {@code partner}. */
@Entity
@Table(name = "partner")
public class PartnerEntity {
    @EmbeddedId
    private RowName key;

    private String recipient;
    private String fields;
    private String purposes;
    private String region;

    @Column(name = "valid_from")
    private LocalDate validFrom;

    @Column(name = "valid_until")
    private LocalDate validUntil;

    private String attestation;

    @Column(name = "attestation_until")
    private LocalDate attestationUntil;

    private String mechanism;

    @Column(name = "mechanism_id")
    private String mechanismId;

    @Column(name = "mechanism_until")
    private LocalDate mechanismUntil;

    private String connector;
    private String endpoint;
    private String settings;
    private boolean suspended;
    private long version;

    protected PartnerEntity() {}

    static PartnerEntity from(Partner partner) {
        Agreement agreement = partner.agreement();
        PartnerEntity entity = new PartnerEntity();
        entity.key = RowName.of(partner.tenant(), partner.name());
        entity.recipient = partner.recipient();
        entity.fields = Names.join(agreement.fields());
        entity.purposes = Names.join(agreement.purposes());
        entity.region = agreement.region();
        entity.validFrom = agreement.from();
        entity.validUntil = agreement.until();
        entity.attestation = agreement.attestation().map(Attestation::statement).orElse(null);
        entity.attestationUntil =
                agreement.attestation().map(Attestation::until).orElse(null);
        agreement.safeguard().ifPresent(safeguard -> {
            entity.mechanism = safeguard.mechanism().name();
            entity.mechanismId = safeguard.id();
            entity.mechanismUntil = safeguard.until();
        });
        entity.connector = partner.connector();
        entity.endpoint = partner.endpoint().toString();
        entity.settings = Names.joinPairs(partner.settings());
        entity.suspended = partner.suspended();
        entity.version = partner.version();
        return entity;
    }

    Partner toValue() {
        Optional<Attestation> attested =
                Optional.ofNullable(attestation).map(statement -> new Attestation(statement, attestationUntil));
        Optional<Safeguard> safeguard = Optional.ofNullable(mechanism)
                .map(name -> new Safeguard(Mechanism.valueOf(name), mechanismId, mechanismUntil));
        return new Partner(
                key.tenant(),
                key.name(),
                recipient,
                new Agreement(
                        Names.set(fields), Names.set(purposes), region, validFrom, validUntil, attested, safeguard),
                connector,
                URI.create(endpoint),
                Names.pairs(settings),
                suspended,
                version);
    }
}
