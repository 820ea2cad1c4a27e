package org.pledge.store.jpa.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.access.spi.ConfidentialityStore;
import org.pledge.access.spi.SecondFactorStore;
import org.pledge.contract.AccessStoreContract;
import org.pledge.contract.AttestationKeyStoreContract;
import org.pledge.contract.AuditStoreContract;
import org.pledge.contract.BreachStoreContract;
import org.pledge.contract.ConfidentialityStoreContract;
import org.pledge.contract.ConsentStoreContract;
import org.pledge.contract.EmailChangeStoreContract;
import org.pledge.contract.ExternalRequestStoreContract;
import org.pledge.contract.InquiryStoreContract;
import org.pledge.contract.LoginStoreContract;
import org.pledge.contract.NoticeStoreContract;
import org.pledge.contract.PassStoreContract;
import org.pledge.contract.PolicyStoreContract;
import org.pledge.contract.RequestStoreContract;
import org.pledge.contract.SecondFactorStoreContract;
import org.pledge.contract.SharingStoreContract;
import org.pledge.contract.StatementStoreContract;
import org.pledge.contract.StatusCallbackStoreContract;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.contract.SubjectStoreContract;
import org.pledge.contract.TransactionsContract;
import org.pledge.contract.WrappedKeyStoreContract;
import org.pledge.crypto.spi.AttestationKeyStore;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
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

/** Runs every contract on an H2 file. */
final class H2ContractTest {
    @TempDir
    private static Path folder;

    private static TestDatabase test;
    private static Database database;
    private static Stores stores;

    @BeforeAll
    static void open() {
        test = TestStores.UNIT.h2(folder);
        database = test.open();
        stores = TestStores.on(database);
    }

    @AfterAll
    static void close() {
        database.close();
        test.close();
    }

    @Nested
    final class TransactionsTest extends TransactionsContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class SubjectStoreTest extends SubjectStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class ConsentStoreTest extends ConsentStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class SharingStoreTest extends SharingStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class NoticeStoreTest extends NoticeStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected NoticeStore notices() {
            return TestStores.notices(stores);
        }
    }

    @Nested
    final class InquiryStoreTest extends InquiryStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected InquiryStore inquiries() {
            return TestStores.inquiries(stores);
        }
    }

    @Nested
    final class AttestationKeyStoreTest extends AttestationKeyStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected AttestationKeyStore keys() {
            return TestStores.attestationKeys(stores);
        }
    }

    @Nested
    final class StatementStoreTest extends StatementStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected StatementStore statements() {
            return TestStores.statements(stores);
        }
    }

    @Nested
    final class RequestStoreTest extends RequestStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected RequestStore requests() {
            return TestStores.requests(stores);
        }
    }

    @Nested
    final class ExternalRequestStoreTest extends ExternalRequestStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected ExternalRequestStore externals() {
            return TestStores.externals(stores);
        }
    }

    @Nested
    final class StatusCallbackStoreTest extends StatusCallbackStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected StatusCallbackStore callbacks() {
            return TestStores.callbacks(stores);
        }
    }

    @Nested
    final class AuditStoreTest extends AuditStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class PolicyStoreTest extends PolicyStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class WrappedKeyStoreTest extends WrappedKeyStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class ConfidentialityStoreTest extends ConfidentialityStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected ConfidentialityStore confidentiality() {
            return TestStores.confidentiality(stores);
        }
    }

    @Nested
    final class SecondFactorStoreTest extends SecondFactorStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected SecondFactorStore factors() {
            return TestStores.factors(stores);
        }
    }

    @Nested
    final class AccessStoreTest extends AccessStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    final class BreachStoreTest extends BreachStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected BreachStore breaches() {
            return TestStores.breaches(stores);
        }
    }

    @Nested
    final class PassStoreTest extends PassStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected PassStore passes() {
            return TestStores.passes(stores);
        }
    }

    @Nested
    final class EmailChangeStoreTest extends EmailChangeStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected EmailChangeStore changes() {
            return TestStores.emailChanges(stores);
        }
    }

    @Nested
    final class LoginStoreTest extends LoginStoreContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected LoginStore logins() {
            return TestStores.logins(stores);
        }
    }
}
