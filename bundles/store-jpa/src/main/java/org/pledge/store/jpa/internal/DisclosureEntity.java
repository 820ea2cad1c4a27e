package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.EmbeddedId;
import javax.persistence.Entity;
import javax.persistence.EnumType;
import javax.persistence.Enumerated;
import javax.persistence.Table;
import org.pledge.SubjectId;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** A row of {@code disclosure}, as read; {@link JpaSharingStore} writes it with plain SQL. */
@Entity
@Table(name = "disclosure")
public class DisclosureEntity {
    @EmbeddedId
    private RowId key;

    @Convert(converter = UuidConverter.class)
    private UUID subject;

    private String partner;
    private String purpose;
    private String fields;
    private String basis;
    private String promises;

    @Column(name = "policy_version")
    private int policyVersion;

    @Column(name = "legal_case")
    @Convert(converter = UuidConverter.class)
    private UUID legalCase;

    @Enumerated(EnumType.STRING)
    private State state;

    private int attempts;
    private Integer answer;

    @Convert(converter = InstantConverter.class)
    private Instant created;

    @Convert(converter = InstantConverter.class)
    private Instant deadline;

    @Convert(converter = InstantConverter.class)
    private Instant delivered;

    private byte[] supplied;

    @Column(name = "next_attempt")
    @Convert(converter = InstantConverter.class)
    private Instant nextAttempt;

    @Column(name = "claimed_until")
    @Convert(converter = InstantConverter.class)
    private Instant claimedUntil;

    @Convert(converter = InstantConverter.class)
    private Instant due;

    protected DisclosureEntity() {}

    /** When somebody has to act on it: to send it, or to take over a claim that lapsed. */
    static Optional<Instant> due(StoredDisclosure stored) {
        return switch (stored.disclosure().state()) {
            case QUEUED -> Optional.of(stored.nextAttempt());
            case SENDING -> stored.claimedUntil();
            case DELIVERED, CANCELLED, PARKED, DROPPED -> Optional.empty();
        };
    }

    Disclosure toDisclosure() {
        return new Disclosure(
                key.id(),
                key.tenant(),
                SubjectId.of(subject),
                partner,
                purpose,
                Names.set(fields),
                basis,
                Names.list(promises),
                policyVersion,
                Optional.ofNullable(legalCase),
                state,
                attempts,
                answer == null ? OptionalInt.empty() : OptionalInt.of(answer),
                created,
                deadline,
                Optional.ofNullable(delivered));
    }

    StoredDisclosure toValue() {
        return new StoredDisclosure(toDisclosure(), supplied.clone(), nextAttempt, Optional.ofNullable(claimedUntil));
    }
}
