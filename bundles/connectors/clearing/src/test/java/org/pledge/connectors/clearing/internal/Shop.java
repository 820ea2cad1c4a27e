package org.pledge.connectors.clearing.internal;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.routes.internal.GuardedLines;
import org.pledge.sharing.Gate;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.PartnerService.Standing;
import org.pledge.sharing.spi.PartnerLine;
import org.pledge.sharing.spi.PartnerSecrets;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.core.PaymentGateway;
import org.pledge.vault.core.PaymentGateway.CardData;
import org.pledge.vault.core.PaymentGateway.Instruction;

/** A tenant with a clearing house, the guard between them, and a gate that permits what a test names. */
final class Shop implements AutoCloseable {
    static final TenantId KORAX = new TenantId("korax");
    static final String VISA = "4242424242424242";

    final SubjectId vera = SubjectId.random();
    final AtomicReference<Set<String>> permitted = new AtomicReference<>(Set.of(
            PaymentGateway.AMOUNT,
            PaymentGateway.NUMBER,
            PaymentGateway.EXPIRY,
            PaymentGateway.HOLDER,
            PaymentGateway.ADDRESS,
            PaymentGateway.CODE));
    final AtomicReference<Standing> standing = new AtomicReference<>(Standing.ACTIVE);
    final List<List<String>> asked = new CopyOnWriteArrayList<>();
    final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    final List<CardData> cards = new ArrayList<>();
    final Map<String, byte[]> secrets = new ConcurrentHashMap<>();
    final AtomicReference<Runnable> beforeTheLine = new AtomicReference<>(() -> {});
    final Partner partner;
    final GuardedLines lines;
    final ClearingGateway gateway;

    Shop(URI endpoint) {
        partner = partner(endpoint, Map.of());
        secrets.put("korax.clearing", "test-token-1\n".getBytes(StandardCharsets.US_ASCII));
        PartnerService partners = PartnerService.class.cast(Proxy.newProxyInstance(
                Shop.class.getClassLoader(),
                new Class<?>[] {PartnerService.class},
                (proxy, method, arguments) -> method.getName().equals("find")
                        ? Optional.of(partner).filter(known -> known.name().equals(arguments[1]))
                        : standing.get()));
        lines = new GuardedLines(partners, this::prepare, held(), new ClearingConnector(held()));
        lines.open(partner);
        PartnerLine watched = call -> {
            bodies.add(call.body());
            beforeTheLine.get().run();
            return lines.line().call(call);
        };
        gateway = new ClearingGateway(this::prepare, watched);
    }

    static Partner partner(URI endpoint, Map<String, String> settings) {
        return new Partner(
                KORAX,
                "clearing",
                "clearing-house",
                new Partner.Agreement(
                        Set.of(PaymentGateway.NUMBER),
                        Set.of("payment"),
                        "DE",
                        LocalDate.EPOCH,
                        LocalDate.MAX,
                        Optional.empty()),
                PaymentGateway.CONNECTOR,
                endpoint,
                settings,
                false,
                1);
    }

    private PartnerSecrets held() {
        return new PartnerSecrets() {
            @Override
            public Optional<byte[]> find(String name) {
                return Optional.ofNullable(secrets.get(name));
            }

            @Override
            public byte[] findOrKeep(String name, Supplier<byte[]> first) {
                return secrets.computeIfAbsent(name, missing -> first.get());
            }
        };
    }

    private Gate.Question prepare(TenantId tenant, String to, String purpose, List<String> fields) {
        return subject -> {
            asked.add(fields);
            boolean known = subject.equals(vera) && purpose.equals("payment");
            Set<String> open =
                    Set.copyOf(fields.stream().filter(permitted.get()::contains).toList());
            List<Decision.Reason> reasons = fields.stream()
                    .filter(field -> !open.contains(field) || !known)
                    .map(field ->
                            new Decision.Reason(Decision.Code.NOT_AGREED, field, List.of("KX-13"), "it was not agreed"))
                    .toList();
            return open.isEmpty() || !known
                    ? new Decision.Denied(reasons, List.of("KX-13"), "Agree on it.")
                    : new Decision.Permitted(open, List.of(), List.of("KX-13"), reasons);
        };
    }

    static CardData card(String number, String address, String code) {
        return new CardData(
                number.getBytes(StandardCharsets.US_ASCII),
                "2031-07".getBytes(StandardCharsets.US_ASCII),
                "Vera \"V\\\t\" Übel".getBytes(StandardCharsets.UTF_8),
                address.getBytes(StandardCharsets.UTF_8),
                code.getBytes(StandardCharsets.US_ASCII));
    }

    Instruction authorisation(CardData card) {
        cards.add(card);
        return new Instruction(
                KORAX,
                "clearing",
                vera,
                "payment",
                UUID.randomUUID(),
                Kind.AUTHORISE,
                Optional.empty(),
                1250,
                "EUR",
                Optional.of(card));
    }

    Instruction authorisation() {
        return authorisation(card(VISA, "{\"street\":\"Weg 1\",\"postalCode\":\"10115\"}", "123"));
    }

    Instruction later(Kind kind, UUID parent, long amount) {
        return new Instruction(
                KORAX,
                "clearing",
                vera,
                "payment",
                UUID.randomUUID(),
                kind,
                Optional.of(parent),
                amount,
                "EUR",
                Optional.empty());
    }

    @Override
    public void close() {
        lines.close();
    }
}
