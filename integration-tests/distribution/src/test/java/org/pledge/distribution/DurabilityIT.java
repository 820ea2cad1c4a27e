package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Kills the platform, and the database under it, in the middle of their work: what was acknowledged is still there. */
class DurabilityIT {
    private static final int KILLS = Integer.getInteger("pledge.durability.kills", 6);

    private final Platform platform = Platform.unpack("durability");

    @Test
    void killsOfThePlatformLoseNothingOnH2() throws InterruptedException, ExecutionException {
        platform.start();
        Witness witness = new Witness(platform);
        for (int kill = 1; kill <= KILLS; kill++) {
            witness.during(platform::kill);
            platform.start();
            witness.assertNothingIsLost("after kill " + kill);
        }
        assertThat(witness.acknowledged()).isGreaterThanOrEqualTo(KILLS * Witness.ACKNOWLEDGED_BEFORE_HARM);
        witness.assertTheTrailIsIntact();
    }

    /** In turn the server alone, the platform alone, and both at once. */
    @Test
    void killsOfThePlatformOrTheServerLoseNothingOnPostgres() throws InterruptedException, ExecutionException {
        try (PostgresServer postgres =
                new PostgresServer(Path.of("target", "durability-postgres").toAbsolutePath())) {
            postgres.configure(platform);
            platform.start();
            Witness witness = new Witness(platform);
            for (int kill = 1; kill <= KILLS; kill++) {
                boolean server = kill % 3 != 2;
                boolean process = kill % 3 != 1;
                witness.during(() -> {
                    if (process) {
                        platform.kill();
                    }
                    if (server) {
                        postgres.kill();
                    }
                });
                if (server) {
                    postgres.start();
                }
                if (process) {
                    platform.start();
                }
                witness.assertNothingIsLost("after kill " + kill);
            }
            assertThat(witness.acknowledged()).isGreaterThanOrEqualTo(KILLS * Witness.ACKNOWLEDGED_BEFORE_HARM);
            witness.assertTheTrailIsIntact();
            platform.pledge("stop");
        }
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }
}
