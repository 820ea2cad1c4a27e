package org.pledge.simulators;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * A recipient of the Data Deletion Request Framework: {@code DeletionPartner FOLDER [PORT]}. {@code FOLDER/keys.json} is
 * the JWK Set (P-256) of who asks. What is posted below {@code /delete} is written to {@code NNNN.body}, and the result to
 * {@code .result}; 202 and code 0 acknowledge it when both of its signatures are right, 400 and code 2 when one is not.
 * The rest of the path says how it answers instead: {@code /code/N}, {@code /json}, {@code /other-key},
 * {@code /other-issuer}, {@code /other-request}, {@code /old}, {@code /early}, {@code /nothing} and {@code /huge}. Any
 * other path takes everything with 204. Prints {@code KEYS}, its own JWK Set.
 */
public final class DeletionPartner {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KID = "partner-1";
    private static final String DOMAIN = "partner.example";

    private final Record record;
    private final JsonNode keys;
    private final KeyPair own = pair();
    private final KeyPair other = pair();

    private DeletionPartner(Path folder) throws IOException {
        this.record = new Record(folder);
        this.keys =
                JSON.readTree(Files.readAllBytes(folder.resolve("keys.json"))).path("keys");
    }

    /** Starts it; prints {@code KEYS <set>} and {@code PORT <n>}. */
    public static void main(String[] arguments) throws IOException {
        DeletionPartner partner = new DeletionPartner(Path.of(arguments[0]));
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 64);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", partner::answer);
        server.start();
        System.out.println("KEYS " + partner.published());
        System.out.println("PORT " + server.getAddress().getPort());
        Until.inputEnds();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] received = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith("/delete")) {
            record.add(Map.of(), "event", received);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            return;
        }
        String request = new String(received, StandardCharsets.US_ASCII);
        String how = path.substring("/delete".length());
        int code = how.startsWith("/code/") ? Integer.parseInt(how.substring("/code/".length())) : code(request);
        record.add(Map.of("result", Integer.toString(code).getBytes(StandardCharsets.US_ASCII)), "body", received);
        byte[] answer = acknowledgement(how, request, code).getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(code == 0 ? 202 : 400, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private String acknowledgement(String how, String request, int code) throws IOException {
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = JSON.createObjectNode()
                .put("version", "1.0")
                .put("rqJWT", how.equals("/other-request") ? request + "x" : request)
                .put("jti", UUID.randomUUID().toString())
                .put("iss", how.equals("/other-issuer") ? "other.example" : DOMAIN)
                .put("iat", now + (how.equals("/early") ? 3600 : how.equals("/old") ? -3600 : 0))
                .put("raResultCode", code);
        String token = signed(claims, how.equals("/other-key") ? other : own);
        return switch (how) {
            case "/json" -> JSON.createObjectNode().put("acJWT", token).toString();
            case "/nothing" -> "";
            case "/huge" -> token + " ".repeat(70_000);
            default -> token;
        };
    }

    private int code(String request) {
        try {
            JsonNode claims = claims(request);
            return isGenuine(request) && isGenuine(claims.path("idJWT").asText("")) ? 0 : 2;
        } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return 3;
        }
    }

    private static JsonNode claims(String token) throws IOException {
        return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    private boolean isGenuine(String token) throws IOException {
        String[] parts = token.split("\\.");
        JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
        for (JsonNode key : keys) {
            if (key.path("kid").asText("").equals(header.path("kid").asText())
                    && header.path("alg").asText("").equals("ES256")) {
                return verifies(
                        key, parts[0] + "." + parts[1], Base64.getUrlDecoder().decode(parts[2]));
            }
        }
        return false;
    }

    private static boolean verifies(JsonNode key, String input, byte[] signature) {
        try {
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec("secp256r1"));
            ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
            Signature verifying = Signature.getInstance("SHA256withECDSAinP1363Format");
            verifying.initVerify(KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))));
            verifying.update(input.getBytes(StandardCharsets.US_ASCII));
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static BigInteger number(JsonNode key, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(name).asText()));
    }

    private String published() {
        ECPoint point = ((ECPublicKey) own.getPublic()).getW();
        ObjectNode set = JSON.createObjectNode();
        set.putArray("keys")
                .addObject()
                .put("kty", "EC")
                .put("crv", "P-256")
                .put("kid", KID)
                .put("x", base64(coordinate(point.getAffineX())))
                .put("y", base64(coordinate(point.getAffineY())));
        return set.toString();
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[32];
        int from = Math.max(0, bytes.length - 32);
        byte[] digits = Arrays.copyOfRange(bytes, from, bytes.length);
        System.arraycopy(digits, 0, padded, 32 - digits.length, digits.length);
        return padded;
    }

    private static String signed(ObjectNode claims, KeyPair with) {
        ObjectNode header =
                JSON.createObjectNode().put("typ", "JWT").put("alg", "ES256").put("kid", KID);
        String input = base64(header.toString().getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.toString().getBytes(StandardCharsets.UTF_8));
        try {
            Signature signing = Signature.getInstance("SHA256withECDSAinP1363Format");
            signing.initSign(with.getPrivate());
            signing.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + base64(signing.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
