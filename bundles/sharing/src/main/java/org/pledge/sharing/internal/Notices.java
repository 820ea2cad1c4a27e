package org.pledge.sharing.internal;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.pledge.audit.Leaf;
import org.pledge.policy.Policy;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Silence;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;

/** The states a notice goes through, its deadlines, and the leaves that tell of it. */
final class Notices {
    private static final String CONTROL = "withdrawal-propagation";
    private static final Period TEN_DAYS = Period.ofDays(10);
    private static final int BUSINESS_DAYS = 10;

    private Notices() {}

    static StoredNotice claimed(StoredNotice stored, Instant until) {
        Notice before = stored.notice();
        return new StoredNotice(
                with(before, State.SENDING, before.attempts() + 1, before.answer()),
                Set.of(),
                stored.nextAttempt(),
                Optional.of(until));
    }

    /** It carries the values of these fields at this try. */
    static StoredNotice carrying(StoredNotice stored, Set<String> fields) {
        return new StoredNotice(stored.notice(), fields, stored.nextAttempt(), stored.claimedUntil());
    }

    /** Whoever cannot be told, because it is suspended say, is as silent as who does not answer. */
    static StoredNotice queued(StoredNotice stored, OptionalInt answer, Instant next, Instant now) {
        Notice before = stored.notice();
        return queued(with(before, State.QUEUED, before.attempts(), answer), next, now);
    }

    static StoredNotice queued(Notice notice, Instant next, Instant now) {
        return silent(new StoredNotice(notice, Set.of(), next, Optional.empty()), now);
    }

    /** The claim is taken back as if it had not been. */
    static StoredNotice givenBack(StoredNotice stored, Instant next, Instant now) {
        Notice before = stored.notice();
        return queued(with(before, State.QUEUED, before.attempts() - 1, before.answer()), next, now);
    }

    static StoredNotice parked(StoredNotice stored, OptionalInt answer, Instant at) {
        return silent(
                resting(
                        stored,
                        with(stored.notice(), State.PARKED, stored.notice().attempts(), answer)),
                at);
    }

    static StoredNotice dropped(StoredNotice stored) {
        Notice before = stored.notice();
        return resting(stored, with(before, State.DROPPED, before.attempts(), before.answer()));
    }

    static StoredNotice superseded(StoredNotice stored) {
        Notice before = stored.notice();
        Silence silence = new Silence(
                Optional.empty(), before.silence().reminders(), before.silence().escalated());
        return resting(stored, with(before, State.SUPERSEDED, before.ground(), silence));
    }

    /** The identifier of the question to a partner for a request of a person; the partner alone and we know it. */
    static UUID question(UUID request, String partner) {
        UUID hash = UUID.nameUUIDFromBytes((request + "/" + partner).getBytes(StandardCharsets.UTF_8));
        return new UUID(hash.getMostSignificantBits() & ~0xF000L | 0x4000L, hash.getLeastSignificantBits());
    }

    static boolean isQuestion(Notice notice, UUID request) {
        return notice.kind().asks() && notice.id().equals(question(request, notice.partner()));
    }

    /** What is left of a notice, with its time and deadlines, under a key of its own. */
    static Notice rest(Notice before, Set<UUID> disclosures, Set<String> fields) {
        return new Notice(
                UUID.randomUUID(),
                before.tenant(),
                before.subject(),
                before.partner(),
                before.kind(),
                disclosures,
                fields,
                State.QUEUED,
                0,
                OptionalInt.empty(),
                before.created(),
                before.due(),
                before.legallyDue(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                before.overdue(),
                Optional.empty(),
                before.silence());
    }

    static StoredNotice delivered(StoredNotice stored, OptionalInt answer, Instant at) {
        Notice before = stored.notice();
        return silent(
                resting(
                        stored,
                        with(
                                before,
                                State.DELIVERED,
                                before.attempts(),
                                answer,
                                before.delivered().or(() -> Optional.of(at)),
                                before.confirmed(),
                                before.channel(),
                                before.overdue())),
                at);
    }

    static StoredNotice confirmed(StoredNotice stored, Instant at, String channel) {
        Notice before = stored.notice();
        return resting(
                stored,
                with(
                        before,
                        State.CONFIRMED,
                        before.attempts(),
                        before.answer(),
                        before.delivered(),
                        Optional.of(at),
                        Optional.of(channel),
                        before.overdue()));
    }

    static StoredNotice refused(StoredNotice stored, Instant at, String channel, Exemption ground) {
        StoredNotice confirmed = confirmed(stored, at, channel);
        Notice before = confirmed.notice();
        return resting(confirmed, with(before, State.REFUSED, Optional.of(ground), before.silence()));
    }

    /** It is sent again because its partner is silent. */
    static StoredNotice reminding(StoredNotice stored, boolean escalated, Instant now) {
        StoredNotice again = queued(stored, stored.notice().answer(), now, now);
        Notice before = again.notice();
        Silence silence = new Silence(Optional.of(now), before.silence().reminders() + 1, escalated);
        return new StoredNotice(
                with(before, before.state(), before.ground(), silence), Set.of(), now, Optional.empty());
    }

    private static StoredNotice silent(StoredNotice stored, Instant since) {
        Notice before = stored.notice();
        Silence silence = new Silence(
                Optional.of(since),
                before.silence().reminders(),
                before.silence().escalated());
        return resting(stored, with(before, before.state(), before.ground(), silence));
    }

    private static Notice with(Notice before, State state, Optional<Exemption> ground, Silence silence) {
        return new Notice(
                before.id(),
                before.tenant(),
                before.subject(),
                before.partner(),
                before.kind(),
                before.disclosures(),
                before.fields(),
                state,
                before.attempts(),
                before.answer(),
                before.created(),
                before.due(),
                before.legallyDue(),
                before.delivered(),
                before.confirmed(),
                before.channel(),
                before.overdue(),
                ground,
                silence);
    }

    static StoredNotice overdue(StoredNotice stored) {
        Notice before = stored.notice();
        return new StoredNotice(
                with(
                        before,
                        before.state(),
                        before.attempts(),
                        before.answer(),
                        before.delivered(),
                        before.confirmed(),
                        before.channel(),
                        true),
                stored.carried(),
                stored.nextAttempt(),
                stored.claimedUntil());
    }

    private static StoredNotice resting(StoredNotice stored, Notice notice) {
        return new StoredNotice(notice, Set.of(), stored.nextAttempt(), Optional.empty());
    }

    private static Notice with(Notice before, State state, int attempts, OptionalInt answer) {
        return with(
                before,
                state,
                attempts,
                answer,
                before.delivered(),
                before.confirmed(),
                before.channel(),
                before.overdue());
    }

    private static Notice with(
            Notice before,
            State state,
            int attempts,
            OptionalInt answer,
            Optional<Instant> delivered,
            Optional<Instant> confirmed,
            Optional<String> channel,
            boolean overdue) {
        return new Notice(
                before.id(),
                before.tenant(),
                before.subject(),
                before.partner(),
                before.kind(),
                before.disclosures(),
                before.fields(),
                state,
                attempts,
                answer,
                before.created(),
                before.due(),
                before.legallyDue(),
                delivered,
                confirmed,
                channel,
                overdue,
                before.ground(),
                silence(before, state));
    }

    /** Nobody is silent about what is being sent, was answered or was given up. */
    private static Silence silence(Notice before, State state) {
        return state == before.state()
                ? before.silence()
                : new Silence(
                        Optional.empty(),
                        before.silence().reminders(),
                        before.silence().escalated());
    }

    /** The shortest deadline among the policy's promises about telling recipients; ten days where none has one. */
    static Instant due(Policy policy, Instant created) {
        return policy.promises().stream()
                .filter(promise -> promise.control().equals(CONTROL))
                .flatMap(promise -> Optional.ofNullable(promise.parameters().get("deadline")).stream())
                .flatMap(text -> period(text).stream())
                .map(period -> after(created, period))
                .min(Instant::compareTo)
                .orElseGet(() -> after(created, TEN_DAYS));
    }

    private static Optional<Period> period(String text) {
        try {
            return Optional.of(Period.parse(text)).filter(period -> !period.isNegative() && !period.isZero());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Instant after(Instant created, Period period) {
        return created.atOffset(ZoneOffset.UTC).plus(period).toInstant();
    }

    /** The end of the tenth business day after that of creation. */
    static Instant legallyDue(Instant created) {
        LocalDate day = LocalDate.ofInstant(created, ZoneOffset.UTC);
        for (int left = BUSINESS_DAYS; left > 0; ) {
            day = day.plusDays(1);
            if (day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY) {
                left--;
            }
        }
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The promises that a notice keeps. */
    static List<String> promises(Policy policy) {
        return policy.promises().stream()
                .filter(promise -> promise.status() == Policy.Status.ENFORCED
                        && promise.control().equals(CONTROL))
                .map(Policy.Promise::id)
                .toList();
    }

    static Leaf leaf(
            Leaf.Act act, Notice notice, String actor, List<String> promises, Instant at, Map<String, String> more) {
        Map<String, String> details = new LinkedHashMap<>(more);
        details.put("notice", notice.id().toString());
        details.put("kind", notice.kind().name());
        details.put("partner", notice.partner());
        details.putAll(ListedDetails.of("fields", notice.fields().stream()));
        details.put("attempts", Integer.toString(notice.attempts()));
        List<String> kept = notice.kind().asks() ? List.of() : promises;
        return new Leaf(notice.tenant(), at, act, actor, Optional.of(notice.subject()), kept, details);
    }

    /** @param notice as it was before */
    static Leaf supersededLeaf(Notice notice, Instant at) {
        return leaf(
                Leaf.Act.NOTICE_SUPERSEDED,
                notice,
                Disclosures.SYSTEM,
                List.of(),
                at,
                Map.of("state", notice.state().name()));
    }

    /** As a leaf tells which disclosures a notice is about. */
    static Map<String, String> about(Notice notice) {
        Map<String, String> details =
                ListedDetails.of("disclosures", notice.disclosures().stream().map(Object::toString));
        details.put("due", notice.due().toString());
        return details;
    }
}
