package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fills the disk under the database: refusals are clear, nothing acknowledged is lost, and space heals it. */
class DiskFullIT {
    private static final int REFUSALS = 20;

    private final Platform platform = Platform.unpack("diskfull");

    @Test
    void aFullDiskLosesNothingAndHealsOnH2() throws InterruptedException, ExecutionException {
        try (LoopDisk disk = LoopDisk.mount(platform.home().resolve("data"), 512)) {
            platform.start();
            Witness witness = new Witness(platform);
            fillAndFree(disk, witness);
            witness.assertNothingIsLost("after the disk was full");
            platform.kill();
            platform.start();
            witness.assertNothingIsLost("after a restart");
            witness.assertTheTrailIsIntact();
            platform.pledge("stop");
        }
    }

    /** PostgreSQL ends itself when it cannot write its log; it is started again when there is space. */
    @Test
    void aFullDiskLosesNothingAndHealsOnPostgres() throws InterruptedException, ExecutionException {
        Path folder = Path.of("target", "diskfull-postgres").toAbsolutePath();
        try (LoopDisk disk = LoopDisk.mount(folder, 256);
                PostgresServer postgres = new PostgresServer(folder.resolve("data"))) {
            postgres.configure(platform);
            platform.start();
            Witness witness = new Witness(platform);
            fillAndFree(disk, witness);
            postgres.restart();
            witness.assertNothingIsLost("after the disk was full");
            witness.assertTheTrailIsIntact();
            platform.pledge("stop");
        }
    }

    private static void fillAndFree(LoopDisk disk, Witness witness) throws InterruptedException, ExecutionException {
        witness.during(() -> {
            disk.fill();
            Awaitility.await("the platform refuses")
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> witness.refusals(503) >= REFUSALS);
        });
        disk.free();
        assertThat(witness.refused())
                .allSatisfy(answer ->
                        assertThat(answer.body().path("remedy").asText()).isNotEmpty())
                .filteredOn(answer -> answer.status() != 503)
                .as("those under way at that moment, which may or may not be kept")
                .hasSizeLessThanOrEqualTo(REFUSALS)
                .allSatisfy(answer ->
                        assertThat(answer.body().path("code").asText()).isEqualTo("INCIDENT"));
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }
}
