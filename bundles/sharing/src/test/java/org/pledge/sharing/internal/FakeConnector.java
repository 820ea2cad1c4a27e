package org.pledge.sharing.internal;

import java.util.Map;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.Connector;

/** A connector that wants one setting, {@code host-key}, and takes {@code credentials} besides. */
record FakeConnector(String name, Set<String> schemes) implements Connector {
    static FakeConnector sftp() {
        return new FakeConnector("sftp", Set.of("sftp"));
    }

    @Override
    public void check(Partner partner) {
        if (!partner.settings().containsKey("host-key")) {
            throw new PledgeException(PledgeException.Kind.INVALID, "settings.host-key is missing")
                    .remedy("Add the fingerprint of the server's key.");
        }
    }

    @Override
    public Map<String, String> parameters(Partner partner) {
        return Map.of();
    }
}
