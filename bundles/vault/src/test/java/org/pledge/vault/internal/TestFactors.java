package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.pledge.Caller;
import org.pledge.access.SecondFactors;
import org.pledge.store.memory.MemoryStore;

/** Second factors of which every holder has the same, whose one code is never used up. */
final class TestFactors implements SecondFactors {
    private final MemoryStore main;

    /** What comes of the code. */
    final AtomicReference<Check> answer = new AtomicReference<>(new Check(Outcome.VALID, Optional.empty()));

    /** The holders whose code was looked at. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    TestFactors(MemoryStore main) {
        this.main = main;
    }

    static char[] code() {
        return "123456".toCharArray();
    }

    @Override
    public Check verify(Caller caller, char[] code) {
        asked.add(caller.holder());
        assertThatThrownBy(() -> main.afterCommit(() -> {}))
                .as("it is not in a transaction that could undo what is counted")
                .isInstanceOf(IllegalStateException.class);
        return Arrays.equals(code, code()) ? answer.get() : new Check(Outcome.WRONG, Optional.empty());
    }

    @Override
    public Enrolment enrol(Caller caller) {
        throw new AssertionError("unexpected");
    }

    @Override
    public void confirm(Caller caller, char[] code) {
        throw new AssertionError("unexpected");
    }

    @Override
    public boolean revoke(Caller by, String holder, char[] code) {
        throw new AssertionError("unexpected");
    }
}
