package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pledge.Role;

/** Whatever is wrong with the body of any route, the answer names the member and what to send; no service is asked. */
class PlainErrorsTest {
    private static Platform platform;

    @BeforeAll
    static void open() {
        platform = new Platform();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    /** A route with a body that is right. */
    private record Route(String name, ObjectNode body) {
        HttpResponse<String> send(JsonNode instead) {
            String[] call = name.split(" ", 2);
            String path = call[1].substring(1)
                    .replace("{tenant}", "korax")
                    .replace("{name}", "parcel-post")
                    .replaceAll("\\{[a-z]+}", "018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31");
            HttpRequest.Builder request =
                    platform.request(call[0], path, instead.toString(), "If-Match", "\"1\"", "Pledge-Pass", "p");
            Takes takes = ContractTest.methods().get(name).getAnnotation(Takes.class);
            if (takes != null) {
                Role role = takes.value()[0];
                request.header("Authorization", "Bearer " + role);
            }
            return platform.send(request);
        }
    }

    /** A member that the schema names, where it stands in the route's body. */
    private record Member(Route route, String pointer, String name, JsonNode schema, boolean required) {
        String path() {
            return (pointer + "/" + name)
                    .substring(1)
                    .replaceAll("/([0-9]+)", "[$1]")
                    .replace('/', '.');
        }

        /** The answer to the body with something else in its place; null leaves it out. */
        HttpResponse<String> sendWith(JsonNode value) {
            ObjectNode body = route.body().deepCopy();
            ObjectNode owner = (ObjectNode) body.at(pointer);
            if (value == null) {
                owner.remove(name);
            } else {
                owner.set(name, value);
            }
            return route.send(body);
        }

        DynamicTest test(Check check) {
            return DynamicTest.dynamicTest(route.name() + " " + path(), () -> check.run(this));
        }
    }

    private interface Check {
        void run(Member member) throws JsonProcessingException;
    }

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        ContractTest.operations((name, operation) -> {
            JsonNode content = operation.at("/requestBody/content/application~1json");
            if (!content.isMissingNode()) {
                JsonNode example =
                        ContractTest.resolve(content.get("examples").elements().next());
                routes.add(new Route(name, (ObjectNode) example.get("value")));
            }
        });
        assertThat(routes).hasSizeGreaterThan(45);
        return routes;
    }

    private static List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (Route route : routes()) {
            JsonNode operation = ContractTest.CONTRACT.at("/paths/"
                    + route.name().split(" ", 2)[1].replace("/", "~1") + "/"
                    + route.name().split(" ", 2)[0].toLowerCase() + "/requestBody/content/application~1json/schema");
            collect(route, "", ContractTest.resolve(operation), members);
        }
        return members;
    }

    private static void collect(Route route, String pointer, JsonNode schema, List<Member> into) {
        ContractTest.fields(schema.path("properties"), (name, declared) -> {
            boolean required = StreamSupport.stream(schema.path("required").spliterator(), false)
                    .anyMatch(each -> each.asText().equals(name));
            JsonNode property = ContractTest.resolve(declared);
            into.add(new Member(route, pointer, name, property, required));
            String place = pointer + "/" + name;
            if (route.body().at(place).isObject()) {
                collect(route, place, property, into);
            }
            if (route.body().at(place + "/0").isObject()) {
                collect(route, place + "/0", ContractTest.resolve(property.get("items")), into);
            }
        });
    }

    private static JsonNode problem(HttpResponse<String> answer) throws JsonProcessingException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonNode problem = Json.MAPPER.readTree(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo("MALFORMED");
        assertThat(problem.path("remedy").asText()).isNotBlank();
        return problem;
    }

    @TestFactory
    Stream<DynamicTest> whatIsMissingIsNamed() {
        return members().stream()
                .filter(Member::required)
                .map(one -> one.test(member -> {
                    JsonNode problem = problem(member.sendWith(null));
                    assertThat(problem.path("detail").asText()).isEqualTo(member.path() + " is missing");
                    assertThat(problem.path("remedy").asText()).containsAnyOf(member.path() + ": ", "digest");
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatHasAnotherTypeIsNamed() {
        return members().stream()
                .map(one -> one.test(member -> {
                    String type = member.schema().path("type").asText();
                    JsonNode other = type.equals("string")
                            ? Json.MAPPER.createObjectNode().put("other", 1)
                            : Json.MAPPER.getNodeFactory().textNode("other");
                    JsonNode problem = problem(member.sendWith(other));
                    assertThat(problem.path("detail").asText())
                            .startsWith(member.path())
                            .contains(" must be ");
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoneOfTheConstantsIsToldThem() {
        return members().stream()
                .filter(member -> member.schema().has("enum"))
                .map(one -> one.test(member -> {
                    JsonNode problem =
                            problem(member.sendWith(Json.MAPPER.getNodeFactory().textNode("NONE_OF_THEM")));
                    assertThat(problem.path("detail").asText()).startsWith(member.path());
                    member.schema().get("enum").forEach(constant -> assertThat(
                                    problem.path("detail").asText())
                            .contains(constant.asText()));
                }));
    }

    @TestFactory
    Stream<DynamicTest> aNullInAListIsNamed() {
        return members().stream()
                .filter(member -> member.schema().path("type").asText().equals("array"))
                .map(one -> one.test(member -> {
                    ArrayNode list = Json.MAPPER.createArrayNode().addNull();
                    assertThat(problem(member.sendWith(list)).path("detail").asText())
                            .contains(member.name());
                }));
    }

    @TestFactory
    Stream<DynamicTest> aMemberThatNobodyKnowsIsRefused() {
        return routes().stream()
                .map(route -> DynamicTest.dynamicTest(route.name(), () -> {
                    JsonNode problem =
                            problem(route.send(route.body().deepCopy().put("surprise", "smuggled")));
                    assertThat(problem.path("detail").asText())
                            .contains("known here")
                            .doesNotContain("smuggled");
                }));
    }

    @TestFactory
    Stream<DynamicTest> aBodyThatIsNoObjectIsRefused() {
        return routes().stream().flatMap(route -> Stream.of(Json.MAPPER.createArrayNode(), Json.MAPPER.nullNode())
                .map(body -> DynamicTest.dynamicTest(route.name() + " " + body, () -> assertThat(
                                problem(route.send(body)).path("detail").asText())
                        .contains(" must be "))));
    }

    @Test
    void whatAMemberTakesIsTold() {
        Route route = new Route("POST /accounts", Json.MAPPER.createObjectNode().put("tier", "standard"));
        assertThat(route.send(route.body()).body()).contains("\"field\":\"holder\"", "Send holder: one of ", "COMPANY");
    }
}
