package org.pledge.lookup;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/** A container that offers services and counts who asks for them. */
final class FakeBundles {
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger givenBack = new AtomicInteger();
    final BundleContext context = proxy(BundleContext.class, this::answer);

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<ServiceListener, String> listeners = new ConcurrentHashMap<>();
    private final Map<ServiceReference<?>, Supplier<?>> services = new ConcurrentHashMap<>();

    private interface Answer {
        Object to(String method, Object... arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> switch (called.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> answer.to(called.getName(), arguments);
                }));
    }

    private Object answer(String method, Object... arguments) {
        switch (method) {
            case "addServiceListener" -> listeners.put((ServiceListener) arguments[0], (String) arguments[1]);
            case "removeServiceListener" -> listeners.remove((ServiceListener) arguments[0]);
            case "ungetService" -> {
                givenBack.incrementAndGet();
                return true;
            }
            case "getService" -> {
                asked.incrementAndGet();
                return services.get((ServiceReference<?>) arguments[0]).get();
            }
            default -> {
                return null;
            }
        }
        return null;
    }

    /** Offers a service, which is made anew whenever somebody asks for it. */
    <T> ServiceReference<?> bring(Class<T> type, Supplier<T> service) {
        int id = ids.incrementAndGet();
        ServiceReference<?> reference = proxy(ServiceReference.class, (method, arguments) -> switch (method) {
            case "getProperty" -> id;
            case "compareTo" -> 0;
            default -> null;
        });
        services.put(reference, service);
        tell(ServiceEvent.REGISTERED, type, reference);
        return reference;
    }

    <T> void take(Class<T> type, ServiceReference<?> reference) {
        tell(ServiceEvent.UNREGISTERING, type, reference);
    }

    private void tell(int event, Class<?> type, ServiceReference<?> reference) {
        listeners.forEach((listener, filter) -> {
            if (filter.contains("=" + type.getName() + ")")) {
                listener.serviceChanged(new ServiceEvent(event, reference));
            }
        });
    }
}
