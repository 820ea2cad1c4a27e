package org.pledge.rest.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.ownership.OwnershipNotices;
import org.pledge.ownership.OwnershipNotices.Telling;
import org.pledge.ownership.OwnershipService;
import org.pledge.ownership.OwnershipService.Scope;
import org.pledge.ownership.OwnershipService.State;

/** The schemas of {@code openapi.yaml} about transfers with a change of ownership. */
final class OwnershipContract {
    private OwnershipContract() {}

    record NewOwnershipTransfer(
            String successor, Set<String> categories, String tier, LocalDate notice, LocalDate objections) {
        NewOwnershipTransfer {
            Contract.needed("successor", successor);
            categories = Contract.set("categories", categories);
            Contract.needed("notice", notice);
            Contract.needed("objections", objections);
        }

        Scope toValue() {
            return new Scope(successor, categories, Optional.ofNullable(tier), notice, objections);
        }
    }

    record OwnershipTransfer(
            UUID id,
            String successor,
            Set<String> categories,
            String tier,
            LocalDate notice,
            LocalDate objections,
            int policyVersion,
            State state,
            Set<String> approvals,
            Instant opened,
            Instant closed) {
        static OwnershipTransfer of(OwnershipService.Transfer transfer) {
            Scope scope = transfer.scope();
            return new OwnershipTransfer(
                    transfer.id(),
                    scope.successor(),
                    Contract.sorted(scope.categories()),
                    scope.tier().orElse(null),
                    scope.notice(),
                    scope.objections(),
                    transfer.policyVersion(),
                    transfer.state(),
                    Contract.sorted(transfer.approvals()),
                    transfer.opened(),
                    transfer.closed().orElse(null));
        }
    }

    record OwnershipReport(OwnershipTransfer transfer, OwnershipCounts counts, OwnershipReach notices) {}

    record OwnershipCounts(long objections, long disclosed, long refused, long excluded, long untold) {
        static OwnershipCounts of(OwnershipService.Counts counts) {
            return new OwnershipCounts(
                    counts.objections(), counts.disclosed(), counts.refused(), counts.excluded(), counts.untold());
        }
    }

    record OwnershipReach(long people, long told, long unreached, Instant lastTold, Instant nextTry) {
        static OwnershipReach of(OwnershipNotices.Reach reach) {
            return new OwnershipReach(
                    reach.people(),
                    reach.told(),
                    reach.unreached(),
                    reach.last().orElse(null),
                    reach.nextTry().orElse(null));
        }
    }

    record OwnershipSent(int told, int unreached, boolean more) {
        static OwnershipSent of(OwnershipNotices.Sent sent) {
            return new OwnershipSent(sent.told(), sent.unreached(), sent.more());
        }
    }

    record OwnershipToldByHand(LocalDate day) {
        OwnershipToldByHand {
            Contract.needed("day", day);
        }
    }

    record OwnershipNotice(SubjectId subject, Telling telling, Instant at) {
        static OwnershipNotice of(OwnershipNotices.Notice notice) {
            return new OwnershipNotice(notice.subject(), notice.telling(), notice.at());
        }
    }

    record OwnershipObjection(SubjectId subject, Instant at) {
        static OwnershipObjection of(OwnershipService.Objection objection) {
            return new OwnershipObjection(objection.subject(), objection.at());
        }
    }

    record OwnershipProgress(int disclosed, int refused, int excluded, int untold, boolean more) {
        static OwnershipProgress of(OwnershipService.Progress progress) {
            return new OwnershipProgress(
                    progress.disclosed(), progress.refused(), progress.excluded(), progress.untold(), progress.more());
        }
    }
}
