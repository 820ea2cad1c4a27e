package org.pledge.contract;

import org.pledge.access.spi.AccessStore;
import org.pledge.audit.spi.AuditStore;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.policy.spi.PolicyStore;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** What the contracts of the main database's stores share. */
public abstract class StoreContract extends TransactionalContract {
    /** One database, seen through each interface. */
    public record Stores(
            Transactions transactions,
            SubjectStore subjects,
            ConsentStore consents,
            SharingStore sharing,
            AuditStore audit,
            PolicyStore policies,
            WrappedKeyStore keys,
            AccessStore access) {}

    /** The database under test; the same one for the whole of a test. */
    protected abstract Stores stores();

    @Override
    protected final Transactions transactions() {
        return stores().transactions();
    }
}
