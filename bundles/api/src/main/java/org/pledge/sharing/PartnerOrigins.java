package org.pledge.sharing;

import java.util.Optional;
import org.pledge.TenantId;

/** Tells which partners are described by files. Thread-safe. */
public interface PartnerOrigins {
    /** The name of the file that describes a partner; nothing when it was registered without one. */
    Optional<String> file(TenantId tenant, String partner);
}
