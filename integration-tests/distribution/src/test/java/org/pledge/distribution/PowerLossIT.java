package org.pledge.distribution;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shuts the file system down under the database: what was acknowledged is still there when the power is back. */
class PowerLossIT {
    private static final int CUTS = Integer.getInteger("pledge.durability.cuts", 2);
    private static final int MEBIBYTES = 512;

    private final Platform platform = Platform.unpack("powerloss");

    /** The whole data folder is on the disk that goes: database, keys, caches. */
    @Test
    void cutsLoseNothingOnH2() throws InterruptedException, ExecutionException {
        try (LoopDisk disk = LoopDisk.mount(platform.home().resolve("data"), MEBIBYTES)) {
            platform.start();
            Witness witness = new Witness(platform);
            for (int cut = 1; cut <= CUTS; cut++) {
                ProcessHandle process = ProcessHandle.of(platform.pid()).orElseThrow();
                witness.during(() -> disk.cutPower(process));
                disk.restorePower();
                platform.start();
                witness.assertNothingIsLost(after(cut, disk));
            }
            witness.assertTheTrailIsIntact();
            platform.pledge("stop");
            disk.forget();
        }
    }

    @Test
    void cutsLoseNothingOnPostgres() throws InterruptedException, ExecutionException {
        Path folder = Path.of("target", "powerloss-postgres").toAbsolutePath();
        try (LoopDisk disk = LoopDisk.mount(folder, MEBIBYTES);
                PostgresServer postgres = new PostgresServer(folder.resolve("data"))) {
            postgres.configure(platform);
            platform.start();
            Witness witness = new Witness(platform);
            for (int cut = 1; cut <= CUTS; cut++) {
                witness.during(() -> disk.cutPower(postgres.process()));
                postgres.kill();
                disk.restorePower();
                postgres.start();
                witness.assertNothingIsLost(after(cut, disk));
            }
            witness.assertTheTrailIsIntact();
            platform.pledge("stop");
            disk.forget();
        }
    }

    private static String after(int cut, LoopDisk disk) {
        return "after cut " + cut + ", with the disk as it was left in " + disk.left();
    }

    @AfterEach
    void stop() {
        platform.pledge("stop");
    }
}
