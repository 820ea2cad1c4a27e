package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.database.TestDatabase;
import org.pledge.database.UnreliableDisk;

/** Fills the disk under H2: what it has no space for is refused, and when there is space again all goes on. */
final class FullDiskTest {
    private static final long SPACE = 20_000;

    @TempDir
    private Path folder;

    @Test
    void refusesWithoutLossAndHeals() {
        UnreliableDisk.Disk disk = UnreliableDisk.in(folder);
        Writers writers = new Writers();
        try (TestDatabase test = TestStores.UNIT.h2(UnreliableDisk.PREFIX, folder);
                Offered offered = new Offered(test)) {
            writers.writeUntil(offered.await(1), () -> disk.leaveSpace(SPACE));
            assertThat(writers.failures()).isNotEmpty().allMatch(FullDiskTest::isClear);
            disk.freeSpace();
            writers.write(offered.awaitWorking(), UUID.randomUUID());
        }
        writers.assertAllAreKept(folder);
    }

    /** Refused, or begun and possibly kept; the caller is told which of the two. */
    private static boolean isClear(RuntimeException failure) {
        return failure instanceof PledgeException refusal
                ? refusal.kind() == PledgeException.Kind.UNAVAILABLE
                : failure.getMessage().contains("may or may not be kept");
    }
}
