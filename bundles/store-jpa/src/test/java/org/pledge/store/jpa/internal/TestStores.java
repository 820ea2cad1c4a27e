package org.pledge.store.jpa.internal;

import org.pledge.access.spi.SecondFactorStore;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.TestUnit;
import org.pledge.inquiry.spi.InquiryStore;
import org.pledge.rights.spi.RequestStore;
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

    static InquiryStore inquiries(Stores stores) {
        return new JpaInquiryStore((JpaTransactions) stores.transactions());
    }

    static SecondFactorStore factors(Stores stores) {
        return new JpaSecondFactorStore((JpaTransactions) stores.transactions());
    }

    static RequestStore requests(Stores stores) {
        return new JpaRequestStore((JpaTransactions) stores.transactions());
    }
}
