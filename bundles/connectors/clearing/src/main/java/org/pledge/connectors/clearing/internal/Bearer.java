package org.pledge.connectors.clearing.internal;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;

/** Proves us to the clearing house by a bearer token (RFC 6750). */
final class Bearer implements Processor {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]{8,4000}=*");

    private final PartnerSecrets secrets;

    Bearer(PartnerSecrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public void process(Exchange exchange) {
        String name = exchange.getProperty(PartnerSecrets.CREDENTIALS, String.class);
        String token = secrets.find(name)
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).stripTrailing())
                .filter(text -> FORM.matcher(text).matches())
                .orElseThrow(() -> new PledgeException(
                                PledgeException.Kind.UNAVAILABLE,
                                "the secret " + name + " is missing or no token; nothing was sent")
                        .remedy("Write the token that the clearing house gave you into its file."));
        exchange.getMessage().setHeader("Authorization", "Bearer " + token);
    }
}
