package org.pledge.camel.http.internal;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spi.annotations.Component;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.socket.ConnectionSocketFactory;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Registry;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;

/** Camel's http component, for servers that nobody trusts: what they answer is bounded in size and in time. */
@Component("http,https")
public final class BoundedHttpComponent extends HttpComponent {
    private static final int LONGEST_LINE = 16_384;
    private static final int MOST_HEADERS = 200;

    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "pledge-http-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /** Made by Camel. */
    public BoundedHttpComponent() {
        deadlines.setRemoveOnCancelPolicy(true);
        setAutomaticRetriesDisabled(true);
        setHttpClientConfigurer(client -> client.addExecInterceptorFirst("bounded", new BoundedAnswer(deadlines)));
    }

    @Override
    @SuppressWarnings("deprecation") // what Camel 4.14 has its clients made of
    protected HttpClientConnectionManager createConnectionManager(
            Registry<ConnectionSocketFactory> registry, int maxTotal, int perRoute, SocketConfig sockets) {
        Http1Config bounds = Http1Config.custom()
                .setMaxLineLength(LONGEST_LINE)
                .setMaxHeaderCount(MOST_HEADERS)
                .build();
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                registry,
                PoolConcurrencyPolicy.STRICT,
                TimeValue.ofMilliseconds(getConnectionTimeToLive()),
                ManagedHttpClientConnectionFactory.builder().http1Config(bounds).build());
        connections.setMaxTotal(maxTotal > 0 ? maxTotal : getMaxTotalConnections());
        connections.setDefaultMaxPerRoute(perRoute > 0 ? perRoute : getConnectionsPerRoute());
        if (sockets != null) {
            connections.setDefaultSocketConfig(sockets);
        }
        return connections;
    }

    @Override
    protected void doShutdown() throws Exception {
        super.doShutdown();
        deadlines.shutdownNow();
    }
}
