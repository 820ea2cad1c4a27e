package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.jws.WebMethod;
import org.apache.cxf.Bus;
import org.apache.cxf.bus.CXFBusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.service.model.InterfaceInfo;
import org.apache.cxf.service.model.OperationInfo;
import org.apache.cxf.transport.http.DestinationRegistryImpl;
import org.apache.cxf.transport.http.HTTPTransportFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedTest {
    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    private static HttpResponse<String> get(String query) {
        return platform.send(HttpRequest.newBuilder(URI.create(platform.address() + query)));
    }

    @Test
    void theWsdlNamesTheAddressItWasFetchedFromAndTheSchemaBesideIt() {
        HttpResponse<String> answer = get("?wsdl");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=utf-8");
        assertThat(answer.body())
                .contains("<soap:address location=\"" + platform.address() + "\"/>")
                .contains("schemaLocation=\"" + platform.address() + "?xsd\"")
                .doesNotContain("8181");
        assertThat(get("?WSDL").body()).isEqualTo(answer.body());
        assertThat(get("?xsd").body()).isEqualTo(Xml.text("pledge-v1.xsd"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?", "?wsdl=1", "?wsdl=../../x", "?xsd=/etc/passwd", "?stylesheet=1", "?wsdl&xsd", "?js"})
    void nothingElseIsThere(String query) {
        assertThat(get(query).statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/services", "/x", "/..;/x"})
    void thereIsNoListOfServices(String path) {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isIn(400, 404);
        assertThat(answer.body()).doesNotContain("CXF", "Sharing", "wsdl");
    }

    @Test
    void theHostHeaderDoesNotGetIntoTheWsdl() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", platform.address().getPort());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream()) {
            out.write(("GET /soap/v1?wsdl HTTP/1.1\r\nHost: canary.example\r\nX-Forwarded-Host: canary.example\r\n"
                            + "X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("200 OK", "location=\"" + platform.address() + "\"")
                    .doesNotContain("canary");
        }
    }

    @Test
    void theConfiguredAddressIsTheOneInTheWsdl() {
        try (Platform behindProxy = new Platform("https://partners.example/soap/v1")) {
            HttpResponse<String> answer =
                    behindProxy.send(HttpRequest.newBuilder(URI.create(behindProxy.address() + "?wsdl")));
            assertThat(answer.body())
                    .contains("location=\"https://partners.example/soap/v1\"")
                    .contains("schemaLocation=\"https://partners.example/soap/v1?xsd\"")
                    .doesNotContain("127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"partners.example", "ftp://partners.example", "https://x/\"><y", "https://x/?a=b"})
    void refusesAnAddressThatIsNone(String address) {
        assertThatThrownBy(() -> new Published(address)).hasMessageContaining("address must be like");
    }

    /** CXF builds its model from the WSDL this time, and finds an operation for each method and a method for each. */
    @Test
    void theWsdlAndTheClassesAgree() {
        Bus bus = new CXFBusFactory().createBus();
        JaxWsServerFactoryBean factory = new JaxWsServerFactoryBean();
        factory.setBus(bus);
        factory.setWsdlURL(Xml.class.getResource("/wsdl/pledge-v1.wsdl").toExternalForm());
        factory.setAddress("/");
        factory.setDestinationFactory(new HTTPTransportFactory(new DestinationRegistryImpl()));
        factory.setServiceBean(
                new Operations(new Services(null, null, null, null, null, null, null, null, null, null), new Xml()));
        factory.setStart(false);
        Server server = factory.create();
        try {
            InterfaceInfo model =
                    server.getEndpoint().getService().getServiceInfos().get(0).getInterface();
            assertThat(model.getName().getLocalPart()).isEqualTo("Sharing");
            Set<String> operations = model.getOperations().stream()
                    .map(operation -> operation.getName().getLocalPart())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(operations)
                    .isEqualTo(Arrays.stream(Operations.class.getDeclaredMethods())
                            .filter(method -> method.isAnnotationPresent(WebMethod.class))
                            .map(PublishedTest::operationName)
                            .collect(Collectors.toCollection(TreeSet::new)));
            for (OperationInfo operation : model.getOperations()) {
                String name = operation.getName().getLocalPart();
                assertThat(operation
                                .getInput()
                                .getMessagePart(0)
                                .getElementQName()
                                .getLocalPart())
                        .isEqualTo(name);
                assertThat(XsdTest.isTypeOf(
                                name, operation.getInput().getMessagePart(0).getTypeClass()))
                        .as(name)
                        .isTrue();
                assertThat(XsdTest.isTypeOf(
                                name + "Response",
                                operation.getOutput().getMessagePart(0).getTypeClass()))
                        .as(name)
                        .isTrue();
                assertThat(operation
                                .getOutput()
                                .getMessagePart(0)
                                .getElementQName()
                                .getLocalPart())
                        .isEqualTo(name + "Response");
                assertThat(operation.getFaults()).hasSize(1);
            }
        } finally {
            server.destroy();
            bus.shutdown(true);
        }
    }

    /** A method cannot have the name that the operation {@code void} has. */
    private static String operationName(Method method) {
        String given = method.getAnnotation(WebMethod.class).operationName();
        return given.isEmpty() ? method.getName() : given;
    }

    @Test
    void everyOperationNamesItsRoles() {
        assertThat(Operations.class.getDeclaredMethods())
                .filteredOn(method -> method.isAnnotationPresent(WebMethod.class))
                .allMatch(method -> method.isAnnotationPresent(Takes.class));
    }
}
