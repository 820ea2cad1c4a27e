package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentView;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.DutyMail;
import org.pledge.sharing.Gate;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;

/** Decides about one disclosure while the person's consent cannot change. */
@Component(service = DisclosureRules.class)
public final class DisclosureRules {
    /** A {@link ConsentView#standing} keeps this much of an epoch. */
    private static final long EPOCH_MASK = 0x7FFF_FFFFL;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(1);

    /**
     * What a disclosure is about.
     *
     * @param duty whether it is one of {@link DutyMail}
     */
    record Matter(
            TenantId tenant,
            SubjectId subject,
            String partner,
            String purpose,
            List<String> fields,
            Optional<UUID> legalCase,
            boolean duty) {
        Matter(
                TenantId tenant,
                SubjectId subject,
                String partner,
                String purpose,
                List<String> fields,
                Optional<UUID> legalCase) {
            this(tenant, subject, partner, purpose, fields, legalCase, false);
        }
    }

    /**
     * A decision with what it rests on.
     *
     * @param policy the version the decision was made by
     */
    record Judgement(Decision decision, Policy policy, String basis) {}

    private final Transactions transactions;
    private final SharingStore store;
    private final ConsentStore consentStore;
    private final ConsentView consents;
    private final PolicyService policies;
    private final PartnerTable partners;
    private final Gate gate;
    private final Clock clock;
    private final Duration patience;

    /** In the container. */
    @Activate
    public DisclosureRules(
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference ConsentStore consentStore,
            @Reference ConsentView consents,
            @Reference PolicyService policies,
            @Reference PartnerTable partners,
            @Reference Gate gate) {
        this(transactions, store, consentStore, consents, policies, partners, gate, Clock.systemUTC(), PATIENCE);
    }

    DisclosureRules(
            Transactions transactions,
            SharingStore store,
            ConsentStore consentStore,
            ConsentView consents,
            PolicyService policies,
            PartnerTable partners,
            Gate gate,
            Clock clock,
            Duration patience) {
        this.transactions = transactions;
        this.store = store;
        this.consentStore = consentStore;
        this.consents = consents;
        this.policies = policies;
        this.partners = partners;
        this.gate = gate;
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Runs {@code work} in a transaction that holds the person's shared lock, once the consents in memory are as new
     * as the stored ones. A change is in the store a moment before it is in memory; that moment is waited for, and what
     * another node changed is taken over.
     */
    <T> T whileConsentHolds(TenantId tenant, SubjectId subject, Supplier<T> work) {
        long giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> result =
                    transactions.required(() -> isCurrent(consentStore.lockEpoch(tenant, subject), tenant, subject)
                            ? Optional.of(work.get())
                            : Optional.empty());
            if (result.isPresent()) {
                return result.get();
            }
            if (System.nanoTime() - giveUp > 0) {
                throw consentsBehind();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            consents.follow(tenant, subject);
        }
    }

    /**
     * As {@link #whileConsentHolds} for several people. Those whose consents are still behind when the patience is over
     * are told to {@code work}, which must not decide about them.
     */
    <T> T whileConsentsHold(TenantId tenant, Set<SubjectId> subjects, Function<Set<SubjectId>, T> work) {
        long giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            boolean last = System.nanoTime() - giveUp > 0;
            Set<SubjectId> behind = new HashSet<>();
            Optional<T> result = transactions.required(() -> {
                behind.clear();
                behind.addAll(lockAndFindBehind(tenant, subjects));
                return behind.isEmpty() || last ? Optional.of(work.apply(behind)) : Optional.empty();
            });
            if (result.isPresent()) {
                return result.get();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            behind.forEach(subject -> consents.follow(tenant, subject));
        }
    }

    private Set<SubjectId> lockAndFindBehind(TenantId tenant, Set<SubjectId> subjects) {
        Map<SubjectId, Long> epochs = consentStore.lockEpochs(tenant, subjects);
        Set<SubjectId> behind = new HashSet<>();
        for (SubjectId subject : subjects) {
            Long epoch = epochs.get(subject);
            if (!isCurrent(epoch == null ? OptionalLong.empty() : OptionalLong.of(epoch), tenant, subject)) {
                behind.add(subject);
            }
        }
        return behind;
    }

    static PledgeException consentsBehind() {
        return new PledgeException(
                        PledgeException.Kind.UNAVAILABLE, "the consents in memory are behind the stored ones")
                .remedy("Nothing was done; try again in a moment.");
    }

    private boolean isCurrent(OptionalLong stored, TenantId tenant, SubjectId subject) {
        return (stored.orElse(0) & EPOCH_MASK) == consents.epoch(tenant, subject);
    }

    /** What decides every request without a legal case. */
    Gate.Question question(TenantId tenant, String partner, String purpose, List<String> fields) {
        return gate.prepare(tenant, partner, purpose, fields);
    }

    Policy policy(TenantId tenant) {
        return policies.current(tenant);
    }

    private Gate.Question dutiful(Matter matter) {
        return new PreparedQuestion(
                matter.tenant(),
                matter.partner(),
                matter.purpose(),
                matter.fields(),
                true,
                policies,
                consents,
                partners,
                clock);
    }

    /** Decides; a request with a legal case needs a transaction. */
    Judgement judge(Matter matter) {
        long standing = consents.standing(matter.tenant(), matter.subject());
        Optional<Policy> accepted = standing == ConsentView.UNKNOWN
                ? Optional.empty()
                : policies.version(matter.tenant(), ConsentView.version(standing));
        Policy policy = accepted.orElseGet(() -> policies.current(matter.tenant()));
        Optional<Partner> partner = partners.find(matter.tenant(), matter.partner());
        String recipient = partner.map(Partner::recipient).orElse(matter.partner());
        if (matter.legalCase().isEmpty()) {
            Decision decision = (matter.duty()
                            ? dutiful(matter)
                            : question(matter.tenant(), matter.partner(), matter.purpose(), matter.fields()))
                    .decide(matter.subject());
            if (matter.duty()) {
                return new Judgement(decision, policy, DutyMail.BASIS);
            }
            return new Judgement(decision, policy, basis(decision, policy, partner, matter.purpose(), standing));
        }
        if (accepted.isEmpty()) {
            return new Judgement(
                    PreparedQuestion.unknownDecision(policy, recipient, matter.purpose(), matter.fields()), policy, "");
        }
        Optional<LegalCase> legalCase =
                store.legalCase(matter.tenant(), matter.legalCase().get());
        if (legalCase.isEmpty()) {
            return new Judgement(CaseRules.missing(policy, recipient, matter.purpose(), matter.fields()), policy, "");
        }
        return new Judgement(
                CaseRules.decide(
                        policy,
                        partner,
                        matter.partner(),
                        matter.subject(),
                        matter.fields(),
                        legalCase.get(),
                        clock.instant()),
                policy,
                "case:" + legalCase.get().ground().name().toLowerCase(Locale.ROOT));
    }

    private String basis(Decision decision, Policy policy, Optional<Partner> to, String purpose, long standing) {
        if (!(decision instanceof Decision.Permitted permitted) || to.isEmpty()) {
            return "";
        }
        String recipient = to.get().recipient();
        String jurisdiction = consents.jurisdiction(ConsentView.jurisdictionOf(standing));
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (TransferRules.basis(policy, to.get(), jurisdiction, today) == TransferRules.Basis.CONSENT) {
            return Disclosures.CONSENT_TO_TRANSFER;
        }
        boolean asked = permitted.fields().stream()
                .anyMatch(
                        field -> policy.ruling(recipient, purpose, field).needFor(jurisdiction) != Policy.Need.NOTHING);
        return asked ? Disclosures.CONSENT : "agreement";
    }
}
