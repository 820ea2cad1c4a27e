package org.pledge.distribution;

import static org.pledge.distribution.Attack.MARKER;
import static org.pledge.distribution.Attack.ignored;
import static org.pledge.distribution.Attack.lines;
import static org.pledge.distribution.Attack.refused;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What HTTP itself can hold: paths, headers, and bytes that two servers would read differently. */
final class HostileHttp {
    private static final String POLICY = "/api/v1/policy/promises";
    private static final String BODY = "{\"subject\":\"" + MARKER + "\"}";
    private static final String JSON = "Content-Type: application/json";

    private HostileHttp() {}

    static List<Attack> all(Attack.Ground ground) {
        List<Attack> all = new ArrayList<>();
        all.addAll(paths(ground));
        all.addAll(headers(ground));
        all.addAll(methods(ground));
        all.addAll(smuggling(ground));
        return all;
    }

    private static List<Attack> paths(Attack.Ground ground) {
        List<Attack> all = new ArrayList<>();
        for (String path : List.of(
                "/api/v1/docs/../../../../../etc/passwd" + MARKER,
                "/api/v1/docs/..%2f..%2f..%2fetc%2fpasswd" + MARKER,
                "/api/v1/docs/..%5c..%5c" + MARKER,
                "/api/v1/docs/%2e%2e/%2e%2e/" + MARKER,
                "/api/v1/docs/%252e%252e%252f" + MARKER,
                "/api/v1/docs/%c0%ae%c0%ae%c0%af" + MARKER,
                "/api/v1/docs/%00" + MARKER,
                "/api/v1/docs/" + MARKER + "%0d%0aSet-Cookie:%20a=b",
                "/api/v1/docs/<script>" + MARKER,
                "/api/v1/docs/%3Cscript%3E" + MARKER,
                "/api/v1/..;/" + MARKER,
                "/api/v1/accounts;tenant=anyip/" + MARKER,
                "/api;" + MARKER + "/v1/accounts/" + MARKER,
                "/api/v1/accounts/" + MARKER,
                "/api/v1/accounts/%2F" + MARKER,
                "/api/v1/%zz" + MARKER,
                "/api/v1/%u002e" + MARKER,
                "//" + MARKER + "/api/v1",
                "/\\" + MARKER,
                "/WEB-INF/web.xml", // the server's own page, which repeats the path
                "/META-INF/MANIFEST.MF",
                "/api/v1/accounts?limit=%zz" + MARKER,
                "/api/v1/accounts?cursor=%u0041" + MARKER,
                "/api/v1/policy/promises?_type=xml&" + MARKER,
                "/system/" + MARKER,
                "/cxf/" + MARKER,
                "/api/v1/accounts?limit=" + MARKER,
                "/api/v1/accounts?limit=999999999999999999999",
                "/api/v1/accounts?limit=-1",
                "/api/v1/accounts?cursor=" + MARKER,
                "/api/v1/accounts?cursor=" + "A".repeat(4_000),
                "/api/v1/disclosures?state=" + MARKER,
                "/api/v1/disclosures?state=PARKED%00" + MARKER,
                "/api/v1/policy/versions/" + MARKER,
                "/api/v1/policy/versions/99999999999999999999",
                "/api/v1/policy/diff?from=" + MARKER,
                "/api/v1/unsubscribe/" + MARKER + "/..%2f",
                "/api/v1?_wadl&" + MARKER,
                "/api/v1/" + MARKER.repeat(6_000),
                MARKER,
                "*",
                "?" + MARKER,
                "api/v1/" + MARKER)) {
            all.add(refused("GET " + shortened(path), ground.get(path)));
        }
        all.add(ignored("another method by query", ground.get(POLICY + "?_method=DELETE"), ground.get(POLICY)));
        all.add(ignored("queries, many", ground.get(POLICY + "?" + (MARKER + "=1&").repeat(600)), ground.get(POLICY)));
        all.add(ignored("a tenant by query", ground.get(POLICY + "?tenant=anyip&tenantId=anyip"), ground.get(POLICY)));
        all.add(ignored(
                "a tenant as a parameter of the path", ground.get(POLICY + ";tenant=anyip"), ground.get(POLICY)));
        return all;
    }

    private static List<Attack> headers(Attack.Ground ground) {
        String http = ground.elsewhere();
        List<Attack> all = new ArrayList<>();
        for (String header : List.of(
                "CamelHttpUri: " + http,
                "cAmElHtTpUrI: " + http,
                "CAMELHTTPPATH: /" + MARKER,
                "camelhttpquery: " + MARKER,
                "CamelFileName: ../../" + MARKER,
                "camelFILEname: ../../" + MARKER,
                "CamelExecCommandExecutable: " + MARKER,
                "CAmelBeanMethodName: " + MARKER,
                "camelJmsDestinationName: " + MARKER,
                "org.apache.camel.x: " + MARKER,
                "breadcrumbId: " + MARKER,
                "Pledge-Tenant: anyip",
                "pLeDgE-tEnAnT: anyip",
                "PLEDGE-ROLES: OFFICER",
                "Pledge-Decision: PERMITTED",
                "pledge-gate: open " + MARKER,
                "X-Tenant: anyip",
                "X-Forwarded-For: " + MARKER,
                "X-Forwarded-Host: " + MARKER,
                "x-FORWARDED-proto: https",
                "X-Forwarded-Prefix: /" + MARKER,
                "Forwarded: for=" + MARKER + ";host=" + MARKER,
                "X-Real-IP: " + MARKER,
                "X-Original-URL: /api/v1/accounts",
                "X-Rewrite-URL: /api/v1/accounts",
                "X-HTTP-Method-Override: DELETE",
                "X-User: admin",
                "Referer: " + http,
                "User-Agent: ${jndi:ldap://127.0.0.1:" + ground.listener() + "/" + MARKER + "}",
                "User-Agent: () { :; }; " + MARKER,
                "Cookie: " + (MARKER + "=1; ").repeat(100),
                "Cookie: JSESSIONID=" + MARKER,
                "Range: bytes=0-" + ",0-".repeat(500),
                "Origin: " + http,
                "Proxy: " + http,
                "Accept: " + MARKER,
                "Host: " + MARKER,
                "Accept-Language: " + MARKER + ";q=0",
                "Sec-GPC: " + MARKER)) {
            all.add(ignored("the header " + shortened(header), ground.get(POLICY, header), ground.get(POLICY)));
        }
        for (String host : List.of(MARKER, MARKER + ":80", "127.0.0.1:1", "[::1]", "localhost@" + MARKER)) {
            String wsdl = "GET /soap/v1?wsdl HTTP/1.1\r\nConnection: close\r\nHost: ";
            all.add(ignored(
                    "the WSDL for the host " + host,
                    wsdl + host + "\r\n\r\n",
                    wsdl + "127.0.0.1:" + ground.port() + "\r\n\r\n"));
            all.add(ignored(
                    "a way on for the host " + host,
                    "GET /api/v1/docs HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n\r\n",
                    "GET /api/v1/docs HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.1:" + ground.port() + "\r\n\r\n"));
        }
        for (String header : List.of(
                "Accept: " + MARKER + "/" + MARKER,
                "Authorization: Bearer " + MARKER,
                "Authorization: Basic " + MARKER,
                "Expect: " + MARKER,
                MARKER + ": " + "a".repeat(20_000),
                MARKER + " : a",
                MARKER + "\u0000: a",
                "a: b\u0000" + MARKER,
                MARKER + "-without-colon",
                ": " + MARKER,
                "a(b): " + MARKER,
                "a: b\r\n folded " + MARKER,
                "a: b\rc: " + MARKER,
                "Content-Length: " + MARKER,
                "Transfer-Encoding: " + MARKER)) {
            all.add(refused("the header " + shortened(header), ground.get(POLICY, header)));
        }
        all.add(refused(
                "headers, many",
                ground.get(POLICY, (MARKER + ": 1\r\n").repeat(2_000).strip())));
        all.add(refused("no host", "GET " + POLICY + " HTTP/1.1\r\nConnection: close\r\n\r\n"));
        all.add(refused("two credentials", ground.get(POLICY, "Authorization: Bearer " + MARKER)));
        all.add(refused(
                "a folded credential",
                ("GET " + POLICY + " HTTP/1.1\r\n" + ground.host() + "Authorization: Bearer\r\n " + ground.token()
                        + "\r\nConnection: close\r\n\r\n")));
        for (String key : List.of(MARKER.repeat(200), "\u0001" + MARKER, "\u00e9" + MARKER)) {
            all.add(refused(
                    "the key " + shortened(key),
                    ground.post(
                            "/api/v1/disclosures",
                            BODY.getBytes(StandardCharsets.UTF_8),
                            JSON,
                            "Idempotency-Key: " + key)));
        }
        for (String match : List.of(MARKER, "\"1\",".repeat(1_500), "W/\"" + MARKER + "\"", "*")) {
            all.add(refused(
                    "If-Match " + shortened(match),
                    ground.head("DELETE /api/v1/accounts/018f3a52-6c1e-4b7a-9d20-5e8f7a6b4c31")
                            + lines("If-Match: " + match) + "\r\n"));
        }
        return all;
    }

    private static List<Attack> methods(Attack.Ground ground) {
        List<Attack> all = new ArrayList<>();
        for (String path : List.of(POLICY, "/soap/v1", "/")) {
            for (String method : List.of("TRACE", "trace", "TRACK", "PROPFIND", MARKER)) {
                all.add(refused(method + " " + path, ground.head(method + " " + path) + "a: " + MARKER + "\r\n\r\n"));
            }
        }
        all.add(refused("DELETE of the contract", ground.head("DELETE /api/v1/openapi.yaml") + "\r\n"));
        all.add(refused(
                "PUT into the documentation", ground.head("PUT /api/v1/docs/" + MARKER) + "Content-Length: 0\r\n\r\n"));
        all.add(ignored("a method in lower case", ground.head("get " + POLICY) + "\r\n", ground.get(POLICY)));
        all.add(refused(
                "CONNECT",
                "CONNECT 127.0.0.1:" + ground.listener() + " HTTP/1.1\r\nHost: 127.0.0.1:" + ground.listener()
                        + "\r\n\r\n"));
        all.add(refused(
                "an absolute address without a credential",
                "GET " + ground.elsewhere() + " HTTP/1.1\r\n" + ground.host() + "Connection: close\r\n\r\n"));
        all.add(refused(
                "an absolute address of the API", ground.get("http://" + MARKER + "/api/v1/accounts/" + MARKER)));
        all.add(refused("another scheme", ground.get("file:///etc/passwd")));
        all.add(refused("HTTP/0.9", "GET " + POLICY + "\r\n"));
        all.add(refused("HTTP/0.9 with a marker", "GET /" + MARKER + "\r\n"));
        all.add(refused("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        all.add(refused("HTTP/9.9", "GET " + POLICY + " HTTP/9.9\r\n" + ground.host() + "\r\n"));
        all.add(refused(
                "a version with more", "GET " + POLICY + " HTTP/1.1 " + MARKER + "\r\n" + ground.host() + "\r\n"));
        all.add(refused("TLS", new byte[] {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0}));
        all.add(refused("noise", ("\u0000\u00ff\u0001" + MARKER).repeat(500) + "\r\n\r\n"));
        all.add(refused("bare line feeds and no host", "GET " + POLICY + " HTTP/1.1\n\n"));
        return all;
    }

    private static List<Attack> smuggling(Attack.Ground ground) {
        String second = "GET " + POLICY + " HTTP/1.1\r\n" + ground.host() + "Authorization: Bearer " + ground.token()
                + "\r\nX: " + MARKER + "\r\n\r\n";
        String post = "POST /api/v1/decisions HTTP/1.1\r\n" + ground.host() + "Authorization: Bearer " + ground.token()
                + "\r\n" + JSON + "\r\n";
        String chunk = Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n";
        List<Attack> all = new ArrayList<>();
        List.of(
                        new String[] {
                            "CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" + second
                        },
                        new String[] {
                            "TE.CL",
                            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + chunk + "0\r\n\r\n" + second
                        },
                        new String[] {"two lengths", "Content-Length: 0\r\nContent-Length: 500\r\n\r\n" + second},
                        new String[] {"two lengths in one line", "Content-Length: 0, 500\r\n\r\n" + second},
                        new String[] {"a negative length", "Content-Length: -1\r\n\r\n" + second},
                        new String[] {"a length with a sign", "Content-Length: +0\r\n\r\n" + second},
                        new String[] {"a length in hexadecimal", "Content-Length: 0x0\r\n\r\n" + second},
                        new String[] {"a length too long", "Content-Length: 99999999999999999999\r\n\r\n" + second},
                        new String[] {"a length with a blank", "Content-Length: 0 0\r\n\r\n" + second},
                        new String[] {"a blank before the colon", "Content-Length : 0\r\n\r\n" + second},
                        new String[] {"a folded length", "Content-Length:\r\n 0\r\n\r\n" + second},
                        new String[] {
                            "another encoding", "Transfer-Encoding: xchunked\r\n\r\n" + chunk + "0\r\n\r\n" + second
                        },
                        new String[] {
                            "an encoding after chunked",
                            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + second
                        },
                        new String[] {
                            "chunked twice",
                            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + second
                        },
                        new String[] {
                            "a tab before chunked", "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + second
                        },
                        new String[] {
                            "chunked behind a bare CR", "X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second
                        },
                        new String[] {
                            "a chunk too long", "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + second
                        },
                        new String[] {
                            "a chunk just over an integer", "Transfer-Encoding: chunked\r\n\r\n100000000\r\n" + second
                        },
                        new String[] {"a negative chunk", "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + second},
                        new String[] {
                            "a chunk that is no number", "Transfer-Encoding: chunked\r\n\r\n" + MARKER + "\r\n" + second
                        },
                        new String[] {
                            "a chunk with an endless name",
                            "Transfer-Encoding: chunked\r\n\r\n1;" + MARKER.repeat(10_000)
                        },
                        new String[] {"a chunk without its end", "Transfer-Encoding: chunked\r\n\r\n1\r\n{" + second},
                        new String[] {
                            "chunks of one byte",
                            "Transfer-Encoding: chunked\r\n\r\n" + "1\r\n[\r\n".repeat(20_000) + "0\r\n\r\n"
                        },
                        new String[] {
                            "a body over the limit in chunks",
                            "Transfer-Encoding: chunked\r\n\r\n"
                                    + ("4000\r\n" + " ".repeat(0x4000) + "\r\n").repeat(100) + "0\r\n\r\n"
                        },
                        new String[] {
                            "a trailer that is a credential",
                            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk
                                    + "0\r\nAuthorization: Bearer " + MARKER + "\r\nContent-Length: 9\r\n\r\n"
                        })
                .forEach(one -> all.add(refused(one[0], post + one[1])));
        all.add(refused(
                "a body of a GET that is a request",
                ground.head("GET /api/v1/accounts/" + MARKER) + "Content-Length: " + second.length() + "\r\n\r\n"
                        + second));
        all.add(refused(
                "a chunked body under HTTP/1.0",
                post.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n"));
        all.add(
                refused(
                        "a change to h2c",
                        ground.head("GET /api/v1/accounts/" + MARKER)
                                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n"));
        all.add(
                refused(
                        "a change to WebSocket",
                        ground.head("GET /api/v1/accounts/" + MARKER)
                                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        return all;
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("[^\\x21-\\x7e]+", " ");
        return plain.length() > 60 ? plain.substring(0, 60) + "…" : plain;
    }
}
