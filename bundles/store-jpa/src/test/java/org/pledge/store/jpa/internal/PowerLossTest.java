package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.UnreliableDisk;

/** Cuts the power under H2: only what was synced is left, and after it a torn tail. */
final class PowerLossTest {
    private static final int CUTS = 10;

    @TempDir
    private Path folder;

    @Test
    void nothingAcknowledgedIsLost() throws IOException {
        Random random = new Random(7);
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        Writers writers = new Writers();
        for (int cut = 1; cut <= CUTS; cut++) {
            try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder);
                    Database database = test.open()) {
                writers.writeUntil(TestStores.on(database), disk::cutPower);
                database.abandon();
            }
            disk.restorePower(random);
            writers.assertAllAreKept(folder);
        }
    }

    /** The control: with everything but the sync, the same cut loses what was acknowledged. */
    @Test
    void withoutTheSyncAcknowledgedConsentsAreLost() throws IOException {
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        Writers writers = new Writers();
        try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder)) {
            test.open().close(); // the tables themselves are to be there
            disk.ignoreSyncs();
            try (Database database = test.open()) {
                writers.writeUntil(TestStores.on(database), disk::cutPower);
                database.abandon();
            }
        }
        disk.restorePower(new Random(7));
        try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder);
                Database database = test.open()) {
            assertThat(writers.acknowledged()).hasSizeGreaterThanOrEqualTo(Writers.ACKNOWLEDGED_BEFORE_HARM);
            assertThat(Writers.kept(TestStores.on(database)).containsAll(writers.acknowledged()))
                    .isFalse();
        }
    }
}
