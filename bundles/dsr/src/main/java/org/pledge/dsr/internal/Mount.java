package org.pledge.dsr.internal;

import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import javax.servlet.ServletException;
import org.apache.cxf.transport.http.DestinationRegistry;
import org.apache.cxf.transport.http.DestinationRegistryImpl;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.http.HttpService;
import org.osgi.service.http.NamespaceException;

/**
 * The servlet at {@code /dsr}, which belongs to CXF's bundle and is never taken away: the web container restarts its
 * context when a servlet goes, and REST would be gone with it. It holds no class of this bundle.
 */
final class Mount {
    static final String ALIAS = "/dsr";
    private static final String HTTP = "org.pledge.dsr.http";

    private Mount() {}

    /** What the servlet in this HTTP service serves from; the servlet is registered when it is not there yet. */
    static DestinationRegistry of(BundleContext cxf, ServiceReference<HttpService> http)
            throws ServletException, NamespaceException {
        Object id = http.getProperty(Constants.SERVICE_ID);
        Optional<DestinationRegistry> known = known(cxf, id);
        if (known.isPresent()) {
            return known.get();
        }
        DestinationRegistryImpl registry = new DestinationRegistryImpl();
        Map<String, String> settings = Map.of(
                "servlet-name", "pledge-dsr", "hide-service-list-page", "true", "disable-address-updates", "true");
        // never given back: the container takes the servlets of a bundle away that no longer uses it
        cxf.getService(http).registerServlet(ALIAS, new CXFNonSpringServlet(registry, false), table(settings), null);
        cxf.registerService(DestinationRegistryImpl.class, registry, table(Map.of(HTTP, id)));
        return registry;
    }

    private static Optional<DestinationRegistry> known(BundleContext cxf, Object id) {
        ServiceReference<?>[] references = cxf.getBundle().getRegisteredServices();
        return Arrays.stream(references == null ? new ServiceReference<?>[0] : references)
                .filter(reference -> id.equals(reference.getProperty(HTTP)))
                .map(reference -> (DestinationRegistry) cxf.getService(reference))
                .findFirst();
    }

    private static <T> Dictionary<String, T> table(Map<String, T> map) {
        return new Hashtable<>(map);
    }
}
