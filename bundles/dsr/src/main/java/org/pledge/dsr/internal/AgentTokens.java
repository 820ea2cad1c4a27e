package org.pledge.dsr.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.dsr.internal.Settings.Agent;
import org.pledge.dsr.internal.Settings.Drp;

/**
 * The bearer tokens of the Data Rights Protocol. Nothing is kept of them: a token holds the agent's identifier, and a
 * keyed hash of it with the agent's key, so that it ends when the directory has another key or none.
 */
final class AgentTokens {
    private static final String USE = "drp-agent-token";
    private static final Pattern FORM =
            Pattern.compile("([A-Z0-9_-]{1,64})\\.([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{43})");
    private static final int NONCE_BYTES = 16;

    private final Live<LookupTokens> tokens;
    private final SecureRandom random = new SecureRandom();

    AgentTokens(Live<LookupTokens> tokens) {
        this.tokens = tokens;
    }

    String issue(TenantId tenant, Drp drp, Agent agent) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String text = base64(nonce);
        return agent.id() + "." + text + "." + base64(hash(tenant, drp, agent, text));
    }

    /** Whose token it is. */
    Optional<Agent> agent(TenantId tenant, Drp drp, String token) {
        Matcher parts = FORM.matcher(token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return Optional.ofNullable(drp.agents().get(parts.group(1)))
                .filter(agent -> MessageDigest.isEqual(
                        hash(tenant, drp, agent, parts.group(2)),
                        Base64.getUrlDecoder().decode(parts.group(3))));
    }

    private byte[] hash(TenantId tenant, Drp drp, Agent agent, String nonce) {
        String text = drp.business() + "\n" + agent.id() + "\n" + HexFormat.of().formatHex(agent.key()) + "\n" + nonce;
        return tokens.get().token(tenant, USE, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
