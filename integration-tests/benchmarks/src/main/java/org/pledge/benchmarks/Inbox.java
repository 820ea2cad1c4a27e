package org.pledge.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A partner that takes everything and tells of it. */
final class Inbox implements AutoCloseable {
    private final Semaphore received = new Semaphore(0);
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final HttpServer server;

    Inbox() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
        received.release();
    }

    /** Forgets what was received so far. */
    void forget() {
        received.drainPermits();
    }

    /** Waits for something that is not forgotten and was not told of; false when nothing comes for so long. */
    boolean next(Duration patience) throws InterruptedException {
        return received.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/inbox");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
