package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.pledge.PledgeException;

final class OfferingTest {
    private final List<String> offered = new CopyOnWriteArrayList<>();
    private final List<String> closed = new CopyOnWriteArrayList<>();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicInteger tries = new AtomicInteger();

    private Offering<String> offering() {
        Supplier<String> making = () -> {
            tries.incrementAndGet();
            if (away.get()) {
                throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "the database cannot be reached");
            }
            return "made";
        };
        return new Offering<>(context(), String.class, making, closed::add, Duration.ofMillis(1));
    }

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("registerService");
                    offered.add((String) arguments[1]);
                    return registration();
                });
    }

    private ServiceRegistration<?> registration() {
        return (ServiceRegistration<?>) Proxy.newProxyInstance(
                ServiceRegistration.class.getClassLoader(),
                new Class<?>[] {ServiceRegistration.class},
                (proxy, method, arguments) -> offered.remove("made"));
    }

    @Test
    void offersWhatNeedsTheDatabaseOnceThatIsThere() {
        away.set(true);
        Offering<String> offering = offering();
        await().until(() -> tries.get() > 2);
        assertThat(offered).isEmpty();
        away.set(false);
        await().until(() -> !offered.isEmpty());
        offering.stop();
        assertThat(offered).isEmpty();
        assertThat(closed).containsExactly("made");
    }

    @Test
    void endsWhileTheDatabaseIsAway() {
        away.set(true);
        Offering<String> offering = offering();
        offering.stop();
        int then = tries.get();
        away.set(false);
        assertThat(offered).isEmpty();
        assertThat(tries.get()).isEqualTo(then);
        assertThat(closed).isEmpty();
    }
}
