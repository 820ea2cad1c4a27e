package org.pledge.connectors.parts.signature;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;

/** Proves us by a bearer token (RFC 6750), where a partner wants it. */
public final class Bearer implements Processor {
    /** The setting, and the exchange property, that says whether a partner wants it. */
    public static final String BEARER = "bearer";
    /** What the name of the token ends with, after that of the partner's secret. */
    public static final String TOKEN = ".token";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]{8,4000}=*");

    private final PartnerSecrets secrets;

    /** In the container of a connector. */
    public Bearer(PartnerSecrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public void process(Exchange exchange) {
        if (exchange.getProperty(BEARER, false, Boolean.class)) {
            String name = exchange.getProperty(PartnerSecrets.CREDENTIALS, String.class) + TOKEN;
            String token = secrets.find(name)
                    .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).stripTrailing())
                    .filter(text -> FORM.matcher(text).matches())
                    .orElseThrow(() -> new PledgeException(
                                    PledgeException.Kind.UNAVAILABLE,
                                    "the secret " + name + " is missing or no token; nothing was sent")
                            .remedy("Write the token that the partner gave you into its file."));
            exchange.getMessage().setHeader("Authorization", "Bearer " + token);
        }
    }
}
