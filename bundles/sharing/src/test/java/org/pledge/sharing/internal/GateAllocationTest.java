package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pledge.sharing.internal.World.KORAX;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Decision;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;

class GateAllocationTest {
    private static final int TIMES = 100_000;

    /** Knows everybody; every second person has opted in to everything. */
    private static final class Everybody implements ConsentView {
        @Override
        public long scope(TenantId tenant, String purpose, String recipient, String category) {
            return 1;
        }

        @Override
        public long epoch(TenantId tenant, SubjectId subject) {
            return 1;
        }

        @Override
        public void follow(TenantId tenant, SubjectId subject) {}

        @Override
        public void requireCurrent() {}

        @Override
        public long inquiryScope(TenantId tenant) {
            return 2;
        }

        @Override
        public long objectionScope(TenantId tenant, String purpose) {
            return 3;
        }

        @Override
        public boolean restricts(int jurisdiction) {
            return false;
        }

        @Override
        public boolean objects(int jurisdiction) {
            return false;
        }

        @Override
        public int jurisdiction(String code) {
            return 1;
        }

        @Override
        public String jurisdiction(int number) {
            return "CA";
        }

        @Override
        public long ask(TenantId tenant, SubjectId subject, long[] scopes, int from, long now) {
            long optIns = (subject.low() & 1) == 0 ? 0xAAAA_AAAAL : 0;
            return optIns << 32 | 1 << 20 | 1;
        }

        @Override
        public long standing(TenantId tenant, SubjectId subject) {
            return 1L << 32 | 1 << 20 | 1;
        }
    }

    @Test
    void decidingAllocatesNothingOnceEachAnswerWasGiven() {
        try (World world = new World()) {
            Partner lasting = World.until(world.table.find(KORAX, "mailhaus").orElseThrow(), LocalDate.MAX);
            world.put(lasting);
            DefaultGate gate = new DefaultGate(world.policies, new Everybody(), world.table, Clock.systemUTC());
            Gate.Question question = gate.prepare(KORAX, "mailhaus", "newsletter", List.of("name", "email", "phone"));
            SubjectId yes = new SubjectId(1, 2);
            SubjectId no = new SubjectId(1, 3);
            assertThat(permitted(question, yes, no)).isEqualTo(TIMES);

            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            int count = permitted(question, yes, no);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(count).isEqualTo(TIMES);
            assertThat(allocated).isLessThan(TIMES);
        }
    }

    private static int permitted(Gate.Question question, SubjectId yes, SubjectId no) {
        int permitted = 0;
        for (int i = 0; i < TIMES; i++) {
            permitted += question.decide(yes) instanceof Decision.Permitted ? 1 : 0;
            permitted += question.decide(no) instanceof Decision.Permitted ? 1 : 0;
        }
        return permitted;
    }
}
