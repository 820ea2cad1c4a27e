package org.pledge.access.spi;

import java.util.List;
import java.util.Optional;
import org.pledge.TenantId;
import org.pledge.access.ConfidentialityService.Acceptance;

/** Keeps who accepted which duty of confidentiality; nothing is ever changed. Every method joins the transaction. */
public interface ConfidentialityStore {
    /** Keeps an acceptance; false, and nothing done, when the holder has accepted that text before. */
    boolean addAcceptance(Acceptance acceptance);

    /** What a holder accepted, by the text's digest. */
    Optional<Acceptance> acceptance(TenantId tenant, String holder, String digest);

    /** A tenant's acceptances, the latest first, at most {@code limit}. */
    List<Acceptance> acceptances(TenantId tenant, int limit);
}
