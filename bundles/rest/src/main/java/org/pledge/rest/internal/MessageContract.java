package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.map;
import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.sorted;

import java.util.Map;
import java.util.Set;
import org.pledge.SubjectId;
import org.pledge.notices.MessageService;

/** The schemas of {@code openapi.yaml} about messages to people. */
final class MessageContract {
    private MessageContract() {}

    record MessageRequest(SubjectId subject, String template, Map<String, String> parameters) {
        MessageRequest {
            needed("subject", subject);
            needed("template", template);
            parameters = parameters == null ? Map.of() : map("parameters", parameters);
        }

        @Override
        public String toString() {
            return "MessageRequest[" + template + "]";
        }
    }

    record MessageTemplate(
            String name,
            MessageService.MessageClass messageClass,
            String purpose,
            boolean declinable,
            Set<String> parameters,
            String reviewer,
            String digest) {
        static MessageTemplate of(MessageService.Template t) {
            return new MessageTemplate(
                    t.name(),
                    t.messageClass(),
                    t.purpose(),
                    t.declinable(),
                    sorted(t.parameters()),
                    t.reviewer().orElse(null),
                    t.digest());
        }
    }
}
