package org.pledge.store.jpa.internal;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.pledge.contract.StoreContract.Stores;
import org.pledge.database.Database;
import org.pledge.database.DatabaseOpening;
import org.pledge.database.TestDatabase;

/** The databases that {@link DatabaseOpening} offers, one after the other. */
final class Offered implements AutoCloseable {
    private final List<Database> databases = new CopyOnWriteArrayList<>();
    private final DatabaseOpening opening;

    Offered(TestDatabase test) {
        BundleContext context = proxy(BundleContext.class, arguments -> {
            databases.add((Database) arguments[1]);
            return proxy(ServiceRegistration.class, none -> null);
        });
        opening = new DatabaseOpening(context, test.dataSource(), test.entities(), test.unit(), TestDatabase::file);
    }

    private static <T> T proxy(Class<T> type, Function<Object[], Object> answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> answer.apply(arguments)));
    }

    /** The stores on the {@code number}th database, counted from 1, once it is offered. */
    Stores await(int number) {
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> databases.size() >= number);
        return TestStores.on(databases.get(number - 1));
    }

    /** The stores on the database that is offered now, once there is one that has not failed. */
    Stores awaitWorking() {
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> !last().failure()
                .isDone());
        return TestStores.on(last());
    }

    private Database last() {
        return databases.get(databases.size() - 1);
    }

    @Override
    public void close() {
        try {
            opening.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
