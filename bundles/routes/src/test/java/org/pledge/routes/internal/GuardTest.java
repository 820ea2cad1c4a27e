package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.LanguageExpression;
import org.apache.camel.spi.ComponentResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.PledgeException;
import org.pledge.audit.Leaf;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.pledge.sharing.Outbox.Result;
import org.pledge.sharing.PartnerService.Standing;

class GuardTest {
    private static final String OUTBOX = "pledge:outbox?tenant=kx&partner=acme&pollMillis=50";
    private static final String FAR = "https://partner.example/in";

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private interface Flow extends BiConsumer<RouteBuilder, String> {}

    private static RouteBuilder route(Flow flow, String near) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                flow.accept(this, near);
            }
        };
    }

    private static Arguments refused(String name, Reason reason, Flow flow) {
        return arguments(name, reason, flow);
    }

    static Stream<Arguments> routesAroundTheGate() {
        return Stream.of(
                refused("loopback http", Reason.NOT_FROM_OUTBOX, (b, near) -> b.from("direct:x")
                        .to(near)),
                refused("https", Reason.NOT_FROM_OUTBOX, (b, near) -> b.from("direct:x")
                        .to(FAR)),
                refused("plain http afar", Reason.PLAIN_HTTP, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to("http://partner.example/in")),
                refused("http to a name that begins like loopback", Reason.PLAIN_HTTP, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to("http://127.0.0.1.example/in")),
                refused("credentials before the host", Reason.ENDPOINT_OPTION, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to("http://127.0.0.1@partner.example/in")),
                refused("http inside https", Reason.ENDPOINT_OPTION, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to("https:http://partner.example/in")),
                refused("a proxy", Reason.ENDPOINT_OPTION, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to(near + "?proxyHost=partner.example&proxyPort=80")),
                refused("redirects", Reason.ENDPOINT_OPTION, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to(near + "?followRedirects=true")),
                refused("from the outbox without release", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .to(near)),
                refused("a step between release and the endpoint", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .setBody(b.constant("more"))
                        .to(near)),
                refused("two endpoints after one release", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to(near)
                        .to(near)),
                refused("a disabled release", Reason.UNKNOWN_STEP, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .disabled()
                        .to(near)),
                refused("toD", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .toD(near + "?x=${header.x}")),
                refused("toD without an expression", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from("direct:x")
                        .toD(near)),
                refused("wireTap", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from("direct:x")
                        .wireTap(near)),
                refused("static wireTap", Reason.REMOTE_HERE, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .wireTap(near)
                        .dynamicUri(false)),
                refused("enrich", Reason.REMOTE_HERE, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .enrich(near)),
                refused("dynamic enrich", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from("direct:x")
                        .enrich()
                        .header("x")),
                refused("pollEnrich", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .pollEnrich(FAR)),
                refused("dynamic pollEnrich", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .pollEnrich(b.header("x"), 10, "", false)),
                refused("poll", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .poll(FAR)),
                refused("what another route queued", Reason.UNKNOWN_STEP, (b, near) -> b.from(OUTBOX)
                        .pollEnrich("seda:stash")
                        .to("pledge:release")
                        .to(near)),
                refused("a variable of all routes, written by a data format", Reason.EXPRESSION, (b, near) -> b.from(
                                OUTBOX)
                        .marshal()
                        .variableReceive("global:stash")
                        .json()
                        .to("log:x")),
                refused("a variable of all routes, written by an endpoint", Reason.EXPRESSION, (b, near) -> b.from(
                                "direct:x")
                        .toV("log:x", null, "global:stash")),
                refused("a variable of all routes, written at the start", Reason.EXPRESSION, (b, near) -> b.fromV(
                                OUTBOX, "global:stash")
                        .to("log:x")),
                refused("a variable of all routes, read", Reason.EXPRESSION, (b, near) -> b.from(OUTBOX)
                        .setBody(b.variable("global:stash"))
                        .to("pledge:release")
                        .to(near)),
                refused("a variable of another route", Reason.EXPRESSION, (b, near) -> b.from(OUTBOX)
                        .setBody()
                        .variable("route:other:stash")
                        .to("log:x")),
                refused("recipientList", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from("direct:x")
                        .recipientList(b.constant(near))),
                refused("routingSlip", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from("direct:x")
                        .routingSlip(b.constant(near))),
                refused("dynamicRouter", Reason.DYNAMIC_ENDPOINT, (b, near) -> b.from("direct:x")
                        .dynamicRouter(b.constant(near))),
                refused("multicast branch", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .multicast()
                        .to("pledge:release")
                        .to(near)
                        .end()),
                refused("choice branch", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .choice()
                        .when(b.header("x").isNotNull())
                        .to(near)
                        .end()),
                refused("otherwise branch", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .choice()
                        .when(b.header("x").isNotNull())
                        .to("pledge:release")
                        .to(near)
                        .otherwise()
                        .to(near)
                        .end()),
                refused("doTry", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .doTry()
                        .to("log:x")
                        .doCatch(Exception.class)
                        .to(near)
                        .end()),
                refused("doFinally", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .doTry()
                        .to("log:x")
                        .doFinally()
                        .to(near)
                        .end()),
                refused(
                        "split",
                        Reason.NOT_RELEASED,
                        (b, near) -> b.from(OUTBOX).split(b.body()).to(near).end()),
                refused(
                        "loop",
                        Reason.NOT_RELEASED,
                        (b, near) -> b.from(OUTBOX).loop(2).to(near).end()),
                refused("filter", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .filter(b.header("x").isNotNull())
                        .to(near)
                        .end()),
                refused("onException of the builder", Reason.NOT_FROM_OUTBOX, (b, near) -> {
                    b.onException(Exception.class).handled(true).to(near);
                    b.from("direct:x").to("log:x");
                }),
                refused("onException of the route", Reason.NOT_RELEASED, (b, near) -> b.from(OUTBOX)
                        .onException(Exception.class)
                        .to(near)
                        .end()
                        .to("log:x")),
                refused("onCompletion", Reason.NOT_FROM_OUTBOX, (b, near) -> {
                    b.onCompletion().to(near);
                    b.from("direct:x").to("log:x");
                }),
                refused("intercept", Reason.UNKNOWN_STEP, (b, near) -> {
                    b.intercept().to(near);
                    b.from("direct:x").to("log:x");
                }),
                refused("interceptFrom", Reason.UNKNOWN_STEP, (b, near) -> {
                    b.interceptFrom().to(near);
                    b.from("direct:x").to("log:x");
                }),
                refused("interceptSendToEndpoint", Reason.UNKNOWN_STEP, (b, near) -> {
                    b.interceptSendToEndpoint("log:*").to(near);
                    b.from("direct:x").to("log:x");
                }),
                refused("dead letter channel", Reason.REMOTE_HERE, (b, near) -> {
                    b.errorHandler(b.deadLetterChannel(near));
                    b.from("direct:x").to("log:x");
                }),
                refused("dead letter channel of the route", Reason.REMOTE_HERE, (b, near) -> b.from("direct:x")
                        .errorHandler(b.deadLetterChannel(near))
                        .to("log:x")),
                refused("route template", Reason.NOT_FROM_OUTBOX, (b, near) -> {
                    b.routeTemplate("t")
                            .templateParameter("to")
                            .from("direct:x")
                            .to("{{to}}");
                    b.templatedRoute("t").parameter("to", near);
                }),
                refused("rest DSL", Reason.UNKNOWN_STEP, (b, near) -> b.rest("/x")
                        .get()
                        .to("direct:x")),
                refused("kamelet", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .kamelet("send")),
                refused("load balancer", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .loadBalance()
                        .roundRobin()
                        .to(near)),
                refused("saga", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .saga()
                        .compensation(near)),
                refused("bean", Reason.UNKNOWN_SCHEME, (b, near) -> b.from("direct:x")
                        .to("bean:sender")),
                refused("bean step", Reason.UNKNOWN_STEP, (b, near) -> b.from("direct:x")
                        .bean("sender")),
                refused("exec", Reason.UNKNOWN_SCHEME, (b, near) -> b.from("direct:x")
                        .to("exec:curl")),
                refused("file", Reason.UNKNOWN_SCHEME, (b, near) -> b.from("direct:x")
                        .to("file:/mnt/share")),
                refused("released file", Reason.UNKNOWN_SCHEME, (b, near) -> b.from(OUTBOX)
                        .to("pledge:release")
                        .to("file:/mnt/share")),
                refused("language", Reason.UNKNOWN_SCHEME, (b, near) -> b.from("direct:x")
                        .to("language:simple:x")),
                refused("ref", Reason.UNKNOWN_SCHEME, (b, near) -> b.from("direct:x")
                        .to("ref:sender")),
                refused("no scheme", Reason.UNKNOWN_SCHEME, (b, near) -> b.from("direct:x")
                        .to("sender")),
                refused("remote source", Reason.REMOTE_SOURCE, (b, near) -> b.from("file:/mnt/in")
                        .to("log:x")),
                refused("object as option", Reason.ENDPOINT_OPTION, (b, near) -> b.from("direct:x")
                        .to("seda:x?queue=#class:org.example.Sender")),
                refused("method expression", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .setBody()
                        .language("method", "bean:sender")),
                refused("method as condition", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .choice()
                        .when(new LanguageExpression("method", "bean:sender"))
                        .to("log:x")
                        .end()),
                refused("bean in simple", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .setBody(b.simple("${bean:sender}"))),
                refused("context in simple", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .setBody(b.simple("${camelContext.createProducerTemplate()}"))),
                refused("class in simple", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .setBody(b.simple("${body.class.classLoader}"))),
                refused("expression from a URL", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .setBody(b.simple("resource:" + near))),
                refused("environment in simple", Reason.EXPRESSION, (b, near) -> b.from("direct:x")
                        .setBody(b.simple("${env.HOME}"))),
                refused("body in a log line", Reason.BODY_SHOWN, (b, near) -> b.from("direct:x")
                        .log("got ${body}")),
                refused("tracing", Reason.BODY_SHOWN, (b, near) -> {
                    RouteDefinition traced = b.from("direct:x");
                    traced.setTrace("true");
                    traced.to("log:x");
                }),
                refused("message history", Reason.BODY_SHOWN, (b, near) -> b.from("direct:x")
                        .messageHistory()
                        .to("log:x")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routesAroundTheGate")
    void refusesARouteAroundTheGate(String name, Reason reason, Flow flow) {
        bench.outbox.offer("acme");
        RouteRefused refused = catchThrowableOfType(
                RouteRefused.class, () -> bench.camel.put("test", () -> List.of(route(flow, near()))));
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused).hasMessageContaining("route ").hasMessageContaining("step ");
        nothingRuns();
        assertThat(bench.audit.leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.ROUTE_REFUSED);
            assertThat(leaf.tenant().value()).isEqualTo("platform");
            assertThat(leaf.details()).containsEntry("reason", reason.name()).containsKeys("route", "step");
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routesAroundTheGate")
    void refusesItAlsoWhenItIsAddedToTheContextDirectly(String name, Reason reason, Flow flow) {
        bench.outbox.offer("acme");
        RoutesBuilder routes = route(flow, near());
        Throwable refused = catchThrowable(() -> {
            bench.camel.camel().addRoutes(routes);
            bench.camel.camel().addTemplatedRoutes(routes);
        });
        assertThat(refused).isNotNull();
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        assertThat(bench.server.received).isEmpty();
    }

    private String near() {
        return bench.server.uri("/in").toString();
    }

    private void nothingRuns() {
        assertThat(bench.camel.camel().getRoutes()).isEmpty();
        assertThat(((ModelCamelContext) bench.camel.camel()).getRouteDefinitions())
                .isEmpty();
        assertThat(bench.server.received).isEmpty();
    }

    @Test
    void namesTheRouteAndTheStep() {
        assertThatThrownBy(() -> bench.camel.put(
                        "test",
                        () -> List.of(route(
                                (b, near) -> b.from("direct:x")
                                        .routeId("leak")
                                        .to(near)
                                        .id("out"),
                                near()))))
                .hasMessageContaining("route leak, step to out: ");
    }

    @Test
    void letsTheRightRouteSend() {
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .setBody(b.constant("hello"))
                                .choice()
                                .when(b.header("PledgePurpose").isEqualTo("offers"))
                                .to("pledge:release")
                                .to(near)
                                .end(),
                        near())));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.server.received).singleElement().satisfies(r -> assertThat(r.body())
                .isEqualTo("hello"));
        assertThat(bench.outbox.completed.get(0).status()).isEqualTo(200);
    }

    @Test
    void resolvesPropertiesBeforeItDecides() {
        bench.camel.camel().getPropertiesComponent().addInitialProperty("elsewhere", "http://partner.example/in");
        bench.camel.camel().getPropertiesComponent().addOverrideProperty("somewhere", "http://partner.example/in");
        assertThatThrownBy(() -> bench.camel.put(
                        "test",
                        () -> List.of(route(
                                (b, near) -> b.from(OUTBOX).to("pledge:release").to("{{somewhere}}"), ""))))
                .hasMessageContaining(Reason.PLAIN_HTTP.name());
        assertThatThrownBy(() -> bench.camel.put(
                        "test",
                        () -> List.of(route(
                                (b, near) -> b.from(OUTBOX).to("pledge:release").to("{{nowhere}}"), ""))))
                .hasMessageContaining(Reason.UNKNOWN_SCHEME.name());
    }

    @Test
    void sendsNothingForATemplateThatHoldsNoPermit() throws Exception {
        try (ProducerTemplate template = bench.camel.camel().createProducerTemplate()) {
            assertThatThrownBy(() -> template.sendBody(near(), "secret"))
                    .isInstanceOf(CamelExecutionException.class)
                    .hasRootCauseInstanceOf(PledgeException.class);
            Endpoint endpoint = bench.camel.camel().getEndpoint(near());
            assertThatThrownBy(() -> template.sendBody(endpoint, "secret"))
                    .hasRootCauseInstanceOf(PledgeException.class);
            assertThatThrownBy(endpoint::createPollingConsumer).isInstanceOf(PledgeException.class);
        }
        assertThat(bench.server.received).isEmpty();
    }

    @Test
    void sendsNothingForAProcessorThatUsesTheContextItself() throws Exception {
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX).to("pledge:release").process(e -> {
                            try (ProducerTemplate template = e.getContext().createProducerTemplate()) {
                                template.send(near, other -> {
                                    other.setProperty("PledgePermit", e.getProperty("PledgePermit"));
                                    other.setProperty("PledgeClaim", e.getProperty("PledgeClaim"));
                                });
                            }
                        }),
                        near())));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.server.received).isEmpty();
    }

    @Test
    void refusesAForgedPermit() throws Exception {
        try (ProducerTemplate template = bench.camel.camel().createProducerTemplate()) {
            Exchange answer = template.send(near(), e -> e.setProperty("PledgePermit", Boolean.TRUE));
            assertThat(answer.getException()).isInstanceOf(PledgeException.class);
        }
        assertThat(bench.server.received).isEmpty();
    }

    @Test
    void sendsOnceOnlyEvenWhenTheRouteTriesAgain() {
        bench.server.status.set(503);
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> {
                            b.errorHandler(b.defaultErrorHandler()
                                    .maximumRedeliveries(3)
                                    .redeliveryDelay(0));
                            b.from(OUTBOX)
                                    .setBody(b.constant("x"))
                                    .to("pledge:release")
                                    .to(near);
                        },
                        near())));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.server.received).hasSize(1);
        assertThat(bench.outbox.completed.get(0).status()).isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource({
        "503, 120, 120",
        "429, 7, 7",
        "503, soon, 0",
        "503, -5, 0",
        "503, '', 0",
        "503, 'Wed, 21 Oct 2015 07:28:00 GMT', 0",
        "200, 120, 0",
        "410, 120, 0"
    })
    void keepsHowLongAPartnerAsksToWait(int status, String header, long seconds) {
        bench.server.status.set(status);
        bench.server.answerHeaders.put("Retry-After", header);
        deliverOnce();
        assertThat(bench.outbox.waits).containsExactly(Duration.ofSeconds(seconds));
    }

    @Test
    void countsTheWaitUntilADay() {
        Instant day = Instant.now().plus(Duration.ofMinutes(30));
        bench.server.status.set(503);
        bench.server.answerHeaders.put(
                "Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(day.atOffset(ZoneOffset.UTC)));
        deliverOnce();
        assertThat(bench.outbox.waits.get(0)).isBetween(Duration.ofMinutes(20), Duration.ofMinutes(30));
    }

    private void deliverOnce() {
        String server = near() + "?throwExceptionOnFailure=false";
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .errorHandler(b.noErrorHandler())
                                .setBody(b.constant("x"))
                                .to("pledge:release")
                                .to(near),
                        server)));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
    }

    @Test
    void doesNotFollowTheRouteToAnotherServerThanThePartners() {
        try (Bench other = new Bench()) {
            bench.camel.put(
                    "test",
                    () -> List.of(route(
                            (b, near) -> b.from(OUTBOX)
                                    .setBody(b.constant("x"))
                                    .to("pledge:release")
                                    .to(near),
                            other.server.uri("/in").toString())));
            bench.outbox.offer("acme");
            await().until(() -> bench.outbox.completed.size() == 1);
            assertThat(other.server.received).isEmpty();
            assertThat(bench.outbox.completed.get(0).result().name()).isEqualTo("FAILED");
        }
    }

    @Test
    void ignoresHeadersThatWouldLeadElsewhere() {
        try (Bench other = new Bench()) {
            bench.camel.put(
                    "test",
                    () -> List.of(route(
                            (b, near) -> b.from(OUTBOX)
                                    .setBody(b.constant("x"))
                                    .setHeader(
                                            "CamelHttpUri",
                                            b.constant(other.server.uri("/a").toString()))
                                    .setHeader("camelhttppath", b.constant("/b"))
                                    .setHeader("CAMELHTTPQUERY", b.constant("c=d"))
                                    .to("pledge:release")
                                    .to(near),
                            near())));
            bench.outbox.offer("acme");
            await().until(() -> bench.outbox.completed.size() == 1);
            assertThat(other.server.received).isEmpty();
            assertThat(bench.server.received).singleElement().satisfies(r -> assertThat(r.path())
                    .isEqualTo("/in"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, 200, , DELIVERED, 200",
        "200, 503, , FAILED, 503",
        "200, 422, , REFUSED, 422",
        "200, , true, REFUSED, 200",
        "200, 202, false, DELIVERED, 202",
        "503, 200, , FAILED, 200",
        "404, 200, , REFUSED, 200",
        "503, , true, REFUSED, 503"
    })
    void letsARouteReadTheAnswerForWorseOnly(int status, String answer, String never, Result result, int kept) {
        bench.server.status.set(status);
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .setBody(b.constant("x"))
                                .to("pledge:release")
                                .to(near + "?throwExceptionOnFailure=false")
                                .process(e -> {
                                    e.getMessage().setHeader("PledgeAnswer", answer);
                                    e.getMessage().setHeader("PledgeRefused", never);
                                }),
                        near())));
        UUID id = bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, result, kept));
    }

    @Test
    void letsARouteReadTheErrorOfAnEndpoint() {
        bench.server.status.set(503);
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .setBody(b.constant("x"))
                                .doTry()
                                .to("pledge:release")
                                .to(near)
                                .doCatch(Exception.class)
                                .setHeader("PledgeRefused", b.constant(true))
                                .end(),
                        near())));
        UUID id = bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, Result.REFUSED, 503));
    }

    @Test
    void leavesWaitingWhatIsForAPartnerThatIsNotInGoodStanding() {
        bench.partners.standing.set(Standing.EXPIRED);
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .setBody(b.constant("x"))
                                .to("pledge:release")
                                .to(near),
                        near())));
        bench.outbox.offer("acme");
        await().until(() -> !bench.outbox.listeners.isEmpty());
        assertThat(bench.outbox.claims).hasValue(0);
        bench.partners.standing.set(Standing.ACTIVE);
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.server.received).hasSize(1);
    }

    @Test
    void parksWhatARouteRefusesBeforeItIsSent() {
        bench.camel.put(
                "test",
                () -> List.of(route((b, near) -> b.from(OUTBOX).setHeader("PledgeRefused", b.constant(true)), near())));
        UUID id = bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, Result.REFUSED, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: 1", "a\nb", "a\u0000"})
    void sendsNoHeaderThatBeginsALineOfItsOwn(String value) {
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .setBody(b.constant("x"))
                                .process(e -> e.getMessage().setHeader("X-Note", value))
                                .to("pledge:release")
                                .to(near),
                        near())));
        UUID id = bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, Result.FAILED, 0));
        assertThat(bench.server.received).isEmpty();
    }

    @Test
    void refusesAnUnlistedCarrierAndOneWithoutRules() {
        try (Bench some = new Bench(Set.of("https", "jms"))) {
            for (String to : List.of("sftp://127.0.0.1/in", "jms:queue")) {
                assertThatThrownBy(() -> some.camel.put(
                                "test",
                                () -> List.of(route(
                                        (b, near) -> b.from(OUTBOX)
                                                .to("pledge:release")
                                                .to(to),
                                        ""))))
                        .hasMessageContaining(Reason.UNKNOWN_SCHEME.name());
            }
        }
    }

    @Test
    void runsQuietly() {
        assertThat(bench.camel.camel().getName()).isEqualTo("pledge");
        assertThat(bench.camel.camel().isTracing()).isFalse();
        assertThat(bench.camel.camel().isBacklogTracing()).isFalse();
        assertThat(bench.camel.camel().isMessageHistory()).isFalse();
        assertThat(bench.camel.camel().isLogExhaustedMessageBody()).isFalse();
    }

    @Test
    void keepsBodiesOutOfTheLogEndpoint() throws Exception {
        bench.camel.put(
                "test", () -> List.of(route((b, near) -> b.from("direct:x").to("log:x"), "")));
        List<String> lines = new CopyOnWriteArrayList<>();
        bench.camel.camel().getCamelContextExtension().addLogListener((exchange, logger, line) -> {
            lines.add(line);
            return line;
        });
        try (ProducerTemplate template = bench.camel.camel().createProducerTemplate()) {
            template.sendBody("direct:x", "secret");
            template.sendBodyAndHeader("log:y?showAll=true&multiline=true", "secret", "h", "secret");
        }
        assertThat(lines)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("Exchange[").doesNotContain("secret"));
    }

    @Test
    void refusesAnIdentifierThatIsTaken() {
        bench.camel.put(
                "first",
                () -> List.of(route((b, near) -> b.from("direct:x").routeId("r").to("log:x"), "")));
        assertThatThrownBy(() -> bench.camel.put(
                        "second",
                        () -> List.of(route(
                                (b, near) -> b.from("direct:y").routeId("r").to("log:x"), ""))))
                .hasMessageContaining(Reason.DUPLICATE_ID.name());
        assertThat(bench.camel.camel().getRoute("r").getEndpoint().getEndpointUri())
                .isEqualTo("direct://x");
    }

    @Test
    void takesRoutesOutWithTheirComponentAndBringsThemBack() {
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) -> b.from(OUTBOX)
                                .routeId("r")
                                .setBody(b.constant("x"))
                                .to("pledge:release")
                                .to(near),
                        near())));
        bench.camel.gone(Set.of("http"));
        assertThat(bench.camel.camel().getRoute("r")).isNull();
        assertThat(bench.camel.camel().hasComponent("http")).isNull();
        bench.camel.arrived();
        assertThat(bench.camel.camel().getRoute("r")).isNotNull();
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.server.received).hasSize(1);
    }

    @Test
    void waitsForAComponentThatIsNotThereYet() {
        ComponentResolver none = (name, context) -> null;
        bench.camel.camel().getCamelContextExtension().addContextPlugin(ComponentResolver.class, none);
        bench.camel.camel().setAutowiredEnabled(false);
        bench.camel.put(
                "test",
                () -> List.of(route(
                        (b, near) ->
                                b.from(OUTBOX).routeId("r").to("pledge:release").to("kafka:topic?brokers=127.0.0.1:9"),
                        "")));
        assertThat(bench.camel.camel().getRoute("r")).isNull();
        bench.camel.camel().addComponent("kafka", new SedaComponent() {
            @Override
            protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
                    throws Exception {
                parameters.clear();
                return super.createEndpoint(uri, remaining, parameters);
            }
        });
        bench.camel.arrived();
        assertThat(bench.camel.camel().getRoute("r")).isNotNull();
    }
}
