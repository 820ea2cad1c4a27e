package org.pledge.crypto.internal;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Secret sharing (Shamir, "How to share a secret", 1979) byte by byte over GF(256) with the polynomial of AES; share
 * {@code i} is the value at {@code x = i}. No branch and no memory access depends on a secret.
 */
final class Shamir {
    static final int LEAST_NEEDED = 2;
    static final int MOST_SHARES = 9;
    private static final int POLYNOMIAL = 0x1b;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Shamir() {}

    /** The shares 1 to {@code shares}, of which any {@code needed} give the secret back. */
    static List<SecretBytes> split(SecretBytes secret, int shares, int needed) {
        if (needed < LEAST_NEEDED || needed > shares || shares > MOST_SHARES) {
            throw new IllegalArgumentException("there are 2 to 9 shares, and 2 or more of them are needed");
        }
        byte[] value = secret.getEncoded();
        byte[][] coefficients = new byte[needed][];
        coefficients[0] = value;
        for (int i = 1; i < needed; i++) {
            coefficients[i] = new byte[value.length];
            RANDOM.nextBytes(coefficients[i]);
        }
        try {
            List<SecretBytes> result = new ArrayList<>();
            for (int x = 1; x <= shares; x++) {
                result.add(SecretBytes.of(at(x, coefficients)));
            }
            return result;
        } finally {
            for (byte[] each : coefficients) {
                SecretBytes.wipe(each);
            }
        }
    }

    private static byte[] at(int x, byte[][] coefficients) {
        byte[] result = new byte[coefficients[0].length];
        for (int i = coefficients.length - 1; i >= 0; i--) {
            for (int j = 0; j < result.length; j++) {
                result[j] = (byte) (times(result[j] & 0xff, x) ^ coefficients[i][j]);
            }
        }
        return result;
    }

    /** The value at 0 of the polynomial through these shares: the secret, when they are enough and belong together. */
    static SecretBytes combine(SortedMap<Integer, SecretBytes> shares) {
        byte[] result = new byte[0];
        for (var share : shares.entrySet()) {
            int weight = 1;
            for (int other : shares.keySet()) {
                if (other != share.getKey()) {
                    weight = times(weight, times(other, inverse(other ^ share.getKey())));
                }
            }
            byte[] value = share.getValue().getEncoded();
            try {
                result = result.length == 0 ? new byte[value.length] : result;
                for (int j = 0; j < value.length; j++) {
                    result[j] ^= (byte) times(value[j] & 0xff, weight);
                }
            } finally {
                SecretBytes.wipe(value);
            }
        }
        return SecretBytes.of(result);
    }

    static int times(int a, int b) {
        int product = 0;
        int shifted = a;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            product ^= shifted & -(b >> bit & 1);
            shifted = (shifted << 1 ^ POLYNOMIAL & -(shifted >> 7 & 1)) & 0xff;
        }
        return product;
    }

    /** The 254th power, which is the inverse of all but 0. */
    static int inverse(int a) {
        int result = a;
        for (int i = 0; i < Byte.SIZE - 2; i++) {
            result = times(times(result, result), a);
        }
        return times(result, result);
    }
}
