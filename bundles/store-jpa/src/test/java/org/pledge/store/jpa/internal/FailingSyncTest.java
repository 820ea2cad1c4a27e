package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.database.UnreliableDisk;

/**
 * Lets one sync fail as Linux does: what it was to write is lost, is still shown, and the next sync succeeds. Nothing
 * that was lost may be acknowledged, and nothing later may build on it.
 */
final class FailingSyncTest {
    private static final int FAILURES = 5;

    @TempDir
    private Path folder;

    @Test
    void whatTheFailedSyncLostIsNotAcknowledged() throws IOException {
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        Writers writers = new Writers();
        try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder);
                Database database = test.open()) {
            writers.writeUntil(TestStores.on(database), disk::failNextSync);
            assertThat(database.failure()).isDone();
            disk.cutPower();
            database.abandon();
        }
        disk.restorePower(new Random(3));
        writers.assertAllAreKept(folder);
    }

    /** The database is opened anew in the same process, on what the operating system shows. */
    @Test
    void whatIsAcknowledgedAfterwardsSurvivesAPowerCut() throws IOException {
        Random random = new Random(3);
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        Writers writers = new Writers();
        for (int failure = 1; failure <= FAILURES; failure++) {
            try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder);
                    Offered offered = new Offered(test)) {
                writers.writeUntil(offered.await(1), disk::failNextSync);
                Stores anew = offered.await(2);
                for (int i = 0; i < 5; i++) {
                    writers.write(anew, UUID.randomUUID());
                }
                disk.cutPower();
            }
            disk.restorePower(random);
            writers.assertAllAreKept(folder);
        }
    }
}
