package org.pledge.answers.internal;

import java.util.List;
import java.util.function.Supplier;
import org.pledge.access.CredentialService;
import org.pledge.audit.AuditTrail;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.LookupTokens;
import org.pledge.inquiry.InquiryService;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.rights.RightsService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.CardService;
import org.pledge.visitor.LinkService;

/** Where something about a person is kept. */
record Sources(
        PolicyService policies,
        SubjectService subjects,
        SubjectStore people,
        ConsentService consents,
        InquiryService inquiries,
        SharingService sharing,
        PartnerService partners,
        NoticeService notices,
        RightsService rights,
        HoldService holds,
        AuditTrail trail,
        CredentialService credentials,
        LookupTokens tokens,
        Transactions transactions,
        Supplier<List<CardService>> vaults,
        Supplier<List<LinkService>> devices) {}
