package org.pledge.container;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.ServiceRegistration;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;

/** Routes that go round the gate, in the running platform: none starts, each refusal is recorded. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class GuardTest extends PlatformTest {
    private static final TenantId PLATFORM = new TenantId("platform");
    private static final int SILENCE_MILLIS = 1_000;

    /** Adds what goes round the gate to a route that fires by itself. */
    private interface Bypass {
        void add(ProcessorDefinition<?> route, String remote);
    }

    @Test
    public void noRouteThatGoesRoundTheGateStarts() throws IOException {
        AuditLog audit = service(AuditLog.class);
        Map<String, Bypass> bypasses = new LinkedHashMap<>();
        bypasses.put("plain-http", (route, remote) -> route.to(remote));
        bypasses.put("to-dynamic", (route, remote) -> route.toD(remote));
        bypasses.put("wire-tap", (route, remote) -> route.wireTap(remote));
        bypasses.put("enrich", (route, remote) -> route.enrich(remote));
        bypasses.put("poll-enrich", (route, remote) -> route.pollEnrich(remote));
        bypasses.put("recipient-list", (route, remote) -> route.recipientList(new ConstantExpression(remote)));
        bypasses.put("multicast", (route, remote) -> route.multicast().to(remote));
        bypasses.put("released-outside-the-outbox", (route, remote) -> route.to("pledge:release")
                .to(remote));
        try (ServerSocket partner = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String remote = "http://127.0.0.1:" + partner.getLocalPort() + "/inbox";
            for (Map.Entry<String, Bypass> bypass : bypasses.entrySet()) {
                String id = "bypass-" + bypass.getKey();
                ServiceRegistration<RoutesBuilder> registration = context.registerService(
                        RoutesBuilder.class,
                        new RouteBuilder() {
                            @Override
                            public void configure() {
                                bypass.getValue()
                                        .add(from("timer:" + id + "?period=100").routeId(id), remote);
                            }
                        },
                        null);
                await(id + " is refused on the record", () -> refused(audit, id));
                registration.unregister();
            }
            assertNobodyConnects(partner);
        }
    }

    @Test
    public void aRouteFileThatGoesRoundTheGateIsRefusedBesideItself() throws IOException {
        AuditLog audit = service(AuditLog.class);
        Path deploy = Path.of(System.getProperty("karaf.base"), "deploy");
        Files.createDirectories(deploy);
        Path file = deploy.resolve("bypass.camel.yaml");
        try (ServerSocket partner = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String text =
                    """
                    - route:
                        id: bypass-yaml
                        from:
                          uri: timer:bypass-yaml?period=100
                          steps:
                            - to: http://127.0.0.1:%d/inbox
                    """
                            .formatted(partner.getLocalPort());
            Signing.sign(file, "route", text.getBytes(StandardCharsets.UTF_8));
            Files.writeString(file, text);
            await("the file is refused beside itself", () -> Files.exists(deploy.resolve("bypass.camel.yaml.refused")));
            await("it is refused on the record", () -> refused(audit, "bypass-yaml"));
            assertNobodyConnects(partner);
        } finally {
            Files.delete(file);
            Files.delete(deploy.resolve("bypass.camel.yaml.sig"));
        }
        await("the report goes with its file", () -> !Files.exists(deploy.resolve("bypass.camel.yaml.refused")));
    }

    private static boolean refused(AuditLog audit, String route) {
        return audit.tail(PLATFORM, 100).stream()
                .anyMatch(entry -> entry.leaf().act() == Leaf.Act.ROUTE_REFUSED
                        && route.equals(entry.leaf().details().get("route")));
    }

    private static void assertNobodyConnects(ServerSocket partner) throws IOException {
        partner.setSoTimeout(SILENCE_MILLIS);
        try {
            partner.accept().close();
            throw new AssertionError("a connection was opened");
        } catch (SocketTimeoutException e) {
            assertTrue(e.bytesTransferred == 0);
        }
    }
}
