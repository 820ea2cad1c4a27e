package org.pledge.distribution;

import static org.pledge.distribution.Attack.MARKER;
import static org.pledge.distribution.Attack.ignored;
import static org.pledge.distribution.Attack.refused;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** What JSON, and what is called JSON, can hold. */
final class HostileJson {
    private static final String DECISIONS = "/api/v1/decisions";
    private static final String NOBODY = "018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31";
    private static final int NEARLY_A_MEBIBYTE = 1_000_000;

    private HostileJson() {}

    static List<Attack> all(Attack.Ground ground) {
        List<Attack> all = new ArrayList<>();
        bodies().forEach(body -> all.add(refused(body[0], ground.json(DECISIONS, body[1]))));
        String usage = "{\"events\":[";
        all.add(refused(
                "usage events without end", ground.json("/api/v1/usage-events", usage + "{},".repeat(300_000))));
        all.add(refused(
                "a batch with a person who is an object",
                ground.json(
                        "/api/v1/decisions/batch",
                        "{\"partner\":\"a\",\"purpose\":\"b\",\"fields\":[\"email\"],\"subjects\":[" + "{\"" + MARKER
                                + "\":".repeat(1) + "[".repeat(50_000))));
        all.add(refused(
                "a batch of far too many",
                ground.json(
                        "/api/v1/decisions/batch",
                        "{\"partner\":\"a\",\"purpose\":\"b\",\"fields\":[\"email\"],\"subjects\":["
                                + ("\"" + NOBODY + "\",").repeat(25_000) + "\"" + NOBODY + "\"]}")));
        byte[] plain = encoded(ground, StandardCharsets.UTF_8);
        all.add(ignored("UTF-16 under the name of UTF-8", encoded(ground, StandardCharsets.UTF_16), plain));
        all.add(ignored("UTF-32 under the name of UTF-8", encoded(ground, Charset.forName("UTF-32")), plain));
        for (String override : List.of("DELETE", "GET", MARKER)) {
            all.add(ignored(
                    "another method by header " + override,
                    ground.post(
                            DECISIONS,
                            valid("").getBytes(StandardCharsets.UTF_8),
                            "Content-Type: application/json",
                            "X-HTTP-Method-Override: " + override),
                    plain));
        }
        all.add(refused(
                "bytes that are no UTF-8",
                ground.post(
                        DECISIONS,
                        ("{\"subject\":\"\u00c0\u00ae\u00c0\u00ae" + MARKER + "\u00ff\"}")
                                .getBytes(StandardCharsets.ISO_8859_1),
                        "Content-Type: application/json")));
        all.addAll(types(ground));
        return all;
    }

    private static List<String[]> bodies() {
        String member = "\"" + MARKER + "\"";
        List<String[]> bodies = new ArrayList<>();
        bodies.add(new String[] {"objects, deep", "{\"subject\":".repeat(80_000)});
        bodies.add(new String[] {"arrays, deep", "[".repeat(NEARLY_A_MEBIBYTE)});
        bodies.add(new String[] {
            "arrays, deep, in a field", "{\"fields\":" + "[".repeat(400_000) + "]".repeat(400_000) + "}"
        });
        bodies.add(new String[] {
            "an unknown property, deep", "{" + member + ":" + "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_001)
        });
        bodies.add(new String[] {"a number with a huge exponent", "{\"subject\":1e999999999}"});
        bodies.add(new String[] {"a number with many digits", "{\"subject\":" + "9".repeat(900_000) + "}"});
        bodies.add(new String[] {"a fraction with many digits", "{\"subject\":0." + "9".repeat(900_000) + "}"});
        bodies.add(new String[] {"a huge text", "{\"subject\":\"" + MARKER.repeat(90_000) + "\"}"});
        bodies.add(new String[] {"a huge name", "{\"" + MARKER.repeat(90_000) + "\":1}"});
        bodies.add(new String[] {"names with one hash", "{" + collisions() + "}"});
        bodies.add(new String[] {"a body over the limit", "{\"subject\":\"" + "a".repeat(2_000_000) + "\"}"});
        bodies.add(new String[] {"the same name twice", valid("\"subject\":\"" + NOBODY + "\",")});
        bodies.add(new String[] {"an unknown name", valid("\"a " + MARKER + "\":" + member + ",")
        }); // a plain name is told
        bodies.add(new String[] {"an unknown name with markup", valid("\"<script>" + MARKER + "\":1,")});
        bodies.add(new String[] {"a class to make", valid("\"@class\":\"javax.script.ScriptEngineManager\",")});
        bodies.add(new String[] {
            "a type to make", "[\"com.sun.rowset.JdbcRowSetImpl\",{\"dataSourceName\":" + member + "}]"
        });
        bodies.add(new String[] {"a tenant", valid("\"tenant\":\"anyip\",")});
        bodies.add(new String[] {"a prototype", valid("\"__proto__\":{\"roles\":[\"OFFICER\"]},")});
        bodies.add(new String[] {"no number", "{\"subject\":NaN}"});
        bodies.add(new String[] {"a comment", "/*" + MARKER + "*/" + valid("")});
        bodies.add(new String[] {"single quotes", valid("").replace('"', '\'')});
        bodies.add(new String[] {"no quotes", "{" + MARKER + ":1}"});
        bodies.add(new String[] {"a comma too many", "{\"fields\":[\"email\",,]}"});
        bodies.add(new String[] {"two documents", valid("") + "{" + member + ":1}"});
        bodies.add(new String[] {"an array", "[" + valid("") + "]"});
        bodies.add(new String[] {"nothing", "null"});
        bodies.add(new String[] {"a text only", member});
        bodies.add(new String[] {"blanks only", " ".repeat(100_000)});
        bodies.add(new String[] {"half a document", "{\"subject\":\"" + MARKER});
        bodies.add(new String[] {"a NUL in a text", valid("").replace("delivery", "deli\u0000very" + MARKER)});
        bodies.add(new String[] {"half a character", valid("").replace("delivery", "\\ud800" + MARKER)});
        bodies.add(
                new String[] {"a line for the log", valid("").replace("delivery", "\\r\\n2026 | ERROR | " + MARKER)});
        bodies.add(new String[] {
            "a lookup for the log", valid("").replace("delivery", "${jndi:ldap://127.0.0.1/" + MARKER + "}")
        });
        bodies.add(
                new String[] {"a route for Camel", valid("").replace("delivery", "${bean:" + MARKER + "?method=exit}")
                });
        bodies.add(new String[] {"SQL", valid("").replace("carrier", "a' OR '1'='1" + MARKER)});
        bodies.add(new String[] {"YAML", "subject: !!javax.script.ScriptEngineManager [" + MARKER + "]"});
        return bodies;
    }

    private static List<Attack> types(Attack.Ground ground) {
        byte[] good = valid("").getBytes(StandardCharsets.UTF_8);
        String xxe =
                "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"" + ground.elsewhere() + "\">]><a>&b;</a>";
        List<Attack> all = new ArrayList<>();
        for (String type : List.of(
                "text/plain",
                "text/" + MARKER,
                "application/x-www-form-urlencoded",
                "application/x-java-serialized-object",
                "application/yaml",
                "*/*",
                "application/json, text/xml",
                MARKER,
                ";;;" + MARKER,
                "application/json; charset=" + MARKER)) {
            all.add(refused("JSON as " + type, ground.post(DECISIONS, good, "Content-Type: " + type)));
        }
        all.add(refused("JSON without a type", ground.post(DECISIONS, good)));
        for (String type : List.of("application/xml", "text/xml", "application/json")) {
            all.add(refused(
                    "an external entity as " + type,
                    ground.post(DECISIONS, xxe.getBytes(StandardCharsets.UTF_8), "Content-Type: " + type)));
        }
        String part = "--b\r\nContent-Disposition: form-data; name=\"" + MARKER + "\"; filename=\"../../" + MARKER
                + "\"\r\n\r\n" + valid("") + "\r\n--b--\r\n";
        for (String type : List.of("multipart/form-data", "multipart/related", "multipart/mixed")) {
            all.add(refused(
                    "an attachment in " + type,
                    ground.post(
                            DECISIONS,
                            part.getBytes(StandardCharsets.UTF_8),
                            "Content-Type: " + type + "; boundary=b; type=\"application/json\"")));
        }
        all.add(refused(
                "a form with attachments for a public page",
                ground.post(
                        "/api/v1/unsubscribe/" + MARKER,
                        part.repeat(2_000).getBytes(StandardCharsets.UTF_8),
                        "Content-Type: multipart/form-data; boundary=b")));
        all.add(refused(
                "a form of many fields for a public page",
                ground.post(
                        "/api/v1/unsubscribe/" + MARKER,
                        (MARKER + "=1&").repeat(60_000).getBytes(StandardCharsets.UTF_8),
                        "Content-Type: application/x-www-form-urlencoded")));
        byte[] bomb = bomb();
        for (String encoding : List.of("gzip", "GZip", "deflate", "x-gzip", "br", "identity, gzip", MARKER)) {
            all.add(refused(
                    "a compressed bomb as " + encoding,
                    ground.post(DECISIONS, bomb, "Content-Type: application/json", "Content-Encoding: " + encoding)));
        }
        return all;
    }

    private static byte[] encoded(Attack.Ground ground, Charset charset) {
        return ground.post(DECISIONS, valid("").getBytes(charset), "Content-Type: application/json; charset=utf-8");
    }

    /** A request that could be read, for somebody whom nobody knows, with these members before the others. */
    private static String valid(String more) {
        return "{" + more + "\"subject\":\"" + NOBODY
                + "\",\"partner\":\"carrier\",\"purpose\":\"delivery\",\"fields\":[\"email\"]}";
    }

    private static String collisions() {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 1 << 14; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 14; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            members.append(i == 0 ? "" : ",").append('"').append(name).append("\":1");
        }
        return members.toString();
    }

    /** About 200 KB that become 200 MB. */
    static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            byte[] blanks = new byte[1 << 20];
            java.util.Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 200; i++) {
                out.write(blanks);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
