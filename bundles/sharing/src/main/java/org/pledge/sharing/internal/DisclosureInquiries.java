package org.pledge.sharing.internal;

import java.time.Clock;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.inquiry.InquiryListener;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.SharingStore;

/** Stops queued and parked disclosures whose purpose ends with the inquiry that is closed. */
@Component
public final class DisclosureInquiries implements InquiryListener {
    private final PolicyService policies;
    private final UnfinishedDisclosures unfinished;

    /** In the container. */
    @Activate
    public DisclosureInquiries(
            @Reference SharingStore store, @Reference AuditLog audit, @Reference PolicyService policies) {
        this(store, audit, policies, Clock.systemUTC());
    }

    DisclosureInquiries(SharingStore store, AuditLog audit, PolicyService policies, Clock clock) {
        this.policies = policies;
        this.unfinished = new UnfinishedDisclosures(store, audit, clock);
    }

    @Override
    public Effect inquiriesEnded(TenantId tenant, SubjectId subject) {
        return unfinished.stop(tenant, subject, this::endsWithInquiry, "INQUIRY_CLOSED");
    }

    /** What a legal case permits does not end with an inquiry. */
    private boolean endsWithInquiry(Disclosure disclosure) {
        return disclosure.legalCase().isEmpty()
                && policies.version(disclosure.tenant(), disclosure.policyVersion())
                        .flatMap(policy -> policy.purpose(disclosure.purpose()))
                        .filter(Purpose::endsWithInquiry)
                        .isPresent();
    }
}
