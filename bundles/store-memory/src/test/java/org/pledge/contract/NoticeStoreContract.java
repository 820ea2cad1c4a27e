package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService.Exemption;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Silence;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.Awaited;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.sharing.spi.SharingStore.Position;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** What a store of notices promises. */
public abstract class NoticeStoreContract extends StoreContract {
    private final SubjectId subject = SubjectId.random();

    /** The store of notices in the database under test. */
    protected abstract NoticeStore notices();

    private StoredNotice notice(SubjectId about, Instant created, State state, Set<UUID> disclosures) {
        return new StoredNotice(
                new Notice(
                        UUID.randomUUID(),
                        tenant,
                        about,
                        "acme",
                        Kind.WITHDRAWAL,
                        disclosures,
                        Set.of("email"),
                        state,
                        0,
                        OptionalInt.empty(),
                        created,
                        created.plusSeconds(100),
                        created.plusSeconds(200),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false),
                Set.of(),
                created,
                Optional.empty());
    }

    private StoredNotice full(UUID id, TenantId of) {
        return new StoredNotice(
                new Notice(
                        id,
                        of,
                        subject,
                        "acme",
                        Kind.CORRECTION,
                        Set.of(UUID.randomUUID(), UUID.randomUUID()),
                        Set.of("email", "name"),
                        State.CONFIRMED,
                        3,
                        OptionalInt.of(202),
                        NOW,
                        NOW.plusSeconds(1),
                        NOW.plusSeconds(2),
                        Optional.of(NOW.plusSeconds(3)),
                        Optional.of(NOW.plusSeconds(4)),
                        Optional.of("phone"),
                        true,
                        Optional.of(Exemption.LEGAL_CLAIMS),
                        new Silence(Optional.of(NOW.plusSeconds(7)), 2, true)),
                Set.of("name"),
                NOW.plusSeconds(5),
                Optional.of(NOW.plusSeconds(6)));
    }

    private UUID add(StoredNotice notice) {
        run(() -> notices().addNotice(notice));
        return notice.notice().id();
    }

    private UUID add(SubjectId about, Instant created, State state) {
        return add(notice(about, created, state, Set.of(UUID.randomUUID())));
    }

    /** Adds one that is being sent until then. */
    private UUID sending(SubjectId about, Instant created, Instant until) {
        StoredNotice queued = notice(about, created, State.SENDING, Set.of(UUID.randomUUID()));
        return add(new StoredNotice(queued.notice(), Set.of(), created, Optional.of(until)));
    }

    private UUID disclosure(SharingService.State state, int attempts, Instant created, Optional<Instant> claimedUntil) {
        UUID id = UUID.randomUUID();
        run(() -> stores().sharing()
                .addDisclosure(new StoredDisclosure(
                        new Disclosure(
                                id,
                                tenant,
                                subject,
                                "acme",
                                "marketing",
                                Set.of("email"),
                                "consent",
                                List.of(),
                                1,
                                Optional.empty(),
                                state,
                                attempts,
                                OptionalInt.empty(),
                                created,
                                created.plusSeconds(3600),
                                Optional.empty()),
                        new byte[0],
                        created,
                        claimedUntil)));
        return id;
    }

    private List<UUID> due(Instant now, int limit) {
        return in(() -> ids(notices().lockDueNotices(tenant, "acme", now, limit)));
    }

    private static List<UUID> ids(List<StoredNotice> stored) {
        return stored.stream().map(each -> each.notice().id()).toList();
    }

    private static List<UUID> idsOf(List<Notice> notices) {
        return notices.stream().map(Notice::id).toList();
    }

    @Test
    void keepsAndReplacesEveryPartOfANotice() {
        StoredNotice first = notice(subject, NOW, State.QUEUED, Set.of(UUID.randomUUID()));
        UUID id = add(first);
        assertThat(in(() -> notices().notice(tenant, id))).contains(first);
        StoredNotice second = full(id, tenant);
        run(() -> {
            assertThat(notices().lockNotice(tenant, id)).contains(first);
            notices().putNotice(second);
        });
        assertThat(in(() -> notices().notice(tenant, id))).contains(second);
        assertThat(in(() -> notices().lockNotice(tenant, id))).contains(second);
        assertThat(in(() -> notices().notice(otherTenant, id))).isEmpty();
        assertThat(in(() -> notices().lockNotice(otherTenant, id))).isEmpty();
    }

    @Test
    void forgetsANoticeOfATransactionThatFails() {
        StoredNotice lost = notice(subject, NOW, State.QUEUED, Set.of(UUID.randomUUID()));
        rollBack(() -> notices().addNotice(lost));
        assertThat(in(() -> notices().notice(tenant, lost.notice().id()))).isEmpty();
    }

    @Test
    void findsDisclosuresWhoseSendingBegan() {
        disclosure(SharingService.State.QUEUED, 0, NOW, Optional.empty());
        UUID second = disclosure(SharingService.State.CANCELLED, 1, NOW.plusSeconds(2), Optional.empty());
        UUID first = disclosure(SharingService.State.DELIVERED, 1, NOW.plusSeconds(1), Optional.empty());
        assertThat(in(() -> notices().sent(tenant, subject)))
                .extracting(Disclosure::id)
                .containsExactly(first, second);
        assertThat(in(() -> notices().sent(otherTenant, subject))).isEmpty();
        assertThat(in(() -> notices().sent(tenant, SubjectId.random()))).isEmpty();
    }

    @Test
    void noticesAreDueFromTheirNextAttemptOldestFirst() {
        UUID second = add(SubjectId.random(), NOW, State.QUEUED);
        UUID first = add(SubjectId.random(), NOW.minusSeconds(1), State.QUEUED);
        add(SubjectId.random(), NOW.plusSeconds(1), State.QUEUED);
        for (State state : List.of(State.DELIVERED, State.CONFIRMED, State.PARKED, State.DROPPED, State.SUPERSEDED)) {
            add(SubjectId.random(), NOW.minusSeconds(5), state);
        }
        UUID lapsed = sending(SubjectId.random(), NOW.minusSeconds(90), NOW.minusSeconds(9));
        sending(SubjectId.random(), NOW.minusSeconds(90), NOW.plusSeconds(1));
        assertThat(due(NOW, 10)).containsExactly(lapsed, first, second);
        assertThat(due(NOW, 2)).containsExactly(lapsed, first);
        assertThat(in(() -> notices().lockDueNotices(tenant, "other", NOW, 10))).isEmpty();
        assertThat(in(() -> notices().lockDueNotices(otherTenant, "acme", NOW, 10)))
                .isEmpty();
        assertThat(in(() -> notices().nextDueNotice(tenant, "acme"))).contains(NOW.minusSeconds(9));
        assertThat(in(() -> notices().nextDueNotice(tenant, "other"))).isEmpty();
    }

    @Test
    void aNoticeWaitsForAnEarlierOneOfTheSamePerson() {
        UUID second = add(subject, NOW.plusSeconds(2), State.QUEUED);
        UUID first = add(subject, NOW.plusSeconds(1), State.QUEUED);
        UUID other = add(SubjectId.random(), NOW.plusSeconds(3), State.QUEUED);
        assertThat(due(NOW.plusSeconds(9), 10)).containsExactly(first, other);
        run(() -> {
            StoredNotice one = notices().lockNotice(tenant, first).orElseThrow();
            notices().putNotice(full(one.notice().id(), tenant));
        });
        assertThat(due(NOW.plusSeconds(9), 10)).containsExactly(second, other);
    }

    @Test
    void aNoticeWaitsForALaterOneThatIsBeingSent() {
        UUID retried = add(subject, NOW, State.QUEUED);
        sending(subject, NOW.plusSeconds(1), NOW.plusSeconds(60));
        assertThat(due(NOW.plusSeconds(59), 10)).isEmpty();
        assertThat(due(NOW.plusSeconds(60), 10)).containsExactly(retried);
    }

    @Test
    void aNoticeWaitsForADisclosureItIsAboutUntilThatClaimLapses() {
        UUID about = disclosure(SharingService.State.SENDING, 1, NOW, Optional.of(NOW.plusSeconds(60)));
        UUID done = disclosure(SharingService.State.DELIVERED, 1, NOW, Optional.empty());
        UUID waiting = add(notice(subject, NOW, State.QUEUED, Set.of(done, about)));
        assertThat(due(NOW.plusSeconds(59), 10)).isEmpty();
        assertThat(due(NOW.plusSeconds(60), 10)).containsExactly(waiting);
    }

    @Test
    void aNoticeDoesNotWaitForOtherDisclosures() {
        disclosure(SharingService.State.SENDING, 1, NOW, Optional.of(NOW.plusSeconds(60)));
        UUID done = disclosure(SharingService.State.DELIVERED, 1, NOW, Optional.empty());
        UUID free = add(notice(subject, NOW, State.QUEUED, Set.of(done)));
        assertThat(due(NOW, 10)).containsExactly(free);
    }

    @Test
    void atMostOneClaimsADueNotice() {
        int count = 20;
        for (int i = 0; i < count; i++) {
            add(SubjectId.random(), NOW.minusSeconds(i), State.QUEUED);
        }
        List<List<UUID>> claimed = atOnce(4, thread -> IntStream.range(0, count)
                .mapToObj(i -> in(() -> {
                    List<StoredNotice> mine = notices().lockDueNotices(tenant, "acme", NOW, 1);
                    mine.forEach(one -> notices().putNotice(full(one.notice().id(), tenant)));
                    return ids(mine);
                }))
                .flatMap(List::stream)
                .toList());
        List<UUID> all = claimed.stream().flatMap(List::stream).toList();
        assertThat(all).hasSize(count);
        assertThat(new HashSet<>(all)).hasSize(count);
    }

    @Test
    void findsWhatWasSaidAboutAPerson() {
        UUID second = add(subject, NOW.plusSeconds(1), State.CONFIRMED);
        UUID first = add(subject, NOW, State.QUEUED);
        add(subject, NOW, State.DROPPED);
        add(SubjectId.random(), NOW, State.QUEUED);
        UUID correction = UUID.randomUUID();
        add(full(correction, tenant));
        assertThat(in(() -> ids(notices().lockNotices(tenant, subject, Kind.WITHDRAWAL))))
                .containsExactly(first, second);
        assertThat(in(() -> ids(notices().lockNotices(tenant, subject, Kind.CORRECTION))))
                .containsExactly(correction);
        assertThat(in(() -> notices().lockNotices(otherTenant, subject, Kind.WITHDRAWAL)))
                .isEmpty();
    }

    @Test
    void pagesThroughTheNoticesOfAPerson() {
        List<UUID> newestFirst = IntStream.range(0, 5)
                .mapToObj(i -> add(subject, NOW.minusSeconds(i / 2), State.QUEUED))
                .toList();
        List<Notice> first = in(() -> notices().noticesOfSubject(tenant, subject, Optional.empty(), 2));
        Position end = new Position(first.get(1).created(), first.get(1).id());
        List<Notice> rest = in(() -> notices().noticesOfSubject(tenant, subject, Optional.of(end), 10));
        assertThat(first).hasSize(2).allMatch(notice -> notice.created().equals(NOW));
        assertThat(rest).hasSize(3).isSortedAccordingTo((a, b) -> b.created().compareTo(a.created()));
        assertThat(idsOf(first)).doesNotContainAnyElementsOf(idsOf(rest));
        assertThat(newestFirst).containsAll(idsOf(first)).containsAll(idsOf(rest));
        assertThat(in(() -> notices().noticesOfSubject(otherTenant, subject, Optional.empty(), 10)))
                .isEmpty();
    }

    @Test
    void listsTheOldestInOneState() {
        UUID second = add(subject, NOW.plusSeconds(1), State.PARKED);
        UUID first = add(subject, NOW, State.PARKED);
        add(subject, NOW.minusSeconds(1), State.QUEUED);
        assertThat(in(() -> idsOf(notices().noticesInState(tenant, State.PARKED, Optional.empty(), 10))))
                .containsExactly(first, second);
        assertThat(in(() -> idsOf(notices().noticesInState(tenant, State.PARKED, Optional.empty(), 1))))
                .containsExactly(first);
        assertThat(in(() -> notices().noticesInState(otherTenant, State.PARKED, Optional.empty(), 10)))
                .isEmpty();
    }

    @Test
    void pagesThroughThoseInOneState() {
        List<UUID> all = IntStream.range(0, 5)
                .mapToObj(i -> add(subject, NOW.plusSeconds(i / 2), State.PARKED))
                .toList();
        List<UUID> paged = new ArrayList<>();
        Optional<Position> after = Optional.empty();
        List<Notice> page;
        do {
            Optional<Position> end = after;
            page = in(() -> notices().noticesInState(tenant, State.PARKED, end, 2));
            paged.addAll(idsOf(page));
            after = page.stream().reduce((one, next) -> next).map(last -> new Position(last.created(), last.id()));
        } while (page.size() == 2 && paged.size() < 2 * all.size());
        assertThat(paged).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void whatIsDueAndNotConfirmedIsOverdueAndFoundOnceToRecordThat() {
        Instant due = NOW.plusSeconds(100);
        UUID second = add(subject, NOW, State.DELIVERED);
        UUID first = add(subject, NOW.minusSeconds(1), State.PARKED);
        add(subject, NOW.plusSeconds(1), State.QUEUED);
        add(full(UUID.randomUUID(), tenant));
        assertThat(in(() -> notices().overdueNotices(tenant, due.minusSeconds(2), 10)))
                .isEmpty();
        assertThat(in(() -> idsOf(notices().overdueNotices(tenant, due, 10)))).containsExactly(first, second);
        assertThat(in(() -> idsOf(notices().overdueNotices(tenant, due, 1)))).containsExactly(first);
        assertThat(in(() -> notices().overdueNotices(otherTenant, due, 10))).isEmpty();
        List<UUID> recorded = atOnce(
                        4,
                        thread -> in(() -> {
                            List<StoredNotice> found = notices().lockNewlyOverdue(tenant, due, 10);
                            found.forEach(one -> notices().putNotice(recorded(one)));
                            return ids(found);
                        }))
                .stream()
                .flatMap(List::stream)
                .toList();
        assertThat(recorded).containsExactlyInAnyOrder(first, second);
        assertThat(in(() -> idsOf(notices().overdueNotices(tenant, due, 10)))).containsExactly(first, second);
    }

    /** One whose partner has been silent since then. */
    private StoredNotice silent(String partner, Instant since, int reminders) {
        Notice made =
                notice(subject, NOW, State.DELIVERED, Set.of(UUID.randomUUID())).notice();
        return new StoredNotice(
                with(made, partner, new Silence(Optional.of(since), reminders, reminders > 2)),
                Set.of(),
                NOW,
                Optional.empty());
    }

    private static Notice with(Notice before, String partner, Silence silence) {
        return new Notice(
                before.id(),
                before.tenant(),
                before.subject(),
                partner,
                before.kind(),
                before.disclosures(),
                before.fields(),
                before.state(),
                before.attempts(),
                before.answer(),
                before.created(),
                before.due(),
                before.legallyDue(),
                before.delivered(),
                before.confirmed(),
                before.channel(),
                before.overdue(),
                before.ground(),
                silence);
    }

    private List<UUID> silentSince(Instant first, Instant again, int limit) {
        return in(() -> ids(notices().lockSilent(tenant, first, again, Instant.EPOCH, limit)));
    }

    @Test
    void whoIsSilentIsFoundFromTheInstantAndByWhetherTheyWereReminded() {
        add(subject, NOW, State.DELIVERED);
        UUID reminded = add(silent("acme", NOW.minusSeconds(2), 1));
        UUID fresh = add(silent("acme", NOW, 0));
        assertThat(silentSince(NOW, NOW, 10)).containsExactly(reminded, fresh);
        assertThat(silentSince(NOW, NOW, 1)).containsExactly(reminded);
        assertThat(silentSince(NOW.minusSeconds(1), NOW, 10)).containsExactly(reminded);
        assertThat(silentSince(NOW, NOW.minusSeconds(2), 10)).containsExactly(reminded, fresh);
        assertThat(silentSince(NOW, NOW.minusSeconds(3), 10)).containsExactly(fresh);
        assertThat(in(() -> notices().lockSilent(otherTenant, NOW, NOW, NOW, 10)))
                .isEmpty();
    }

    @Test
    void whoseSilenceIsEscalatedIsFoundFromAnInstantOfItsOwn() {
        UUID escalated = add(silent("acme", NOW.minusSeconds(2), 3));
        UUID reminded = add(silent("acme", NOW.minusSeconds(1), 2));
        assertThat(silentSince(NOW, NOW, 10)).containsExactly(reminded);
        assertThat(in(() ->
                        ids(notices().lockSilent(tenant, Instant.EPOCH, NOW.minusSeconds(2), NOW.minusSeconds(2), 10))))
                .containsExactly(escalated);
    }

    @Test
    void atMostOneRemindsAPartner() {
        int count = 20;
        IntStream.range(0, count).forEach(i -> add(silent("acme", NOW.minusSeconds(i), 0)));
        List<UUID> reminded = atOnce(4, thread -> IntStream.range(0, count)
                        .mapToObj(i -> in(() -> {
                            List<StoredNotice> mine = notices().lockSilent(tenant, NOW, NOW, NOW, 1);
                            mine.forEach(
                                    one -> notices().putNotice(full(one.notice().id(), tenant)));
                            return ids(mine);
                        }))
                        .flatMap(List::stream)
                        .toList())
                .stream()
                .flatMap(List::stream)
                .toList();
        assertThat(reminded).doesNotHaveDuplicates().hasSize(count);
    }

    @Test
    void countsWhatWaitsForAnAnswer() {
        add(silent("acme", NOW, 3));
        add(silent("acme", NOW, 0));
        add(silent("beta", NOW, 0));
        add(subject, NOW.minusSeconds(50), State.QUEUED);
        add(full(UUID.randomUUID(), tenant));
        add(subject, NOW.minusSeconds(50), State.SUPERSEDED);
        assertThat(in(() -> notices().awaited(tenant, NOW.plusSeconds(50))))
                .containsExactlyInAnyOrder(
                        new Awaited("acme", State.DELIVERED, 2, 0, 1, NOW),
                        new Awaited("beta", State.DELIVERED, 1, 0, 0, NOW),
                        new Awaited("acme", State.QUEUED, 1, 1, 0, NOW.minusSeconds(50)));
        assertThat(in(() -> notices().awaited(otherTenant, NOW))).isEmpty();
    }

    @Test
    void whatWasSupersededIsNeverOverdue() {
        add(subject, NOW, State.SUPERSEDED);
        UUID dropped = add(subject, NOW, State.DROPPED);
        assertThat(in(() -> notices().overdueNotices(tenant, NOW.plusSeconds(200), 10)))
                .extracting(Notice::id)
                .containsExactly(dropped);
        assertThat(in(() -> ids(notices().lockNewlyOverdue(tenant, NOW.plusSeconds(200), 10))))
                .containsExactly(dropped);
    }

    @Test
    void keepsEveryKindAndState() {
        for (Kind kind : List.of(Kind.RESTRICTION, Kind.RESTRICTION_LIFTED)) {
            StoredNotice made = ofKind(kind);
            add(made);
            assertThat(in(() -> notices().lockNotices(tenant, subject, kind))).containsExactly(made);
        }
    }

    private StoredNotice ofKind(Kind kind) {
        Notice before = notice(subject, NOW, State.SUPERSEDED, Set.of(UUID.randomUUID()))
                .notice();
        return new StoredNotice(
                new Notice(
                        before.id(),
                        before.tenant(),
                        before.subject(),
                        before.partner(),
                        kind,
                        before.disclosures(),
                        before.fields(),
                        before.state(),
                        before.attempts(),
                        before.answer(),
                        before.created(),
                        before.due(),
                        before.legallyDue(),
                        before.delivered(),
                        before.confirmed(),
                        before.channel(),
                        before.overdue()),
                Set.of(),
                NOW,
                Optional.empty());
    }

    private static StoredNotice recorded(StoredNotice stored) {
        Notice before = stored.notice();
        return new StoredNotice(
                new Notice(
                        before.id(),
                        before.tenant(),
                        before.subject(),
                        before.partner(),
                        before.kind(),
                        before.disclosures(),
                        before.fields(),
                        before.state(),
                        before.attempts(),
                        before.answer(),
                        before.created(),
                        before.due(),
                        before.legallyDue(),
                        before.delivered(),
                        before.confirmed(),
                        before.channel(),
                        true),
                stored.carried(),
                stored.nextAttempt(),
                stored.claimedUntil());
    }

    @Test
    void whoHoldsAPersonKeepsChangesOfTheirConsentAway() {
        run(() -> stores().consents().nextEpoch(tenant, subject));
        List<Long> seen = atOnce(
                4,
                thread -> in(() -> {
                    notices().lockPerson(tenant, subject);
                    long before = stores().consents().lockEpoch(tenant, subject).orElseThrow();
                    return stores().consents().nextEpoch(tenant, subject) - before;
                }));
        assertThat(seen).containsOnly(1L);
        run(() -> notices().lockPerson(otherTenant, subject));
    }
}
