package org.pledge.answers.internal;

import java.security.SecureRandom;

/** Makes passwords that are read out and typed: 100 random bits in groups of four, without letters that look alike. */
final class Passwords {
    /** Crockford's base 32. */
    private static final String LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static final int GROUPS = 5;
    private static final int GROUP = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Passwords() {}

    static char[] another() {
        char[] password = new char[GROUPS * (GROUP + 1) - 1];
        for (int i = 0; i < password.length; i++) {
            password[i] = i % (GROUP + 1) == GROUP ? '-' : LETTERS.charAt(RANDOM.nextInt(LETTERS.length()));
        }
        return password;
    }
}
