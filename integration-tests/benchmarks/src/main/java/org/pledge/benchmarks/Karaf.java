package org.pledge.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A copy of the distribution, unpacked, on free ports of the loopback interface. */
final class Karaf implements AutoCloseable {
    private static final long STOP_SECONDS = 60;
    private static final long START_NANOS = TimeUnit.MINUTES.toNanos(3);
    private static final long LOOK_MILLIS = 10;

    private final Path home;
    private final int http = freePort();
    private Process process;

    private Karaf(Path home) throws IOException {
        this.home = home;
    }

    /** Unpacks into a folder that is emptied before. */
    static Karaf unpack(Path archive, Path folder) throws IOException, InterruptedException {
        delete(folder);
        Files.createDirectories(folder);
        Path home = folder.toAbsolutePath();
        run(List.of("tar", "xzf", archive.toString(), "--strip-components=1", "-C", home.toString()));
        Karaf karaf = new Karaf(home);
        karaf.edit(
                "org.ops4j.pax.web.cfg",
                "(?m)^org.osgi.service.http.port *=.*",
                "org.osgi.service.http.port = " + karaf.http);
        karaf.edit("org.apache.karaf.shell.cfg", "(?m)^sshPort *=.*", "sshPort = " + freePort());
        Runtime.getRuntime().addShutdownHook(new Thread(karaf::kill));
        return karaf;
    }

    /** Starts only the hello service instead of the platform. */
    Karaf helloOnly(Path features) throws IOException {
        edit(
                "org.apache.karaf.features.cfg",
                "(?m)^( *)(mvn:org.pledge/pledge-features/.*)$",
                "$1$2, \\\\\n$1" + features.toUri());
        edit("org.apache.karaf.features.cfg", "(?m)^( *)pledge/[^, ]+", "$1hello");
        edit("startup.properties", "(?m)^.*org/pledge/.*$", "");
        return this;
    }

    /** Signs a bundle with a key that this platform trusts from now on. */
    void sign(Path jar) throws IOException, InterruptedException {
        String pledge = home.resolve("bin/pledge").toString();
        run(List.of(pledge, "key", "bench"));
        run(List.of(pledge, "sign", jar.toString(), "--target", "bundle"));
    }

    private void edit(String file, String pattern, String replacement) throws IOException {
        Path path = home.resolve("etc").resolve(file);
        String before = Files.readString(path);
        String after = before.replaceAll(pattern, replacement);
        if (after.equals(before)) {
            throw new IOException(file + " has another form than expected");
        }
        Files.writeString(path, after);
    }

    /** Starts it, waits until this path answers 200 and this word, and returns the nanoseconds that took. */
    long start(String path, String word) throws IOException, InterruptedException {
        Path data = home.resolve("data");
        Files.createDirectories(data.resolve("log"));
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/karaf").toString(), "daemon")
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log/console.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KARAF_LOG", data.resolve("log").toString());
        long begin = System.nanoTime();
        process = builder.start();
        Files.writeString(data.resolve("pledge.pid"), String.valueOf(process.pid()));
        byte[] request = Http.request("GET", path, "", "");
        while (!answers(request, word)) {
            lookAgain(begin);
        }
        return System.nanoTime() - begin;
    }

    private boolean answers(byte[] request, String word) {
        try (Http connection = new Http(http)) {
            Http.Answer answer = connection.send(request);
            return answer.status() == 200 && answer.body().contains(word);
        } catch (IOException e) {
            return false; // nobody listens yet
        }
    }

    private void lookAgain(long begin) throws IOException, InterruptedException {
        boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (ended || System.nanoTime() - begin > START_NANOS) {
            throw new IOException("Karaf does not start; see " + home.resolve("data/log"));
        }
    }

    /** Runs commands in its shell, one a line, and returns what they print. */
    String shell(String commands) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!Files.exists(home.resolve("data/keys/shell.pem"))) {
            lookAgain(begin);
        }
        return run(List.of(home.resolve("bin/pledge").toString(), "shell", commands));
    }

    int port() {
        return http;
    }

    long pid() {
        return process.pid();
    }

    void stop() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly().onExit().join();
    }

    private void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            stop();
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command.get(0) + " failed: " + printed);
        }
        return printed;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
