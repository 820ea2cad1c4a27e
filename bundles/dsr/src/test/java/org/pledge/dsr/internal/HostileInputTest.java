package org.pledge.dsr.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.pledge.dsr.internal.IabMessage.Fault;
import org.pledge.dsr.internal.Settings.Agent;
import org.pledge.dsr.internal.Settings.Claim;
import org.pledge.dsr.internal.Settings.Iab;
import org.pledge.dsr.internal.Settings.Party;

/** Whatever is sent is refused in the protocol's terms and never fails. */
class HostileInputTest {
    private static final Settings SETTINGS = new Settings(
            World.KORAX,
            URI.create("https://privacy.korax.example/dsr/korax"),
            Map.of(Claim.EMAIL, "email"),
            Map.of("gdpr", "BE", "ccpa", "US-CA"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    private static final Iab IAB = new Iab(
            "korax.example",
            "US-CA",
            Map.of("publisher.example", new Party("publisher.example", List.of(), true, Set.of())));
    private static final Agent AGENT = new Agent("AGENT", new byte[32], Set.of());

    /** Values of every kind, under names that matter and others. */
    @Provide
    Arbitrary<String> objects() {
        Arbitrary<String> names = Arbitraries.of(
                "version",
                "jti",
                "iss",
                "sub",
                "iat",
                "idJWT",
                "regulation",
                "subject_request_id",
                "subject_identities",
                "subject_request_type",
                "submitted_time",
                "extensions",
                "alg",
                "kid",
                "crit",
                "other");
        Arbitrary<String> values = Arbitraries.of(
                "null",
                "true",
                "-1",
                "1e400",
                "99999999999999999999999",
                "\"\"",
                "\"1.0\"",
                "\"gdpr\"",
                "\"erasure\"",
                "\"publisher.example\"",
                "\"ES256\"",
                "\"2026-03-01T15:00:00Z\"",
                "[]",
                "[null]",
                "[{}]",
                "[[[[[[[[[]]]]]]]]]",
                "{}",
                "{\"identifierType\":\"email\"}",
                "{\"privacy.korax.example\":{}}",
                "\"\\u0000\"",
                "\"a7551968-d5d6-44b2-9831-815ac9017798\"",
                "\"e30.e30.AA\"",
                "{\"a\":1,\"a\":2}");
        return Combinators.combine(names, values)
                .as((name, value) -> "\"" + name + "\":" + value)
                .list()
                .ofMaxSize(8)
                .map(members -> "{" + String.join(",", members) + "}");
    }

    @Property(tries = 500)
    void anOpenDsrMessageIsRefused(@ForAll("objects") String text) {
        assertThat(catchThrowable(() -> OpenDsrMessage.read(
                        SETTINGS, Map.of(), Json.object(text.getBytes(StandardCharsets.UTF_8)), World.NOW)))
                .isInstanceOf(Refusal.class)
                .hasMessageNotContaining(text);
    }

    @Property(tries = 500)
    void aTokenIsRefused(@ForAll("objects") String header, @ForAll("objects") String claims) {
        String token = base64(header) + "." + base64(claims) + ".AAAA";
        assertThat(catchThrowable(() -> IabMessage.read(SETTINGS, IAB, token, World.NOW)))
                .isInstanceOf(Fault.class);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 500)
    void anyTextInPlaceOfATokenIsRefused(@ForAll String text) {
        assertThat(catchThrowable(() -> IabMessage.read(SETTINGS, IAB, text, World.NOW)))
                .isInstanceOf(Fault.class);
    }

    @Property(tries = 500)
    void anyBytesInPlaceOfASignedMessageAreRefused(@ForAll byte[] bytes, @ForAll boolean encoded) {
        byte[] body = encoded ? Base64.getEncoder().encode(bytes) : bytes;
        assertThat(catchThrowable(() -> SignedMessage.signedBy(AGENT, body)
                        .validFor(AGENT, new Settings.Drp("KORAX", Duration.ZERO, Map.of(), Map.of()), World.NOW)))
                .isInstanceOf(Refusal.class);
    }
}
