package org.pledge.sharing.spi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;

/** Keeps partners, legal cases and disclosures. Every method joins the current transaction. */
public interface SharingStore {
    /**
     * A disclosure with what is needed to carry it out.
     *
     * @param supplied values that came with the request, sealed; empty array when there were none
     * @param nextAttempt when it is due
     * @param claimedUntil when a claim lapses; empty when it is not claimed
     */
    record StoredDisclosure(
            Disclosure disclosure, byte[] supplied, Instant nextAttempt, Optional<Instant> claimedUntil) {}

    /** Every partner of every tenant. */
    List<Partner> partners();

    /** One partner, locked until the transaction ends. */
    Optional<Partner> lockPartner(TenantId tenant, String name);

    /** Keeps a partner, replacing one of the same tenant and name. */
    void putPartner(Partner partner);

    /** Keeps a case, replacing one of the same tenant and identifier. */
    void putCase(LegalCase legalCase);

    /** One case, locked until the transaction ends. */
    Optional<LegalCase> lockCase(TenantId tenant, UUID id);

    /** One case. */
    Optional<LegalCase> legalCase(TenantId tenant, UUID id);

    /** A tenant's cases, newest first. */
    List<LegalCase> cases(TenantId tenant);

    /** Adds a disclosure. */
    void addDisclosure(StoredDisclosure disclosure);

    /** Adds several disclosures. */
    default void addDisclosures(List<StoredDisclosure> disclosures) {
        disclosures.forEach(this::addDisclosure);
    }

    /** Replaces a disclosure that was read in this transaction. */
    void putDisclosure(StoredDisclosure disclosure);

    /** One disclosure. */
    Optional<StoredDisclosure> disclosure(TenantId tenant, UUID id);

    /** One disclosure, locked until the transaction ends. */
    Optional<StoredDisclosure> lockDisclosure(TenantId tenant, UUID id);

    /**
     * Locks up to {@code limit} disclosures to a partner that are due, skipping those that others have locked: queued
     * ones with {@code nextAttempt} not after {@code now}, and sending ones whose claim has lapsed. Oldest due first.
     */
    List<StoredDisclosure> lockDue(TenantId tenant, String partner, Instant now, int limit);

    /** The queued, sending and parked disclosures of a person, locked until the transaction ends. */
    List<StoredDisclosure> lockUnfinished(TenantId tenant, SubjectId subject);

    /** Disclosures of a person, newest first, created before {@code before} (by creation, then identifier). */
    List<Disclosure> ofSubject(TenantId tenant, SubjectId subject, Optional<Position> before, int limit);

    /** Disclosures of a tenant in one state, oldest first. */
    List<Disclosure> inState(TenantId tenant, State state, int limit);

    /** How many disclosures wait, for each partner of a tenant that has any; those being sent count as queued. */
    Map<String, Backlog> backlog(TenantId tenant);

    /** When the next queued disclosure to a partner is due, or a claim lapses. */
    Optional<Instant> nextDue(TenantId tenant, String partner);

    /** A place in the list of disclosures. */
    record Position(Instant created, UUID id) {}
}
