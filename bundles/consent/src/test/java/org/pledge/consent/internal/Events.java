package org.pledge.consent.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.ConsentView;
import org.pledge.policy.Policy;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Events of one tenant, made without a store. */
final class Events {
    static final TenantId TENANT = new TenantId("kx");
    static final Wording WORDING = new Wording("web", "newsletter-3", "ab".repeat(32));

    private Events() {}

    /** Makes a person known. */
    static void register(MemoryStore store, TenantId tenant, SubjectId person) {
        store.required(() -> {
            store.addAccount(new StoredAccount(tenant, person, "free", Policy.Holder.INDIVIDUAL, "US", 1));
            store.addPerson(new StoredPerson(tenant, person, person, Set.of(), 0));
        });
    }

    static ConsentTable emptyTable() {
        MemoryStore store = new MemoryStore();
        return new ConsentTable(store, store);
    }

    /** What a table says about one scope of this tenant. */
    static int level(ConsentTable table, SubjectId subject, long scope, long now) {
        return ConsentView.level(table.ask(TENANT, subject, new long[] {scope}, 0, now), 0);
    }

    static Event granted(SubjectId subject, long epoch, Level level, String... categories) {
        return event(subject, epoch, Kind.GRANTED, "marketing", "acme", Set.of(categories), Optional.of(level));
    }

    static Event withdrawn(SubjectId subject, long epoch) {
        return event(subject, epoch, Kind.WITHDRAWN, "", "", Set.of(), Optional.empty());
    }

    static Event accepted(SubjectId subject, long epoch) {
        return event(subject, epoch, Kind.ACCEPTED, "", "", Set.of(), Optional.of(Level.OPT_IN));
    }

    static Event inquiryOpened(SubjectId subject, long epoch) {
        return event(subject, epoch, Kind.INQUIRY_OPENED, "", "", Set.of(), Optional.empty());
    }

    static Event inquiryClosed(SubjectId subject, long epoch) {
        return event(subject, epoch, Kind.INQUIRY_CLOSED, "", "", Set.of(), Optional.empty());
    }

    private static Event event(
            SubjectId subject,
            long epoch,
            Kind kind,
            String purpose,
            String recipient,
            Set<String> categories,
            Optional<Level> level) {
        return new Event(
                0,
                new UUID(1, 1),
                TENANT,
                subject,
                kind,
                Instant.EPOCH,
                epoch,
                purpose,
                recipient,
                categories,
                level,
                Optional.empty(),
                3,
                "US-CA",
                WORDING,
                "desk");
    }
}
