package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.inquiry.spi.InquiryStore;

/** What a store of inquiries promises. */
public abstract class InquiryStoreContract extends StoreContract {
    private final SubjectId subject = SubjectId.random();

    /** The inquiries of the database under test. */
    protected abstract InquiryStore inquiries();

    private static Inquiry opened(TenantId tenant, SubjectId subject, long second) {
        return new Inquiry(
                UUID.randomUUID(),
                tenant,
                subject,
                NOW.plusSeconds(second),
                "desk",
                Optional.empty(),
                Optional.empty());
    }

    private static Inquiry closed(Inquiry inquiry) {
        return new Inquiry(
                inquiry.id(),
                inquiry.tenant(),
                inquiry.subject(),
                inquiry.opened(),
                inquiry.openedBy(),
                Optional.of(NOW.plusSeconds(3600)),
                Optional.of("olga"));
    }

    private Inquiry put(Inquiry inquiry) {
        run(() -> inquiries().putInquiry(inquiry));
        return inquiry;
    }

    @Test
    void keepsEveryPartOfAnInquiry() {
        Inquiry open = put(opened(tenant, subject, 0));
        assertThat(in(() -> inquiries().inquiry(tenant, open.id()))).contains(open);
        Inquiry closed = put(closed(open));
        assertThat(in(() -> inquiries().inquiry(tenant, open.id()))).contains(closed);
        assertThat(in(() -> inquiries().inquiries(tenant, subject))).containsExactly(closed);
    }

    @Test
    void listsAPersonsInquiriesOldestFirst() {
        Inquiry later = put(opened(tenant, subject, 2));
        Inquiry first = put(opened(tenant, subject, 1));
        put(opened(tenant, SubjectId.random(), 0));
        put(opened(otherTenant, subject, 0));
        assertThat(in(() -> inquiries().inquiries(tenant, subject))).containsExactly(first, later);
    }

    @Test
    void anotherTenantHasItNot() {
        Inquiry inquiry = put(opened(tenant, subject, 0));
        assertThat(in(() -> inquiries().inquiry(otherTenant, inquiry.id()))).isEmpty();
        assertThat(in(() -> inquiries().inquiries(otherTenant, subject))).isEmpty();
    }

    @Test
    void whatWasRolledBackIsNotThere() {
        Inquiry open = put(opened(tenant, subject, 0));
        rollBack(() -> {
            inquiries().putInquiry(closed(open));
            inquiries().putInquiry(opened(tenant, subject, 1));
            assertThat(inquiries().inquiries(tenant, subject)).hasSize(2);
        });
        assertThat(in(() -> inquiries().inquiries(tenant, subject))).containsExactly(open);
    }

    @Test
    void removesWhatWasClosedLongAgoAndNothingOpen() {
        Inquiry open = put(opened(tenant, subject, 1));
        put(closed(opened(tenant, subject, 2)));
        put(closed(opened(tenant, SubjectId.random(), 3)));
        Inquiry others = put(closed(opened(otherTenant, subject, 2)));
        Instant closed = NOW.plusSeconds(3600);

        assertThat(in(() -> inquiries().removeClosed(tenant, closed.minusNanos(1000), 10)))
                .isZero();
        assertThat(in(() -> inquiries().countClosed(tenant, closed))).isEqualTo(2);
        assertThat(in(() -> inquiries().removeClosed(tenant, closed, 1))).isOne();
        assertThat(in(() -> inquiries().removeClosed(tenant, closed, 10))).isOne();
        assertThat(in(() -> inquiries().removeClosed(tenant, closed, 10))).isZero();
        assertThat(in(() -> inquiries().inquiries(tenant, subject))).containsExactly(open);
        assertThat(in(() -> inquiries().inquiries(otherTenant, subject))).containsExactly(others);
    }
}
