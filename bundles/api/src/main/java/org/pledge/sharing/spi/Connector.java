package org.pledge.sharing.spi;

import java.util.Map;
import java.util.Set;
import org.pledge.sharing.Partner;

/**
 * A kind of partner system. A connector bundle registers it together with the Camel route template
 * {@code pledge.<name>}, which carries what was permitted to one partner. Found as a service; thread-safe.
 */
public interface Connector {
    /** Its name in partner files, such as {@code sftp}. */
    String name();

    /** The schemes an endpoint of such a partner may have. */
    Set<String> schemes();

    /**
     * Checks the endpoint and the settings of a partner.
     *
     * @throws org.pledge.PledgeException of kind {@code INVALID}, naming the field and the remedy
     */
    void check(Partner partner);

    /**
     * What the route template needs beside {@code tenant} and {@code partner}, which every template has.
     *
     * @param partner one that {@link #check} passed
     */
    Map<String, String> parameters(Partner partner);

    /**
     * Whether it brings the template {@code pledge.<name>.line} too, which begins with {@code pledge:line}: its partners
     * can then be asked something beside what they are sent ({@link PartnerLine}). It gets the same parameters.
     */
    default boolean hasLine() {
        return false;
    }
}
