package org.pledge.routes.internal;

import static org.apache.camel.builder.Builder.constant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pledge.audit.Leaf;
import org.pledge.sharing.Outbox.Result;

class EgressTest {
    private static final String CARD = "4242 4242 4242 4242";

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private UUID deliver(UnaryOperator<ProcessorDefinition<?>> steps) {
        bench.policies.add("AI-30", "egress-check");
        bench.camel.put(
                "out",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        steps.apply(from("pledge:outbox?tenant=kx&partner=acme&pollMillis=50")
                                        .errorHandler(noErrorHandler()))
                                .to("pledge:release")
                                .to(bench.server.uri("/in") + "?throwExceptionOnFailure=false");
                    }
                }));
        UUID id = bench.outbox.offer("acme");
        await().until(() -> !bench.outbox.completed.isEmpty());
        return id;
    }

    private void stopped(UUID id, String where) {
        assertThat(bench.server.received).isEmpty();
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, Result.REFUSED, 0));
        assertThat(bench.audit.leaves)
                .filteredOn(leaf -> leaf.act() == Leaf.Act.REFUSED)
                .singleElement()
                .satisfies(leaf -> {
                    assertThat(leaf.tenant()).isEqualTo(Bench.KX);
                    assertThat(leaf.promises()).containsExactly("AI-30");
                    assertThat(leaf.details())
                            .isEqualTo(Map.of(
                                    "disclosure",
                                    id.toString(),
                                    "partner",
                                    "acme",
                                    "reason",
                                    "CARD_NUMBER",
                                    "where",
                                    where));
                    assertThat(leaf.toString()).doesNotContain("4242 4242");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {CARD, "4242424242424242", "my card is 4242-4242-4242-4242, 12/31", "378282246310005"})
    void stopsAValueThatHoldsACardNumber(String value) {
        bench.outbox.values.put("note", List.of("hello", value));
        UUID id = deliver(route -> route.setBody(constant("nothing of it")));
        stopped(id, "note");
        assertThat(bench.outbox.released).as("the route does not see it").hasValue(0);
    }

    static Stream<UnaryOperator<ProcessorDefinition<?>>> whatRoutesDo() {
        return Stream.of(
                route -> route.setBody(constant("{\"note\":\"" + CARD + "\"}")),
                route -> route.process(e -> e.getMessage().setBody(CARD.getBytes(StandardCharsets.UTF_8))),
                route -> route.process(
                        e -> e.getMessage().setBody(new ByteArrayInputStream(CARD.getBytes(StandardCharsets.UTF_8)))),
                route -> route.setHeader("X-Note", constant(CARD)));
    }

    @ParameterizedTest
    @MethodSource("whatRoutesDo")
    void stopsWhatARouteAdds(UnaryOperator<ProcessorDefinition<?>> step) {
        stopped(deliver(step), "the message");
    }

    @Test
    void letsOthersThroughWhole() {
        bench.outbox.values.put("phone", List.of("+49 30 12345678"));
        deliver(route -> route.process(
                e -> e.getMessage().setBody(new ByteArrayInputStream("4242".getBytes(StandardCharsets.UTF_8)))));
        assertThat(bench.server.received).singleElement().satisfies(got -> assertThat(got.body())
                .isEqualTo("4242"));
        assertThat(bench.audit.leaves).isEmpty();
    }
}
