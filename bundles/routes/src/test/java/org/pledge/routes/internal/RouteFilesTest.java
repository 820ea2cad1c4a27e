package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.pledge.sharing.Outbox.Result;

class RouteFilesTest {
    private static final String SAY =
            """
            - route:
                id: greet
                from:
                  uri: direct:greet
                  steps:
                    - setBody:
                        constant: %s
            """;

    @TempDir
    Path directory;

    private final Bench bench = new Bench();
    private RouteFiles files;

    @BeforeEach
    void start() {
        files = new RouteFiles(bench.camel, directory, this::check);
    }

    private Verdict check(Path file, byte[] content, Target target) {
        String text = new String(content, StandardCharsets.UTF_8);
        boolean signed = Files.exists(directory.resolve(file.getFileName() + ".sig"));
        return target == Target.ROUTE && (signed || !text.contains("intruder"))
                ? new Verdict.Trusted("test", 0)
                : new Verdict.Refused(ArtifactTrust.Reason.UNSIGNED, "there is no signature beside it");
    }

    @Test
    void keepsTheEarlierVersionUntilTheNewOneIsSigned() throws Exception {
        File file = write("greet.camel.yaml", SAY.formatted("hello"));
        files.install(file);
        write("greet.camel.yaml", SAY.formatted("intruder"));
        files.update(file);
        assertThat(greeting()).isEqualTo("hello");
        assertThat(note(file))
                .startsWith("file greet.camel.yaml: there is no signature beside it (UNSIGNED)\n"
                        + "Its earlier version keeps running. It is looked at again when it or its signature changes.");

        File signature = write("greet.camel.yaml.sig", "signed");
        assertThat(files.canHandle(signature)).isTrue();
        files.install(signature);
        assertThat(greeting()).isEqualTo("intruder");
        assertThat(directory.resolve("greet.camel.yaml.refused")).doesNotExist();
    }

    @Test
    void runsNothingOfAFileThatIsNotSigned() throws Exception {
        files.install(write("greet.camel.yaml", SAY.formatted("intruder")));
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        files.stop();
        files = new RouteFiles(bench.camel, directory, this::check);
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
    }

    @Test
    void leavesTheRoutesAloneWhenOnlyASignatureComesOrGoes() throws Exception {
        File file = write("greet.camel.yaml", SAY.formatted("hello"));
        files.install(file);
        File signature = write("greet.camel.yaml.sig", "signed");
        files.install(signature);
        Files.delete(signature.toPath());
        files.uninstall(signature);
        assertThat(greeting()).isEqualTo("hello");
        Files.delete(file.toPath());
        files.uninstall(file);
        files.uninstall(signature);
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
    }

    @AfterEach
    void stop() {
        files.stop();
        bench.close();
    }

    private File write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toFile();
    }

    private String greeting() throws Exception {
        try (ProducerTemplate template = bench.camel.camel().createProducerTemplate()) {
            return template.requestBody("direct:greet", "", String.class);
        }
    }

    private String note(File file) throws IOException {
        return Files.readString(directory.resolve(file.getName() + ".refused"));
    }

    @Test
    void runsReplacesAndRemovesAYamlFile() throws Exception {
        File file = write("greet.camel.yaml", SAY.formatted("hello"));
        assertThat(files.canHandle(file)).isTrue();
        files.install(file);
        assertThat(greeting()).isEqualTo("hello");
        write("greet.camel.yaml", SAY.formatted("welcome"));
        files.update(file);
        assertThat(greeting()).isEqualTo("welcome");
        files.uninstall(file);
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        assertThat(directory.resolve("greet.camel.yaml.refused")).doesNotExist();
    }

    @Test
    void theNoteSaysWhatToDoAboutAnEndpoint() throws Exception {
        File file =
                write("greet.camel.yaml", SAY.formatted("hello").replace("direct:greet", "pledge:outbox?tenant=kx"));
        files.install(file);
        assertThat(note(file))
                .contains("the pledge: endpoint needs partner=. Add it behind the ? of the endpoint. (NOT_STARTED)");
    }

    @Test
    void runsAnXmlFile() throws Exception {
        files.install(
                write(
                        "greet.camel.xml",
                        """
                <routes xmlns="http://camel.apache.org/schema/spring">
                  <route id="greet"><from uri="direct:greet"/><setBody><constant>hello</constant></setBody></route>
                </routes>
                """));
        assertThat(greeting()).isEqualTo("hello");
    }

    @Test
    void sendsThroughARightRouteOfAFile() throws Exception {
        files.install(write(
                "own.camel.yaml",
                """
                - route:
                    id: own
                    from:
                      uri: pledge:outbox
                      parameters:
                        tenant: kx
                        partner: acme
                        pollMillis: 50
                      steps:
                        - marshal:
                            json: {}
                        - to: pledge:release
                        - to:
                            uri: %s
                            parameters:
                              httpMethod: POST
                """
                        .formatted(bench.server.uri("/in"))));
        var id = bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, Result.DELIVERED, 200));
        assertThat(bench.server.received.get(0).body()).isEqualTo("{\"email\":[\"ada@example.org\"]}");
    }

    @Test
    void keepsTheEarlierVersionWhenTheNewOneIsRefused() throws Exception {
        File file = write("greet.camel.yaml", SAY.formatted("hello"));
        files.install(file);
        for (String bad : new String[] {
            "- from:\n    uri: direct:greet\n    steps:\n      - to: " + bench.server.uri("/in") + "\n",
            SAY.formatted("hello") + "- nonsense: true\n",
            "- route: [",
            "",
            SAY.formatted("hello").replace("setBody", "setNothing"),
            SAY.formatted("hello").replace("direct:greet", "direct:greet?unknown=true")
        }) {
            write("greet.camel.yaml", bad);
            files.update(file);
            assertThat(greeting()).as(bad).isEqualTo("hello");
            assertThat(note(file))
                    .contains("Its earlier version keeps running. Correct the file and sign it again: ./pledge sign ");
        }
        write("greet.camel.yaml", SAY.formatted("hello"));
        files.update(file);
        assertThat(directory.resolve("greet.camel.yaml.refused")).doesNotExist();
    }

    static Stream<Arguments> aroundYaml() {
        return Stream.of(
                arguments(Reason.NOT_FROM_OUTBOX, "- from: {uri: 'direct:x', steps: [{to: 'NEAR'}]}"),
                arguments(Reason.DYNAMIC_ENDPOINT, "- from: {uri: 'direct:x', steps: [{toD: 'NEAR'}]}"),
                arguments(Reason.DYNAMIC_ENDPOINT, "- from: {uri: 'direct:x', steps: [{wireTap: {uri: 'NEAR'}}]}"),
                arguments(Reason.REMOTE_HERE, "- from: {uri: 'direct:x', steps: [{enrich: {constant: 'NEAR'}}]}"),
                arguments(
                        Reason.DYNAMIC_ENDPOINT,
                        "- from: {uri: 'direct:x', steps: [{recipientList: {constant: 'NEAR'}}]}"),
                arguments(
                        Reason.UNKNOWN_STEP, "- from: {uri: 'direct:x', steps: [{bean: {beanType: 'java.net.URL'}}]}"),
                arguments(Reason.UNKNOWN_STEP, "- from: {uri: 'direct:x', steps: [{script: {simple: '${body}'}}]}"),
                arguments(
                        Reason.UNKNOWN_STEP,
                        "- from: {uri: 'direct:x', steps: [{process: {ref: '#class:java.net.URL'}}]}"),
                arguments(Reason.EXPRESSION, "- from: {uri: 'direct:x', steps: [{setBody: {simple: '${bean:x}'}}]}"),
                arguments(
                        Reason.EXPRESSION,
                        "- from: {uri: 'direct:x', steps: [{choice: {when: [{simple: '${bean:x}', steps: [{log:"
                                + " x}]}]}}]}"),
                arguments(
                        Reason.NOT_FROM_OUTBOX,
                        "- onException: {exception: [java.lang.Exception], steps: [{to: 'NEAR'}]}\n"
                                + "- from: {uri: 'direct:x', steps: [{log: x}]}"),
                arguments(
                        Reason.NOT_FROM_OUTBOX,
                        "- routeTemplate: {id: t, from: {uri: 'direct:x', steps: [{to: 'NEAR'}]}}\n"
                                + "- templatedRoute: {routeTemplateRef: t}"),
                arguments(
                        Reason.UNKNOWN_STEP,
                        "- routeTemplate: {id: t, beans: [{name: b, type: 'java.net.URL'}],"
                                + " from: {uri: 'direct:x', steps: [{log: x}]}}"),
                arguments(Reason.FILE_CONTENT, "- beans: [{name: b, type: java.net.URL}]"),
                arguments(Reason.FILE_CONTENT, "- errorHandler: {deadLetterChannel: {deadLetterUri: 'NEAR'}}"),
                arguments(
                        Reason.FILE_CONTENT,
                        "- routeConfiguration: {onException: [{onException: {exception: [java.lang.Exception],"
                                + " steps: [{to: 'NEAR'}]}}]}"),
                arguments(Reason.FILE_CONTENT, "- rest: {path: /x, get: [{to: 'direct:x'}]}"),
                arguments(Reason.FILE_CONTENT, "- intercept: {steps: [{to: 'NEAR'}]}"),
                arguments(Reason.FILE_CONTENT, "apiVersion: camel.apache.org/v1\nkind: Integration\nspec: {flows: []}"),
                arguments(
                        Reason.FILE_CONTENT,
                        "- from: {uri: 'direct:x', steps: [{to: 'NEAR'}]}\n"
                                + "---\n"
                                + "- from: {uri: 'direct:y', steps: [{log: x}]}"));
    }

    @ParameterizedTest
    @MethodSource("aroundYaml")
    void refusesYamlAroundTheGate(Reason reason, String text) throws Exception {
        File file = write(
                "bad.camel.yaml", text.replace("NEAR", bench.server.uri("/in").toString()));
        files.install(file);
        refused(file, reason);
    }

    static Stream<Arguments> aroundXml() {
        return Stream.of(
                arguments(
                        Reason.NOT_FROM_OUTBOX,
                        "<routes><route><from uri='direct:x'/><to uri='NEAR'/></route></routes>"),
                arguments(Reason.DYNAMIC_ENDPOINT, "<route><from uri='direct:x'/><toD uri='NEAR'/></route>"),
                arguments(
                        Reason.DYNAMIC_ENDPOINT,
                        "<routes><route><from uri='direct:x'/><wireTap uri='NEAR'/></route></routes>"),
                arguments(
                        Reason.NOT_FROM_OUTBOX,
                        "<routes><route><from uri='direct:x'/><choice><when><simple>${body}</simple><to"
                                + " uri='NEAR'/></when></choice></route></routes>"),
                arguments(
                        Reason.NOT_FROM_OUTBOX,
                        "<routes><route><from uri='direct:x'/><onException><exception>java.lang.Exception</exception>"
                                + "<to uri='NEAR'/></onException><log message='x'/></route></routes>"),
                arguments(Reason.FILE_CONTENT, "<beans><bean name='b' type='java.net.URL'/></beans>"),
                arguments(
                        Reason.FILE_CONTENT, "<camel><route><from uri='direct:x'/><log message='x'/></route></camel>"),
                arguments(Reason.FILE_CONTENT, "<rests><rest path='/x'><get><to uri='direct:x'/></get></rest></rests>"),
                arguments(
                        Reason.FILE_CONTENT,
                        "<!DOCTYPE routes [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
                                + "<routes><route><from uri='direct:x'/><log message='&a;'/></route></routes>"),
                arguments(Reason.FILE_CONTENT, "<routes><route>"));
    }

    @ParameterizedTest
    @MethodSource("aroundXml")
    void refusesXmlAroundTheGate(Reason reason, String text) throws Exception {
        File file = write(
                "bad.camel.xml", text.replace("NEAR", bench.server.uri("/in").toString()));
        files.install(file);
        refused(file, reason);
    }

    private void refused(File file, Reason reason) throws IOException {
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        assertThat(note(file)).startsWith("route ").contains("(" + reason + ")\nNone of its routes runs.");
        assertThat(bench.server.received).isEmpty();
        assertThat(bench.audit.leaves).hasSize(1);
    }

    private static final String FOUR_LINES =
            """
            - templatedRoute:
                routeTemplateRef: pledge.post
                routeId: own
                parameters:
                  - { name: tenant, value: kx }
                  - { name: partner, value: acme }
                  - { name: endpoint, value: "%s" }
            """;

    @Test
    void makesARouteFromTheTemplateOfAConnector() throws Exception {
        bench.install(new PostConnector("post"));
        files.install(write(
                "own.camel.yaml", FOUR_LINES.formatted(bench.server.uri("/in").toString())));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.completed.get(0).result()).isEqualTo(Result.DELIVERED);
        assertThat(bench.server.received).singleElement().satisfies(r -> assertThat(r.body())
                .isEqualTo("welcome"));
    }

    @Test
    void makesARouteFromTheTemplateOfAConnectorInXml() throws Exception {
        bench.install(new PostConnector("post"));
        files.install(write(
                "own.camel.xml",
                """
                <templatedRoutes xmlns="http://camel.apache.org/schema/spring">
                  <templatedRoute routeTemplateRef="pledge.post" routeId="own">
                    <parameter name="tenant" value="kx"/><parameter name="partner" value="acme"/>
                    <parameter name="endpoint" value="%s"/>
                  </templatedRoute>
                </templatedRoutes>
                """
                        .formatted(bench.server.uri("/in").toString())));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.server.received).hasSize(1);
    }

    @Test
    void waitsForTheTemplateAndComesAndGoesWithIt() throws Exception {
        File file = write(
                "own.camel.yaml", FOUR_LINES.formatted(bench.server.uri("/in").toString()));
        files.install(file);
        assertThat(bench.camel.camel().getRoute("own")).isNull();
        assertThat(directory.resolve("own.camel.yaml.refused")).doesNotExist();
        PostConnector connector = new PostConnector("post");
        bench.install(connector);
        assertThat(bench.camel.camel().getRoute("own")).isNotNull();
        bench.uninstall(connector);
        assertThat(bench.camel.camel().getRoute("own")).isNull();
        bench.install(new PostConnector("post"));
        assertThat(bench.camel.camel().getRoute("own")).isNotNull();
        files.uninstall(file);
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
    }

    @Test
    void vetsWhatATemplateOfAConnectorMakes() throws Exception {
        bench.install(new PostConnector("post"));
        File file = write("own.camel.yaml", FOUR_LINES.formatted("http://partner.example/in"));
        files.install(file);
        refused(file, Reason.PLAIN_HTTP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- routeTemplate: {id: pledge.post, from: {uri: 'direct:x', steps: [{to: 'log:x'}]}}",
                "- route: {id: pledge.sharing.deliver.kx.acme, from: {uri: 'direct:x', steps: [{to: 'log:x'}]}}"
            })
    void standsInForNoConnectorAndNoPartnersRoute(String text) throws Exception {
        File file = write("own.camel.yaml", text + "\n");
        files.install(file);
        refused(file, Reason.DUPLICATE_ID);
    }

    @Test
    void waitsForASecretAndNamesItsOwnOnly() throws Exception {
        String sftp =
                """
                - route:
                    id: drop
                    from:
                      uri: "pledge:outbox?tenant=kx&partner=acme"
                      steps:
                        - to: "pledge:release"
                        - to: "kafka:people?brokers=127.0.0.1:9&saslJaasConfig=#bean:secret.%s"
                """;
        File file = write("drop.camel.yaml", sftp.formatted("kx.acme"));
        files.install(file);
        assertThat(directory.resolve("drop.camel.yaml.refused")).doesNotExist();
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        File other = write("other.camel.yaml", sftp.formatted("other.acme"));
        files.install(other);
        refused(other, Reason.ENDPOINT_OPTION);
    }

    @Test
    void readsTheFolderAgainWhenItIsStartedAgain() throws Exception {
        File file = write("greet.camel.yaml", SAY.formatted("hello"));
        files.install(file);
        files.stop();
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        files = new RouteFiles(bench.camel, directory, this::check);
        assertThat(greeting()).isEqualTo("hello");
    }

    @Test
    void doesNotReplaceARouteOfAnother() throws Exception {
        files.install(write("greet.camel.yaml", SAY.formatted("hello")));
        File second = write("other.camel.yaml", SAY.formatted("another").replace("direct:greet", "direct:other"));
        files.install(second);
        assertThat(note(second)).contains("DUPLICATE_ID");
        assertThat(greeting()).isEqualTo("hello");
    }

    @Test
    void survivesAFileThatCannotBeRead() {
        File missing = directory.resolve("missing.camel.yaml").toFile();
        files.install(missing);
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
    }
}
