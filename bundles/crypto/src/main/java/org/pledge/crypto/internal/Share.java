package org.pledge.crypto.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.pledge.PledgeException;

/**
 * One custodian's share in the form that is printed and typed: sixteen groups of four characters and a check character,
 * as docs/vault-keys.md defines it.
 *
 * @param set which making of keys it belongs to, 24 bits
 * @param needed how many shares open the key store
 * @param index which share it is, from 1
 */
record Share(int set, int needed, int index, SecretBytes value) implements AutoCloseable {
    static final int VALUE_BYTES = 32;
    private static final int VERSION = 1;
    private static final int CHECK_BYTES = 3;
    private static final int BYTES = 40;
    private static final int GROUPS = 16;
    private static final int DIGITS = 4;
    private static final int GROUP = DIGITS + 1;
    private static final int BITS = 5;
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** The share in four lines; the caller wipes them. */
    char[] print() {
        byte[] bytes = encoded();
        try {
            char[] text = new char[GROUPS * (GROUP + 1) - 1];
            int[] group = new int[DIGITS];
            for (int i = 0; i < GROUPS; i++) {
                for (int j = 0; j < DIGITS; j++) {
                    group[j] = digit(bytes, i * DIGITS + j);
                    text[i * (GROUP + 1) + j] = ALPHABET.charAt(group[j]);
                }
                text[i * (GROUP + 1) + DIGITS] = ALPHABET.charAt(check(i, group));
                if (i + 1 < GROUPS) {
                    text[i * (GROUP + 1) + GROUP] = (i + 1) % DIGITS == 0 ? '\n' : '-';
                }
            }
            Arrays.fill(group, 0);
            return text;
        } finally {
            SecretBytes.wipe(bytes);
        }
    }

    /**
     * Reads what {@link #print} wrote, in any case and with any blanks and hyphens.
     *
     * @throws PledgeException {@code INVALID}, naming the group that is mistyped
     */
    static Share read(char[] text) {
        int[] digits = new int[GROUPS * GROUP];
        byte[] bytes = new byte[BYTES];
        try {
            int count = 0;
            for (char each : text) {
                if (Character.isWhitespace(each) || each == '-') {
                    continue;
                }
                if (count == digits.length) {
                    throw length();
                }
                digits[count] = value(each);
                if (digits[count] < 0) {
                    throw mistyped(count / GROUP);
                }
                count++;
            }
            if (count != digits.length) {
                throw length();
            }
            for (int i = 0; i < GROUPS; i++) {
                int[] group = Arrays.copyOfRange(digits, i * GROUP, i * GROUP + DIGITS);
                boolean right = check(i, group) == digits[i * GROUP + DIGITS];
                for (int j = 0; j < DIGITS; j++) {
                    put(bytes, i * DIGITS + j, group[j]);
                }
                Arrays.fill(group, 0);
                if (!right) {
                    throw mistyped(i);
                }
            }
            return decoded(bytes);
        } finally {
            Arrays.fill(digits, 0);
            SecretBytes.wipe(bytes);
        }
    }

    private static PledgeException length() {
        return new PledgeException(PledgeException.Kind.INVALID, "a share has 16 groups of 5 characters")
                .remedy("Type the share again, as it is printed.");
    }

    private static PledgeException mistyped(int group) {
        return new PledgeException(PledgeException.Kind.INVALID, "group " + (group + 1) + " of the share is mistyped")
                .remedy("Type the share again, as it is printed.");
    }

    private static int value(char typed) {
        return switch (Character.toUpperCase(typed)) {
            case 'O' -> 0;
            case 'I', 'L' -> 1;
            default -> ALPHABET.indexOf(Character.toUpperCase(typed));
        };
    }

    private static int digit(byte[] bytes, int position) {
        int result = 0;
        for (int bit = position * BITS; bit < (position + 1) * BITS; bit++) {
            result = result << 1 | bytes[bit / Byte.SIZE] >> 7 - bit % Byte.SIZE & 1;
        }
        return result;
    }

    private static void put(byte[] bytes, int position, int digit) {
        for (int i = 0; i < BITS; i++) {
            int bit = position * BITS + i;
            bytes[bit / Byte.SIZE] |= (byte) ((digit >> BITS - 1 - i & 1) << 7 - bit % Byte.SIZE);
        }
    }

    /** A weighted sum over GF(32), which sees one wrong character, two changed over, and a group out of its place. */
    private static int check(int group, int[] digits) {
        int sum = group;
        for (int digit : digits) {
            sum = twice(sum) ^ digit;
        }
        return twice(sum);
    }

    private static int twice(int a) {
        int shifted = a << 1;
        return (shifted ^ 0x25 & -(shifted >> BITS & 1)) & 0x1f;
    }

    private byte[] encoded() {
        byte[] secret = value.getEncoded();
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .put((byte) (VERSION << 4 | needed))
                .put((byte) (index << 4))
                .put((byte) (set >> 16))
                .putShort((short) set)
                .put(secret);
        SecretBytes.wipe(secret);
        return bytes.put(digest(bytes.array()), 0, CHECK_BYTES).array();
    }

    private static Share decoded(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int first = in.get();
        int second = in.get();
        int set = (in.get() & 0xff) << 16 | in.getShort() & 0xffff;
        int needed = first & 0xf;
        int index = second >> 4 & 0xf;
        byte[] check = Arrays.copyOfRange(bytes, BYTES - CHECK_BYTES, BYTES);
        boolean right = MessageDigest.isEqual(check, Arrays.copyOf(digest(bytes), CHECK_BYTES));
        boolean known = first >> 4 == VERSION && (second & 0xf) == 0;
        boolean bounded = needed >= Shamir.LEAST_NEEDED
                && needed <= Shamir.MOST_SHARES
                && index >= 1
                && index <= Shamir.MOST_SHARES;
        if (!right || !known || !bounded) {
            throw new PledgeException(PledgeException.Kind.INVALID, "this is no share")
                    .remedy("Type the share again, as it is printed.");
        }
        return new Share(set, needed, index, SecretBytes.copyOf(bytes, in.position(), in.position() + VALUE_BYTES));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Fields.of("pledge vault share 1"));
            digest.update(bytes, 0, BYTES - CHECK_BYTES);
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    @Override
    public void close() {
        value.close();
    }

    @Override
    public String toString() {
        return "share " + index + " of set " + setName(set) + ", of which " + needed + " are needed";
    }

    static String setName(int set) {
        return String.format("%06X", set);
    }
}
