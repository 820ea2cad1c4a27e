package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;

final class DatabaseOpeningTest {
    private static final TenantId TENANT = new TenantId("kx");

    @TempDir
    private Path folder;

    private final List<Database> offered = new CopyOnWriteArrayList<>();
    private final AtomicInteger withdrawn = new AtomicInteger();

    private final BundleContext context = proxy(BundleContext.class, arguments -> {
        offered.add((Database) arguments[1]);
        return proxy(ServiceRegistration.class, none -> {
            withdrawn.incrementAndGet();
            return null;
        });
    });

    private interface Answer {
        Object to(Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> answer.to(arguments)));
    }

    @Test
    void offersTheDatabaseAndWithdrawsItWhenItStops() throws InterruptedException {
        try (TestDatabase test = TestDatabase.h2(folder)) {
            DatabaseOpening opening = new DatabaseOpening(context, test.dataSource(), test.entities());
            await().until(() -> offered.size() == 1);
            opening.stop();
            assertThat(withdrawn).hasValue(1);
            assertThat(offered).hasSize(1);
        }
    }

    @Test
    void opensTheDatabaseAnewAfterTheDiskHasFailed() throws InterruptedException {
        try (TestDatabase test = TestDatabase.h2(folder)) {
            DatabaseOpening opening = new DatabaseOpening(context, test.dataSource(), test.entities());
            await().until(() -> offered.size() == 1);
            Stores before = TestDatabase.stores(offered.get(0));
            before.transactions().required(() -> before.audit().add(TENANT, new byte[] {7}));
            offered.get(0).failure().complete(null);
            await().until(() -> offered.size() == 2);
            assertThat(withdrawn).hasValue(1);
            Stores after = TestDatabase.stores(offered.get(1));
            assertThat(after.transactions().required(() -> after.audit().unchained(TENANT, 10)))
                    .hasSize(1);
            after.transactions().required(() -> after.audit().add(TENANT, new byte[] {8}));
            opening.stop();
        }
    }
}
