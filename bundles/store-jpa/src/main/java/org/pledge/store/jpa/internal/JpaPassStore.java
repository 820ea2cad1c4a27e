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
import org.pledge.rights.spi.PassStore;

/** Keeps links and passes in plain SQL. */
@Component
public final class JpaPassStore implements PassStore {
    private static final String ADD =
            """
            insert into self_service_pass (tenant, token, person, link, handed, signed_in, expires)
            values (?, ?, ?, ?, ?, ?, ?)
            """;
    private static final String REMOVE_EXPIRED = "delete from self_service_pass where tenant = ? and expires < ?";
    private static final String ONE = "select * from self_service_pass where tenant = ? and token = ?";
    private static final String REMOVE = "delete from self_service_pass where tenant = ? and token = ?";
    private static final String REMOVE_OF_PERSON = "delete from self_service_pass where tenant = ? and person = ?";
    private static final String LINKS =
            "select count(*) as links from self_service_pass where tenant = ? and person = ? and link = true"
                    + " and expires > ?";

    private final JpaTransactions transactions;

    /** Joins {@code transactions}. */
    @Activate
    public JpaPassStore(@Reference JpaTransactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void addPass(Pass pass, Instant now) {
        work().update(REMOVE_EXPIRED, pass.tenant(), now);
        work().update(
                        ADD,
                        pass.tenant(),
                        pass.token(),
                        pass.person(),
                        pass.link(),
                        pass.handed(),
                        pass.signedIn(),
                        pass.expires());
    }

    @Override
    public Optional<Pass> pass(TenantId tenant, byte[] token) {
        return work().queryOne(
                        row -> new Pass(
                                tenant,
                                row.getBytes("token"),
                                SubjectId.of(row.getObject("person", UUID.class)),
                                row.getBoolean("link"),
                                row.getBoolean("handed"),
                                row.getBoolean("signed_in"),
                                Work.instant(row, "expires")),
                        ONE,
                        tenant,
                        token);
    }

    @Override
    public boolean removePass(TenantId tenant, byte[] token) {
        return work().update(REMOVE, tenant, token) == 1;
    }

    @Override
    public void removePasses(TenantId tenant, SubjectId person) {
        work().update(REMOVE_OF_PERSON, tenant, person);
    }

    @Override
    public int links(TenantId tenant, SubjectId person, Instant now) {
        return work().queryOne(row -> row.getInt("links"), LINKS, tenant, person, now)
                .orElseThrow();
    }

    private Work work() {
        return transactions.current();
    }
}
