package org.pledge.store.jpa.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.database.Work;
import org.pledge.rights.spi.LoginStore;

/** Keeps what people sign in with in plain SQL. */
@Component
public final class JpaLoginStore implements LoginStore {
    private static final String ADD =
            "insert into own_login (tenant, name, person, salt, password) values (?, ?, ?, ?, ?)";
    private static final String ONE = "select * from own_login where tenant = ? and name = ?";
    private static final String REMOVE = "delete from own_login where tenant = ? and person = ?";
    private static final String ADD_TRIES =
            "insert into own_login_try (tenant, name, wrong, tried) values (?, ?, 0, ?)";
    private static final String ADD_TRY =
            "update own_login_try set wrong = wrong + 1, tried = ? where tenant = ? and name = ?";
    private static final String TRIES = "select wrong, tried from own_login_try where tenant = ? and name = ?";
    private static final String REMOVE_TRIES = "delete from own_login_try where tenant = ? and name = ?";
    private static final String FORGET = "delete from own_login_try where tenant = ? and tried < ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaLoginStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public boolean putLogin(Login login) {
        if (login(login.tenant(), login.name())
                .filter(other -> !other.person().equals(login.person()))
                .isPresent()) {
            return false;
        }
        removeLogin(login.tenant(), login.person());
        return work().insertIfAbsent(ADD, login.tenant(), login.name(), login.person(), login.salt(), login.password());
    }

    @Override
    public Optional<Login> login(TenantId tenant, byte[] name) {
        return work().queryOne(
                        row -> new Login(
                                tenant,
                                SubjectId.of(row.getObject("person", UUID.class)),
                                row.getBytes("name"),
                                row.getBytes("salt"),
                                row.getBytes("password")),
                        ONE,
                        tenant,
                        name);
    }

    @Override
    public void removeLogin(TenantId tenant, SubjectId person) {
        work().update(REMOVE, tenant, person);
    }

    @Override
    public Tries addTry(TenantId tenant, byte[] name, Instant now, Instant forgotten) {
        work().update(FORGET, tenant, forgotten);
        work().insertIfAbsent(ADD_TRIES, tenant, name, now);
        work().update(ADD_TRY, now, tenant, name);
        return tries(tenant, name).orElseThrow();
    }

    @Override
    public Optional<Tries> tries(TenantId tenant, byte[] name) {
        return work().queryOne(row -> new Tries(row.getInt("wrong"), Work.instant(row, "tried")), TRIES, tenant, name);
    }

    @Override
    public void removeTries(TenantId tenant, byte[] name) {
        work().update(REMOVE_TRIES, tenant, name);
    }

    private Work work() {
        return transactions.current();
    }
}
