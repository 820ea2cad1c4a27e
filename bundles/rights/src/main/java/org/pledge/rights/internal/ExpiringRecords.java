package org.pledge.rights.internal;

import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.policy.Policy;
import org.pledge.retention.spi.Expiring;
import org.pledge.rights.spi.RecordStore;
import org.pledge.rights.spi.RecordStore.Kind;

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
            "untold-status", Kind.CALLBACK);
    private static final int MOST = 240;
    private static final int LEAST = 24;
    private static final int LEAST_OF_OTHERS = 3;

    private final RecordStore store;
    private final Map<String, String> records;

    /** Ends those of the platform's store. */
    @Activate
    public ExpiringRecords(@Reference RecordStore store, Config config) {
        this.store = store;
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
            case DISCLOSURE, NOTICE -> months(config.disclosure_months(), LEAST);
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
        return store.remove(KINDS.get(due.category()), due.tenant(), due.before(), due.held(), limit);
    }
}
