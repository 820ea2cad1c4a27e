package org.pledge.rights.internal;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.retention.HoldService;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Removes people, and closes what asked for it once everybody who received their data has confirmed. */
record Removals(Docket docket, SubjectStore people, SubjectService subjects, NoticeService notices, HoldService holds) {
    private static final int PAGE = 200;

    /**
     * Removes a person from their account, and the account with its last person; nobody is left as nobody.
     *
     * @throws PledgeException of kind {@code CONFLICT} while a legal hold keeps data of theirs
     */
    void remove(Caller caller, SubjectId subject) {
        Optional<StoredPerson> person = people.person(caller.tenant(), subject);
        if (person.isEmpty()) {
            return;
        }
        if (!holds.inForce(caller.tenant(), subject).isEmpty()) {
            throw new PledgeException(Kind.CONFLICT, "a legal hold keeps data of this person")
                    .remedy("Refuse the request as legal-obligation or legal-claims, or release the hold first.");
        }
        SubjectId account = person.get().account();
        long version = subjects.account(caller, account).version();
        if (people.people(caller.tenant(), account).size() == 1) {
            subjects.close(caller, account, version);
        } else {
            subjects.removeContact(caller, subject, version);
        }
    }

    /** How many partners have yet to confirm something about the person. */
    int awaiting(Caller caller, SubjectId subject) {
        Set<String> partners = new HashSet<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<Notice> page = notices.ofSubject(caller, subject, cursor, PAGE);
            page.items().stream()
                    .filter(notice -> notice.state() != NoticeService.State.CONFIRMED)
                    .map(Notice::partner)
                    .forEach(partners::add);
            cursor = page.next();
        } while (cursor.isPresent());
        return partners.size();
    }

    /** Closes a locked request that was carried out, unless somebody has yet to confirm it. */
    Request settled(Caller caller, Request request, int awaiting, Instant now) {
        return awaiting > 0 || request.state().closed()
                ? request
                : docket.close(
                        caller,
                        request,
                        State.FULFILLED,
                        Optional.empty(),
                        Act.REQUEST_FULFILLED,
                        now,
                        Map.of("by", "REMOVAL"));
    }
}
