package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceReference;
import org.pledge.sharing.spi.Connector;

/** Routes, connectors and parts of Camel whose services can only be had later. */
class LateServicesTest {
    private final FakeBundles bundles = new FakeBundles();

    /** Waits for nothing. */
    private final ScheduledExecutorService changes = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(task, 0, unit);
        }
    };

    @AfterEach
    void stop() {
        changes.shutdownNow();
    }

    /** What a component that is being started on another thread looks like: a failure, then nothing, then itself. */
    private static <T> Supplier<T> starting(T service) {
        AtomicInteger tries = new AtomicInteger();
        return () -> switch (tries.getAndIncrement()) {
            case 0 -> throw new ServiceException("a cycle", ServiceException.FACTORY_ERROR);
            case 1 -> throw new IllegalStateException("Could not obtain lock");
            case 2 -> null;
            default -> service;
        };
    }

    @Test
    void runsTheRoutesOfAServiceThatCouldNotBeHadAtFirst() {
        try (Bench bench = new Bench()) {
            CamelHost.Builders builders = new CamelHost.Builders(bundles.context, bench.camel, changes);
            builders.open();
            RoutesBuilder routes = new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:late").routeId("late").to("mock:late");
                }
            };
            ServiceReference<?> reference = bundles.bring(RoutesBuilder.class, starting(routes));
            await().until(() -> bench.camel.camel().getRoute("late") != null);
            bundles.take(RoutesBuilder.class, reference);
            assertThat(bench.camel.camel().getRoutes()).isEmpty();
            builders.close();
        }
    }

    @Test
    void neverAsksForRoutesThatGoBeforeTheyCanBeHad() throws ExecutionException, InterruptedException {
        try (Bench bench = new Bench()) {
            CamelHost.Builders builders = new CamelHost.Builders(bundles.context, bench.camel, changes);
            builders.open();
            RoutesBuilder routes = new PostConnector("post");
            changes.submit(() -> bundles.take(RoutesBuilder.class, bundles.bring(RoutesBuilder.class, () -> routes)))
                    .get();
            changes.submit(() -> {}).get();
            assertThat(bundles.asked).hasValue(0);
            builders.close();
        }
    }

    @Test
    void knowsAConnectorByItsNameWhileItIsThere() {
        try (Bench bench = new Bench()) {
            Map<String, Connector> byName = new ConcurrentHashMap<>();
            CamelHost.Connectors connectors = new CamelHost.Connectors(bundles.context, byName, bench.camel, changes);
            connectors.open();
            PostConnector post = new PostConnector("post");
            ServiceReference<?> reference = bundles.bring(Connector.class, starting(post));
            await().until(() -> byName.get(post.name()) == post);
            bundles.take(Connector.class, reference);
            assertThat(byName).isEmpty();
            assertThat(connectors.now()).isEmpty();
            connectors.close();
        }
    }
}
