package org.pledge.consent.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.InDoubt;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.inquiry.InquiryListener;
import org.pledge.inquiry.InquiryService;
import org.pledge.inquiry.spi.InquiryStore;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Purpose;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.RemovalListener;
import org.pledge.subject.spi.SubjectStore;

/**
 * Opens and closes inquiries. The first open one and the end of the last are changes of the consent log, so that the
 * gate, the last look before something leaves, and other nodes know of them as they know of consent.
 */
@Component(
        service = {InquiryService.class, RemovalListener.class},
        configurationPid = "org.pledge.consent")
public final class DefaultInquiryService implements InquiryService, RemovalListener {
    private static final Wording NONE = new Wording("", "", "");

    private final InquiryStore inquiries;
    private final ConsentStore store;
    private final SubjectStore people;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<List<InquiryListener>> listeners;
    private final int leastListeners;
    private final Runnable closeListeners;
    private final Clock clock;
    private final Changes changes;

    /** The service as it runs. */
    @Activate
    public DefaultInquiryService(
            BundleContext context,
            DefaultConsentService.Config config,
            @Reference ConsentTable table,
            @Reference InquiryStore inquiries,
            @Reference ConsentStore store,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                table,
                inquiries,
                store,
                people,
                policies,
                audit,
                transactions,
                Lookup.opened(context, InquiryListener.class),
                config.leastWithdrawalListeners());
    }

    private DefaultInquiryService(
            ConsentTable table,
            InquiryStore inquiries,
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Lookup<InquiryListener> tracker,
            int leastListeners) {
        this(
                table,
                inquiries,
                store,
                people,
                policies,
                audit,
                transactions,
                tracker,
                leastListeners,
                tracker::close,
                Clock.systemUTC());
    }

    DefaultInquiryService(
            ConsentTable table,
            InquiryStore inquiries,
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<InquiryListener>> listeners,
            int leastListeners,
            Runnable closeListeners,
            Clock clock) {
        this.inquiries = inquiries;
        this.store = store;
        this.people = people;
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.listeners = listeners;
        this.leastListeners = leastListeners;
        this.closeListeners = closeListeners;
        this.clock = clock;
        this.changes = new Changes(table, store, transactions);
    }

    /** Ends once no change is under way. */
    @Deactivate
    void stop() {
        changes.stop();
        closeListeners.run();
    }

    @Override
    public Inquiry open(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR);
        TenantId tenant = caller.tenant();
        if (policies.versions(tenant).stream()
                .flatMap(policy -> policy.purposes().stream())
                .noneMatch(Purpose::endsWithInquiry)) {
            throw new PledgeException(CONFLICT, "the policy has no purpose that ends with an inquiry")
                    .remedy("Nothing waits for an inquiry here; nothing needs to be opened.");
        }
        return changes.make(() -> {
            boolean locked = changes.lock(tenant, subject);
            if (!people.knows(tenant, subject)) {
                throw new PledgeException(NOT_FOUND, "no such person; nothing was recorded")
                        .remedy("Check the identifier.");
            }
            // Of somebody without a row to lock two may open the first inquiry; the higher epoch is the later one.
            Optional<Long> created = locked ? Optional.empty() : Optional.of(store.nextEpoch(tenant, subject));
            int before = openInquiries(tenant, subject).size();
            Inquiry inquiry = new Inquiry(
                    UUID.randomUUID(), tenant, subject, now(), caller.name(), Optional.empty(), Optional.empty());
            inquiries.putInquiry(inquiry);
            if (before == 0 || created.isPresent()) {
                long epoch = created.orElseGet(() -> store.nextEpoch(tenant, subject));
                changes.append(event(caller, subject, Kind.INQUIRY_OPENED, inquiry.opened(), epoch));
            }
            audit.append(leaf(caller, Act.INQUIRY_OPENED, inquiry, inquiry.opened(), before + 1, Optional.empty()));
            return inquiry;
        });
    }

    @Override
    public List<Inquiry> inquiries(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> inquiries.inquiries(caller.tenant(), subject));
    }

    @Override
    public Closing close(Caller caller, SubjectId subject, UUID id) {
        caller.require(Role.OPERATOR);
        return changes.make(() -> {
            changes.lock(caller.tenant(), subject);
            Inquiry inquiry = inquiries
                    .inquiry(caller.tenant(), id)
                    .filter(one -> one.subject().equals(subject))
                    .orElseThrow(() -> new PledgeException(NOT_FOUND, "this person has no such inquiry")
                            .remedy("Check both identifiers; inquiry:list shows the person's inquiries."));
            return inquiry.isOpen() ? closed(caller, inquiry) : new Closing(inquiry, 0, List.of());
        });
    }

    @Override
    public void removed(Caller caller, SubjectId person) {
        removed(caller, person, Set.of());
    }

    /** While a hold keeps something of a child, it keeps the record of who authorised what for them, too. */
    @Override
    public void removed(Caller caller, SubjectId person, Set<String> kept) {
        changes.make(() -> {
            boolean said = changes.lock(caller.tenant(), person);
            if (kept.isEmpty()) {
                store.removeAuthorisations(caller.tenant(), person);
            }
            List<Closing> closed = openInquiries(caller.tenant(), person).stream()
                    .map(inquiry -> closed(caller, inquiry))
                    .toList();
            boolean before = store.history(caller.tenant(), person).stream()
                    .reduce((earlier, later) -> later)
                    .filter(last -> last.kind() == Kind.REMOVED)
                    .isPresent();
            if (said && !before) {
                change(caller, person, Kind.REMOVED);
            }
            return closed;
        });
    }

    @Override
    public void restricted(Caller caller, SubjectId person) {
        changes.make(() -> change(caller, person, Kind.RESTRICTED));
    }

    @Override
    public void lifted(Caller caller, SubjectId person) {
        changes.make(() -> change(caller, person, Kind.RESTRICTION_LIFTED));
    }

    private Event change(Caller caller, SubjectId person, Kind kind) {
        Event event = event(caller, person, kind, now(), store.nextEpoch(caller.tenant(), person));
        changes.append(event);
        return event;
    }

    /** Needs the person's exclusive lock. */
    private Closing closed(Caller caller, Inquiry inquiry) {
        Instant now = now();
        Inquiry closed = new Inquiry(
                inquiry.id(),
                inquiry.tenant(),
                inquiry.subject(),
                inquiry.opened(),
                inquiry.openedBy(),
                Optional.of(now),
                Optional.of(caller.name()));
        inquiries.putInquiry(closed);
        int left = openInquiries(inquiry.tenant(), inquiry.subject()).size();
        Optional<Effect> effect = left > 0 ? Optional.empty() : Optional.of(ended(caller, inquiry, now));
        audit.append(leaf(caller, Act.INQUIRY_CLOSED, closed, now, left, effect));
        return new Closing(
                closed,
                effect.map(Effect::cancelled).orElse(0),
                effect.map(Effect::inDoubt).orElse(List.of()));
    }

    private Effect ended(Caller caller, Inquiry last, Instant now) {
        List<InquiryListener> present = listeners.get();
        if (present.size() < leastListeners) {
            throw new PledgeException(UNAVAILABLE, "nobody is there to stop what waits to be sent")
                    .remedy("Nothing was closed; try again in a moment, and start the sharing bundle if it stays so.");
        }
        long epoch = store.nextEpoch(last.tenant(), last.subject());
        changes.append(event(caller, last.subject(), Kind.INQUIRY_CLOSED, now, epoch));
        List<Effect> effects = present.stream()
                .map(listener -> listener.inquiriesEnded(last.tenant(), last.subject()))
                .toList();
        List<InDoubt> inDoubt =
                effects.stream().flatMap(effect -> effect.inDoubt().stream()).toList();
        return new Effect(effects.stream().mapToInt(Effect::cancelled).sum(), inDoubt);
    }

    private List<Inquiry> openInquiries(TenantId tenant, SubjectId subject) {
        return inquiries.inquiries(tenant, subject).stream()
                .filter(Inquiry::isOpen)
                .toList();
    }

    private Event event(Caller caller, SubjectId subject, Kind kind, Instant at, long epoch) {
        int version = policies.versions(caller.tenant()).stream()
                .mapToInt(Policy::version)
                .max()
                .orElse(0);
        return new Event(
                0,
                UUID.randomUUID(),
                caller.tenant(),
                subject,
                kind,
                at,
                epoch,
                "",
                "",
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                version,
                "",
                NONE,
                caller.name());
    }

    private Leaf leaf(Caller caller, Act act, Inquiry inquiry, Instant at, int open, Optional<Effect> effect) {
        Map<String, String> details = new HashMap<>();
        details.put("inquiry", inquiry.id().toString());
        details.put("open", Integer.toString(open));
        effect.ifPresent(done -> {
            details.put("cancelled", Integer.toString(done.cancelled()));
            details.put("inDoubt", Integer.toString(done.inDoubt().size()));
        });
        return new Leaf(
                caller.tenant(), at, act, caller.name(), Optional.of(inquiry.subject()), promises(caller), details);
    }

    private List<String> promises(Caller caller) {
        return policies.versions(caller.tenant()).stream()
                .reduce((earlier, later) -> later)
                .map(policy -> policy.purposes().stream()
                        .flatMap(purpose -> policy.endingWithInquiry(purpose.name()).stream())
                        .distinct()
                        .toList())
                .orElse(List.of());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
