package org.pledge.rest.internal;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.pledge.access.ConfidentialityService;
import org.pledge.access.CredentialService;
import org.pledge.access.RepeatableRequests;
import org.pledge.answers.AnswerService;
import org.pledge.audit.AuditLog;
import org.pledge.campaign.CampaignService;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.Attestation;
import org.pledge.inquiry.InquiryService;
import org.pledge.metrics.MetricsService;
import org.pledge.notices.MessageService;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipService;
import org.pledge.policy.PolicyMatrix;
import org.pledge.policy.PolicyService;
import org.pledge.rights.BreachService;
import org.pledge.rights.CertificateService;
import org.pledge.rights.OwnCards;
import org.pledge.rights.RightsService;
import org.pledge.rights.SelfService;
import org.pledge.sharing.Gate;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.TransferRegister;
import org.pledge.store.Transactions;
import org.pledge.subject.EndingService;
import org.pledge.subject.SubjectService;
import org.pledge.vault.CardService;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.PaymentService;
import org.pledge.visitor.CookieService;
import org.pledge.visitor.LinkService;
import org.pledge.visitor.UsageService;

/** Every service behind the resources. */
record Services(
        Live<Transactions> transactions,
        Live<AuditLog> audit,
        Live<CredentialService> credentials,
        Live<ConfidentialityService> confidentiality,
        Live<RepeatableRequests> repeatable,
        Live<PolicyService> policies,
        Live<PolicyMatrix> matrix,
        Live<SubjectService> subjects,
        Live<ConsentService> consents,
        Live<InquiryService> inquiries,
        Live<RightsService> rights,
        Live<BreachService> breaches,
        Live<SelfService> selfService,
        Live<OwnCards> ownCards,
        Live<AnswerService> answers,
        Live<SharingService> sharing,
        Live<Gate> gate,
        Live<PartnerService> partners,
        Live<TransferRegister> transfers,
        Live<OwnershipService> ownership,
        Live<OwnershipNotices> ownershipNotices,
        Live<LegalCaseService> cases,
        Live<NoticeService> notices,
        Live<UsageService> usage,
        Live<CookieService> cookies,
        Live<LinkService> links,
        Live<EndingService> endings,
        Live<MessageService> messages,
        Live<CampaignService> campaigns,
        Live<CardService> cards,
        Live<PaymentService> payments,
        Live<EvidenceService> evidence,
        Live<CertificateService> certificates,
        Live<Attestation> attestation,
        Live<MetricsService> metrics)
        implements AutoCloseable {

    static Services track(BundleContext context) {
        return new Services(
                Live.track(context, "store", Transactions.class),
                Live.track(context, "audit", AuditLog.class),
                Live.track(context, "access", CredentialService.class),
                Live.track(context, "access", ConfidentialityService.class),
                Live.track(context, "access", RepeatableRequests.class),
                Live.track(context, "policy", PolicyService.class),
                Live.track(context, "policy", PolicyMatrix.class),
                Live.track(context, "subject", SubjectService.class),
                Live.track(context, "consent", ConsentService.class),
                Live.track(context, "consent", InquiryService.class),
                Live.track(context, "rights", RightsService.class),
                Live.track(context, "rights", BreachService.class),
                Live.track(context, "rights", SelfService.class),
                Live.track(context, "rights", OwnCards.class),
                Live.track(context, "answers", AnswerService.class),
                Live.track(context, "sharing", SharingService.class),
                Live.track(context, "sharing", Gate.class),
                Live.track(context, "sharing", PartnerService.class),
                Live.track(context, "sharing", TransferRegister.class),
                Live.track(context, "sharing", OwnershipService.class),
                Live.track(context, "notices", OwnershipNotices.class),
                Live.track(context, "sharing", LegalCaseService.class),
                Live.track(context, "sharing", NoticeService.class),
                Live.track(context, "visitor", UsageService.class),
                Live.track(context, "visitor", CookieService.class),
                Live.track(context, "visitor", LinkService.class),
                Live.track(context, "subject", EndingService.class),
                Live.track(context, "notices", MessageService.class),
                Live.track(context, "notices", CampaignService.class),
                Live.track(context, "vault", CardService.class),
                Live.track(context, "vault", PaymentService.class),
                Live.track(context, "vault", EvidenceService.class),
                Live.track(context, "rights", CertificateService.class),
                Live.track(context, "crypto", Attestation.class),
                Live.track(context, "rights", MetricsService.class));
    }

    List<Live<?>> all() {
        return List.of(
                transactions,
                audit,
                credentials,
                confidentiality,
                repeatable,
                policies,
                matrix,
                subjects,
                consents,
                inquiries,
                rights,
                breaches,
                selfService,
                ownCards,
                answers,
                sharing,
                gate,
                partners,
                transfers,
                ownership,
                ownershipNotices,
                cases,
                notices,
                usage,
                cookies,
                links,
                endings,
                messages,
                campaigns,
                cards,
                payments,
                evidence,
                certificates,
                attestation,
                metrics);
    }

    @Override
    public void close() {
        all().forEach(Live::close);
    }
}
