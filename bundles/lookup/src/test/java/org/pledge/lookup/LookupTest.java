package org.pledge.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceException;
import org.osgi.framework.ServiceReference;

class LookupTest {
    private final FakeBundles bundles = new FakeBundles();
    private final Lookup<Runnable> lookup = Lookup.opened(bundles.context, Runnable.class);
    private final Runnable service = () -> {};

    @AfterEach
    void stop() {
        lookup.close();
    }

    @Test
    void obtainsNothingUntilItIsUsed() {
        bundles.bring(Runnable.class, () -> service);
        assertThat(bundles.asked).hasValue(0);
        assertThat(lookup.get()).containsExactly(service);
        assertThat(lookup.get()).containsExactly(service);
        assertThat(bundles.asked).hasValue(1);
    }

    @Test
    void findsAServiceThatCouldNotBeHadAtFirst() {
        AtomicInteger tries = new AtomicInteger();
        bundles.bring(Runnable.class, () -> switch (tries.getAndIncrement()) {
            case 0 -> throw new ServiceException("a cycle", ServiceException.FACTORY_ERROR);
            case 1 -> throw new IllegalStateException("Could not obtain lock");
            case 2 -> null;
            default -> service;
        });
        assertThat(lookup.get()).isEmpty();
        assertThat(lookup.get()).isEmpty();
        assertThat(lookup.get()).isEmpty();
        assertThat(lookup.get()).containsExactly(service);
        assertThat(lookup.now()).contains(service);
    }

    @Test
    void givesBackWhatHasGone() {
        ServiceReference<?> reference = bundles.bring(Runnable.class, () -> service);
        assertThat(lookup.get()).containsExactly(service);
        bundles.take(Runnable.class, reference);
        assertThat(lookup.get()).isEmpty();
        assertThat(bundles.givenBack).hasValue(1);
    }

    @Test
    void givesBackNothingThatItNeverHad() {
        bundles.take(Runnable.class, bundles.bring(Runnable.class, () -> service));
        assertThat(bundles.asked).hasValue(0);
        assertThat(bundles.givenBack).hasValue(0);
    }
}
