package org.pledge.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Installation;

/** The tenant that is asked about, with its real policy. */
final class Korax {
    static final TenantId TENANT = new TenantId("korax");
    static final Caller OPERATOR = new Caller(TENANT, "benchmark", Set.of(Role.OPERATOR, Role.OFFICER));

    static final Caller CUSTODIAN = new Caller(TENANT, "custodian", Set.of(Role.CUSTODIAN));

    private Korax() {}

    static void install(PolicyService policies, Path packs) {
        try {
            Path pack = packs.resolve("korax.policy.yaml");
            // whatever its version: the people of the benchmarks accepted the first one
            String text = Files.readString(pack).replaceFirst("(?m)^version: \\d+", "version: 1");
            Installation done = policies.install(OPERATOR, pack.getFileName().toString(), text);
            if (done instanceof Installation.Refused refused) {
                throw new IllegalStateException("the policy is refused: " + refused.problems());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
