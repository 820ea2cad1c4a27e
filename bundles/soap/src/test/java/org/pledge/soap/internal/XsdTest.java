package org.pledge.soap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.bind.annotation.XmlAttribute;
import javax.xml.bind.annotation.XmlRootElement;
import javax.xml.bind.annotation.XmlType;
import javax.xml.bind.annotation.XmlValue;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.dom.DOMSource;
import org.junit.jupiter.api.Test;
import org.pledge.rights.RightsService;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;
import org.pledge.vault.PaymentService;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** The classes, the schema and the WSDL say the same. */
class XsdTest {
    private static final String XS = "http://www.w3.org/2001/XMLSchema";

    /** Validates the element in the body, or the detail of the fault, against the schema that is published. */
    static void assertFollowsTheSchema(String envelope) {
        Document document = document(envelope);
        NodeList details = document.getElementsByTagName("detail");
        Node parent = details.getLength() > 0
                ? details.item(0)
                : document.getElementsByTagNameNS("http://schemas.xmlsoap.org/soap/envelope/", "Body")
                        .item(0);
        try {
            Xml.schema().newValidator().validate(new DOMSource(parent.getFirstChild()));
        } catch (SAXException | IOException e) {
            throw new AssertionError(envelope, e);
        }
    }

    static Document document(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(text, e);
        }
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = parent.getElementsByTagNameNS(XS, name);
        for (int i = 0; i < all.getLength(); i++) {
            found.add((Element) all.item(i));
        }
        return found;
    }

    /** Each element as name, and whether it is required or repeated; each attribute with an at sign. */
    private static Map<String, List<String>> schemaShapes() {
        Map<String, List<String>> shapes = new HashMap<>();
        Element root = document(Xml.text("pledge-v1.xsd")).getDocumentElement();
        for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element type
                    && !type.getLocalName().equals("simpleType")
                    && !type.hasAttribute("type")) {
                List<String> shape = new ArrayList<>();
                for (Element element : children(type, "element")) {
                    boolean list = element.hasAttribute("maxOccurs");
                    boolean optional = element.getAttribute("minOccurs").equals("0");
                    shape.add(element.getAttribute("name") + (list ? "*" : optional ? "?" : ""));
                }
                children(type, "attribute").forEach(attribute -> shape.add("@" + attribute.getAttribute("name")));
                shapes.put(type.getAttribute("name"), shape);
            }
        }
        return shapes;
    }

    /** Whether the schema's element is of the type that this class stands for. */
    static boolean isTypeOf(String element, Class<?> type) {
        String named = type.getAnnotation(XmlType.class).name();
        Element root = document(Xml.text("pledge-v1.xsd")).getDocumentElement();
        String expected = children(root, "element").stream()
                .filter(each -> each.getParentNode() == root
                        && each.getAttribute("name").equals(element))
                .findFirst()
                .orElseThrow()
                .getAttribute("type");
        return named.equals(expected)
                && (!named.isEmpty()
                        || type.getAnnotation(XmlRootElement.class).name().equals(element));
    }

    private static List<Class<?>> types() {
        return Stream.of(Contract.class, CardContract.class, PaymentContract.class, RightsContract.class)
                .flatMap(holder -> Arrays.stream(holder.getDeclaredClasses()))
                .collect(Collectors.toList());
    }

    private static Map<String, List<String>> classShapes() {
        Map<String, List<String>> shapes = new HashMap<>();
        for (Class<?> type : types()) {
            XmlType named = type.getAnnotation(XmlType.class);
            List<String> shape = new ArrayList<>();
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.isAnnotationPresent(XmlValue.class)) {
                    continue;
                }
                boolean required = field.getType().isPrimitive()
                        || Stream.of(field.getAnnotationsByType(javax.xml.bind.annotation.XmlElement.class))
                                .anyMatch(javax.xml.bind.annotation.XmlElement::required);
                boolean list = field.getType() == List.class;
                shape.add(
                        field.isAnnotationPresent(XmlAttribute.class)
                                ? "@" + field.getName()
                                : field.getName() + (list ? "*" : required ? "" : "?"));
            }
            shapes.put(
                    named.name().isEmpty()
                            ? type.getAnnotation(XmlRootElement.class).name()
                            : named.name(),
                    shape);
        }
        return shapes;
    }

    @Test
    void theClassesHaveTheShapesOfTheSchema() {
        assertThat(classShapes()).isEqualTo(schemaShapes());
    }

    @Test
    void propertiesAreWrittenInTheOrderOfTheSchema() {
        for (Class<?> type : types()) {
            List<String> declared = Arrays.stream(type.getDeclaredFields())
                    .filter(field ->
                            !Modifier.isStatic(field.getModifiers()) && !field.isAnnotationPresent(XmlAttribute.class))
                    .map(Field::getName)
                    .toList();
            assertThat(type.getAnnotation(XmlType.class).propOrder()).containsExactlyElementsOf(declared);
        }
    }

    @Test
    void theSchemaKnowsEveryState() {
        assertThat(values("State"))
                .isEqualTo(Arrays.stream(SharingService.State.values())
                        .map(Enum::name)
                        .collect(Collectors.toSet()));
        assertThat(values("PaymentState"))
                .isEqualTo(Arrays.stream(PaymentService.State.values())
                        .map(Enum::name)
                        .collect(Collectors.toSet()));
        assertThat(values("NoticeState"))
                .isEqualTo(Arrays.stream(NoticeService.State.values())
                        .map(Enum::name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void theSchemaKnowsWhatCanBeAskedForAndAnswered() {
        assertThat(values("RequestType")).isEqualTo(names(RightsService.Type.values()));
        assertThat(values("ExtensionReason")).isEqualTo(names(RightsService.Reason.values()));
        assertThat(values("RefusalGround")).isEqualTo(names(RightsService.Ground.values()));
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toSet());
    }

    private static Set<String> values(String type) {
        Element root = document(Xml.text("pledge-v1.xsd")).getDocumentElement();
        return children(root, "simpleType").stream()
                .filter(simple -> simple.getAttribute("name").equals(type))
                .flatMap(simple -> children(simple, "enumeration").stream())
                .map(value -> value.getAttribute("value"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
