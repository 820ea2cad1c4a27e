package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records once, of each notice, that it was not confirmed by the time it was due, and reminds whoever is silent; who was
 * being told when the sender was lost is, too.
 */
@Component(service = NoticeClock.class, immediate = true, configurationPid = "org.pledge.sharing.reminders")
@Designate(ocd = NoticeClock.Config.class)
public final class NoticeClock {
    /** When partners are reminded. */
    @ObjectClassDefinition(
            name = "Pledge sharing: reminders",
            description = "When partners that are silent are told again.")
    public @interface Config {
        /** Days of silence before the first reminder. */
        @AttributeDefinition(
                description = "Days of silence after which a partner is told again; then again after as many days, but"
                        + " once a week at most")
        int afterDays() default 7;

        /** Reminders before somebody is told that they are in vain. */
        @AttributeDefinition(description = "Reminders after which silence is escalated")
        int escalateAfter() default 3;
    }

    private static final Logger LOG = LoggerFactory.getLogger(NoticeClock.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    private static final int AT_ONCE = 100;

    private final Transactions transactions;
    private final NoticeStore store;
    private final AuditLog audit;
    private final PolicyService policies;
    private final PartnerTable partners;
    private final Clock clock;
    private final Reminders reminders;
    private final DefaultOutbox outbox;
    private final ScheduledExecutorService thread;

    /** In the container. */
    @Activate
    public NoticeClock(
            Config config,
            @Reference Transactions transactions,
            @Reference NoticeStore store,
            @Reference AuditLog audit,
            @Reference PolicyService policies,
            @Reference PartnerTable partners,
            @Reference DefaultOutbox outbox) {
        this(
                transactions,
                store,
                audit,
                policies,
                partners,
                Clock.systemUTC(),
                Reminders.Pace.of(config.afterDays(), config.escalateAfter()),
                outbox);
        thread.scheduleWithFixedDelay(this::checkLogged, 0, PAUSE.toSeconds(), TimeUnit.SECONDS);
    }

    /** One that checks only when it is told to. */
    NoticeClock(
            Transactions transactions,
            NoticeStore store,
            AuditLog audit,
            PolicyService policies,
            PartnerTable partners,
            Clock clock,
            Reminders.Pace pace,
            DefaultOutbox outbox) {
        this.transactions = transactions;
        this.store = store;
        this.audit = audit;
        this.policies = policies;
        this.partners = partners;
        this.clock = clock;
        this.reminders = new Reminders(transactions, store, audit, policies, outbox::wake, clock, pace);
        this.outbox = outbox;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "pledge-notices");
            made.setDaemon(true);
            return made;
        });
    }

    /** Ends the checks; one that runs is not interrupted, because that could close the database's files. */
    @Deactivate
    void stop() {
        thread.shutdown();
        try {
            thread.awaitTermination(END_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkLogged() {
        try {
            check();
        } catch (RuntimeException e) {
            LOG.warn(
                    "Notices cannot be looked at ({}); trying again.",
                    e.getClass().getName());
        }
    }

    /** Whom notices go to is a partner, and partners stay known: their tenants are all there are. */
    void check() {
        partners.all().stream().map(Partner::tenant).distinct().forEach(tenant -> {
            outbox.endLostClaims(tenant);
            check(tenant);
            remind(tenant);
        });
    }

    private void remind(TenantId tenant) {
        int inVain = reminders.remind(tenant);
        if (inVain > 0) {
            LOG.warn(
                    "{} notice(s) of {} have no answer despite their reminders; see rights:due and sharing:notices",
                    inVain,
                    tenant.value());
        }
    }

    private void check(TenantId tenant) {
        int found;
        do {
            found = transactions.required(() -> record(tenant));
            if (found > 0) {
                LOG.warn("{} notice(s) of {} are overdue; see sharing:notices --overdue", found, tenant.value());
            }
        } while (found == AT_ONCE);
    }

    private int record(TenantId tenant) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<StoredNotice> overdue = store.lockNewlyOverdue(tenant, now, AT_ONCE);
        if (!overdue.isEmpty()) {
            List<String> promises = Notices.promises(policies.current(tenant));
            overdue.forEach(stored -> {
                store.putNotice(Notices.overdue(stored));
                audit.append(Notices.leaf(
                        Leaf.Act.NOTICE_OVERDUE,
                        stored.notice(),
                        Disclosures.SYSTEM,
                        promises,
                        now,
                        Map.of(
                                "state",
                                stored.notice().state().name(),
                                "due",
                                stored.notice().due().toString())));
            });
        }
        return overdue.size();
    }
}
