package org.pledge.sharing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf.Act;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Silence;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.store.Transactions;

/** Queues notices again, under the same identifier, whose partners are silent or could not be reached. */
record Reminders(
        Transactions transactions,
        NoticeStore store,
        AuditLog audit,
        PolicyService policies,
        Runnable wake,
        Clock clock,
        Pace pace) {
    private static final int AT_ONCE = 100;

    /** How long silence may last, first and between two reminders, and how many reminders are enough. */
    record Pace(Duration first, Duration again, int enough) {
        private static final Duration WEEK = Duration.ofDays(7);
        private static final Duration MONTH = Duration.ofDays(30);

        /** After a number of days, then once a week at most. */
        static Pace of(int days, int enough) {
            if (days < 1 || enough < 1) {
                throw new IllegalArgumentException(
                        "afterDays and escalateAfter in org.pledge.sharing.reminders must be at least 1");
            }
            Duration first = Duration.ofDays(days);
            return new Pace(first, first.compareTo(WEEK) < 0 ? WEEK : first, enough);
        }

        /** Between two reminders once it is escalated, which is staff's case then and stays open. */
        Duration inVain() {
            return again.compareTo(MONTH) < 0 ? MONTH : again;
        }
    }

    /** @return how many notices stay without an answer despite their reminders, since now */
    int remind(TenantId tenant) {
        int inVain = 0;
        List<Notice> silent;
        do {
            silent = transactions.required(() -> page(tenant));
            inVain += silent.stream().filter(this::isInVain).count();
        } while (silent.size() == AT_ONCE);
        return inVain;
    }

    /** As they were before. */
    private List<Notice> page(TenantId tenant) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<StoredNotice> silent = store.lockSilent(
                tenant, now.minus(pace.first()), now.minus(pace.again()), now.minus(pace.inVain()), AT_ONCE);
        if (!silent.isEmpty()) {
            List<String> promises = Notices.promises(policies.current(tenant));
            silent.forEach(stored -> remind(stored, promises, now));
            transactions.afterCommit(wake);
        }
        return silent.stream().map(StoredNotice::notice).toList();
    }

    private void remind(StoredNotice stored, List<String> promises, Instant now) {
        Notice before = stored.notice();
        boolean inVain = isInVain(before);
        StoredNotice reminding = Notices.reminding(stored, before.silence().escalated() || inVain, now);
        store.putNotice(reminding);
        Notice notice = reminding.notice();
        Map<String, String> facts = Map.of(
                "state",
                before.state().name(),
                "reminders",
                Integer.toString(notice.silence().reminders()));
        audit.append(Notices.leaf(Act.NOTICE_REMINDED, notice, Disclosures.SYSTEM, promises, now, facts));
        if (inVain) {
            audit.append(Notices.leaf(Act.NOTICE_ESCALATED, notice, Disclosures.SYSTEM, promises, now, facts));
        }
    }

    private boolean isInVain(Notice notice) {
        Silence silence = notice.silence();
        return silence.reminders() >= pace.enough() && !silence.escalated();
    }
}
