package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.pledge.store.VaultTransactions;

final class OpeningTest {
    private final List<byte[]> opened = new ArrayList<>();

    private byte[] open() {
        byte[] secret = {4, 1, 1, 1};
        opened.add(secret);
        return secret;
    }

    /** Runs its work several times, as after deadlocks, and fails in the end if it is told so. */
    private static VaultTransactions repeating(int times, boolean fails) {
        return new VaultTransactions() {
            @Override
            public <T> T required(Supplier<T> work) {
                T last = work.get();
                for (int i = 1; i < times; i++) {
                    last = work.get();
                }
                if (fails) {
                    throw new IllegalStateException("the commit failed");
                }
                return last;
            }

            @Override
            public void afterCommit(Runnable action) {
                throw new AssertionError("unexpected");
            }

            @Override
            public void afterRollback(Runnable action) {
                throw new AssertionError("unexpected");
            }
        };
    }

    @Test
    void wipesWhatWasOpenedInTransactionsThatWereRepeated() {
        byte[] last = Opening.bytes(repeating(3, false), this::open);
        assertThat(opened).hasSize(3);
        assertThat(opened.get(0)).containsOnly(0);
        assertThat(opened.get(1)).containsOnly(0);
        assertThat(last).containsExactly(4, 1, 1, 1);
    }

    @Test
    void wipesWhatWasOpenedInATransactionThatFails() {
        assertThatThrownBy(() -> Opening.bytes(repeating(2, true), this::open))
                .isInstanceOf(IllegalStateException.class);
        assertThat(opened).hasSize(2).allSatisfy(secret -> assertThat(secret).containsOnly(0));
    }
}
