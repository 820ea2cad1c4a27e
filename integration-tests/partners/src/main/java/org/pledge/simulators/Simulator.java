package org.pledge.simulators;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Starts a partner system in a process of its own, with its libraries from the folder {@code lib} beside these classes
 * or from the one that the system property {@code pledge.simulators.lib} names. Closing it ends the process.
 */
public final class Simulator implements AutoCloseable {
    private static final long SECONDS = 120;

    private final Process process;
    private final Path folder;
    private final Map<String, String> said;

    private Simulator(Process process, Path folder, Map<String, String> said) {
        this.process = process;
        this.folder = folder;
        this.said = Map.copyOf(said);
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param kind the class to start, such as {@code SftpPartner}
     * @param folder where it writes what it receives
     * @param more its further arguments
     */
    public static Simulator start(String kind, Path folder, String... more) {
        try {
            return start(kind, folder, List.of(more));
        } catch (IOException | URISyntaxException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(kind + " did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(kind + " did not start", e);
        }
    }

    private static Simulator start(String kind, Path folder, List<String> more)
            throws IOException, URISyntaxException, ExecutionException, TimeoutException, InterruptedException {
        Path own = Path.of(Simulator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path lib = Path.of(System.getProperty(
                "pledge.simulators.lib", own.resolveSibling("lib").toString()));
        if (!Files.isDirectory(lib)) {
            throw new IllegalStateException("the partners' libraries are not in " + lib + "; run mvn package first");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                own + System.getProperty("path.separator") + lib.resolve("*"),
                "org.pledge.simulators." + kind,
                folder.toString()));
        command.addAll(more);
        Files.createDirectories(folder);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process =
                builder.redirectError(folder.resolve("errors").toFile()).start();
        try {
            Map<String, String> said =
                    CompletableFuture.supplyAsync(() -> read(process)).get(SECONDS, TimeUnit.SECONDS);
            if (!said.containsKey("PORT")) {
                throw new IOException("it ended: " + Files.readString(folder.resolve("errors")));
            }
            return new Simulator(process, folder, said);
        } catch (IOException | ExecutionException | TimeoutException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Map<String, String> read(Process process) {
        Map<String, String> said = new HashMap<>();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            while (line != null && !said.containsKey("PORT")) {
                String[] words = line.split(" ", 2);
                said.put(words[0], words.length > 1 ? words[1] : "");
                line = said.containsKey("PORT") ? null : out.readLine();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        }
        return said;
    }

    /** Waits until its process has ended by itself. */
    public void ended() {
        process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    /** Where it listens on 127.0.0.1. */
    public int port() {
        return Integer.parseInt(said.get("PORT"));
    }

    /** What it said of itself when it started, such as {@code HOST-KEY}. */
    public String said(String what) {
        return said.get(what);
    }

    /** The folder it writes to. */
    public Path folder() {
        return folder;
    }

    /** The files of its folder whose names end like this, in their order. */
    public List<Path> received(String end) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]{4}\\Q" + end + "\\E"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("its folder cannot be read", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
