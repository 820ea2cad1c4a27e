package org.pledge.routes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.policy.Policy;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.spi.Connector;
import org.pledge.sharing.spi.PartnerLine.Call;
import org.pledge.sharing.spi.PartnerLine.End;
import org.pledge.sharing.spi.PartnerLine.Matter;
import org.pledge.sharing.spi.PartnerLine.Reply;

class LinesTest {
    private static final String CARD = "4242424242424242";

    private final Bench bench = new Bench();
    private final SubjectId vera = SubjectId.random();
    private final UUID id = UUID.randomUUID();

    @AfterEach
    void stop() {
        bench.close();
    }

    /** Sends what it is given, to a path that is the key. */
    private static final class LineConnector extends RouteBuilder implements Connector {
        @Override
        public String name() {
            return "rest";
        }

        @Override
        public Set<String> schemes() {
            return Set.of("http");
        }

        @Override
        public void check(Partner partner) {}

        @Override
        public Map<String, String> parameters(Partner partner) {
            return Map.of("endpoint", partner.endpoint().toString());
        }

        @Override
        public void configure() {
            routeTemplate("pledge.rest")
                    .templateParameter("tenant")
                    .templateParameter("partner")
                    .templateParameter("endpoint")
                    .from("pledge:line?tenant={{tenant}}&partner={{partner}}")
                    .errorHandler(noErrorHandler())
                    .setHeader("CamelHttpPath", header("PledgeIdempotencyKey"))
                    .to("pledge:release")
                    .to("{{endpoint}}?httpMethod=POST&throwExceptionOnFailure=false&disableStreamCache=true");
        }
    }

    private void open() {
        LineConnector connector = new LineConnector();
        bench.connectors.put("rest", connector);
        bench.camel.put("service rest", () -> List.of(connector));
        Partner acme = bench.partners.all.get("acme");
        bench.camel.put(PartnerSource.id(acme), new PartnerSource(acme, bench.services.connectors()));
    }

    private Reply call(String key, String... fields) {
        Optional<Matter> matter =
                fields.length == 0 ? Optional.empty() : Optional.of(new Matter(vera, "offers", List.of(fields)));
        return bench.camel
                .lines()
                .call(new Call(Bench.KX, "acme", "send", key, matter, CARD.getBytes(StandardCharsets.US_ASCII)));
    }

    private void denied(PledgeException.Kind kind, String... fields) {
        assertThatThrownBy(() -> call(id.toString(), fields))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(bench.server.received).isEmpty();
    }

    @Test
    void carriesACardAndTheAnswerAfterAskingTheGate() {
        open();
        bench.gate.permitted.set(Set.of("card-number"));
        Reply reply = call(id.toString(), "card-number");
        assertThat(reply.end()).isEqualTo(End.ANSWERED);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(bench.gate.asked)
                .as("before the route, and as its last step")
                .containsExactly(vera, vera);
        assertThat(bench.server.received).singleElement().satisfies(got -> {
            assertThat(got.path()).isEqualTo("/in/" + id);
            assertThat(got.body()).isEqualTo(CARD);
            assertThat(got.headers().keySet())
                    .noneMatch(name -> name.toLowerCase().startsWith("pledge"));
        });
    }

    @Test
    void refusesWhatTheGateDoesNotPermitWhole() {
        open();
        denied(PledgeException.Kind.DENIED, "card-number");
        bench.gate.permitted.set(Set.of("card-number"));
        denied(PledgeException.Kind.DENIED, "card-number", "email");
    }

    @ParameterizedTest
    @CsvSource({"SUSPENDED", "EXPIRED", "ATTESTATION_MISSING", "ATTESTATION_EXPIRED", "NOT_YET_VALID"})
    void refusesAPartnerThatMayNotHaveIt(Standing standing) {
        open();
        bench.gate.permitted.set(Set.of("card-number"));
        bench.partners.standing.set(standing);
        denied(PledgeException.Kind.DENIED, "card-number");
        denied(PledgeException.Kind.DENIED);
    }

    @Test
    void refusesWhatComesWithADutyThatNobodyMeets() {
        open();
        bench.gate.permitted.set(Set.of("card-number"));
        bench.gate.obligations.set(List.of(new Policy.Obligation("k-anonymity", Map.of("k", "20"))));
        denied(PledgeException.Kind.DENIED, "card-number");
        bench.gate.obligations.set(List.of(new Policy.Obligation("attestation", Map.of())));
        assertThat(call(id.toString(), "card-number").end()).isEqualTo(End.ANSWERED);
    }

    @Test
    void asksTheGateAsTheLastStep() {
        open();
        bench.gate.permitted.set(Set.of("card-number"));
        bench.gate.onAsk.set(() -> bench.gate.permitted.set(Set.of()));
        denied(PledgeException.Kind.DENIED, "card-number");
    }

    @Test
    void isUnavailableWithoutARoute() {
        bench.gate.permitted.set(Set.of("card-number"));
        denied(PledgeException.Kind.UNAVAILABLE, "card-number");
    }

    @Test
    void leadsBelowThePartnersAddressByAnIdentifierOnly() {
        open();
        bench.gate.permitted.set(Set.of("card-number"));
        call("elsewhere", "card-number");
        assertThat(bench.server.received).singleElement().satisfies(got -> assertThat(got.path())
                .isEqualTo("/in"));
    }

    @Test
    void tellsASilentPartnerFromOneThatIsNotThere() {
        open();
        bench.gate.permitted.set(Set.of("card-number"));
        bench.server.http.stop(0);
        assertThat(call(id.toString(), "card-number").end()).isEqualTo(End.NOT_SENT);
    }

    @Test
    void beginsNoOtherRoute() {
        for (String name : List.of("mine", "pledge.sharing.deliver.kx.other")) {
            assertThatThrownBy(() -> bench.camel.put(
                            "file",
                            () -> List.of(new RouteBuilder() {
                                @Override
                                public void configure() {
                                    from("pledge:line?tenant=kx&partner=acme")
                                            .routeId(name)
                                            .to("mock:cards");
                                }
                            })))
                    .isInstanceOf(RouteRefused.class)
                    .hasMessageContaining("pledge:line");
        }
        assertThatThrownBy(() -> bench.camel.put(
                        "file",
                        () -> List.of(new RouteBuilder() {
                            @Override
                            public void configure() {
                                from("direct:a").routeId("into").to("pledge:line?tenant=kx&partner=acme");
                            }
                        })))
                .isInstanceOf(RouteRefused.class);
    }
}
