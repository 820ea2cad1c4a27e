package org.pledge.deploy.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command {@code verify} of the launcher: checks a signed statement against published keys, with nothing but the
 * two files. A key counts only by the thumbprint that it is named by, so that a set of keys cannot name one wrongly.
 */
public final class VerifyCommand {
    private static final String HELP =
            """
            pledge verify FILE --keys JWKS
              checks a certificate (one line, a JWS) against the keys of the tenant, which everybody can fetch at
              /api/v1/tenants/TENANT/attestation-keys, and prints what it states. No platform is needed.
            Exit code: 0 verified, 1 not, 2 not understood.
            """;
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final int KEY_BYTES = 32;
    private static final int LONGEST = 1 << 20;
    private static final Pattern JWS = Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");
    private static final Pattern HEADER = Pattern.compile(
            "\\{\"alg\":\"EdDSA\",\"kid\":\"([A-Za-z0-9_-]{43})\",\"typ\":\"pledge-[a-z-]{1,32}\\+jws\"\\}");
    private static final Pattern KEY = Pattern.compile("\"x\"\\s*:\\s*\"([A-Za-z0-9_-]{43})\"");

    private final PrintStream out;
    private final PrintStream err;

    VerifyCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exits with 0, 1 or 2. */
    public static void main(String[] args) {
        System.exit(new VerifyCommand(System.out, System.err).run(args));
    }

    int run(String... args) {
        if (args.length == 1 && args[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        if (args.length != 3 || !args[1].equals("--keys")) {
            err.print(HELP);
            return 2;
        }
        try {
            return verify(read(Path.of(args[0])), keys(read(Path.of(args[2]))));
        } catch (NoSuchFileException e) {
            err.println("pledge: there is no " + e.getFile());
        } catch (IOException e) {
            err.println("pledge: cannot read: " + e.getMessage());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            err.println("pledge: NOT verified: the signature has not the form of one");
        }
        return 1;
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > LONGEST) {
            throw new IOException("the file is longer than a statement or a set of keys can be");
        }
        return Files.readString(file).strip();
    }

    /** By their thumbprints (RFC 7638), whatever the set calls them. */
    private static Map<String, byte[]> keys(String set) throws GeneralSecurityException {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        Matcher found = KEY.matcher(set);
        while (found.find()) {
            String members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + found.group(1) + "\"}";
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.US_ASCII));
            keys.put(
                    Base64.getUrlEncoder().withoutPadding().encodeToString(digest),
                    Base64.getUrlDecoder().decode(found.group(1)));
        }
        return keys;
    }

    private int verify(String text, Map<String, byte[]> keys) throws GeneralSecurityException {
        Matcher jws = JWS.matcher(text);
        if (!jws.matches()) {
            return refused("the file is no compact JWS");
        }
        Matcher header = HEADER.matcher(text(jws.group(1)));
        if (!header.matches()) {
            return refused("it was not made by this platform: another header");
        }
        byte[] key = keys.get(header.group(1));
        if (key == null || key.length != KEY_BYTES) {
            return refused("none of the keys given signed it; fetch the tenant's keys again");
        }
        byte[] encoded = new byte[X509.length + KEY_BYTES];
        System.arraycopy(X509, 0, encoded, 0, X509.length);
        System.arraycopy(key, 0, encoded, X509.length, KEY_BYTES);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        signature.update((jws.group(1) + "." + jws.group(2)).getBytes(StandardCharsets.US_ASCII));
        if (!signature.verify(Base64.getUrlDecoder().decode(jws.group(3)))) {
            return refused("the signature does not fit; the statement or the signature was changed");
        }
        out.println("Verified: signed with the key " + header.group(1) + ".");
        out.println(shown(text(jws.group(2))));
        return 0;
    }

    private int refused(String why) {
        err.println("pledge: NOT verified: " + why);
        return 1;
    }

    private static String text(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    /** One member a line, so that people can read it; control characters cannot move the terminal's cursor. */
    private static String shown(String json) {
        StringBuilder lines = new StringBuilder();
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted && c == '\\' && i + 1 < json.length()) {
                lines.append(c).append(json.charAt(++i));
                continue;
            }
            quoted ^= c == '"';
            if (!quoted && (c == '}' || c == ']')) {
                depth--;
                lines.append('\n').append("  ".repeat(Math.max(0, depth)));
            }
            lines.append(Character.isISOControl(c) ? '?' : c);
            if (!quoted && (c == '{' || c == '[')) {
                depth++;
            }
            if (!quoted && (c == '{' || c == '[' || c == ',')) {
                lines.append('\n').append("  ".repeat(depth));
            } else if (!quoted && c == ':') {
                lines.append(' ');
            }
        }
        return lines.toString();
    }
}
