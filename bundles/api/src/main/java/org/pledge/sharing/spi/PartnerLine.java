package org.pledge.sharing.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/**
 * Carries one message to a partner over its guarded route and waits for the answer, for connectors whose partners answer
 * at once; everything else goes through the {@link org.pledge.sharing.Outbox}. Found as a service; thread-safe.
 */
public interface PartnerLine {
    /**
     * What makes it lawful to send, decided again as the last step before the socket.
     *
     * @param subject whose data it is; never sent
     * @param purpose one of the policy's purposes
     * @param fields exactly the categories that the message holds; all of them must be permitted
     */
    record Matter(SubjectId subject, String purpose, List<String> fields) {
        /** Keeps an immutable copy. */
        public Matter {
            fields = List.copyOf(fields);
        }
    }

    /**
     * One message.
     *
     * @param partner a partner of a connector whose template begins with {@code pledge:line}
     * @param operation a word for the route, such as {@code send}
     * @param key identifies what is done; the same for every try
     * @param matter empty for a message that holds no data of a person
     * @param body what is sent; no copy is kept, and whoever made it wipes it
     * @param headers what stands beside it, such as a signature: names of 1 to 64 letters, digits and hyphens that begin
     *     with {@code X-}
     */
    record Call(
            TenantId tenant,
            String partner,
            String operation,
            String key,
            Optional<Matter> matter,
            byte[] body,
            Map<String, String> headers) {
        private static final Pattern HEADER = Pattern.compile("X-[A-Za-z0-9-]{1,62}");

        /**
         * Keeps an immutable copy of the headers.
         *
         * @throws IllegalArgumentException for a header of another name
         */
        public Call {
            headers = Map.copyOf(headers);
            if (!headers.keySet().stream().allMatch(name -> HEADER.matcher(name).matches())) {
                throw new IllegalArgumentException("a header must begin with X-");
            }
        }

        /** A message without headers of its own. */
        public Call(
                TenantId tenant, String partner, String operation, String key, Optional<Matter> matter, byte[] body) {
            this(tenant, partner, operation, key, matter, body, Map.of());
        }

        @Override
        public String toString() {
            return "Call[" + operation + " " + key + "]";
        }
    }

    /** How a call ended. */
    enum End {
        /** The partner answered. */
        ANSWERED,
        /** Nothing reached the partner. */
        NOT_SENT,
        /** It is unknown whether the partner has it. */
        UNKNOWN
    }

    /**
     * The end of a call.
     *
     * @param status as in HTTP; 0 without an answer
     * @param body of the answer, 64 KB at most; empty without one
     */
    record Reply(End end, int status, byte[] body) {
        @Override
        public String toString() {
            return "Reply[" + end + " " + status + "]";
        }
    }

    /**
     * Sends once.
     *
     * @throws org.pledge.PledgeException when certainly nothing was sent: {@code DENIED} with the promises, because the
     *     gate says no or nothing may go to the partner now; {@code UNAVAILABLE} without a route to it
     */
    Reply call(Call call);
}
