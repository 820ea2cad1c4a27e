package org.pledge.answers.internal;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.Page;
import org.pledge.SubjectId;
import org.pledge.access.CredentialService;
import org.pledge.answers.AnswerService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.AuditTrail;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.LookupTokens;
import org.pledge.inquiry.InquiryService;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.spi.RequestStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.CardService;

/** The answers outside a container, about somebody of whom only disclosures, consents and the audit record are kept. */
public final class PlainAnswers implements AutoCloseable {
    private static final byte[] TOKEN = new byte[32];

    private final DefaultAnswerService service;

    /** The service as it runs. */
    public PlainAnswers(
            Path folder,
            Request request,
            PolicyService policies,
            ConsentService consents,
            SharingService sharing,
            Partner partner,
            AuditTrail trail,
            SubjectStore people,
            RequestStore store,
            AuditLog audit,
            Transactions transactions) {
        service = new DefaultAnswerService(
                new Sources(
                        policies,
                        answering(SubjectService.class, Map.of()),
                        people,
                        consents,
                        answering(InquiryService.class, List.of()),
                        sharing,
                        answering(PartnerService.class, Optional.of(partner)),
                        answering(NoticeService.class, new Page<>(List.of(), Optional.empty())),
                        (RightsService) Proxy.newProxyInstance(
                                PlainAnswers.class.getClassLoader(),
                                new Class<?>[] {RightsService.class},
                                (self, method, arguments) ->
                                        arguments[1] instanceof SubjectId ? List.of(request) : request),
                        answering(HoldService.class, List.of()),
                        trail,
                        answering(CredentialService.class, List.of()),
                        answering(LookupTokens.class, TOKEN),
                        transactions,
                        () -> List.of(answering(CardService.class, List.of())),
                        List::of),
                store,
                audit,
                folder,
                Clock.systemUTC(),
                () -> {});
    }

    private static <T> T answering(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                PlainAnswers.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> answer));
    }

    /** The service. */
    public AnswerService service() {
        return service;
    }

    @Override
    public void close() {
        service.stop();
    }
}
