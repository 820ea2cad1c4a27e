package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.policy.Policy.Ground;
import org.pledge.policy.Policy.Holder;
import org.pledge.retention.RetentionService.Certificate;
import org.pledge.retention.spi.RetentionStore;
import org.pledge.rights.BreachService;
import org.pledge.rights.BreachService.Breach;
import org.pledge.rights.BreachService.NewBreach;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Deadlines;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.BreachStore;
import org.pledge.rights.spi.ExternalRequestStore;
import org.pledge.rights.spi.ExternalRequestStore.ExternalRequest;
import org.pledge.rights.spi.RecordStore;
import org.pledge.rights.spi.RecordStore.Kind;
import org.pledge.rights.spi.RequestStore;
import org.pledge.rights.spi.StatementStore;
import org.pledge.rights.spi.StatusCallbackStore;
import org.pledge.rights.spi.StatusCallbackStore.StatusCallback;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.NoticeStore.StoredNotice;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** What ending records of what is over promises. */
public abstract class RecordStoreContract extends StoreContract {
    private static final Instant BEFORE = NOW.plusSeconds(1000);

    private final SubjectId gone = SubjectId.random();

    /** The stores of the database under test. */
    public record Records(
            RecordStore records,
            RequestStore requests,
            BreachStore breaches,
            NoticeStore notices,
            StatementStore statements,
            ExternalRequestStore external,
            StatusCallbackStore callbacks,
            RetentionStore retention) {}

    /** The stores of the database under test. */
    protected abstract Records all();

    private long count(Kind kind, SubjectId... held) {
        return in(() -> all().records().count(kind, tenant, BEFORE, Set.of(held)));
    }

    private int remove(Kind kind, int limit, SubjectId... held) {
        return in(() -> all().records().remove(kind, tenant, BEFORE, Set.of(held), limit));
    }

    private SubjectId somebody() {
        SubjectId person = SubjectId.random();
        run(() -> {
            stores().subjects().addAccount(new StoredAccount(tenant, person, "free", Holder.INDIVIDUAL, "US", 1));
            stores().subjects().addPerson(new StoredPerson(tenant, person, person, Set.of(), 0));
        });
        return person;
    }

    private UUID request(SubjectId subject, Type type, Optional<Instant> closed) {
        Request request = new Request(
                UUID.randomUUID(),
                tenant,
                subject,
                type,
                closed.isPresent() ? RightsService.State.FULFILLED : RightsService.State.OPEN,
                "DE",
                "letter",
                NOW,
                "desk",
                new Deadlines(
                        "gdpr",
                        ZoneId.of("Europe/Brussels"),
                        Optional.empty(),
                        Optional.empty(),
                        NOW.plusSeconds(100),
                        Optional.empty(),
                        Duration.ZERO,
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                closed.map(at -> new Closing(at, "olga", Optional.empty())));
        run(() -> all().requests().putRequest(request));
        return request.id();
    }

    private boolean isKept(UUID request) {
        return in(() -> all().requests().request(tenant, request)).isPresent();
    }

    private UUID disclosure(SubjectId subject, State state, int attempts, Optional<UUID> legalCase, Instant created) {
        Disclosure disclosure = new Disclosure(
                UUID.randomUUID(),
                tenant,
                subject,
                "acme",
                "delivery",
                Set.of("email"),
                "consent",
                List.of(),
                1,
                legalCase,
                state,
                attempts,
                OptionalInt.empty(),
                created,
                created.plusSeconds(60),
                Optional.empty());
        run(() -> stores().sharing()
                .addDisclosure(new StoredDisclosure(disclosure, new byte[0], created, Optional.empty())));
        return disclosure.id();
    }

    private UUID delivered(SubjectId subject) {
        return disclosure(subject, State.DELIVERED, 1, Optional.empty(), NOW);
    }

    private boolean isListed(UUID disclosure) {
        return in(() -> stores().sharing().disclosure(tenant, disclosure)).isPresent();
    }

    private UUID notice(SubjectId subject, NoticeService.State state, Optional<Instant> confirmed) {
        Notice notice = new Notice(
                UUID.randomUUID(),
                tenant,
                subject,
                "acme",
                Outbox.Kind.WITHDRAWAL,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                state,
                1,
                OptionalInt.empty(),
                NOW,
                NOW.plusSeconds(100),
                NOW.plusSeconds(200),
                Optional.empty(),
                confirmed,
                Optional.empty(),
                false);
        run(() -> all().notices().addNotice(new StoredNotice(notice, Set.of(), NOW, Optional.empty())));
        return notice.id();
    }

    private void sign(StatementStore.Kind kind, UUID id) {
        run(() -> all().statements().putStatement(tenant, kind, id, "a.b.c", NOW));
    }

    private void message(int token, Optional<UUID> request, Instant received) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) token;
        run(() -> all().external()
                .putExternal(new ExternalRequest(
                        tenant, bytes, "opendsr", "acme", new byte[32], request, Optional.empty(), received)));
    }

    @Test
    void aRequestLeavesLongAfterItWasClosedWithAllThatBelongsToIt() {
        UUID old = request(gone, Type.ACCESS, Optional.of(BEFORE));
        UUID young = request(gone, Type.ACCESS, Optional.of(BEFORE.plusSeconds(1)));
        UUID open = request(gone, Type.ACCESS, Optional.empty());
        message(1, Optional.of(old), NOW);
        sign(StatementStore.Kind.REQUEST, old);
        sign(StatementStore.Kind.PERSON, old);

        assertThat(count(Kind.REQUEST)).isOne();
        assertThat(remove(Kind.REQUEST, 10)).isOne();
        assertThat(remove(Kind.REQUEST, 10)).isZero();

        assertThat(isKept(old)).isFalse();
        assertThat(isKept(young)).isTrue();
        assertThat(isKept(open)).isTrue();
        assertThat(in(() -> all().external().externalOf(tenant, old))).isEmpty();
        assertThat(in(() -> all().statements().statement(tenant, StatementStore.Kind.REQUEST, old)))
                .isEmpty();
        assertThat(in(() -> all().statements().statement(tenant, StatementStore.Kind.PERSON, old)))
                .isPresent();
        assertThat(in(() -> all().records().count(Kind.REQUEST, otherTenant, BEFORE.plusSeconds(9), Set.of())))
                .isZero();
    }

    @Test
    void theOldestLeaveFirstAndNobodyHeldLosesAny() {
        SubjectId held = SubjectId.random();
        UUID first = request(gone, Type.COMPLAINT, Optional.of(NOW));
        UUID second = request(gone, Type.COMPLAINT, Optional.of(NOW.plusSeconds(1)));
        UUID kept = request(held, Type.COMPLAINT, Optional.of(NOW.minusSeconds(1)));

        assertThat(count(Kind.REQUEST, held)).isEqualTo(2);
        assertThat(remove(Kind.REQUEST, 1, held)).isOne();
        assertThat(isKept(first)).isFalse();
        assertThat(isKept(second)).isTrue();
        assertThat(remove(Kind.REQUEST, 10, held, SubjectId.random())).isOne();
        assertThat(isKept(kept)).isTrue();
    }

    @Test
    void whatStillBindsStays() {
        SubjectId person = somebody();
        UUID objection = request(person, Type.OBJECTION, Optional.of(NOW));
        UUID restriction = request(person, Type.RESTRICTION, Optional.of(NOW));
        UUID removal = request(gone, Type.ERASURE, Optional.of(NOW));
        delivered(gone);

        assertThat(remove(Kind.REQUEST, 10)).isZero();
        run(() -> stores().subjects().removePerson(tenant, person));
        assertThat(remove(Kind.REQUEST, 10)).isEqualTo(2);

        assertThat(isKept(objection)).isFalse();
        assertThat(isKept(restriction)).isFalse();
        assertThat(isKept(removal)).isTrue();
    }

    private void callback(UUID request, String partner) {
        run(() -> all().callbacks()
                .addCallback(new StatusCallback(tenant, request, "OPENDSR", "acme", partner, "pending", 13, NOW)));
    }

    private List<UUID> callbacks() {
        return in(() -> all().callbacks().lockDueCallbacks(tenant, NOW, 10)).stream()
                .map(StatusCallback::request)
                .sorted()
                .toList();
    }

    @Test
    void whoCouldNotBeToldHowARequestEndedIsForgottenLongAfterIt() {
        UUID old = request(gone, Type.ACCESS, Optional.of(BEFORE));
        UUID young = request(gone, Type.ACCESS, Optional.of(BEFORE.plusSeconds(1)));
        UUID open = request(gone, Type.ACCESS, Optional.empty());
        UUID swept = new UUID(-1, 0);
        SubjectId held = SubjectId.random();
        UUID kept = request(held, Type.ACCESS, Optional.of(NOW));
        callback(old, "acme");
        callback(old, "other");
        List.of(young, open, swept, kept).forEach(request -> callback(request, "acme"));

        assertThat(in(() -> all().records().count(Kind.CALLBACK, otherTenant, BEFORE, Set.of())))
                .isZero();
        assertThat(count(Kind.CALLBACK, held)).isEqualTo(3);
        assertThat(remove(Kind.CALLBACK, 1, held, SubjectId.random())).isOne();
        assertThat(remove(Kind.CALLBACK, 10, held)).isEqualTo(2);
        assertThat(remove(Kind.CALLBACK, 10, held)).isZero();
        assertThat(callbacks()).containsExactlyInAnyOrder(young, open, kept);
        assertThat(remove(Kind.CALLBACK, 10)).isOne();
        assertThat(callbacks()).containsExactlyInAnyOrder(young, open);
        assertThat(isKept(old)).isTrue();
    }

    @Test
    void aBreachLeavesLongAfterItEnded() {
        UUID ended = breach(BreachService.State.CLOSED);
        UUID told = breach(BreachService.State.DISMISSED);
        UUID open = breach(BreachService.State.NOTIFIED_AUTHORITY);
        run(() -> all().breaches().addTold(tenant, told, gone));
        run(() -> all().breaches().addTold(tenant, ended, SubjectId.random()));

        assertThat(count(Kind.BREACH, gone)).isOne();
        assertThat(remove(Kind.BREACH, 10, gone)).isOne();
        assertThat(in(() -> all().breaches().breach(tenant, ended))).isEmpty();
        assertThat(in(() -> all().breaches().breach(tenant, told))).isPresent();
        assertThat(remove(Kind.BREACH, 10)).isOne();
        assertThat(in(() -> all().breaches().breach(tenant, open))).isPresent();
    }

    private UUID breach(BreachService.State state) {
        Breach breach = new Breach(
                UUID.randomUUID(),
                tenant,
                new NewBreach("acme", NOW, NOW, Set.of("email"), NOW),
                NOW,
                "desk",
                state,
                Optional.of(BreachService.Reason.REMEDIED),
                NOW,
                "gdpr",
                NOW,
                false);
        run(() -> all().breaches().putBreach(breach));
        return breach.id();
    }

    @Test
    void aMessageLeavesWhenNoRequestIsLeftOfIt() {
        message(1, Optional.empty(), NOW);
        message(2, Optional.of(UUID.randomUUID()), NOW);
        message(3, Optional.of(request(gone, Type.ACCESS, Optional.empty())), NOW);
        message(4, Optional.empty(), BEFORE.plusSeconds(1));

        assertThat(count(Kind.MESSAGE)).isEqualTo(2);
        assertThat(remove(Kind.MESSAGE, 1)).isOne();
        assertThat(remove(Kind.MESSAGE, 10)).isOne();
        assertThat(remove(Kind.MESSAGE, 10)).isZero();
    }

    @Test
    void whatWasSentAboutSomebodyWhoIsThereStays() {
        SubjectId person = somebody();
        UUID sent = delivered(person);
        UUID never = disclosure(person, State.CANCELLED, 0, Optional.empty(), NOW);
        UUID perhaps = disclosure(person, State.CANCELLED, 1, Optional.empty(), NOW);
        UUID waiting = disclosure(person, State.QUEUED, 0, Optional.empty(), NOW);
        sign(StatementStore.Kind.PERSON, person.toUuid());

        assertThat(count(Kind.DISCLOSURE)).isOne();
        assertThat(remove(Kind.DISCLOSURE, 10)).isOne();
        assertThat(isListed(never)).isFalse();
        assertThat(List.of(sent, perhaps, waiting)).allMatch(this::isListed);
    }

    @Test
    void whatWasSentAboutSomebodyWhoIsGoneLeavesOnceEverybodyAnsweredAndAStatementIsSigned() {
        UUID sent = delivered(gone);
        UUID legal = disclosure(gone, State.DELIVERED, 1, Optional.of(UUID.randomUUID()), NOW);
        UUID removal = request(gone, Type.ERASURE, Optional.of(NOW));
        assertThat(count(Kind.DISCLOSURE)).isOne();
        assertThat(remove(Kind.DISCLOSURE, 10)).isZero();
        sign(StatementStore.Kind.REQUEST, removal);
        assertThat(count(Kind.DISCLOSURE)).isOne();
        assertThat(count(Kind.DISCLOSURE, gone)).isZero();

        UUID open = request(gone, Type.COMPLAINT, Optional.empty());
        assertThat(remove(Kind.DISCLOSURE, 10)).isZero();
        run(() -> all().requests().putRequest(closed(open)));
        assertThat(remove(Kind.DISCLOSURE, 10)).isOne();

        assertThat(isListed(sent)).isFalse();
        assertThat(isListed(legal)).isTrue();
    }

    private UUID legalCase(Instant expires) {
        UUID id = UUID.randomUUID();
        run(() -> stores().sharing()
                .putCase(new LegalCase(
                        id,
                        tenant,
                        Ground.LAW,
                        "5-StR_21/26",
                        "county-court",
                        Set.of(gone),
                        Set.of("email"),
                        NOW.minusSeconds(60),
                        expires,
                        "counsel",
                        Set.of(),
                        Set.of(),
                        LegalCaseService.State.CLOSED)));
        return id;
    }

    @Test
    void whatALegalCaseTookLeavesLongAfterTheEndOfTheCase() {
        UUID over = disclosure(gone, State.DELIVERED, 1, Optional.of(legalCase(BEFORE)), NOW);
        UUID recent = disclosure(gone, State.DELIVERED, 1, Optional.of(legalCase(BEFORE.plusSeconds(1))), NOW);
        UUID notice = notice(gone, NoticeService.State.CONFIRMED, Optional.of(NOW));
        removed(gone, NOW);
        assertThat(unstated(Optional.empty(), 10)).containsExactly(gone);
        sign(StatementStore.Kind.PERSON, gone.toUuid());

        assertThat(count(Kind.DISCLOSURE, gone)).isZero();
        assertThat(count(Kind.DISCLOSURE)).isOne();
        assertThat(remove(Kind.DISCLOSURE, 10)).isOne();
        assertThat(isListed(over)).isFalse();
        assertThat(isListed(recent)).isTrue();
        assertThat(count(Kind.NOTICE)).isZero();
        assertThat(count(Kind.REMOVAL)).isZero();

        assertThat(in(() -> all().records().remove(Kind.DISCLOSURE, tenant, BEFORE.plusSeconds(1), Set.of(), 10)))
                .isOne();
        assertThat(remove(Kind.NOTICE, 10)).isOne();
        assertThat(in(() -> all().notices().notice(tenant, notice))).isEmpty();
        assertThat(remove(Kind.REMOVAL, 10)).isOne();
    }

    private Request closed(UUID id) {
        Request open = all().requests().request(tenant, id).orElseThrow();
        return new Request(
                id,
                tenant,
                open.subject(),
                open.type(),
                RightsService.State.WITHDRAWN,
                open.jurisdiction(),
                open.channel(),
                open.received(),
                open.openedBy(),
                open.deadlines(),
                open.verifiedBy(),
                open.extension(),
                open.carriedOut(),
                Optional.of(new Closing(NOW, "desk", Optional.empty())));
    }

    @Test
    void aRecipientWhoIsSilentOrAnsweredLatelyKeepsTheWholeList() {
        delivered(gone);
        sign(StatementStore.Kind.PERSON, gone.toUuid());
        notice(gone, NoticeService.State.CONFIRMED, Optional.of(BEFORE));
        notice(gone, NoticeService.State.REFUSED, Optional.of(BEFORE));
        assertThat(count(Kind.DISCLOSURE)).isOne();
        UUID late = notice(gone, NoticeService.State.CONFIRMED, Optional.of(BEFORE.plusSeconds(1)));
        assertThat(count(Kind.DISCLOSURE)).isZero();
        assertThat(count(Kind.NOTICE)).isZero();

        SubjectId third = SubjectId.random();
        delivered(third);
        sign(StatementStore.Kind.PERSON, third.toUuid());
        notice(third, NoticeService.State.SUPERSEDED, Optional.empty());
        assertThat(count(Kind.DISCLOSURE)).isOne();
        assertThat(remove(Kind.DISCLOSURE, 10)).isOne();
        assertThat(count(Kind.NOTICE)).isOne();
        assertThat(remove(Kind.NOTICE, 10)).isOne();

        SubjectId other = SubjectId.random();
        delivered(other);
        sign(StatementStore.Kind.PERSON, other.toUuid());
        notice(other, NoticeService.State.DROPPED, Optional.empty());
        assertThat(remove(Kind.DISCLOSURE, 10)).isZero();
        assertThat(in(() -> all().notices().notice(tenant, late))).isPresent();
    }

    @Test
    void anAnsweredNoticeLeavesAfterTheDisclosuresOfItsPerson() {
        UUID alone = notice(gone, NoticeService.State.CONFIRMED, Optional.of(NOW));
        notice(somebody(), NoticeService.State.CONFIRMED, Optional.of(NOW));
        notice(SubjectId.random(), NoticeService.State.QUEUED, Optional.empty());

        assertThat(count(Kind.NOTICE, gone)).isZero();
        assertThat(remove(Kind.NOTICE, 10)).isOne();
        assertThat(in(() -> all().notices().notice(tenant, alone))).isEmpty();
    }

    private void removed(SubjectId person, Instant at) {
        run(() -> stores().subjects().addRemoval(new Removal(tenant, person, at, 1, Set.of("email"), Set.of())));
    }

    private List<SubjectId> unstated(Optional<SubjectId> after, int limit, SubjectId... held) {
        return in(() -> all().records().unstated(tenant, BEFORE, Set.of(held), after, limit));
    }

    @Test
    void whomAStatementIsAwaitedOfIsFoundInTheirOrder() {
        SubjectId second = SubjectId.random();
        List.of(gone, second).forEach(person -> {
            removed(person, NOW);
            delivered(person);
            delivered(person);
        });
        delivered(SubjectId.random());
        disclosure(SubjectId.random(), State.CANCELLED, 0, Optional.empty(), NOW);
        SubjectId awaited = SubjectId.random();
        removed(awaited, NOW);
        delivered(awaited);
        notice(awaited, NoticeService.State.QUEUED, Optional.empty());

        List<SubjectId> sorted = Stream.of(gone, second).sorted().toList();
        assertThat(unstated(Optional.empty(), 10)).containsExactlyElementsOf(sorted);
        assertThat(unstated(Optional.empty(), 1)).containsExactly(sorted.get(0));
        assertThat(unstated(Optional.of(sorted.get(0)), 10)).containsExactly(sorted.get(1));
        assertThat(unstated(Optional.empty(), 10, gone)).containsExactly(second);
        sign(StatementStore.Kind.PERSON, second.toUuid());
        assertThat(unstated(Optional.empty(), 10)).containsExactly(gone);
    }

    @Test
    void theRecordOfARemovalLeavesLastWithItsStatement() {
        removed(gone, NOW.minusSeconds(1));
        removed(gone, NOW);
        UUID sent = delivered(gone);
        UUID request = request(gone, Type.ACCESS, Optional.of(NOW));
        notice(gone, NoticeService.State.CONFIRMED, Optional.of(NOW));
        sign(StatementStore.Kind.PERSON, gone.toUuid());

        for (Kind earlier : List.of(Kind.DISCLOSURE, Kind.REQUEST, Kind.NOTICE)) {
            assertThat(remove(Kind.REMOVAL, 10)).isZero();
            assertThat(remove(earlier, 10)).isOne();
        }
        assertThat(isListed(sent)).isFalse();
        assertThat(isKept(request)).isFalse();
        assertThat(count(Kind.REMOVAL, gone)).isZero();
        assertThat(count(Kind.REMOVAL)).isOne();
        assertThat(remove(Kind.REMOVAL, 10)).isOne();
        assertThat(in(() -> stores().subjects().removals(tenant, gone))).isEmpty();
        assertThat(in(() -> all().statements().statement(tenant, StatementStore.Kind.PERSON, gone.toUuid())))
                .isEmpty();
    }

    private UUID swept(Instant at) {
        UUID id = UUID.randomUUID();
        run(() -> all().retention().putCertificate(new Certificate(id, tenant, "email", "fields", at, NOW, 1, 3, 0)));
        return id;
    }

    private List<UUID> certificates() {
        return in(() -> all().retention().certificates(tenant, 10)).stream()
                .map(Certificate::id)
                .toList();
    }

    @Test
    void theCertificateOfASweepLeavesWithItsStatementTheOldestFirst() {
        UUID second = swept(BEFORE);
        UUID first = swept(NOW);
        UUID young = swept(BEFORE.plusSeconds(1));
        UUID stated = swept(NOW);
        sign(StatementStore.Kind.SWEEP, first);
        run(() -> all().statements()
                .putStatement(tenant, StatementStore.Kind.SWEEP, stated, "a.b.c", BEFORE.plusSeconds(1)));

        assertThat(count(Kind.SWEEP, gone)).isEqualTo(2);
        assertThat(remove(Kind.SWEEP, 1)).isOne();
        assertThat(certificates()).containsExactlyInAnyOrder(second, young, stated);
        assertThat(in(() -> all().statements().statement(tenant, StatementStore.Kind.SWEEP, first)))
                .isEmpty();
        assertThat(remove(Kind.SWEEP, 10, gone)).isOne();
        assertThat(remove(Kind.SWEEP, 10)).isZero();
        assertThat(certificates()).containsExactlyInAnyOrder(young, stated);
        assertThat(in(() -> all().records().count(Kind.SWEEP, otherTenant, BEFORE.plusSeconds(9), Set.of())))
                .isZero();
        assertThat(in(() -> all().records().remove(Kind.SWEEP, tenant, BEFORE.plusSeconds(1), Set.of(), 10)))
                .isEqualTo(2);
        assertThat(in(() -> all().statements().statement(tenant, StatementStore.Kind.SWEEP, stated)))
                .isEmpty();
    }

    @Test
    void theRecordOfAYoungRemovalOrWithAYoungStatementStays() {
        removed(gone, NOW);
        removed(gone, BEFORE.plusSeconds(1));
        SubjectId stated = SubjectId.random();
        removed(stated, NOW);
        run(() -> all().statements()
                .putStatement(tenant, StatementStore.Kind.PERSON, stated.toUuid(), "a.b.c", BEFORE.plusSeconds(1)));
        removed(somebody(), NOW);

        assertThat(count(Kind.REMOVAL)).isZero();
        assertThat(remove(Kind.REMOVAL, 10)).isZero();
        assertThat(in(() -> all().records().remove(Kind.REMOVAL, tenant, BEFORE.plusSeconds(1), Set.of(), 10)))
                .isEqualTo(2);
    }
}
