package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.persistence.Persistence;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.pledge.TenantId;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.DatabaseFile;
import org.pledge.database.DatabaseOpening;
import org.pledge.database.TestDatabase;

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

    /** While bundles are refreshed the framework holds locks that a registration waits for. */
    @Test
    void stopsAlthoughARegistrationWaitsForWhoStops() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch registering = new CountDownLatch(1);
        BundleContext refreshed = proxy(BundleContext.class, arguments -> {
            registering.countDown();
            awaitUninterruptibly(stopped);
            throw new IllegalStateException("the bundle is gone");
        });
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            DatabaseOpening opening = new DatabaseOpening(refreshed, test.dataSource(), test.entities(), test.unit());
            registering.await();
            opening.stop();
            stopped.countDown();
            opening.stop();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void offersTheDatabaseAndWithdrawsItWhenItStops() throws InterruptedException {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            DatabaseOpening opening = new DatabaseOpening(context, test.dataSource(), test.entities(), test.unit());
            await().until(() -> offered.size() == 1);
            opening.stop();
            assertThat(withdrawn).hasValue(1);
            assertThat(offered).hasSize(1);
        }
    }

    @Test
    void triesAgainWhenTheEntitiesCannotLogInYet() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            DataSource shy = (DataSource) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                        if (method.getName().equals("getConnection") && refused.getAndIncrement() < 1) {
                            throw new SQLException("not yet");
                        }
                        return method.invoke(test.dataSource(), arguments);
                    });
            EntityManagerFactory entities =
                    Persistence.createEntityManagerFactory("pledge", Map.of("javax.persistence.nonJtaDataSource", shy));
            DatabaseOpening opening = new DatabaseOpening(context, test.dataSource(), entities, test.unit());
            await().atMost(Duration.ofMinutes(1)).until(() -> offered.size() == 1);
            assertThat(refused).as("it was refused first").hasValueGreaterThan(1);
            EntityManager usable = offered.get(0).entityManager();
            assertThat(usable.createQuery("select count(p) from PersonEntity p").getSingleResult())
                    .isEqualTo(0L);
            usable.close();
            opening.stop();
            entities.close();
        }
    }

    @Test
    void triesAgainWhenTheFileCannotBeRenewedYet() throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        DatabaseFile.Opener shy = name -> {
            if (refused.getAndIncrement() < 1) {
                throw new IllegalStateException("not yet");
            }
            return TestDatabase.file(name);
        };
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            DatabaseOpening opening =
                    new DatabaseOpening(context, test.dataSource(), test.entities(), test.unit(), shy);
            await().until(() -> offered.size() == 1);
            offered.get(0).failure().complete(null);
            await().atMost(Duration.ofMinutes(1)).until(() -> offered.size() == 2);
            assertThat(refused).as("it was refused first").hasValueGreaterThan(1);
            opening.stop();
        }
    }

    @Test
    void opensTheDatabaseAnewAfterTheDiskHasFailed() throws InterruptedException {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            DatabaseOpening opening = new DatabaseOpening(context, test.dataSource(), test.entities(), test.unit());
            await().until(() -> offered.size() == 1);
            Stores before = TestStores.on(offered.get(0));
            before.transactions().required(() -> before.audit().add(TENANT, new byte[] {7}));
            offered.get(0).failure().complete(null);
            await().until(() -> offered.size() == 2);
            assertThat(withdrawn).hasValue(1);
            Stores after = TestStores.on(offered.get(1));
            assertThat(after.transactions().required(() -> after.audit().unchained(TENANT, 10)))
                    .hasSize(1);
            after.transactions().required(() -> after.audit().add(TENANT, new byte[] {8}));
            opening.stop();
        }
    }
}
