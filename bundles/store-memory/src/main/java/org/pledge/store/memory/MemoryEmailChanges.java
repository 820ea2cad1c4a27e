package org.pledge.store.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.rights.spi.EmailChangeStore;

/** New addresses in the maps of {@link Tables}. */
interface MemoryEmailChanges extends EmailChangeStore {
    /** Where it is kept. */
    Tables tables();

    @Override
    default void putEmailChange(EmailChange change, Instant now) {
        List.copyOf(tables().emailChanges.values()).stream()
                .filter(one ->
                        one.tenant().equals(change.tenant()) && one.expires().isBefore(now))
                .forEach(one -> removeEmailChange(one.tenant(), one.person()));
        tables().put(tables().emailChanges, new Tables.Key<>(change.tenant(), change.person()), change);
    }

    @Override
    default Optional<EmailChange> emailChange(TenantId tenant, SubjectId person) {
        return tables().get(tables().emailChanges, new Tables.Key<>(tenant, person));
    }

    @Override
    default void removeEmailChange(TenantId tenant, SubjectId person) {
        tables().remove(tables().emailChanges, new Tables.Key<>(tenant, person));
    }
}
