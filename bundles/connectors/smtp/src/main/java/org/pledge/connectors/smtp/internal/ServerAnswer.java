package org.pledge.connectors.smtp.internal;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Reads what the mail server said: a reply of 5xx to a message stays one (RFC 5321, section 4.2.1). */
final class ServerAnswer implements Processor {
    private static final Pattern NEVER = Pattern.compile("(?s)5[0-9]{2}[ -].*");
    private static final int DEEPEST = 10;

    @Override
    public void process(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (never(failure)) {
            exchange.getMessage().setHeader("PledgeRefused", true);
        }
        exchange.setException(failure);
    }

    /** The transport's exceptions carry the server's reply as their text; they are not shown to us as types. */
    private static boolean never(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < DEEPEST; depth++) {
            if (at instanceof AuthenticationFailedException) {
                return false;
            }
            if (NEVER.matcher(String.valueOf(at.getMessage())).matches()) {
                return true;
            }
            at = at instanceof MessagingException mail && mail.getNextException() != null
                    ? mail.getNextException()
                    : at.getCause();
        }
        return false;
    }
}
