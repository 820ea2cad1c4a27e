package org.pledge.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The unpacked distribution, driven through its launcher on free loopback ports. */
final class Platform {
    private static final long COMMAND_MINUTES = 8;
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;
    private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();

    private final Path home;
    private final Map<String, String> environment;
    private final int http;

    private Platform(Path home, int http, int ssh) {
        this.home = home;
        this.http = http;
        this.environment = Map.of("PLEDGE_HTTP_PORT", String.valueOf(http), "PLEDGE_SSH_PORT", String.valueOf(ssh));
    }

    /** What a command printed, and its exit code. */
    record Result(int code, String out) {}

    /** Unpacks the built archive into a folder of this name. */
    static Platform unpack(String name) {
        try {
            Path folder = Path.of("target", name).toAbsolutePath();
            delete(folder);
            Files.createDirectories(folder);
            Result unpacked = run(
                    List.of(
                            "tar",
                            "xzf",
                            System.getProperty("distribution"),
                            "--strip-components=1",
                            "-C",
                            folder.toString()),
                    Map.of());
            if (unpacked.code() != 0) {
                throw new IllegalStateException(unpacked.out());
            }
            return new Platform(folder, freePort(), freePort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path home() {
        return home;
    }

    Path launcher() {
        return home.resolve("bin/pledge");
    }

    String url() {
        return "http://127.0.0.1:" + http + "/api/v1";
    }

    int httpPort() {
        return http;
    }

    int sshPort() {
        return Integer.parseInt(environment.get("PLEDGE_SSH_PORT"));
    }

    /** Runs the launcher with these arguments and nothing on its standard input. */
    Result pledge(String... arguments) {
        return pledge(Map.of(), arguments);
    }

    Result pledge(Map<String, String> more, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.putAll(more);
        return run(command, all);
    }

    /** Puts a signed file where the platform looks, its signature first. */
    void deploy(Path file, String text) throws IOException {
        if (!Files.exists(home.resolve("data/keys/deploy.key"))) {
            succeed(pledge("key", "test"));
        }
        Path written = Files.writeString(Files.createTempDirectory("sign").resolve(file.getFileName()), text);
        succeed(pledge("sign", written.toString()));
        String signature = file.getFileName() + ".sig";
        Files.copy(
                written.resolveSibling(signature), file.resolveSibling(signature), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(written, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void succeed(Result result) {
        if (result.code() != 0) {
            throw new IllegalStateException(result.out());
        }
    }

    void start() {
        Result started = pledge("start");
        if (started.code() != 0) {
            throw new IllegalStateException(started.out());
        }
    }

    /** What it has logged: this hour's file, and those that were turned over. */
    String log() {
        StringBuilder all = new StringBuilder();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.resolve("data/log"), "karaf*.log")) {
            for (Path file : files) {
                all.append(Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    /** The process's identifier, as the launcher keeps it. */
    long pid() {
        try {
            return Long.parseLong(
                    Files.readString(home.resolve("data/pledge.pid")).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the platform's process with all its threads, as it is; {@link #resume} lets it go on. */
    void pause() {
        signal("STOP");
        Path threads = Path.of("/proc", String.valueOf(pid()), "task");
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    try (var all = Files.list(threads)) {
                        return all.allMatch(Platform::standsStill);
                    }
                });
    }

    private static boolean standsStill(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return stat.startsWith(" T ", stat.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return true; // the thread ended
        }
    }

    /** Lets a process go on that was paused. */
    void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        succeed(run(List.of("kill", "-" + name, String.valueOf(pid())), Map.of()));
    }

    /** Ends the platform's process as a power cut would. */
    void kill() {
        kill(pid());
    }

    /** As {@link #kill()}, for when the file that names the process cannot be read. */
    static void kill(long pid) {
        try {
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            process.destroyForcibly();
            process.onExit().get(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("the platform does not end", e);
        }
    }

    /** Never one that the system gives to who connects: it could be taken while the platform is down. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (GIVEN_PORTS.add(port) && isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs a program to its end, with nothing on its standard input. */
    static Result run(List<String> command, Map<String, String> environment) {
        try {
            Path out = Files.createTempFile("pledge", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            String printed = Files.readString(out, StandardCharsets.UTF_8);
            Files.delete(out);
            return new Result(process.exitValue(), printed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Deletes a folder with everything in it, if it exists. */
    static void delete(Path folder) {
        if (Files.exists(folder)) {
            try (var paths = Files.walk(folder)) {
                for (Path path :
                        paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
