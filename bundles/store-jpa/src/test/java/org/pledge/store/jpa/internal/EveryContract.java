package org.pledge.store.jpa.internal;

import org.junit.jupiter.api.Nested;
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

/** Runs every contract on one database. */
abstract class EveryContract {
    abstract Stores opened();

    @Nested
    final class TransactionsTest extends TransactionsContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class SubjectStoreTest extends SubjectStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class ConsentStoreTest extends ConsentStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class SharingStoreTest extends SharingStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class NoticeStoreTest extends NoticeStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected NoticeStore notices() {
            return TestStores.notices(opened());
        }
    }

    @Nested
    final class InquiryStoreTest extends InquiryStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected InquiryStore inquiries() {
            return TestStores.inquiries(opened());
        }
    }

    @Nested
    final class AttestationKeyStoreTest extends AttestationKeyStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected AttestationKeyStore keys() {
            return TestStores.attestationKeys(opened());
        }
    }

    @Nested
    final class StatementStoreTest extends StatementStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected StatementStore statements() {
            return TestStores.statements(opened());
        }
    }

    @Nested
    final class RequestStoreTest extends RequestStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected RequestStore requests() {
            return TestStores.requests(opened());
        }
    }

    @Nested
    final class ExternalRequestStoreTest extends ExternalRequestStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected ExternalRequestStore externals() {
            return TestStores.externals(opened());
        }
    }

    @Nested
    final class StatusCallbackStoreTest extends StatusCallbackStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected StatusCallbackStore callbacks() {
            return TestStores.callbacks(opened());
        }
    }

    @Nested
    final class AuditStoreTest extends AuditStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class PolicyStoreTest extends PolicyStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class WrappedKeyStoreTest extends WrappedKeyStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class ConfidentialityStoreTest extends ConfidentialityStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected ConfidentialityStore confidentiality() {
            return TestStores.confidentiality(opened());
        }
    }

    @Nested
    final class SecondFactorStoreTest extends SecondFactorStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected SecondFactorStore factors() {
            return TestStores.factors(opened());
        }
    }

    @Nested
    final class AccessStoreTest extends AccessStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }
    }

    @Nested
    final class BreachStoreTest extends BreachStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected BreachStore breaches() {
            return TestStores.breaches(opened());
        }
    }

    @Nested
    final class PassStoreTest extends PassStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected PassStore passes() {
            return TestStores.passes(opened());
        }
    }

    @Nested
    final class EmailChangeStoreTest extends EmailChangeStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected EmailChangeStore changes() {
            return TestStores.emailChanges(opened());
        }
    }

    @Nested
    final class LoginStoreTest extends LoginStoreContract {
        @Override
        protected Stores stores() {
            return opened();
        }

        @Override
        protected LoginStore logins() {
            return TestStores.logins(opened());
        }
    }
}
