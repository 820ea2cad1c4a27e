package org.pledge.routes.internal;

import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ShutdownableService;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;

/** A remote endpoint that sends only what holds a permit, and never receives. */
final class GuardedEndpoint implements Endpoint, ShutdownableService {
    private final Endpoint remote;
    private final Guard guard;

    GuardedEndpoint(Endpoint remote, Guard guard) {
        this.remote = remote;
        this.guard = guard;
    }

    @Override
    public AsyncProducer createAsyncProducer() throws Exception {
        AsyncProducer producer = remote.createAsyncProducer();
        return new DefaultAsyncProducer(this) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                return guard.send(exchange, remote, producer, callback);
            }

            @Override
            protected void doStart() {
                ServiceHelper.startService(producer);
            }

            @Override
            protected void doStop() {
                ServiceHelper.stopService(producer);
            }

            @Override
            protected void doShutdown() {
                ServiceHelper.stopAndShutdownService(producer);
            }
        };
    }

    @Override
    public Producer createProducer() throws Exception {
        return createAsyncProducer();
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw Guard.noReceiving();
    }

    @Override
    public PollingConsumer createPollingConsumer() {
        throw Guard.noReceiving();
    }

    @Override
    public String getEndpointUri() {
        return remote.getEndpointUri();
    }

    @Override
    public String getEndpointBaseUri() {
        return remote.getEndpointBaseUri();
    }

    @Override
    public String getEndpointKey() {
        return remote.getEndpointKey();
    }

    @Override
    public ExchangePattern getExchangePattern() {
        return remote.getExchangePattern();
    }

    @Override
    public Exchange createExchange() {
        return remote.createExchange();
    }

    @Override
    public Exchange createExchange(ExchangePattern pattern) {
        return remote.createExchange(pattern);
    }

    @Override
    public void configureExchange(Exchange exchange) {
        remote.configureExchange(exchange);
    }

    @Override
    public void configureProperties(Map<String, Object> options) {
        remote.configureProperties(options);
    }

    @Override
    public CamelContext getCamelContext() {
        return remote.getCamelContext();
    }

    @Override
    public void setCamelContext(CamelContext context) {
        remote.setCamelContext(context);
    }

    @Override
    public Component getComponent() {
        return remote.getComponent();
    }

    @Override
    public void setComponent(Component component) {
        remote.setComponent(component);
    }

    @Override
    public boolean isLenientProperties() {
        return remote.isLenientProperties();
    }

    @Override
    public boolean isSingleton() {
        return remote.isSingleton();
    }

    @Override
    public boolean isSingletonProducer() {
        return remote.isSingletonProducer();
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public void start() {
        ServiceHelper.startService(remote);
    }

    @Override
    public void stop() {
        ServiceHelper.stopService(remote);
    }

    @Override
    public void shutdown() {
        ServiceHelper.stopAndShutdownService(remote);
    }

    @Override
    public String toString() {
        return "GuardedEndpoint";
    }
}
