package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.crypto.Sealer;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerListener;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;

/** Hands queued notices and disclosures out, and records how they end. */
@Component(
        service = {Outbox.class, PartnerListener.class, DefaultOutbox.class},
        configurationPid = "org.pledge.sharing")
@Designate(ocd = DefaultOutbox.Config.class)
public final class DefaultOutbox implements Outbox, PartnerListener {
    /** How long and how often sending is tried. */
    @ObjectClassDefinition(name = "Pledge sharing", description = "How long and how often a disclosure is tried.")
    public @interface Config {
        /** Hours after which a disclosure that was not delivered is cancelled. */
        @AttributeDefinition(description = "Hours after which a disclosure that was not delivered is cancelled")
        int deadlineHours() default 24;

        /** Tries after which a disclosure is parked. */
        @AttributeDefinition(description = "Tries after which a disclosure is parked")
        int maxAttempts() default 8;

        /** Seconds before the second try. */
        @AttributeDefinition(description = "Seconds before the second try; doubles with each further one")
        int backoffInitialSeconds() default 1;

        /** Most seconds between two tries. */
        @AttributeDefinition(description = "Most seconds between two tries")
        int backoffMaxSeconds() default 300;

        /** Seconds after which a try that was not completed may be repeated. */
        @AttributeDefinition(description = "Seconds after which a try that was not completed may be repeated")
        int claimSeconds() default 60;
    }

    private final Transactions transactions;
    private final PartnerTable partners;
    private final Deliveries disclosures;
    private final NoticeDeliveries notices;
    private final WorkSignal signal;

    /** In the container. */
    @Activate
    public DefaultOutbox(
            Config config,
            @Reference Transactions transactions,
            @Reference SharingStore store,
            @Reference NoticeStore notices,
            @Reference AuditLog audit,
            @Reference Sealer sealer,
            @Reference SubjectService subjects,
            @Reference SubjectStore people,
            @Reference PartnerTable partners,
            @Reference DisclosureRules rules) {
        this(
                transactions,
                store,
                notices,
                audit,
                sealer,
                subjects,
                people,
                partners,
                rules,
                Clock.systemUTC(),
                Timing.of(config));
    }

    DefaultOutbox(
            Transactions transactions,
            SharingStore store,
            NoticeStore notices,
            AuditLog audit,
            Sealer sealer,
            SubjectService subjects,
            SubjectStore people,
            PartnerTable partners,
            DisclosureRules rules,
            Clock clock,
            Timing timing) {
        this.transactions = transactions;
        this.partners = partners;
        this.disclosures = new DisclosureDeliveries(
                transactions,
                store,
                audit,
                subjects,
                people,
                partners,
                rules,
                new SuppliedValues(sealer),
                clock,
                timing);
        this.notices =
                new NoticeDeliveries(transactions, notices, audit, subjects, people, partners, rules, clock, timing);
        this.signal = new WorkSignal(this::nextDue, clock);
        signal.start();
    }

    /** Ends the thread that looks for due work. */
    @Deactivate
    public void close() {
        signal.end();
    }

    @Override
    public AutoCloseable onWork(Runnable action) {
        return signal.onWork(action);
    }

    /** Says that something may have become due. */
    void wake() {
        signal.announce();
    }

    @Override
    public void changed(Partner partner) {
        wake();
    }

    private Optional<Instant> nextDue() {
        List<Partner> open =
                partners.all().stream().filter(partner -> !partner.suspended()).toList();
        return transactions.required(() -> open.stream()
                .flatMap(partner -> Stream.of(notices, disclosures)
                        .flatMap(kind -> kind.nextDue(partner.tenant(), partner.name()).stream()))
                .min(Instant::compareTo));
    }

    /** Notices go first: there are few of them, and somebody waits for each. */
    @Override
    public List<Delivery> claim(TenantId tenant, String partner, int limit) {
        if (partners.find(tenant, partner).filter(one -> !one.suspended()).isEmpty()) {
            return List.of();
        }
        return transactions.required(() -> {
            List<Delivery> claimed = new ArrayList<>(notices.claim(tenant, partner, limit));
            if (claimed.size() < limit) {
                claimed.addAll(disclosures.claim(tenant, partner, limit - claimed.size()));
            }
            return claimed;
        });
    }

    @Override
    public Optional<Map<String, List<String>>> load(Delivery delivery) {
        return of(delivery).load(delivery);
    }

    @Override
    public boolean release(Delivery delivery) {
        return of(delivery).release(delivery);
    }

    @Override
    public void complete(Delivery delivery, Result result, int status, Duration wait) {
        OptionalInt answer = status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
        if (of(delivery).complete(delivery, result, answer, wait) && result == Result.FAILED) {
            wake();
        }
    }

    @Override
    public void giveBack(Delivery delivery) {
        of(delivery).giveBack(delivery);
        wake();
    }

    /** Has what a sender that is gone had claimed of notices wait for the next try, whatever became of the partner. */
    void endLostClaims(TenantId tenant) {
        notices.endLostClaims(tenant);
    }

    private Deliveries of(Delivery delivery) {
        return delivery.kind() == Kind.DISCLOSURE ? disclosures : notices;
    }
}
