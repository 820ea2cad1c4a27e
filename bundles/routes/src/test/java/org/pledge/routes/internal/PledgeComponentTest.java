package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.sharing.Outbox.Delivery;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Outbox.Result;

class PledgeComponentTest {
    private static final String SHARE = "pledge:share?tenant=kx&partner=acme&purpose=offers&fields=email,name";
    private static final String OUTBOX = "pledge:outbox?tenant=kx&partner=acme&pollMillis=50";

    private final Bench bench = new Bench();
    private final SubjectId subject = SubjectId.random();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void share(String uri) {
        bench.camel.put(
                "share",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:share").routeId("visitors").to(uri).to("mock:after");
                    }
                }));
    }

    private Exchange ask(Object who) throws Exception {
        try (ProducerTemplate template = bench.camel.camel().createProducerTemplate()) {
            return template.send("direct:share", e -> e.getMessage().setHeader("PledgeSubject", who));
        }
    }

    private MockEndpoint after() {
        return bench.camel.camel().getEndpoint("mock:after", MockEndpoint.class);
    }

    @Test
    void sharesAsTheRoute() throws Exception {
        share(SHARE);
        Exchange answer = ask(subject.toString());
        assertThat(answer.getMessage().getHeader("PledgeDecision")).isEqualTo("QUEUED");
        assertThat(answer.getMessage().getHeader("PledgePromises")).isEqualTo("KX-16,KX-17");
        assertThat(answer.getMessage().getHeader("PledgeDisclosure", String.class))
                .hasSize(36);
        assertThat(bench.sharing.callers).singleElement().satisfies(caller -> {
            assertThat(caller.name()).isEqualTo("route:visitors");
            assertThat(caller.tenant()).isEqualTo(Bench.KX);
            assertThat(caller.roles()).containsExactly(Role.OPERATOR);
        });
        assertThat(bench.sharing.requests).singleElement().satisfies(request -> {
            assertThat(request.subject()).isEqualTo(subject);
            assertThat(request.fields()).containsExactly("email", "name");
        });
        assertThat(after().getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void stopsTheRouteWhenDenied() throws Exception {
        bench.sharing.permit = false;
        share(SHARE);
        Exchange answer = ask(subject.toString());
        assertThat(answer.getMessage().getHeader("PledgeDecision")).isEqualTo("DENIED");
        assertThat(answer.getMessage().getHeader("PledgePromises")).isEqualTo("KX-17");
        assertThat(after().getReceivedCounter()).isZero();
    }

    @Test
    void goesOnAfterADenialWhereTheRouteAsksForIt() throws Exception {
        bench.sharing.permit = false;
        share(SHARE + "&continueOnDenied=true");
        ask(subject.toString());
        assertThat(after().getReceivedCounter()).isEqualTo(1);
    }

    @Test
    void deniesWhenSharingIsStopped() throws Exception {
        bench.sharingNow.set(Optional.empty());
        share(SHARE);
        Exchange answer = ask(subject.toString());
        assertThat(answer.getException(PledgeException.class).kind()).isEqualTo(PledgeException.Kind.UNAVAILABLE);
        assertThat(answer.getMessage().getHeader("PledgeDecision")).isEqualTo("DENIED");
        assertThat(after().getReceivedCounter()).isZero();
    }

    @Test
    void deniesWithoutASubject() throws Exception {
        share(SHARE);
        Exchange answer = ask("not a subject");
        assertThat(answer.getException(PledgeException.class).kind()).isEqualTo(PledgeException.Kind.INVALID);
        assertThat(bench.sharing.requests).isEmpty();
        assertThat(after().getReceivedCounter()).isZero();
    }

    @Test
    void refusesEndpointsThatMakeNoSense() {
        for (String uri : List.of(
                "pledge:everything",
                "pledge:share?tenant=kx&partner=acme&purpose=offers",
                "pledge:outbox?tenant=kx",
                OUTBOX + "&concurrency=5",
                SHARE + "&force=true")) {
            assertThatThrownBy(() -> bench.camel.camel().getEndpoint(uri))
                    .as(uri)
                    .isNotNull();
        }
    }

    @Test
    void handsTheValuesToTheRouteAndReportsThatNothingWasSent() {
        bench.camel.put(
                "take",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(OUTBOX).to("mock:after");
                    }
                }));
        var id = bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        Exchange seen = after().getReceivedExchanges().get(0);
        assertThat(seen.getMessage().getBody()).isEqualTo(bench.outbox.values);
        assertThat(seen.getMessage().getHeader("PledgeDisclosure")).isEqualTo(id.toString());
        assertThat(seen.getMessage().getHeader("PledgeIdempotencyKey")).isEqualTo("key-" + id);
        assertThat(seen.getMessage().getHeader("PledgePurpose")).isEqualTo("offers");
        assertThat(seen.getMessage().getHeader("PledgeAttempt")).isEqualTo(1);
        assertThat(bench.outbox.completed).containsExactly(new Bench.Completed(id, Result.FAILED, 0));
    }

    @Test
    void carriesAtMostAsManyAtATimeAsItMay() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            bench.outbox.offer("acme");
        }
        bench.camel.put(
                "take",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(OUTBOX + "&concurrency=3").process(e -> {
                            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                            go.await();
                            atOnce.decrementAndGet();
                        });
                    }
                }));
        await().until(() -> atOnce.get() == 3);
        assertThat(bench.outbox.due).hasSize(7);
        go.countDown();
        await().until(() -> bench.outbox.completed.size() == 10);
        assertThat(most).hasValue(3);
    }

    @Test
    void twoRoutesMayCompeteForThePartnersDeliveries() {
        for (String name : List.of("first", "second")) {
            bench.camel.put(
                    name,
                    () -> List.of(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(OUTBOX).routeId(name).to("mock:" + name);
                        }
                    }));
        }
        assertThat(bench.camel.camel().getRoutes())
                .extracting(route -> route.getRouteId())
                .contains("first", "second");
    }

    @Test
    void idlesWhileTheOutboxIsStoppedAndResumes() {
        bench.outboxNow.set(Optional.empty());
        bench.camel.put(
                "take",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(OUTBOX).to("mock:after");
                    }
                }));
        bench.outbox.offer("acme");
        assertThat(bench.outbox.claims).hasValue(0);
        bench.outboxNow.set(Optional.of(bench.outbox));
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.listeners).hasSize(1);
        bench.camel.remove("take");
        assertThat(bench.outbox.listeners).isEmpty();
    }

    @Test
    void triesOnWhenTheOutboxFails() {
        bench.outbox.failures.set(3);
        bench.camel.put(
                "take",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(OUTBOX).to("mock:after");
                    }
                }));
        bench.outbox.due.add(new Delivery(
                UUID.randomUUID(), Bench.KX, subject, "acme", "offers", "key", 1, Kind.DISCLOSURE, Instant.EPOCH));
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(bench.outbox.failures.get()).isNotPositive();
    }

    @Test
    void releasesNothingThatWasNotClaimed() throws Exception {
        bench.camel.put(
                "share",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:share").to("pledge:release").to("mock:after");
                    }
                }));
        assertThat(ask("x").getException(PledgeException.class).kind()).isEqualTo(PledgeException.Kind.DENIED);
        assertThat(after().getReceivedCounter()).isZero();
    }

    @Test
    void printsNoValuesOfWhatItCarries() {
        var seen = new CopyOnWriteArrayList<String>();
        bench.camel.put(
                "take",
                () -> List.of(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(OUTBOX)
                                .to("pledge:release")
                                .process(e -> seen.add(e.getAllProperties().toString()));
                    }
                }));
        bench.outbox.offer("acme");
        await().until(() -> bench.outbox.completed.size() == 1);
        assertThat(seen.get(0)).contains("Claim[").contains("Permit").doesNotContain("example.org");
    }
}
