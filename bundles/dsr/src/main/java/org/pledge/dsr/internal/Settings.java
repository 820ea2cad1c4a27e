package org.pledge.dsr.internal;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.TenantId;

/** What one tenant offers to others; what is not named is not offered. */
record Settings(
        TenantId tenant,
        URI address,
        Map<Claim, String> categories,
        Map<String, String> jurisdictions,
        Optional<Signer> signer,
        Optional<OpenDsr> openDsr,
        Optional<Drp> drp,
        Optional<Iab> iab) {
    /** What these protocols call identifiers that people here can be found by. */
    enum Claim {
        EMAIL,
        PHONE
    }

    Settings {
        categories = Map.copyOf(categories);
        jurisdictions = Map.copyOf(jurisdictions);
    }

    /** The domain in whose name answers are signed. */
    String domain() {
        return address.getHost();
    }

    /**
     * @param controllers where to tell those who may send requests of their status, by the names of their credentials:
     *     addresses by the partners who have them
     * @param perHour how many requests each of them may send in an hour
     * @param processors by their domains
     */
    record OpenDsr(Map<String, Map<String, String>> controllers, int perHour, Map<String, Processor> processors) {
        OpenDsr {
            controllers = Map.copyOf(controllers);
            processors = Map.copyOf(processors);
        }
    }

    /** One who acts on our requests; {@code partner} is their name here. */
    record Processor(String partner, X509Certificate certificate) {}

    /**
     * @param skew how far an agent's clock may run ahead
     * @param agents by their identifiers
     * @param callbacks where to tell agents of the status of their requests: addresses by the partners who have them
     */
    record Drp(String business, Duration skew, Map<String, Agent> agents, Map<String, Map<String, String>> callbacks) {
        Drp {
            callbacks = Map.copyOf(callbacks);
            agents = Map.copyOf(agents);
        }
    }

    /**
     * An authorized agent.
     *
     * @param key Ed25519, 32 bytes
     * @param trusted the claims that count as verified where the agent says so
     */
    record Agent(String id, byte[] key, Set<Claim> trusted) {
        Agent {
            trusted = Set.copyOf(trusted);
        }

        @Override
        public String toString() {
            return "Agent[" + id + "]";
        }
    }

    /** @param parties by their domains */
    record Iab(String issuer, String jurisdiction, Map<String, Party> parties) {
        Iab {
            parties = Map.copyOf(parties);
        }
    }

    /**
     * One who may send deletion requests.
     *
     * @param firstParty whether people ask them, and not only others
     * @param trusted the identifiers that count as verified where they are the first party
     */
    record Party(String issuer, List<Jwk> keys, boolean firstParty, Set<Claim> trusted) {
        Party {
            keys = List.copyOf(keys);
            trusted = Set.copyOf(trusted);
        }
    }
}
