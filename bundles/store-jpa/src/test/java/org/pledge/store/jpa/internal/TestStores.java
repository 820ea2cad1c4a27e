package org.pledge.store.jpa.internal;

import org.pledge.access.spi.ConfidentialityStore;
import org.pledge.access.spi.SecondFactorStore;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.crypto.spi.AttestationKeyStore;
import org.pledge.database.Database;
import org.pledge.database.TestUnit;
import org.pledge.inquiry.spi.InquiryStore;
import org.pledge.rights.spi.BreachStore;
import org.pledge.rights.spi.EmailChangeStore;
import org.pledge.rights.spi.ExternalRequestStore;
import org.pledge.rights.spi.LoginStore;
import org.pledge.rights.spi.PassStore;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.StatementStore;
import org.pledge.rights.spi.StatusCallbackStore;
import org.pledge.sharing.spi.NoticeStore;

/** The stores, outside a container. */
final class TestStores {
    static final TestUnit UNIT = new TestUnit(MainDatabase.UNIT);

    private TestStores() {}

    static Stores on(Database database) {
        JpaTransactions transactions = new JpaTransactions(database);
        return new Stores(
                transactions,
                new JpaSubjectStore(transactions),
                new JpaConsentStore(transactions),
                new JpaSharingStore(transactions),
                new JpaAuditStore(transactions),
                new JpaPolicyStore(transactions),
                new JpaWrappedKeyStore(transactions),
                new JpaAccessStore(transactions));
    }

    static NoticeStore notices(Stores stores) {
        return new JpaNoticeStore((JpaTransactions) stores.transactions());
    }

    static BreachStore breaches(Stores stores) {
        return new JpaBreachStore((JpaTransactions) stores.transactions());
    }

    static PassStore passes(Stores stores) {
        return new JpaPassStore((JpaTransactions) stores.transactions());
    }

    static EmailChangeStore emailChanges(Stores stores) {
        return new JpaEmailChangeStore((JpaTransactions) stores.transactions());
    }

    static LoginStore logins(Stores stores) {
        return new JpaLoginStore((JpaTransactions) stores.transactions());
    }

    static InquiryStore inquiries(Stores stores) {
        return new JpaInquiryStore((JpaTransactions) stores.transactions());
    }

    static ConfidentialityStore confidentiality(Stores stores) {
        return new JpaConfidentialityStore((JpaTransactions) stores.transactions());
    }

    static SecondFactorStore factors(Stores stores) {
        return new JpaSecondFactorStore((JpaTransactions) stores.transactions());
    }

    static ExternalRequestStore externals(Stores stores) {
        return new JpaExternalRequestStore((JpaTransactions) stores.transactions());
    }

    static StatusCallbackStore callbacks(Stores stores) {
        return new JpaStatusCallbackStore((JpaTransactions) stores.transactions());
    }

    static AttestationKeyStore attestationKeys(Stores stores) {
        return new JpaAttestationKeyStore((JpaTransactions) stores.transactions());
    }

    static StatementStore statements(Stores stores) {
        return new JpaStatementStore((JpaTransactions) stores.transactions());
    }

    static RequestStore requests(Stores stores) {
        return new JpaRequestStore((JpaTransactions) stores.transactions());
    }
}
