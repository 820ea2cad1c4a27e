package org.pledge.rights.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;
import org.pledge.rights.CertificateService;
import org.pledge.rights.spi.RecordStore;
import org.pledge.rights.spi.RecordStore.Kind;
import org.pledge.rights.spi.StatementStore;

/** Ends the platform's own records of what is over, long after anybody would still claim anything because of it. */
@Component(configurationPid = "org.pledge.rights.records")
@Designate(ocd = ExpiringRecords.Config.class)
public final class ExpiringRecords implements Expiring {
    /** How long they are kept; fewer months than the least that the text names count as the least. */
    @ObjectClassDefinition(name = "Pledge: records of what is over")
    public @interface Config {
        /** Months after a request was closed, 24 (11 CCR 7102(a)) to 240. */
        @AttributeDefinition(name = "Months that a closed request is kept")
        int request_months() default 48;

        /** Months after a breach was closed or dismissed, 24 to 240. */
        @AttributeDefinition(name = "Months that an ended breach is kept")
        int breach_months() default 60;

        /** Months after a message of another system came, 3 to 240. */
        @AttributeDefinition(name = "Months that a message of another system is told from others")
        int message_months() default 24;

        /** Months after the last answer about a removed person, 24 to 240. */
        @AttributeDefinition(name = "Months that a disclosure about somebody who was removed is kept")
        int disclosure_months() default 48;

        /** Months after a request was closed, 3 to 240. */
        @AttributeDefinition(name = "Months that somebody who could not be told a request's status is tried")
        int callback_months() default 12;
    }

    static final Map<String, Kind> KINDS = Map.of(
            "closed-request", Kind.REQUEST,
            "ended-breach", Kind.BREACH,
            "foreign-message", Kind.MESSAGE,
            "settled-disclosure", Kind.DISCLOSURE,
            "settled-notice", Kind.NOTICE,
            "untold-status", Kind.CALLBACK,
            "settled-removal", Kind.REMOVAL,
            "sweep-certificate", Kind.SWEEP);
    private static final int PAGE = 100;
    private static final int MOST = 240;
    private static final int LEAST = 24;
    private static final int LEAST_OF_OTHERS = 3;

    private final RecordStore store;
    private final StatementStore statements;
    private final CertificateService certificates;
    private final Map<String, String> records;

    /** Ends those of the platform's store. */
    @Activate
    public ExpiringRecords(
            @Reference RecordStore store,
            @Reference StatementStore statements,
            @Reference CertificateService certificates,
            Config config) {
        this.store = store;
        this.statements = statements;
        this.certificates = certificates;
        this.records = KINDS.entrySet().stream()
                .collect(
                        HashMap::new,
                        (map, kind) -> map.put(kind.getKey(), period(kind.getValue(), config)),
                        Map::putAll);
    }

    private static String period(Kind kind, Config config) {
        return switch (kind) {
            case REQUEST -> months(config.request_months(), LEAST);
            case BREACH -> months(config.breach_months(), LEAST);
            case MESSAGE -> months(config.message_months(), LEAST_OF_OTHERS);
            case DISCLOSURE, NOTICE, REMOVAL, SWEEP -> months(config.disclosure_months(), LEAST);
            case CALLBACK -> months(config.callback_months(), LEAST_OF_OTHERS);
        };
    }

    private static String months(int wanted, int least) {
        return "P" + Math.max(least, Math.min(wanted, MOST)) + "M";
    }

    @Override
    public String name() {
        return "records";
    }

    @Override
    public boolean answersFor(Policy policy, Policy.Purpose purpose, String category) {
        return false;
    }

    @Override
    public Map<String, String> records() {
        return Map.copyOf(records);
    }

    @Override
    public long count(Due due) {
        return store.count(KINDS.get(due.category()), due.tenant(), due.before(), due.held());
    }

    @Override
    public int remove(Due due, int limit) {
        Kind kind = KINDS.get(due.category());
        if (kind == Kind.DISCLOSURE) {
            state(due, limit);
        }
        return store.remove(kind, due.tenant(), due.before(), due.held(), limit);
    }

    /** Signs who received what before that leaves, where nobody asked for it yet. */
    private void state(Due due, int limit) {
        Caller caller = Caller.system(due.tenant());
        Optional<SubjectId> last = Optional.empty();
        List<SubjectId> page;
        int signed = 0;
        do {
            page = store.unstated(due.tenant(), due.before(), due.held(), last, PAGE);
            for (SubjectId person : page) {
                certificates.ofPerson(caller, person);
                signed += isStated(due.tenant(), person) ? 1 : 0;
                last = Optional.of(person);
            }
        } while (page.size() == PAGE && signed < limit);
    }

    /** What is not final is not kept. */
    private boolean isStated(TenantId tenant, SubjectId person) {
        return statements
                .statement(tenant, StatementStore.Kind.PERSON, person.toUuid())
                .isPresent();
    }
}
