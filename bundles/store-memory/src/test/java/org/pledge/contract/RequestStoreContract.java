package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.answers.AnswerService;
import org.pledge.answers.AnswerService.Export;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Ground;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.Reason;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.RequestStore.CodeDay;
import org.pledge.rights.spi.RequestStore.CodeState;
import org.pledge.rights.spi.RequestStore.Open;

/** What a store of requests promises. */
public abstract class RequestStoreContract extends StoreContract {
    private static final Instant DUE = NOW.plusSeconds(1000);

    private final SubjectId subject = SubjectId.random();

    /** The requests of the database under test. */
    protected abstract RequestStore requests();

    private static Request request(
            TenantId tenant, SubjectId subject, State state, Deadlines deadlines, Optional<Instant> carriedOut) {
        return new Request(
                UUID.randomUUID(),
                tenant,
                subject,
                Type.ERASURE,
                state,
                "DE",
                "letter",
                NOW,
                "desk",
                deadlines,
                Optional.empty(),
                Optional.empty(),
                carriedOut,
                state.closed()
                        ? Optional.of(new Closing(NOW.plusSeconds(5), "olga", Optional.empty()))
                        : Optional.empty());
    }

    private static Deadlines deadlines(Instant answerBy) {
        return new Deadlines(
                "gdpr",
                ZoneId.of("Europe/Brussels"),
                Optional.empty(),
                Optional.empty(),
                answerBy,
                Optional.empty(),
                Duration.ZERO,
                Optional.empty());
    }

    private static Deadlines escalated(Deadlines d, Instant at) {
        return new Deadlines(
                d.law(),
                d.zone(),
                d.acknowledgeBy(),
                d.acknowledged(),
                d.answerBy(),
                d.pausedSince(),
                d.paused(),
                Optional.of(at));
    }

    private Request put(State state, Instant answerBy) {
        return put(request(tenant, subject, state, deadlines(answerBy), Optional.empty()));
    }

    private Request put(Request request) {
        run(() -> requests().putRequest(request));
        return request;
    }

    @Test
    void keepsEveryPartOfARequest() {
        Request bare = put(State.RECEIVED, DUE);
        assertThat(in(() -> requests().request(tenant, bare.id()))).contains(bare);
        Request full = new Request(
                bare.id(),
                tenant,
                subject,
                Type.DISCLOSURES,
                State.REFUSED,
                "US-CA",
                "web",
                NOW,
                "desk",
                new Deadlines(
                        "ccpa",
                        ZoneId.of("America/Los_Angeles"),
                        Optional.of(NOW.plusSeconds(10)),
                        Optional.of(NOW.plusSeconds(9)),
                        NOW.plusSeconds(100),
                        Optional.of(NOW.plusSeconds(3)),
                        Duration.ofSeconds(86_401),
                        Optional.of(NOW.plusSeconds(10))),
                Optional.of(Method.MAIL_CODE),
                Optional.of(new Extension(Reason.COMPLEXITY, LocalDate.of(2028, 2, 29))),
                Optional.of(NOW.plusSeconds(4)),
                Optional.of(new Closing(NOW.plusSeconds(5), "olga", Optional.of(Ground.LEGAL_CLAIMS))),
                true,
                Set.of("newsletter", "own-offers"));
        put(full);
        assertThat(in(() -> requests().lockRequest(tenant, bare.id()))).contains(full);
        assertThat(in(() -> requests().requestsOf(tenant, subject))).containsExactly(full);
    }

    @Test
    void anotherTenantHasItNot() {
        Request request = put(State.OPEN, DUE);
        assertThat(in(() -> requests().request(otherTenant, request.id()))).isEmpty();
        assertThat(in(() -> requests().lockRequest(otherTenant, request.id()))).isEmpty();
        assertThat(in(() -> requests().requestsOf(otherTenant, subject))).isEmpty();
        assertThat(in(() -> requests().requestsDue(otherTenant, DUE.plusSeconds(1), 10)))
                .isEmpty();
    }

    @Test
    void locksARangeOfIdentifiersAcrossGaps() {
        UUID first = UUID.fromString("7fffffff-0000-4000-8000-00000000fffe");
        Request at = put(numbered(tenant, first, 0));
        Request third = put(numbered(tenant, first, 3));
        Request second = put(numbered(tenant, first, 2));
        Request beyond = put(numbered(tenant, first, 4));
        put(numbered(otherTenant, first, 1));
        assertThat(in(() -> requests().lockRequests(tenant, at.id(), third.id())))
                .containsExactly(second, third);
        assertThat(in(() -> requests().lockRequests(tenant, third.id(), beyond.id())))
                .containsExactly(beyond);
        assertThat(in(() -> requests().lockRequests(tenant, beyond.id(), beyond.id())))
                .isEmpty();
    }

    private Request numbered(TenantId of, UUID first, int place) {
        Request bare = request(of, subject, State.OPEN, deadlines(DUE), Optional.empty());
        return new Request(
                new UUID(first.getMostSignificantBits(), first.getLeastSignificantBits() + place),
                of,
                subject,
                bare.type(),
                bare.state(),
                bare.jurisdiction(),
                bare.channel(),
                bare.received(),
                bare.openedBy(),
                bare.deadlines(),
                bare.verifiedBy(),
                bare.extension(),
                bare.carriedOut(),
                bare.closing());
    }

    @Test
    void listsWhatIsDueByItsNextDeadline() {
        Request later = put(State.OPEN, DUE);
        Deadlines twoClocks = new Deadlines(
                "ccpa",
                ZoneId.of("America/Los_Angeles"),
                Optional.of(DUE.minusSeconds(500)),
                Optional.empty(),
                DUE.plusSeconds(500),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty());
        Request unconfirmed = put(request(tenant, subject, State.VERIFYING, twoClocks, Optional.empty()));
        put(State.FULFILLED, DUE.minusSeconds(1));
        put(State.OPEN, DUE.plusSeconds(1));
        assertThat(in(() -> requests().requestsDue(tenant, DUE.plusSeconds(1), 10)))
                .containsExactly(unconfirmed, later);
        assertThat(in(() -> requests().requestsDue(tenant, DUE.plusSeconds(1), 1)))
                .containsExactly(unconfirmed);
        assertThat(in(() -> requests().requestsDue(tenant, DUE, 10))).containsExactly(unconfirmed);
    }

    @Test
    void countsWhatIsOpenByTypeToTheInstant() {
        Request due = put(State.OPEN, DUE);
        put(State.VERIFYING, DUE.plusSeconds(1));
        put(State.OPEN, DUE.plusSeconds(9));
        put(State.FULFILLED, DUE);
        put(request(otherTenant, subject, State.OPEN, deadlines(DUE), Optional.empty()));
        assertThat(in(() -> requests().open(tenant, DUE, DUE.plusSeconds(1))))
                .containsExactly(new Open(due.type(), 3, 1, 1, NOW));
        assertThat(in(() -> requests().open(tenant, DUE.minusNanos(1000), DUE.plusSeconds(9))))
                .containsExactly(new Open(due.type(), 3, 0, 3, NOW));
    }

    @Test
    void givesOutAPassedDeadlineUntilItIsRecorded() {
        Request due = put(State.OPEN, DUE);
        assertThat(newlyDue(DUE.minusNanos(1000))).isEmpty();
        assertThat(newlyDue(DUE)).containsExactly(due);
        put(new Request(
                due.id(),
                tenant,
                subject,
                due.type(),
                State.EXTENDED,
                "DE",
                "letter",
                NOW,
                "desk",
                escalated(due.deadlines(), DUE),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
        assertThat(newlyDue(DUE.plusSeconds(1))).isEmpty();
        Request moved = put(
                request(tenant, subject, State.OPEN, escalated(deadlines(DUE), DUE.minusSeconds(1)), Optional.empty()));
        assertThat(newlyDue(DUE)).containsExactly(moved);
        put(State.WITHDRAWN, DUE);
        assertThat(newlyDue(DUE)).containsExactly(moved);
    }

    private List<Request> newlyDue(Instant now) {
        return in(() -> requests().lockNewlyDue(tenant, now, 10));
    }

    @Test
    void pagesThroughWhatWasCarriedOut() {
        Request one = put(request(tenant, subject, State.OPEN, deadlines(DUE), Optional.of(NOW)));
        Request two = put(request(tenant, subject, State.EXTENDED, deadlines(DUE), Optional.of(NOW)));
        put(request(tenant, subject, State.FULFILLED, deadlines(DUE), Optional.of(NOW)));
        put(State.OPEN, DUE);
        put(request(otherTenant, subject, State.OPEN, deadlines(DUE), Optional.of(NOW)));
        List<Request> first = in(() -> requests().carriedOut(tenant, Optional.empty(), 1));
        List<Request> second =
                in(() -> requests().carriedOut(tenant, Optional.of(first.get(0).id()), 5));
        assertThat(List.of(first.get(0), second.get(0))).containsExactlyInAnyOrder(one, two);
        assertThat(second).hasSize(1);
    }

    @Test
    void keepsTheLastStateOfCodesUntilTheyAreRemoved() {
        Request request = put(State.VERIFYING, DUE);
        run(() -> requests().putCodes(codes(request.id(), 1, 0)));
        run(() -> requests().putCodes(codes(request.id(), 2, 1)));
        CodeState kept = in(() -> requests().codes(tenant, request.id())).orElseThrow();
        assertThat(kept.token()).containsExactly(codes(request.id(), 2, 1).token());
        assertThat(kept.expires()).isEqualTo(NOW.plusSeconds(600));
        assertThat(List.of(kept.codes(), kept.failures())).containsExactly(2, 1);
        assertThat(in(() -> requests().codes(otherTenant, request.id()))).isEmpty();
        run(() -> requests().removeCodes(tenant, request.id()));
        run(() -> requests().removeCodes(tenant, request.id()));
        assertThat(in(() -> requests().codes(tenant, request.id()))).isEmpty();
    }

    private CodeState codes(UUID request, int codes, int failures) {
        byte[] token = new byte[32 * codes];
        token[0] = (byte) codes;
        return new CodeState(tenant, request, token, NOW.plusSeconds(600), codes, failures);
    }

    private CodeDay tries(TenantId of, SubjectId person, LocalDate day, int codes, int failures) {
        return in(() -> requests().addToCodeDay(of, person, day, new CodeDay(codes, failures)));
    }

    @Test
    void countsTheTriesOfADayForEachIdentifierAndForgetsThem() {
        LocalDate day = LocalDate.of(2028, 2, 29);
        assertThat(tries(tenant, subject, day, 0, 0)).isEqualTo(new CodeDay(0, 0));
        assertThat(tries(tenant, subject, day, 1, 0)).isEqualTo(new CodeDay(1, 0));
        assertThat(tries(tenant, subject, day, 1, 1)).isEqualTo(new CodeDay(2, 1));
        assertThat(tries(tenant, SubjectId.random(), day, 0, 1)).isEqualTo(new CodeDay(0, 1));
        assertThat(tries(otherTenant, subject, day, 1, 0)).isEqualTo(new CodeDay(1, 0));
        assertThat(tries(tenant, subject, day.plusDays(1), 0, 2)).isEqualTo(new CodeDay(0, 2));
        run(() -> requests().removeCodeDays(tenant, day.plusDays(1)));
        assertThat(tries(tenant, subject, day, 0, 0)).isEqualTo(new CodeDay(0, 0));
        assertThat(tries(tenant, subject, day.plusDays(1), 0, 0)).isEqualTo(new CodeDay(0, 2));
        assertThat(tries(otherTenant, subject, day, 0, 0)).isEqualTo(new CodeDay(1, 0));
    }

    @Test
    void whatWasRolledBackIsNotThere() {
        rollBack(() -> {
            Request request = request(tenant, subject, State.OPEN, deadlines(DUE), Optional.empty());
            requests().putRequest(request);
            requests().putCodes(codes(request.id(), 1, 0));
            assertThat(requests().requestsOf(tenant, subject)).hasSize(1);
        });
        assertThat(in(() -> requests().requestsOf(tenant, subject))).isEmpty();
    }

    private static Export export(TenantId tenant, UUID request, AnswerService.State state, Instant expires) {
        return new Export(
                tenant,
                request,
                UUID.randomUUID(),
                state,
                AnswerService.Protection.PASSWORD,
                NOW,
                Optional.of(NOW.plusSeconds(1)),
                Optional.of(expires),
                Map.of("data", 3L, "recipients", 100_000L),
                123_456_789_012L,
                Optional.of("ab".repeat(32)));
    }

    @Test
    void keepsTheLastExportOfARequest() {
        UUID request = UUID.randomUUID();
        Export first = export(tenant, request, AnswerService.State.READY, DUE);
        Export second = export(tenant, request, AnswerService.State.FETCHED, DUE);
        run(() -> requests().putExport(first));
        assertThat(in(() -> requests().export(tenant, request))).contains(first);
        assertThat(in(() -> requests().export(otherTenant, request))).isEmpty();
        run(() -> requests().putExport(second));
        assertThat(in(() -> requests().export(tenant, request))).contains(second);
        Export empty = new Export(
                tenant,
                request,
                UUID.randomUUID(),
                AnswerService.State.EXPIRED,
                AnswerService.Protection.KEY,
                NOW,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                0,
                Optional.empty());
        run(() -> requests().putExport(empty));
        assertThat(in(() -> requests().export(tenant, request))).contains(empty);
    }

    @Test
    void findsExportsThatHaveExpiredAndWereNotFetched() {
        Export later = export(tenant, UUID.randomUUID(), AnswerService.State.READY, DUE.minusSeconds(1));
        Export sooner = export(tenant, UUID.randomUUID(), AnswerService.State.READY, DUE.minusSeconds(2));
        Export now = export(tenant, UUID.randomUUID(), AnswerService.State.READY, DUE);
        run(() -> {
            requests().putExport(later);
            requests().putExport(sooner);
            requests().putExport(now);
            requests().putExport(export(tenant, UUID.randomUUID(), AnswerService.State.READY, DUE.plusSeconds(1)));
            requests().putExport(export(tenant, UUID.randomUUID(), AnswerService.State.FETCHED, NOW));
            requests().putExport(export(otherTenant, UUID.randomUUID(), AnswerService.State.READY, NOW));
        });
        assertThat(in(() -> requests().expiredExports(tenant, DUE, 10))).containsExactly(sooner, later, now);
        assertThat(in(() -> requests().expiredExports(tenant, DUE, 1))).containsExactly(sooner);
    }
}
