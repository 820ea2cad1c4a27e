package org.pledge.consent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.retention.spi.Expiring.Due;
import org.pledge.store.memory.MemoryStore;

class ExpiringInquiriesTest {
    private static final TenantId TENANT = new TenantId("iwebtrack");
    private static final Instant CLOSED = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void removesClosedInquiriesAfterTheirPeriodAndSaysWhich() {
        MemoryStore store = new MemoryStore();
        store.required(() -> store.putInquiry(new Inquiry(
                UUID.randomUUID(),
                TENANT,
                SubjectId.random(),
                CLOSED.minusSeconds(60),
                "desk",
                Optional.of(CLOSED),
                Optional.of("desk"))));
        ExpiringInquiries expiring = new ExpiringInquiries(store);
        assertThat(expiring.records()).containsEntry(ExpiringInquiries.INQUIRIES, "P24M");
        Due early = new Due(TENANT, ExpiringInquiries.INQUIRIES, CLOSED.minusNanos(1000), Set.of());
        Due due = new Due(TENANT, ExpiringInquiries.INQUIRIES, CLOSED, Set.of());
        store.required(() -> {
            assertThat(expiring.remove(early, 10)).isZero();
            assertThat(expiring.count(due)).isOne();
            assertThat(expiring.remove(due, 10)).isOne();
            assertThat(expiring.remove(due, 10)).isZero();
        });
    }
}
