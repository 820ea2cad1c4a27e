package org.pledge.rights.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.notices.MessageService;
import org.pledge.rights.SelfService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells people what became of their login, as far as messages can be sent. */
record LoginNotices(Supplier<List<MessageService>> messages, Executor later) {
    private static final Logger LOG = LoggerFactory.getLogger(LoginNotices.class);

    /** What was set is kept by now. */
    void changed(Caller caller, SubjectId person) {
        send(caller, person, SelfService.LOGIN_CHANGED);
    }

    /** Waits in the same way where nobody has the name, so that time tells nothing. */
    void locked(Caller caller, Optional<SubjectId> person) {
        later.execute(() -> person.ifPresent(known -> send(caller, known, SelfService.LOGIN_LOCKED)));
    }

    /** An edge: what is kept stays so, and nobody waits for an answer. */
    private void send(Caller caller, SubjectId person, String template) {
        try {
            if (!Post.leaves(messages, caller.tenant(), template)
                    || !Post.of(messages, caller.tenant(), template, "Add one.").queued(caller, person, Map.of())) {
                LOG.info(
                        "A message '{}' of {} could not be queued; message:templates says what keeps all of them",
                        template,
                        caller.tenant());
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.info(
                    "A message '{}' of {} could not be queued: {}",
                    template,
                    caller.tenant(),
                    e.getClass().getName());
        }
    }
}
