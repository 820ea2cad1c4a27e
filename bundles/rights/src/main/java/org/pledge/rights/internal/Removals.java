package org.pledge.rights.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pledge.Caller;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf.Act;
import org.pledge.rights.RightsService.Fulfilment;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.SubjectService;
import org.pledge.subject.SubjectService.Lasting;

/** Removes people, and closes what asked for it once nothing of theirs must stay and every recipient has answered. */
record Removals(Docket docket, SubjectService subjects, NoticeService notices) {
    /**
     * Where a removal stands.
     *
     * @param kept what a legal hold keeps for now
     * @param recipients everybody who received something, by the ledger
     */
    record Standing(List<Kept> kept, List<Recipient> recipients) {
        int awaiting() {
            return (int) recipients.stream().filter(one -> !one.settled()).count();
        }

        boolean complete() {
            return kept.isEmpty() && awaiting() == 0;
        }

        Fulfilment of(Request request) {
            return new Fulfilment(request, awaiting(), List.of(), Optional.empty(), kept, recipients, List.of());
        }
    }

    /** Removes what need not stay, the first time and whenever a hold has ended; nobody is left as nobody. */
    Standing remove(Caller caller, SubjectId subject) {
        List<Kept> kept = subjects.erase(caller, subject).kept();
        return new Standing(kept, notices.recipients(caller, subject));
    }

    /** The first time. */
    void begin(Caller caller, SubjectId subject, Optional<Lasting> lasting) {
        lasting.ifPresentOrElse(law -> subjects.erase(caller, subject, law), () -> subjects.erase(caller, subject));
    }

    /** Closes a locked request that was carried out, unless something stays or somebody has yet to answer. */
    Request settled(Caller caller, Request request, Standing standing, Instant now) {
        return !standing.complete() || request.state().closed()
                ? request
                : docket.close(
                        caller,
                        request,
                        State.FULFILLED,
                        Optional.empty(),
                        Act.REQUEST_FULFILLED,
                        now,
                        Map.of(
                                "by",
                                "REMOVAL",
                                "recipients",
                                Integer.toString(standing.recipients().size())));
    }
}
