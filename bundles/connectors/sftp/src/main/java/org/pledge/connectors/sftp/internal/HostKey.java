package org.pledge.connectors.sftp.internal;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import org.pledge.connectors.parts.check.Checks;
import org.pledge.sharing.Partner;

/** The one key by which a partner's server is known. */
final class HostKey {
    static final String SETTING = "host-key";

    private static final int DEFAULT_PORT = 22;
    private static final Pattern FORM =
            Pattern.compile("(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]{40,2000}={0,2}");
    private static final String EXAMPLE = "ssh-ed25519 AAAA…, as ssh-keyscan prints it, without the server's name";

    private HostKey() {}

    /** Checks the setting; the text before the key must be what the key says of itself (RFC 4253, section 6.6). */
    static void check(Partner partner) {
        String[] key = Checks.required(partner, SETTING, FORM, EXAMPLE).split(" ");
        byte[] name = key[0].getBytes(StandardCharsets.US_ASCII);
        byte[] start = {0, 0, 0, (byte) name.length};
        byte[] blob = blob(key[1]);
        boolean same = blob.length > start.length + name.length
                && Arrays.equals(start, Arrays.copyOf(blob, start.length))
                && Arrays.equals(name, Arrays.copyOfRange(blob, start.length, start.length + name.length));
        if (!same) {
            throw Checks.invalid("settings." + SETTING + " is no whole key", "Copy it again: " + EXAMPLE + ".");
        }
    }

    private static byte[] blob(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw Checks.invalid("settings." + SETTING + " is no whole key", "Copy it again: " + EXAMPLE + ".");
        }
    }

    /** A file of known hosts with this key alone, as an address of Camel. */
    static String knownHosts(Partner partner) {
        URI server = partner.endpoint();
        boolean usual = server.getPort() < 0 || server.getPort() == DEFAULT_PORT;
        String name = usual ? server.getHost() : "[" + server.getHost() + "]:" + server.getPort();
        String line = name + " " + partner.settings().get(SETTING) + "\n";
        return "base64:" + Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.US_ASCII));
    }
}
