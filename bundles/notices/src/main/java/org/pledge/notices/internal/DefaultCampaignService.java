package org.pledge.notices.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.campaign.CampaignService;
import org.pledge.campaign.spi.CampaignStore;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Change;
import org.pledge.policy.spi.PolicyStore;
import org.pledge.sharing.SharingService.Outcome;
import org.pledge.store.Transactions;

/** Asks people to accept what a new policy version changed, and counts what they answer. */
@Component
public final class DefaultCampaignService implements CampaignService {
    private static final Role[] LOOKERS = {Role.VIEWER, Role.OPERATOR, Role.OFFICER, Role.AUDITOR};
    private static final Role[] READERS = {Role.OPERATOR, Role.OFFICER, Role.AUDITOR};
    private static final int LONGEST_CHANGES = 900;

    private final PolicyService policies;
    private final PolicyStore versions;
    private final CampaignStore store;
    private final MessageService messages;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Clock clock;

    /** In the container. */
    @Activate
    public DefaultCampaignService(
            @Reference PolicyService policies,
            @Reference PolicyStore versions,
            @Reference CampaignStore store,
            @Reference MessageService messages,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(policies, versions, store, messages, audit, transactions, Clock.systemUTC());
    }

    DefaultCampaignService(
            PolicyService policies,
            PolicyStore versions,
            CampaignStore store,
            MessageService messages,
            AuditLog audit,
            Transactions transactions,
            Clock clock) {
        this.policies = policies;
        this.versions = versions;
        this.store = store;
        this.messages = messages;
        this.audit = audit;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public List<Campaign> campaigns(Caller caller) {
        caller.require(LOOKERS);
        return transactions.required(() -> versions.campaigns(caller.tenant()));
    }

    @Override
    public Campaign campaign(Caller caller, int version) {
        return campaigns(caller).stream()
                .filter(campaign -> campaign.version() == version)
                .findFirst()
                .orElseThrow(DefaultCampaignService::unknown);
    }

    @Override
    public List<Change> changes(Caller caller, int version) {
        Campaign campaign = campaign(caller, version);
        return policies.diff(caller.tenant(), campaign.before(), version);
    }

    @Override
    public Counts counts(Caller caller, int version) {
        campaign(caller, version);
        return transactions.required(() -> store.counts(caller.tenant(), version));
    }

    @Override
    public Page<Member> people(
            Caller caller, int version, Optional<Answer> answer, Optional<String> cursor, int limit) {
        caller.require(READERS);
        checkLimit(limit);
        campaign(caller, version);
        Optional<SubjectId> after = cursor.map(SubjectId::parse);
        List<Member> found =
                transactions.required(() -> store.members(caller.tenant(), version, answer, after, limit + 1));
        boolean more = found.size() > limit;
        List<Member> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? Optional.of(page.get(limit - 1).subject().toString()) : Optional.empty());
    }

    @Override
    public Progress send(Caller caller, int version, int limit) {
        caller.require(Role.OPERATOR);
        checkLimit(limit);
        Campaign campaign = campaign(caller, version);
        requireOpen(campaign);
        MessageService.Template template = template(caller);
        Map<String, String> parameters = parameters(campaign);
        parameters.keySet().retainAll(template.parameters());
        List<SubjectId> next = transactions.required(() -> store.unasked(caller.tenant(), version, limit + 1));
        int queued = 0;
        int unreachable = 0;
        for (SubjectId subject : next.subList(0, Math.min(limit, next.size()))) {
            // says whether nobody can be written to, before anybody counts as one who could not be reached
            messages.explain(caller, subject, TEMPLATE);
            switch (ask(caller, version, subject, parameters)) {
                case QUEUED -> queued++;
                case REFUSED, UNREACHABLE -> unreachable++;
                case NOT_YET -> {}
            }
        }
        return new Progress(queued, unreachable, next.size() > limit);
    }

    /** What is durable before the message must not be undone with it, so it has its own transaction. */
    private Asking ask(Caller caller, int version, SubjectId subject, Map<String, String> parameters) {
        try {
            messages.prepare(caller, subject, TEMPLATE, parameters);
        } catch (PledgeException e) {
            if (e.kind() != CONFLICT && e.kind() != NOT_FOUND) {
                throw e;
            }
            return transactions.required(() -> asked(caller, version, subject, Asking.UNREACHABLE));
        }
        return transactions.required(() -> {
            if (!isOpen(caller, version) || !isUnasked(caller, version, subject)) {
                return Asking.NOT_YET;
            }
            Outcome outcome = messages.send(caller, subject, TEMPLATE, parameters);
            return asked(caller, version, subject, outcome instanceof Outcome.Queued ? Asking.QUEUED : Asking.REFUSED);
        });
    }

    private boolean isOpen(Caller caller, int version) {
        return versions.lockCampaign(caller.tenant(), version)
                .filter(Campaign::open)
                .isPresent();
    }

    private boolean isUnasked(Caller caller, int version, SubjectId subject) {
        return store.member(caller.tenant(), version, subject)
                .filter(one -> one.at().isEmpty() && one.answer() == Answer.UNANSWERED)
                .isPresent();
    }

    private Asking asked(Caller caller, int version, SubjectId subject, Asking asking) {
        Instant now = now();
        if (!store.ask(caller.tenant(), version, subject, asking, now)) {
            return Asking.NOT_YET;
        }
        leaf(caller, now, Leaf.Act.ACCEPTANCE_ASKED, Optional.of(subject), version, Map.of("asking", asking.name()));
        return asking;
    }

    private MessageService.Template template(Caller caller) {
        MessageService.Template template = messages.templates(caller.tenant()).stream()
                .filter(one -> one.name().equals(TEMPLATE))
                .findFirst()
                .orElseThrow(
                        () -> new PledgeException(NOT_FOUND, "this tenant has no template \"" + TEMPLATE + "\" in use")
                                .remedy("Put etc/templates/<tenant>/" + TEMPLATE + ".template there, signed."));
        List<String> unknown = template.parameters().stream()
                .filter(name -> !List.of(VERSION, PUBLISHED, CHANGES).contains(name))
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            throw new PledgeException(
                            CONFLICT,
                            "the template \"" + TEMPLATE + "\" has parameters that a campaign does not fill: "
                                    + String.join(", ", unknown))
                    .remedy("Use " + String.join(", ", VERSION, PUBLISHED, CHANGES) + " alone.");
        }
        return template;
    }

    private Map<String, String> parameters(Campaign campaign) {
        Policy policy =
                policies.version(campaign.tenant(), campaign.version()).orElseThrow(DefaultCampaignService::unknown);
        String changes = policies.diff(campaign.tenant(), campaign.before(), campaign.version()).stream()
                .filter(Change::material)
                .map(change -> change.field() + ": " + change.text())
                .collect(Collectors.joining(" "));
        Map<String, String> parameters = new HashMap<>();
        parameters.put(VERSION, Integer.toString(campaign.version()));
        parameters.put(PUBLISHED, policy.published().toString());
        parameters.put(
                CHANGES, changes.length() > LONGEST_CHANGES ? changes.substring(0, LONGEST_CHANGES) + " …" : changes);
        return parameters;
    }

    @Override
    public Member decline(Caller caller, int version, SubjectId subject) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> {
            requireOpen(versions.lockCampaign(caller.tenant(), version).orElseThrow(DefaultCampaignService::unknown));
            Member member = member(caller, version, subject);
            if (member.answer() == Answer.ACCEPTED) {
                throw new PledgeException(CONFLICT, "the person accepted version " + version + " or a later one")
                        .remedy("What they agreed to can be withdrawn: consent:withdraw.");
            }
            Instant now = now();
            if (!store.decline(caller.tenant(), version, subject, now)) {
                return member;
            }
            leaf(caller, now, Leaf.Act.POLICY_DECLINED, Optional.of(subject), version, Map.of());
            return member(caller, version, subject);
        });
    }

    private Member member(Caller caller, int version, SubjectId subject) {
        return store.member(caller.tenant(), version, subject)
                .orElseThrow(() -> new PledgeException(NOT_FOUND, "this person is not of the campaign's audience")
                        .remedy("Only people who accepted an earlier version are asked; check the identifier."));
    }

    @Override
    public Campaign close(Caller caller, int version) {
        caller.require(Role.OFFICER);
        return transactions.required(() -> {
            Campaign present =
                    versions.lockCampaign(caller.tenant(), version).orElseThrow(DefaultCampaignService::unknown);
            if (!present.open()) {
                return present;
            }
            Instant now = now();
            Campaign closed =
                    new Campaign(present.tenant(), version, present.before(), present.opened(), Optional.of(now));
            versions.putCampaign(closed);
            Counts counts = store.counts(caller.tenant(), version);
            leaf(
                    caller,
                    now,
                    Leaf.Act.CAMPAIGN_CLOSED,
                    Optional.empty(),
                    version,
                    Map.of(
                            "audience", Long.toString(counts.audience()),
                            "accepted", Long.toString(counts.accepted()),
                            "declined", Long.toString(counts.declined())));
            return closed;
        });
    }

    private void leaf(
            Caller caller,
            Instant now,
            Leaf.Act act,
            Optional<SubjectId> subject,
            int version,
            Map<String, String> facts) {
        Map<String, String> details = new HashMap<>(facts);
        details.put("version", Integer.toString(version));
        List<String> promises = policies.version(caller.tenant(), version).stream()
                .flatMap(policy -> Objection.ids(policy, "policy-versions").stream())
                .toList();
        audit.append(new Leaf(caller.tenant(), now, act, caller.name(), subject, promises, details));
    }

    private static void requireOpen(Campaign campaign) {
        if (!campaign.open()) {
            throw new PledgeException(CONFLICT, "the campaign for version " + campaign.version() + " is closed")
                    .remedy("See policy:campaigns for the one that is open; a later material version opens another.");
        }
    }

    private static PledgeException unknown() {
        return new PledgeException(NOT_FOUND, "this version opened no campaign")
                .remedy("See policy:campaigns for those there are; only material changes open one.");
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new PledgeException(INVALID, "limit must be 1 to " + MOST).remedy("Ask for the rest afterwards.");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
