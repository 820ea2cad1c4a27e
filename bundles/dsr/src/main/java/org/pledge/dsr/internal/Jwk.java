package org.pledge.dsr.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** A public key as RFC 7517 writes it: RSA from 2048 bits, or EC on P-256. */
record Jwk(String kid, PublicKey key) {
    private static final int SHORTEST_RSA = 2048;
    private static final int COORDINATE = 32;

    /** @throws IllegalArgumentException when it is another kind of key */
    static Jwk read(JsonNode jwk) {
        String kid = jwk.path("kid").asText("");
        if (kid.isEmpty()) {
            throw new IllegalArgumentException("a key needs its kid");
        }
        try {
            PublicKey key =
                    switch (jwk.path("kty").asText("")) {
                        case "RSA" ->
                            KeyFactory.getInstance("RSA")
                                    .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
                        case "EC" ->
                            KeyFactory.getInstance("EC")
                                    .generatePublic(new ECPublicKeySpec(
                                            new ECPoint(number(jwk, "x"), number(jwk, "y")), curve(jwk)));
                        default -> throw new IllegalArgumentException("a key must be RSA, or EC on P-256");
                    };
            check(key);
            return new Jwk(kid, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "a key cannot be read: " + e.getClass().getSimpleName());
        }
    }

    static void check(PublicKey key) {
        boolean suitable = key instanceof RSAPublicKey rsa
                ? rsa.getModulus().bitLength() >= SHORTEST_RSA
                : key instanceof ECPublicKey ec && ec.getParams().getOrder().equals(p256().getOrder());
        if (!suitable) {
            throw new IllegalArgumentException("a key must be RSA from 2048 bits, or EC on P-256");
        }
    }

    private static BigInteger number(JsonNode jwk, String name) {
        byte[] bytes = Base64.getUrlDecoder().decode(jwk.path(name).asText(""));
        if (bytes.length == 0) {
            throw new IllegalArgumentException("a key lacks " + name);
        }
        return new BigInteger(1, bytes);
    }

    private static ECParameterSpec curve(JsonNode jwk) {
        if (!jwk.path("crv").asText("").equals("P-256")) {
            throw new IllegalArgumentException("a key must be RSA, or EC on P-256");
        }
        return p256();
    }

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    ObjectNode written() {
        ObjectNode jwk = Json.made().put("kid", kid).put("use", "sig");
        if (key instanceof RSAPublicKey rsa) {
            return jwk.put("kty", "RSA")
                    .put("n", base64(unsigned(rsa.getModulus())))
                    .put("e", base64(unsigned(rsa.getPublicExponent())));
        }
        ECPoint point = ((ECPublicKey) key).getW();
        return jwk.put("kty", "EC")
                .put("crv", "P-256")
                .put("x", base64(coordinate(point.getAffineX())))
                .put("y", base64(coordinate(point.getAffineY())));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = unsigned(number);
        byte[] padded = new byte[COORDINATE];
        System.arraycopy(bytes, 0, padded, COORDINATE - bytes.length, bytes.length);
        return padded;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
