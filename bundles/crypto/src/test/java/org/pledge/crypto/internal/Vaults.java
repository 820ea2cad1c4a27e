package org.pledge.crypto.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.pledge.crypto.spi.CardKeyStore;
import org.pledge.store.memory.MemoryVault;

/** What tests of the vault's keys need. */
final class Vaults {
    static final OpenVault.Limits LIMITS = new OpenVault.Limits(100, Duration.ofMinutes(1), Duration.ofHours(24));

    private Vaults() {}

    static VaultKeyRing ring(RootSource source, MemoryVault store, Clock clock) {
        return ring(source, store, store, LIMITS, clock);
    }

    static VaultKeyRing ring(
            RootSource source, CardKeyStore store, MemoryVault transactions, OpenVault.Limits limits, Clock clock) {
        return new VaultKeyRing(source, store, transactions, limits, 10, clock);
    }

    /** What a store does with one call. */
    interface Call {
        Object result(Method method, Real real) throws Throwable;
    }

    /** What the real store does with it. */
    interface Real {
        Object result() throws Throwable;
    }

    /** A store in front of another that may do something else. */
    static CardKeyStore inFrontOf(CardKeyStore real, Call call) {
        return (CardKeyStore) Proxy.newProxyInstance(
                CardKeyStore.class.getClassLoader(),
                new Class<?>[] {CardKeyStore.class},
                (proxy, method, arguments) -> call.result(method, () -> {
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** A clock that a test sets. */
    static final class SetClock extends Clock {
        private Instant now;

        SetClock(String now) {
            this.now = Instant.parse(now);
        }

        void set(String instant) {
            now = Instant.parse(instant);
        }

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
