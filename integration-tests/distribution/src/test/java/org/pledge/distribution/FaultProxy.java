package org.pledge.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A bad network in front of a server: connections meet faults in the order that a seeded source says. Every kind of fault
 * comes round before one comes again, so that some dozen connections meet them all.
 */
final class FaultProxy implements AutoCloseable {
    /** What can happen to a connection. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** The request is read and goes nowhere. */
        DROPPED_REQUEST,
        /** The server answers, and nobody hears it. */
        DROPPED_RESPONSE,
        /** Both sides are reset, in the middle of the request or when the answer begins. */
        RESET,
        /** Everything arrives, late. */
        DELAY,
        /** The server sees the request end too early. */
        HALF_CLOSED_REQUEST,
        /** The client sees the answer end before it began. */
        HALF_CLOSED_RESPONSE
    }

    private record Plan(Fault fault, long millis, int bytes) {}

    private static final Set<Fault> FAULTS = EnumSet.complementOf(EnumSet.of(Fault.NONE));
    private static final int MOST_MILLIS = 400;
    private static final int MOST_BYTES = 1_500;
    private static final int BUFFER = 4_096;

    private final ServerSocket server;
    private final int target;
    private final Random random;
    private final int percent;
    private final List<Fault> next = new ArrayList<>();
    private final CountDownLatch healed = new CountDownLatch(1);
    private final Map<Fault, Integer> seen = new EnumMap<>(Fault.class);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Begins on a free loopback port.
     *
     * @param target the port of the real server
     * @param percent of the connections that meet a fault
     */
    FaultProxy(int target, long seed, int percent) throws IOException {
        this.target = target;
        this.random = new Random(seed);
        this.percent = percent;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** The real server's address, by way of the proxy. */
    URI before(URI endpoint) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + endpoint.getPath());
    }

    /** Ends all faults, also those that are going on. */
    void heal() {
        healed.countDown();
    }

    /** How many connections met what. */
    Map<Fault, Integer> seen() {
        synchronized (seen) {
            return new EnumMap<>(seen);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Plan plan = plan();
                threads.execute(() -> carry(client, plan));
            } catch (IOException e) {
                return;
            }
        }
    }

    private Plan plan() {
        Fault fault = healed.getCount() > 0 ? fault() : Fault.NONE;
        synchronized (seen) {
            seen.merge(fault, 1, Integer::sum);
        }
        return new Plan(fault, random.nextInt(MOST_MILLIS), random.nextInt(MOST_BYTES));
    }

    private Fault fault() {
        if (next.isEmpty()) {
            next.addAll(FAULTS);
            next.addAll(Collections.nCopies(FAULTS.size() * (100 - percent) / percent, Fault.NONE));
            Collections.shuffle(next, random);
        }
        return next.remove(next.size() - 1);
    }

    private void carry(Socket client, Plan plan) {
        try (client) {
            if (plan.fault() == Fault.DROPPED_REQUEST) {
                threads.execute(() -> drain(client));
                hold(plan);
                return;
            }
            if (plan.fault() == Fault.DELAY) {
                hold(plan);
            }
            try (Socket partner = new Socket(InetAddress.getLoopbackAddress(), target)) {
                threads.execute(() -> forward(client, partner, plan));
                answer(client, partner, plan);
            }
        } catch (IOException e) {
            // a side went away: that ends the connection for the other, too
        }
    }

    private void hold(Plan plan) {
        try {
            healed.await(plan.millis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drain(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // nothing more comes
        }
    }

    private static void forward(Socket client, Socket partner, Plan plan) {
        try {
            boolean cut = plan.fault() == Fault.RESET || plan.fault() == Fault.HALF_CLOSED_REQUEST;
            int left = cut ? plan.bytes() : Integer.MAX_VALUE;
            InputStream in = client.getInputStream();
            OutputStream out = partner.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            int read = 0;
            while (left > 0 && (read = in.read(buffer, 0, Math.min(left, buffer.length))) >= 0) {
                out.write(buffer, 0, read);
                left -= read;
            }
            if (plan.fault() == Fault.RESET && left == 0) {
                reset(client, partner);
            } else {
                partner.shutdownOutput();
            }
        } catch (IOException e) {
            // a side went away
        }
    }

    private void answer(Socket client, Socket partner, Plan plan) throws IOException {
        switch (plan.fault()) {
            case DROPPED_RESPONSE -> {
                drain(partner);
                hold(plan);
            }
            case HALF_CLOSED_RESPONSE -> {
                if (partner.getInputStream().read() >= 0) {
                    client.shutdownOutput();
                }
                hold(plan);
            }
            case RESET -> {
                if (partner.getInputStream().read() >= 0) {
                    reset(client, partner);
                }
            }
            default -> partner.getInputStream().transferTo(client.getOutputStream());
        }
    }

    private static void reset(Socket client, Socket partner) throws IOException {
        client.setSoLinger(true, 0);
        partner.setSoLinger(true, 0);
        client.close();
        partner.close();
    }

    @Override
    public void close() throws IOException {
        heal();
        server.close();
        threads.shutdownNow();
    }
}
