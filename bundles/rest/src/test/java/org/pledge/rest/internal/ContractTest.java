package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.ws.rs.HttpMethod;
import javax.ws.rs.Path;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pledge.Role;

class ContractTest {
    static final JsonNode CONTRACT = read();
    private static final List<Class<?>> RESOURCES = List.of(
            DecisionResource.class,
            DisclosureResource.class,
            AccountResource.class,
            SubjectResource.class,
            ConsentResource.class,
            InquiryResource.class,
            ConfidentialityResource.class,
            PartnerResource.class,
            CaseResource.class,
            NoticeResource.class,
            PolicyResource.class,
            CampaignResource.class,
            PublishedPolicyResource.class,
            OwnershipResource.class,
            AuditResource.class,
            UsageEventResource.class,
            UsageStatisticsResource.class,
            SubjectEventResource.class,
            SubjectDeviceResource.class,
            DeviceRecordResource.class,
            CookieResource.class,
            VisitorChoiceResource.class,
            CookieCheckResource.class,
            MessageResource.class,
            UnsubscribeResource.class,
            IntakeKeyResource.class,
            SubjectCardResource.class,
            CardResource.class,
            PaymentResource.class,
            SubjectRequestResource.class,
            SubjectObjectionResource.class,
            RightsResource.class,
            CertificateResource.class,
            RemovalCertificateResource.class,
            AttestationKeyResource.class,
            BreachResource.class,
            MinorResource.class,
            SelfServiceLinkResource.class,
            SelfServiceResource.class,
            OwnDataResource.class,
            OwnCardResource.class,
            ExportResource.class,
            SchemaResource.class,
            EvidenceResource.class,
            HealthResource.class,
            MetricsResource.class,
            ContractResource.class);

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(new OpenApi().json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theContractAndTheResourcesHaveTheSamePathsAndMethods() {
        Set<String> promised = new TreeSet<>();
        operations((name, operation) -> promised.add(name));

        assertThat(methods().keySet()).isEqualTo(promised);
        assertThat(promised).hasSizeGreaterThan(40);
    }

    @Test
    void everyMethodSaysWhoMayCallItAndTheContractSaysTheSame() {
        operations((name, operation) -> {
            Method method = methods().get(name);
            Takes takes = method.getAnnotation(Takes.class);
            assertThat(takes == null).as(name).isEqualTo(method.isAnnotationPresent(WithoutCredential.class));
            assertThat(operation.has("security")).as(name).isEqualTo(takes == null);
            String description = operation.path("description").asText();
            for (Role role : Role.values()) {
                boolean told = description.matches(
                        "(?s).*Roles? [a-z, ]*\\b" + role.name().toLowerCase() + "\\b.*");
                assertThat(told)
                        .as(name + " " + role)
                        .isEqualTo(takes != null && List.of(takes.value()).contains(role));
            }
        });
    }

    @Test
    void everyMethodIsFoundUnderItsNameInTheContract() {
        OpenApi contract = new OpenApi();
        operations((name, operation) -> {
            String[] call = name.split(" ", 2);
            assertThat(contract.operationId(call[0], call[1].substring(1) + "/"))
                    .isEqualTo(operation.get("operationId").asText());
        });
        assertThat(contract.operationId("PATCH", "/cases")).isEqualTo("unknown");
    }

    @Test
    void everyResourceOfTheServerIsCheckedHere() {
        assertThat(RestServer.resources(Platform.nothing(), new OpenApi()).stream()
                        .map(Object::getClass)
                        .collect(Collectors.toSet()))
                .isEqualTo(Set.copyOf(RESOURCES));
    }

    @Test
    void everySchemaIsARecordWithTheSameProperties() {
        Map<String, Set<String>> promised = new TreeMap<>();
        fields(CONTRACT.at("/components/schemas"), (name, schema) -> {
            if (schema.has("properties")) {
                promised.put(name, names(schema.get("properties")));
            }
        });
        Map<String, Set<String>> written = new TreeMap<>();
        promised.keySet().stream()
                .filter(name -> name.endsWith("List"))
                .forEach(name -> written.put(name, components(Contract.Listing.class)));
        schemas()
                .filter(type -> type != Contract.Listing.class)
                .forEach(type -> written.put(type.getSimpleName(), components(type)));

        assertThat(written).isEqualTo(promised);
    }

    @TestFactory
    Stream<DynamicTest> everyExampleIsWhatItsSchemaSaysAndIsReadAndWrittenUnchanged() {
        Map<String, Map.Entry<JavaType, JsonNode>> examples = new TreeMap<>();
        operations((name, operation) -> {
            collect(name + " asks", operation.path("requestBody"), examples);
            fields(operation.get("responses"), (status, answer) -> collect(name + " " + status, answer, examples));
        });
        fields(CONTRACT.at("/components/responses"), (name, answer) -> collect(name, answer, examples));
        assertThat(examples).hasSizeGreaterThan(70);
        return examples.entrySet().stream()
                .map(example -> DynamicTest.dynamicTest(example.getKey(), () -> {
                    JsonNode value = example.getValue().getValue();
                    Object read =
                            Json.MAPPER.readerFor(example.getValue().getKey()).readValue(value.toString());
                    JsonNode again = Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(read));
                    value.properties().forEach(field -> assertThat(normal(again.get(field.getKey())))
                            .as(field.getKey())
                            .isEqualTo(normal(field.getValue())));
                }));
    }

    @Test
    void everyExampleHasWhatItsSchemaRequires() {
        operations((name, operation) -> {
            contents(operation.path("requestBody"), this::complete);
            fields(operation.get("responses"), (status, answer) -> contents(answer, this::complete));
        });
        fields(CONTRACT.at("/components/responses"), (name, answer) -> contents(answer, this::complete));
    }

    @Test
    void everyBodyIsReadIntoTheRecordThatTheContractNames() {
        operations((name, operation) -> {
            String promised = operation
                    .at("/requestBody/content/application~1json/schema/$ref")
                    .asText();
            String read = Arrays.stream(methods().get(name).getParameters())
                    .filter(parameter -> parameter.getAnnotations().length == 0)
                    .map(Parameter::getType)
                    .map(Class::getSimpleName)
                    .collect(Collectors.joining());
            boolean bytes = name.equals("POST /self-service/{tenant}/cards")
                    || Stream.of("jose", "pdf")
                            .anyMatch(
                                    type -> operation.at("/requestBody/content").has("application/" + type));
            if (!bytes && !Set.of("POST /decisions/batch", "POST /usage-events").contains(name)) {
                assertThat(read).as(name).isEqualTo(promised.replace("#/components/schemas/", ""));
            }
        });
    }

    @Test
    void theBatchExampleIsReadByTheStreamingReader() throws IOException {
        String example = CONTRACT.at("/paths/~1decisions~1batch/post/requestBody/content/application~1json/examples")
                .get("usual")
                .get("value")
                .toString();

        assertThat(Batch.read(new ByteArrayInputStream(example.getBytes(StandardCharsets.UTF_8))))
                .isNotNull();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = CONTRACT.findValuesAsText("$ref");

        assertThat(references).isNotEmpty();
        assertThat(references).allSatisfy(reference -> assertThat(
                        CONTRACT.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
    }

    @Test
    void theContractAndItsPageAreServedWithoutCredentialAndWithoutAnyOtherHost() {
        try (Platform platform = new Platform()) {
            assertThat(get(platform, "openapi.yaml").body()).startsWith("openapi: 3.0.3");
            assertThat(get(platform, "openapi.json").body()).startsWith("{\"openapi\":\"3.0.3\"");
            HttpResponse<String> redirect = get(platform, "docs");
            assertThat(redirect.statusCode()).isEqualTo(303);
            assertThat(redirect.headers().firstValue("Location")).hasValue("/api/v1/docs/");
            HttpResponse<String> page = get(platform, "docs/");
            assertThat(page.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(csp -> assertThat(csp).contains("default-src 'none'", "script-src 'self';"));
            assertThat(page.body()).doesNotContain("http:", "https:", "<script>");
            List.of("initializer.js", "swagger-ui.css", "index.css", "swagger-ui-bundle.js", "favicon-32x32.png")
                    .forEach(file -> {
                        assertThat(page.body().contains(file) || file.equals("index.css"))
                                .isTrue();
                        assertThat(get(platform, "docs/" + file).statusCode())
                                .as(file)
                                .isEqualTo(200);
                    });
            assertThat(get(platform, "docs/initializer.js").body()).contains("../openapi.json", "validatorUrl: null");
            assertThat(get(platform, "docs/swagger-initializer.js").statusCode())
                    .isEqualTo(404);
            assertThat(get(platform, "docs/..%2f..%2fopenapi.yaml").statusCode())
                    .isGreaterThanOrEqualTo(400);
        }
    }

    private static HttpResponse<String> get(Platform platform, String path) {
        return platform.send(platform.request("GET", path, null));
    }

    static Map<String, Method> methods() {
        Map<String, Method> methods = new TreeMap<>();
        for (Class<?> type : RESOURCES) {
            for (Method method : type.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (verb != null) {
                        Path own = method.getAnnotation(Path.class);
                        String path =
                                "/" + type.getAnnotation(Path.class).value() + "/" + (own == null ? "" : own.value());
                        methods.put(
                                verb.value() + " " + path.replaceAll("/+", "/").replaceAll("/$", ""), method);
                    }
                }
            }
        }
        return methods;
    }

    static void operations(BiConsumer<String, JsonNode> each) {
        fields(
                CONTRACT.get("paths"),
                (path, methods) -> fields(
                        methods, (method, operation) -> each.accept(method.toUpperCase() + " " + path, operation)));
    }

    private static void collect(String name, JsonNode holder, Map<String, Map.Entry<JavaType, JsonNode>> into) {
        contents(holder, (schema, example) -> into.put(name + " " + into.size(), Map.entry(type(schema), example)));
    }

    private static void contents(JsonNode holder, BiConsumer<String, JsonNode> each) {
        fields(holder.path("content"), (type, content) -> {
            String schema = content.path("schema").path("$ref").asText().replace("#/components/schemas/", "");
            if (!schema.isEmpty()) {
                assertThat(content.path("examples")).as(schema).isNotEmpty();
            }
            fields(
                    content.path("examples"),
                    (name, example) -> each.accept(schema, resolve(example).get("value")));
        });
    }

    static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? CONTRACT.at(node.get("$ref").asText().substring(1)) : node;
    }

    private void complete(String schema, JsonNode example) {
        JsonNode declared = CONTRACT.at("/components/schemas/" + schema);
        Set<String> required = StreamSupport.stream(declared.path("required").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
        assertThat(names(example)).as(schema).containsAll(required);
    }

    private static JavaType type(String schema) {
        Class<?> item = declared(schema.replaceAll("List$", ""));
        return schema.endsWith("List")
                ? Json.MAPPER.getTypeFactory().constructParametricType(Contract.Listing.class, item)
                : Json.MAPPER.constructType(item);
    }

    private static Stream<Class<?>> schemas() {
        return Stream.of(
                        Contract.class,
                        AccountContract.class,
                        AuditContract.class,
                        CardContract.class,
                        CaseContract.class,
                        ConsentContract.class,
                        CampaignContract.class,
                        CookieContract.class,
                        DisclosureContract.class,
                        EvidenceContract.class,
                        ExportContract.class,
                        InquiryContract.class,
                        ConfidentialityContract.class,
                        MessageContract.class,
                        NoticeContract.class,
                        OwnershipContract.class,
                        PartnerContract.class,
                        PaymentContract.class,
                        PolicyContract.class,
                        RightsContract.class,
                        BreachContract.class,
                        UsageContract.class,
                        DeviceContract.class)
                .flatMap(each -> Arrays.stream(each.getDeclaredClasses()));
    }

    private static Class<?> declared(String name) {
        return schemas()
                .filter(type -> type.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no record " + name));
    }

    /** Sets are written in an order of their own, at any depth. */
    private static Object normal(JsonNode node) {
        if (node != null && node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .map(item -> normal(item).toString())
                    .sorted()
                    .toList();
        }
        if (node != null && node.isObject()) {
            Map<String, Object> fields = new TreeMap<>();
            fields(node, (name, value) -> fields.put(name, normal(value)));
            return fields;
        }
        return node;
    }

    private static Set<String> components(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    static void fields(JsonNode node, BiConsumer<String, JsonNode> each) {
        node.properties().forEach(field -> each.accept(field.getKey(), field.getValue()));
    }
}
