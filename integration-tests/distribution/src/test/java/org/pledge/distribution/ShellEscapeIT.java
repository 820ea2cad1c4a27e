package org.pledge.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The shell's language reaches neither Java nor the machine, whoever types, and its commands keep their access rules. */
class ShellEscapeIT {
    private static final List<String> LOGINS = List.of("viewer", "operator", "integrator", "admin");
    private static final String MISSING = "Command not found: ";

    private static Platform platform;
    private static Shell shell;

    @BeforeAll
    static void start() throws IOException {
        platform = Platform.unpack("shell-escape");
        platform.start();
        shell = new Shell(platform, platform.sshPort());
        shell.addUsers(LOGINS.stream().filter(role -> !role.equals("admin")).toList());
    }

    @AfterAll
    static void stop() {
        platform.pledge("stop");
    }

    @TestFactory
    Stream<DynamicTest> nobodyCallsMethodsOfObjects() {
        return as(
                "shell:.invoke",
                "(\"hello\" length)",
                "$.context bundle",
                "($.context bundle 0)",
                "($.session terminal)",
                "((($.context bundle 0) loadClass java.lang.Runtime) getRuntime)",
                "[a b] size");
    }

    @TestFactory
    Stream<DynamicTest> nobodyMakesCommandsOfObjectsOrLeavesTheLanguage() {
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(role, () -> shell.answers(
                                role,
                                List.of(
                                        "shell:addCommand own $.context",
                                        "shell:AddCommand own $.context",
                                        "own:bundle 0",
                                        "shell:removeCommand shell:exec",
                                        "shell:new java.util.ArrayList",
                                        "shell:java org.apache.karaf.main.Main",
                                        "shell:exec id",
                                        "SHELL:EXEC id",
                                        "shell:source etc/shell.init.script",
                                        "shell:cat etc/users.properties",
                                        "system:property a b",
                                        "jaas:realm-add own a.Module",
                                        "jaas:module-add a.Module"))
                        .forEach((line, answer) ->
                                assertThat(answer.lines().skip(1)).as(line).anyMatch(said -> said.contains(MISSING)))));
    }

    @TestFactory
    Stream<DynamicTest> nobodyWritesFilesByRedirection() {
        Path target = platform.home().resolve("data/written");
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(role, () -> {
                    shell.answers(role, List.of("pledge:status > " + target, "pledge:status >> " + target))
                            .forEach((line, answer) ->
                                    assertThat(answer).as(line).contains(MISSING + "shell:.redirect"));
                    assertThat(target).doesNotExist();
                }));
    }

    @TestFactory
    Stream<DynamicTest> nobodyOpensAConnectionOrAListener() {
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(role, () -> shell.answers(
                                role,
                                List.of(
                                        "http:proxy-add /own http://127.0.0.1:1/ random",
                                        "http:proxy-list",
                                        "ssh:ssh 127.0.0.1",
                                        "ssh:sshd"))
                        .forEach((line, answer) ->
                                assertThat(answer).as(line).contains(MISSING + line.replaceFirst(" .*", "")))));
    }

    @TestFactory
    Stream<DynamicTest> nobodyReplacesTheAccessRulesByAFeature() throws IOException {
        Path rules = platform.home().resolve("etc/org.apache.karaf.command.acl.shell.cfg");
        byte[] before = Files.readAllBytes(rules);
        Path repository = Files.writeString(
                platform.home().resolve("data/own-features.xml"),
                """
                <features name="own" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="own" version="1">
                    <config name="org.apache.karaf.command.acl.shell" override="true">exec = ssh</config>
                  </feature>
                </features>
                """);
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(role, () -> {
                    Map<String, String> answers = shell.answers(
                            role,
                            List.of(
                                    "feature:repo-add -i " + repository.toUri() + " own",
                                    "feature:repo-refresh " + repository.toUri(),
                                    "feature:export-bundles scr "
                                            + platform.home().resolve("data/exported"),
                                    "config:property-set --pid org.apache.karaf.command.acl.shell exec ssh"));
                    answers.forEach((line, answer) ->
                            assertThat(answer).as(line).contains(MISSING + line.replaceFirst(" .*", "")));
                    assertThat(rules).hasBinaryContent(before);
                }));
    }

    @Test
    void anotherSpellingOrANameOfOnesOwnKeepsTheAccessRule() throws IOException {
        Map<String, String> answers = shell.answers(
                "viewer",
                List.of(
                        "sharing:PARKED --tenant korax",
                        "Subject:Show --tenant korax 018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31",
                        "own = { sharing:parked --tenant korax }",
                        "own",
                        "USER = admin",
                        "karaf.local.roles = admin",
                        "bundle:list",
                        "shell:if { sharing:parked --tenant korax } { sharing:parked --tenant korax }",
                        "pledge:status | sharing:parked --tenant korax"));
        answers.entrySet().stream().filter(each -> !each.getKey().contains("=")).forEach(each -> assertThat(
                        each.getValue().lines().skip(1))
                .as(each.getKey())
                .anyMatch(said -> said.contains(MISSING)));
    }

    @TestFactory
    Stream<DynamicTest> nobodyWritesFilesByTheHistoryOfTheEditor() {
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(role, () -> {
                    Path target = platform.home().resolve("data/typed-by-" + role);
                    Map<String, String> answers =
                            shell.answers(role, List.of("history-file = " + target, "root:typed", "$.jline.history"));
                    assertThat(answers.get("$.jline.history")).contains("root:typed");
                    assertThat(target).doesNotExist(); // neither by a line nor at the end of the session
                }));
    }

    @Test
    void onlyTheAdministratorSetsTheStartLevelInWhateverDigits() throws IOException {
        Map<String, String> answers = shell.answers(
                "viewer",
                List.of(
                        "system:start-level",
                        "system:start-level --help",
                        "system:start-level 100",
                        "system:start-level \u0661\u0660\u0660",
                        "system:start-level +\uff11\uff10\uff10",
                        "system:start-level a",
                        "level = \u0661\u0660\u0660 ; system:start-level $level",
                        "system:start-level --help \u0661\u0660\u0660"));
        answers.forEach((line, answer) -> assertThat(answer.contains("Insufficient credentials"))
                .as(line + ": " + answer)
                .isEqualTo(!line.matches("system:start-level( --help)?")));
    }

    @Test
    void whatOneUserTypesIsKeptFromTheOthers() throws IOException {
        String secret = "secret" + System.nanoTime();
        assertThat(shell.answers("operator", List.of(secret + ":typed", "$.jline.history"))
                        .get("$.jline.history"))
                .contains(secret);
        assertThat(shell.answers("viewer", List.of("$.jline.history")).get("$.jline.history"))
                .doesNotContain(secret);
        try (Stream<Path> files = Files.walk(platform.home().resolve(".karaf"))) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        } catch (java.nio.file.NoSuchFileException e) {
            assertThat(e.getFile()).endsWith(".karaf"); // nothing was ever kept
        }
    }

    @TestFactory
    Stream<DynamicTest> everySessionBeginsWithoutAComplaint() {
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(
                        role, () -> assertThat(shell.greeting(role)).doesNotContain("Error", MISSING)));
    }

    private static Stream<DynamicTest> as(String refused, String... lines) {
        return LOGINS.stream()
                .map(role -> DynamicTest.dynamicTest(role, () -> shell.answers(role, List.of(lines))
                        .forEach((line, answer) -> assertThat(answer.lines().collect(Collectors.joining(" ")))
                                .as(line)
                                .contains(MISSING + refused))));
    }
}
