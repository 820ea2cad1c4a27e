package org.pledge.distribution;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The platform's shell over SSH, as users with one role each; all of them log in with the administrator's key. */
final class Shell {
    private static final String[] JARS = {
        "org/apache/karaf/org.apache.karaf.client/*/*.jar",
        "org/apache/sshd/*/*/*.jar",
        "org/fusesource/jansi/jansi/*/*.jar",
        "org/jline/jline/*/*.jar"
    };
    private static final Pattern LISTED = Pattern.compile("(?m)^((?:[A-Za-z]+:)?[A-Za-z_-]+) +\\| ?(.*)$");
    private static final String MISSING = "Command not found: ";
    private static final int MINUTES = 2;
    private static final int POLL_MILLIS = 5;

    private final Platform platform;
    private final int port;

    Shell(Platform platform, int port) {
        this.platform = platform;
        this.port = port;
    }

    /** Adds a user for each role beside the administrator; each may use the shell and holds that role alone. */
    void addUsers(List<String> roles) throws IOException {
        Path keys = platform.home().resolve("etc/keys.properties");
        await().atMost(Duration.ofMinutes(MINUTES))
                .until(() -> Files.readString(keys).contains("admin = "));
        String key = Files.readAllLines(keys).stream()
                .filter(line -> line.startsWith("admin = "))
                .findFirst()
                .orElseThrow()
                .replaceFirst("admin = ([^,]*),.*", "$1");
        List<String> lines = roles.stream()
                .map(role -> user(role) + " = " + key + "," + role + ",ssh")
                .toList();
        Files.write(keys, lines, StandardOpenOption.APPEND);
    }

    private static String user(String role) {
        return "only-" + role;
    }

    /** Every command that the administrator sees, or a custodian; commands of no scope under their bare names. */
    List<String> listed() throws IOException {
        String custodian = answers("custodian", List.of("help"))
                .get("help")
                .replace("\r", "")
                .replace("\u00e2\u0094\u0082", "|"); // a terminal's line in UTF-8, byte by byte
        return LISTED.matcher(platform.pledge("shell", "help").out() + "\n" + custodian)
                .results()
                .filter((MatchResult line) -> !line.group(2).startsWith("Enter the subshell"))
                .map((MatchResult line) -> line.group(1))
                .distinct()
                .toList();
    }

    /** For each command whether this user may call it; it is asked for its help only. */
    Map<String, Boolean> allowed(String role, List<String> commands) throws IOException {
        Map<String, String> answers = answers(
                role, commands.stream().map(command -> command + " --help").toList());
        Map<String, Boolean> allowed = new LinkedHashMap<>();
        for (String command : commands) {
            String answer = answers.get(command + " --help");
            allowed.put(command, !answer.contains("Insufficient credentials") && !answer.contains(MISSING + command));
        }
        return allowed;
    }

    /** What the shell says to each of these lines, which are different, in one session of this user. */
    Map<String, String> answers(String role, List<String> lines) throws IOException {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            script.append(mark(i)).append('\n').append(lines.get(i)).append('\n');
        }
        script.append(mark(lines.size())).append('\n');
        String printed = run(role.equals("admin") ? role : user(role), script.toString(), MISSING + mark(lines.size()));
        Map<String, String> answers = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            int from = printed.indexOf(MISSING + mark(i));
            int to = printed.indexOf(MISSING + mark(i + 1));
            if (from < 0 || to < from) {
                throw new IllegalStateException("the shell of " + role + " did not get to " + lines.get(i) + ": "
                        + printed.substring(Math.max(0, printed.length() - 500)));
            }
            answers.put(lines.get(i), printed.substring(from, to));
        }
        return answers;
    }

    /** What the shell prints before the first line. */
    String greeting(String role) throws IOException {
        String printed = run(role.equals("admin") ? role : user(role), mark(0) + "\n", MISSING + mark(0));
        return printed.substring(0, printed.indexOf(MISSING + mark(0)));
    }

    private static String mark(int number) {
        return "mark" + number + ":none";
    }

    /** Types a script, and leaves when the last answer is there: at the end of its input the client leaves at once. */
    private String run(String user, String script, String lastAnswer) throws IOException {
        return run(user, script, printed -> printed.contains(lastAnswer));
    }

    /** Types a line as this user, and returns as soon as what is printed is enough, or the connection is lost. */
    String watch(String role, String line, Predicate<String> enough) throws IOException {
        return run(user(role), line + "\n", enough);
    }

    private String run(String user, String script, Predicate<String> enough) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Dkaraf.home=" + platform.home(),
                "-Dkaraf.base=" + platform.home(),
                "-Dkaraf.etc=" + platform.home().resolve("etc"),
                "-Djava.util.logging.config.file=" + platform.home().resolve("etc/java.util.logging.properties"),
                "-cp",
                jars(),
                "org.apache.karaf.client.Main",
                "-h",
                "127.0.0.1",
                "-a",
                String.valueOf(port),
                "-u",
                user,
                "-k",
                platform.home().resolve("data/keys/shell.pem").toString()));
        Path out = Files.createTempFile("shell", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try (OutputStream typed = process.getOutputStream()) {
                typed.write(script.getBytes(StandardCharsets.UTF_8));
                typed.flush();
                await("the shell of " + user)
                        .atMost(Duration.ofMinutes(MINUTES))
                        .pollInterval(Duration.ofMillis(POLL_MILLIS))
                        .until(() -> !process.isAlive() || enough.test(printed(out)));
            }
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("the shell of " + user + " does not end");
            }
            return printed(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            Files.delete(out);
        }
    }

    private static String printed(Path out) throws IOException {
        return Files.readString(out, StandardCharsets.ISO_8859_1).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    private String jars() throws IOException {
        Path system = platform.home().resolve("system");
        List<String> jars = new ArrayList<>();
        try (Stream<Path> files = Files.walk(system)) {
            for (Path file : files.toList()) {
                Path relative = system.relativize(file);
                for (String glob : JARS) {
                    if (FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(relative)) {
                        jars.add(file.toString());
                    }
                }
            }
        }
        return String.join(":", jars);
    }
}
