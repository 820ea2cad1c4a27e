package org.pledge.benchmarks.hello;

import java.util.List;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxrs.JAXRSServerFactoryBean;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Serves {@link Hello} below {@code /api/hello}, on a bus of its own. */
public final class HelloActivator implements BundleActivator {
    private Bus bus;
    private Server server;

    @Override
    public void start(BundleContext context) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(HelloActivator.class.getClassLoader());
        try {
            bus = new CXFBusFactory().createBus();
            bus.setId("hello");
            JAXRSServerFactoryBean factory = new JAXRSServerFactoryBean();
            factory.setBus(bus);
            factory.setAddress("/hello");
            factory.setServiceBeans(List.of(new Hello()));
            server = factory.create();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void stop(BundleContext context) {
        server.destroy();
        bus.shutdown(true);
    }
}
