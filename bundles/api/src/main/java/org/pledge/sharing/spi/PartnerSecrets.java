package org.pledge.sharing.spi;

import java.util.Optional;
import java.util.function.Supplier;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;

/**
 * What proves us to partners and partners to us: keys, passwords, pinned host keys. Each is kept under a name that
 * begins with its tenant's, and is read anew at every use. Found as a service; thread-safe.
 */
public interface PartnerSecrets {
    /** The setting of a partner that names its secret. */
    String CREDENTIALS = "credentials";

    /**
     * The name of a partner's secret: its setting {@value #CREDENTIALS}, without one {@code <tenant>.<partner>}. It
     * begins with the tenant's name, so that no tenant can use another's secret. Where a partner needs several, the
     * others are named {@code <this name>.<what>}.
     *
     * @throws PledgeException of kind {@code INVALID} when it is not the tenant's name, a dot, and lower-case letters,
     *     digits, dots and hyphens, 100 characters together at most
     */
    static String nameOf(Partner partner) {
        String tenant = partner.tenant().value();
        String name = partner.settings().getOrDefault(CREDENTIALS, tenant + "." + partner.name());
        if (!name.startsWith(tenant + ".") || !name.matches("[a-z0-9.-]{3,100}")) {
            throw new PledgeException(
                            PledgeException.Kind.INVALID,
                            "credentials must begin with \"" + tenant
                                    + ".\" and have at most 100 lower-case letters, digits, dots and hyphens")
                    .remedy("Name the secret " + tenant + "." + partner.name() + ".");
        }
        return name;
    }

    /**
     * A secret.
     *
     * @throws PledgeException of kind {@code UNAVAILABLE} when it may not be used: others than its owner may read it
     */
    Optional<byte[]> find(String name);

    /**
     * A secret; where there is none, {@code first} is kept as it. Of several callers at once all get the same.
     *
     * @throws PledgeException of kind {@code UNAVAILABLE} when it may not be used, or cannot be kept
     */
    byte[] findOrKeep(String name, Supplier<byte[]> first);
}
