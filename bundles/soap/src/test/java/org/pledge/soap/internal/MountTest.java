package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.cxf.Bus;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.http.HttpService;

final class MountTest {
    /** What CXF's bundle has registered: what it serves from, and for which HTTP service. */
    private final Map<ServiceReference<?>, Object> registered = new IdentityHashMap<>();

    private final List<Object> servlets = new ArrayList<>();
    private final Stub<HttpService> http = Stub.of(HttpService.class).on("registerServlet", args -> {
        servlets.add(args[1]);
        return null;
    });
    private final BundleContext cxf = Stub.of(BundleContext.class)
            .on("getBundle", args -> Stub.of(Bundle.class)
                    .on("getRegisteredServices", none -> registered.keySet().toArray(ServiceReference<?>[]::new))
                    .get())
            .on("getService", args -> {
                Object service = registered.get((ServiceReference<?>) args[0]);
                return service == null ? http.get() : service;
            })
            .on("registerService", args -> {
                registered.put(reference((Dictionary<?, ?>) args[2]), args[1]);
                return null;
            })
            .get();

    @Test
    void whoComesBackFindsTheServletInPlace() throws Exception {
        ServiceReference<HttpService> reference = container(7);

        DestinationRegistry first = Mount.of(cxf, reference);
        DestinationRegistry second = Mount.of(cxf, reference);

        assertThat(second).isSameAs(first);
        assertThat(http.calls()).containsExactly("registerServlet");
    }

    @Test
    void anotherWebContainerGetsItsServlet() throws Exception {
        DestinationRegistry before = Mount.of(cxf, container(7));

        assertThat(Mount.of(cxf, container(8))).isNotSameAs(before);
        assertThat(servlets).hasSize(2);
    }

    @Test
    void theServletHoldsNoClassOfThisBundle() throws Exception {
        DestinationRegistry mount = Mount.of(cxf, container(7));

        assertThat(servlets.get(0).getClass().getPackageName()).startsWith(Bus.class.getPackageName());
        assertThat(mount.getClass().getPackageName()).startsWith(Bus.class.getPackageName());
    }

    @Test
    void aServletThatWasNotTakenIsNotRemembered() {
        http.on("registerServlet", args -> {
            throw new IllegalStateException("taken");
        });

        assertThatThrownBy(() -> Mount.of(cxf, container(7))).hasMessageContaining("taken");
        assertThat(registered).isEmpty();
    }

    @Test
    void nothingOfAClosedEndpointStays() throws Exception {
        DestinationRegistry mount = Mount.of(cxf, container(7));
        Endpoint endpoint = new Endpoint(services(), new Published(""), Clock.systemUTC(), mount);
        assertThat(mount.getDestinations()).hasSize(1);

        endpoint.close();

        assertThat(mount.getDestinations()).isEmpty();
    }

    private static Services services() {
        return new Services(gone(), gone(), gone(), gone(), gone(), gone(), gone(), gone(), gone(), gone());
    }

    private static <T> Live<T> gone() {
        return new Live<>("a part", Optional::empty, () -> {});
    }

    private static ServiceReference<HttpService> container(long id) {
        return reference(new Hashtable<>(Map.of("service.id", id)));
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<HttpService> reference(Dictionary<?, ?> properties) {
        return Stub.of(ServiceReference.class)
                .on("getProperty", args -> properties.get(args[0]))
                .get();
    }
}
