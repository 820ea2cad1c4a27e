package org.pledge.distribution;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.pledge.demo.CardEncryption;

/** A card as a customer's browser sends it. */
final class EncryptedCard {
    private static final SecureRandom RANDOM = new SecureRandom();

    private EncryptedCard() {}

    /** A number that begins like this and has a valid check digit; the rest is random. */
    static String number(String begin, int length) {
        return number(begin, length, RANDOM);
    }

    static String number(String begin, int length, Random random) {
        StringBuilder number = new StringBuilder(begin);
        while (number.length() < length - 1) {
            number.append(random.nextInt(10));
        }
        int sum = 0;
        for (int i = 0; i < number.length(); i++) {
            int digit = number.charAt(number.length() - 1 - i) - '0';
            int weighed = i % 2 == 0 ? digit * 2 : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return number.append((10 - sum % 10) % 10).toString();
    }

    /** Encrypts a card to the first key of a set; {@code more} are further members, such as securityCode. */
    static String encrypt(JsonNode keys, String number, Map<String, String> more) {
        Map<String, Object> card =
                new LinkedHashMap<>(Map.of("number", number, "expiry", "2031-04", "holder", "Vera Canary"));
        card.putAll(more);
        return CardEncryption.encrypt(keys, card);
    }

    /** Encrypts a security code that was collected again. */
    static String encryptCode(JsonNode keys, String code) {
        return CardEncryption.encrypt(keys, Map.of("securityCode", code));
    }

    /** A coordinate of a point, as JWK has it. */
    static byte[] fixed(BigInteger number) {
        return CardEncryption.fixed(number);
    }
}
