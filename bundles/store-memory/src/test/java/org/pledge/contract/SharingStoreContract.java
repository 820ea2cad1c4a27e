package org.pledge.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.policy.Policy.Ground;
import org.pledge.sharing.LegalCaseService;
import org.pledge.sharing.LegalCaseService.LegalCase;
import org.pledge.sharing.Partner;
import org.pledge.sharing.Partner.Agreement;
import org.pledge.sharing.Partner.Attestation;
import org.pledge.sharing.Partner.Mechanism;
import org.pledge.sharing.Partner.Safeguard;
import org.pledge.sharing.PartnerService.Backlog;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore;
import org.pledge.sharing.spi.SharingStore.Position;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** What a store of partners, cases and disclosures promises. */
public abstract class SharingStoreContract extends StoreContract {
    private final SubjectId subject = SubjectId.random();

    private SharingStore sharing() {
        return stores().sharing();
    }

    // partners

    private static Partner partner(TenantId tenant, String name, long version) {
        return new Partner(
                tenant,
                name,
                "marketing-partner",
                new Agreement(
                        Set.of("email", "name"),
                        Set.of("marketing"),
                        "US",
                        LocalDate.of(2026, 1, 1),
                        LocalDate.of(2027, 12, 31),
                        Optional.of(new Attestation("no-retention", LocalDate.of(2027, 6, 30))),
                        Optional.of(new Safeguard(Mechanism.SCC, "2021/914:module-2", LocalDate.of(2027, 7, 31)))),
                URI.create("http://127.0.0.1:9099/inbox"),
                false,
                version);
    }

    private List<Partner> partners(TenantId of) {
        return in(() -> sharing().partners().stream()
                .filter(partner -> partner.tenant().equals(of))
                .toList());
    }

    @Test
    void keepsEveryPartOfAPartner() {
        Partner acme = partner(tenant, "acme", 1);
        Partner bare = new Partner(
                tenant,
                "bare",
                "authority",
                new Agreement(
                        Set.of(),
                        Set.of(),
                        "DE",
                        LocalDate.of(2026, 2, 28),
                        LocalDate.of(2026, 3, 1),
                        Optional.empty()),
                URI.create("https://partner.example/in?x=1"),
                true,
                4);
        run(() -> {
            sharing().putPartner(acme);
            sharing().putPartner(bare);
        });
        assertThat(partners(tenant)).containsExactlyInAnyOrder(acme, bare);
        assertThat(in(() -> sharing().lockPartner(tenant, "acme"))).contains(acme);
        assertThat(in(() -> sharing().lockPartner(tenant, "bare"))).contains(bare);
        assertThat(in(() -> sharing().lockPartner(otherTenant, "acme"))).isEmpty();
        assertThat(partners(otherTenant)).isEmpty();
    }

    @Test
    void keepsTheConnectorAndTheSettingsOfAPartner() {
        Map<String, String> settings =
                Map.of("host-key", "SHA256:a+b/c==", "credentials", "parcel-post", "odd.1", " = & % ü\n", "empty", "");
        Partner acme = partner(tenant, "acme", 1);
        Partner sftp = new Partner(
                tenant,
                "acme",
                acme.recipient(),
                acme.agreement(),
                "sftp",
                URI.create("sftp://127.0.0.1:2222/inbox"),
                settings,
                false,
                2);
        run(() -> sharing().putPartner(acme));
        assertThat(partners(tenant).get(0).connector()).isEqualTo("rest");
        assertThat(partners(tenant).get(0).settings()).isEmpty();
        run(() -> sharing().putPartner(sftp));
        assertThat(partners(tenant)).containsExactly(sftp);
        assertThat(in(() -> sharing().lockPartner(tenant, "acme"))).contains(sftp);
    }

    @Test
    void replacesAPartnerOfTheSameTenantAndNameOnly() {
        run(() -> {
            sharing().putPartner(partner(tenant, "acme", 1));
            sharing().putPartner(partner(otherTenant, "acme", 1));
        });
        run(() -> sharing().putPartner(partner(tenant, "acme", 2)));
        assertThat(partners(tenant)).containsExactly(partner(tenant, "acme", 2));
        assertThat(partners(otherTenant)).containsExactly(partner(otherTenant, "acme", 1));
    }

    @Test
    void changesOfALockedPartnerFollowEachOther() {
        run(() -> sharing().putPartner(partner(tenant, "acme", 0)));
        atOnce(4, thread -> {
            for (int i = 0; i < 5; i++) {
                run(() -> {
                    long version =
                            sharing().lockPartner(tenant, "acme").orElseThrow().version();
                    sharing().putPartner(partner(tenant, "acme", version + 1));
                });
            }
            return thread;
        });
        assertThat(partners(tenant)).containsExactly(partner(tenant, "acme", 20));
    }

    // cases

    private LegalCase legalCase(UUID id, Instant opened, Set<String> approvals, LegalCaseService.State state) {
        return new LegalCase(
                id,
                tenant,
                Ground.LAW,
                "5-StR_21/26",
                "county-court",
                Set.of(subject, new SubjectId(-1, 7)),
                Set.of("email", "name"),
                opened,
                opened.plusSeconds(86_400),
                "counsel",
                approvals,
                Set.of("AI-7"),
                state);
    }

    @Test
    void keepsAndReplacesACase() {
        UUID id = UUID.randomUUID();
        LegalCase open = legalCase(id, NOW, Set.of(), LegalCaseService.State.OPEN);
        LegalCase approved = legalCase(id, NOW, Set.of("officer-1", "officer-2"), LegalCaseService.State.APPROVED);
        run(() -> sharing().putCase(open));
        assertThat(in(() -> sharing().legalCase(tenant, id))).contains(open);
        run(() -> {
            assertThat(sharing().lockCase(tenant, id)).contains(open);
            sharing().putCase(approved);
        });
        assertThat(in(() -> sharing().legalCase(tenant, id))).contains(approved);
        assertThat(in(() -> sharing().lockCase(otherTenant, id))).isEmpty();
        assertThat(in(() -> sharing().legalCase(otherTenant, id))).isEmpty();
        assertThat(in(() -> sharing().cases(otherTenant))).isEmpty();
    }

    @Test
    void listsCasesNewestFirst() {
        List<LegalCase> cases = IntStream.of(2, 0, 3, 1)
                .mapToObj(
                        i -> legalCase(UUID.randomUUID(), NOW.plusSeconds(i), Set.of(), LegalCaseService.State.CLOSED))
                .toList();
        run(() -> cases.forEach(sharing()::putCase));
        assertThat(in(() -> sharing().cases(tenant)))
                .containsExactly(cases.get(2), cases.get(0), cases.get(3), cases.get(1));
    }

    @Test
    void approvalsOfALockedCaseFollowEachOther() {
        UUID id = UUID.randomUUID();
        run(() -> sharing().putCase(legalCase(id, NOW, Set.of(), LegalCaseService.State.OPEN)));
        atOnce(4, thread -> {
            run(() -> {
                LegalCase found = sharing().lockCase(tenant, id).orElseThrow();
                Set<String> approvals = new HashSet<>(found.approvals());
                approvals.add("officer-" + thread);
                sharing().putCase(legalCase(id, NOW, approvals, LegalCaseService.State.OPEN));
            });
            return thread;
        });
        assertThat(in(() -> sharing().legalCase(tenant, id)).orElseThrow().approvals())
                .containsExactlyInAnyOrder("officer-0", "officer-1", "officer-2", "officer-3");
    }

    // disclosures

    private StoredDisclosure disclosure(UUID id, State state, Instant nextAttempt, Optional<Instant> claimedUntil) {
        return disclosure(tenant, id, subject, "acme", NOW, state, nextAttempt, claimedUntil);
    }

    private static StoredDisclosure disclosure(
            TenantId tenant,
            UUID id,
            SubjectId subject,
            String partner,
            Instant created,
            State state,
            Instant nextAttempt,
            Optional<Instant> claimedUntil) {
        return new StoredDisclosure(
                new Disclosure(
                        id,
                        tenant,
                        subject,
                        partner,
                        "marketing",
                        Set.of("email"),
                        "consent",
                        List.of("KX-12", "KX-2"),
                        3,
                        Optional.empty(),
                        state,
                        0,
                        OptionalInt.empty(),
                        created,
                        created.plusSeconds(3600),
                        Optional.empty()),
                new byte[0],
                nextAttempt,
                claimedUntil);
    }

    private UUID add(State state, Instant nextAttempt) {
        return add(state, nextAttempt, Optional.empty());
    }

    private UUID add(State state, Instant nextAttempt, Optional<Instant> claimedUntil) {
        UUID id = UUID.randomUUID();
        run(() -> sharing().addDisclosure(disclosure(id, state, nextAttempt, claimedUntil)));
        return id;
    }

    private List<UUID> due(Instant now, int limit) {
        return in(() -> ids(sharing().lockDue(tenant, "acme", now, limit)));
    }

    private static List<UUID> ids(List<StoredDisclosure> stored) {
        return stored.stream().map(each -> each.disclosure().id()).toList();
    }

    private void assertStored(StoredDisclosure expected) {
        UUID id = expected.disclosure().id();
        for (StoredDisclosure found : in(() -> List.of(
                sharing().disclosure(tenant, id).orElseThrow(),
                sharing().lockDisclosure(tenant, id).orElseThrow()))) {
            assertThat(found.disclosure()).isEqualTo(expected.disclosure());
            assertThat(found.supplied()).isEqualTo(expected.supplied());
            assertThat(found.nextAttempt()).isEqualTo(expected.nextAttempt());
            assertThat(found.claimedUntil()).isEqualTo(expected.claimedUntil());
        }
    }

    @Test
    void keepsAndReplacesEveryPartOfADisclosure() {
        UUID id = UUID.randomUUID();
        StoredDisclosure queued = disclosure(id, State.QUEUED, NOW.plusNanos(1000), Optional.empty());
        run(() -> sharing().addDisclosure(queued));
        assertStored(queued);
        StoredDisclosure delivered = new StoredDisclosure(
                new Disclosure(
                        id,
                        tenant,
                        subject,
                        "acme",
                        "marketing",
                        Set.of("email", "name"),
                        "case:LAW",
                        List.of("KX-2", "AN-1", "KX-12"),
                        4,
                        Optional.of(UUID.randomUUID()),
                        State.DELIVERED,
                        2,
                        OptionalInt.of(202),
                        NOW,
                        NOW.plusSeconds(60),
                        Optional.of(NOW.plusSeconds(9))),
                bytes(5000, 9),
                NOW.plusSeconds(5),
                Optional.of(NOW.plusSeconds(30)));
        run(() -> {
            assertThat(sharing().lockDisclosure(tenant, id)).isPresent();
            sharing().putDisclosure(delivered);
        });
        assertStored(delivered);
        run(() -> {
            assertThat(sharing().disclosure(tenant, id)).isPresent();
            sharing().putDisclosure(queued);
        });
        assertStored(queued);
        assertThat(in(() -> sharing().disclosure(otherTenant, id))).isEmpty();
        assertThat(in(() -> sharing().lockDisclosure(otherTenant, id))).isEmpty();
    }

    @Test
    void keepsEveryPartOfDisclosuresThatAreAddedTogether() {
        StoredDisclosure plain = disclosure(UUID.randomUUID(), State.QUEUED, NOW, Optional.empty());
        StoredDisclosure full = new StoredDisclosure(
                new Disclosure(
                        UUID.randomUUID(),
                        tenant,
                        SubjectId.random(),
                        "acme",
                        "marketing",
                        Set.of("email", "name"),
                        "case:LAW",
                        List.of("KX-2", "AN-1", "KX-12"),
                        4,
                        Optional.of(UUID.randomUUID()),
                        State.DELIVERED,
                        2,
                        OptionalInt.of(202),
                        Instant.parse("2026-11-22T10:00:00Z"),
                        Instant.parse("2026-11-23T10:00:00.000001Z"),
                        Optional.of(NOW.plusSeconds(9))),
                bytes(5000, 0xF9),
                NOW.plusSeconds(5),
                Optional.of(NOW.plusSeconds(30)));
        run(() -> {
            sharing().addDisclosures(List.of(plain, full));
            sharing().addDisclosures(List.of());
        });
        assertStored(plain);
        assertStored(full);
        assertThat(due(NOW, 10)).containsExactly(plain.disclosure().id());
    }

    @Test
    void ofDisclosuresThatAreAddedTogetherAllStayOrNone() {
        UUID known = add(State.QUEUED, NOW);
        List<StoredDisclosure> together = IntStream.range(0, 20)
                .mapToObj(i -> disclosure(
                        i == 13 ? known : UUID.randomUUID(), State.QUEUED, NOW.minusSeconds(i), Optional.empty()))
                .toList();
        assertThatThrownBy(() -> run(() -> sharing().addDisclosures(together))).isInstanceOf(RuntimeException.class);
        assertThat(due(NOW, 100)).containsExactly(known);
    }

    @Test
    void queuedDisclosuresAreDueFromTheirNextAttemptOldestFirst() {
        UUID third = add(State.QUEUED, NOW);
        UUID first = add(State.QUEUED, NOW.minusSeconds(20));
        UUID second = add(State.QUEUED, NOW.minusSeconds(10));
        add(State.QUEUED, NOW.plusNanos(1000));
        assertThat(due(NOW, 10)).containsExactly(first, second, third);
        assertThat(due(NOW, 2)).containsExactly(first, second);
        assertThat(due(NOW.minusSeconds(21), 10)).isEmpty();
    }

    @Test
    void aSendingDisclosureIsDueOnceItsClaimHasLapsed() {
        UUID lapsed = add(State.SENDING, NOW.minusSeconds(90), Optional.of(NOW.minusSeconds(1)));
        add(State.SENDING, NOW.minusSeconds(90), Optional.of(NOW.plusSeconds(1)));
        assertThat(due(NOW, 10)).containsExactly(lapsed);
        assertThat(due(NOW.plusSeconds(1), 10)).hasSize(2);
    }

    @Test
    void finishedDisclosuresAndThoseOfOthersAreNeverDue() {
        for (State state : List.of(State.DELIVERED, State.CANCELLED, State.PARKED, State.DROPPED)) {
            add(state, NOW.minusSeconds(5), Optional.of(NOW.minusSeconds(5)));
        }
        run(() -> {
            sharing()
                    .addDisclosure(disclosure(
                            tenant, UUID.randomUUID(), subject, "other", NOW, State.QUEUED, NOW, Optional.empty()));
            sharing()
                    .addDisclosure(disclosure(
                            otherTenant, UUID.randomUUID(), subject, "acme", NOW, State.QUEUED, NOW, Optional.empty()));
        });
        assertThat(due(NOW, 10)).isEmpty();
        assertThat(in(() -> sharing().nextDue(tenant, "acme"))).isEmpty();
        assertThat(in(() -> sharing().nextDue(tenant, "other"))).contains(NOW);
    }

    @Test
    void oneDisclosureIsNeverHandedToTwoTransactions() {
        List<UUID> all = new ArrayList<>();
        run(() -> {
            for (int i = 0; i < 40; i++) {
                UUID id = UUID.randomUUID();
                sharing().addDisclosure(disclosure(id, State.QUEUED, NOW.minusSeconds(i), Optional.empty()));
                all.add(id);
            }
        });
        List<List<UUID>> claimed = atOnce(4, thread -> {
            List<UUID> mine = new ArrayList<>();
            List<UUID> batch;
            do {
                batch = claim(3);
                mine.addAll(batch);
            } while (!batch.isEmpty());
            return mine;
        });
        assertThat(claimed.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(all);
    }

    private List<UUID> claim(int limit) {
        return in(() -> {
            List<StoredDisclosure> batch = sharing().lockDue(tenant, "acme", NOW, limit);
            for (StoredDisclosure stored : batch) {
                sharing()
                        .putDisclosure(disclosure(
                                stored.disclosure().id(),
                                State.SENDING,
                                stored.nextAttempt(),
                                Optional.of(NOW.plusSeconds(60))));
            }
            return ids(batch);
        });
    }

    @Test
    void aClaimThatIsRolledBackLeavesTheDisclosureDue() {
        UUID id = add(State.QUEUED, NOW);
        rollBack(() -> assertThat(claim(1)).containsExactly(id));
        assertThat(due(NOW, 1)).containsExactly(id);
    }

    @Test
    void countsWhatWaitsForEachPartnerOfATenant() {
        add(State.QUEUED, NOW);
        add(State.SENDING, NOW, Optional.of(NOW.plusSeconds(60)));
        add(State.PARKED, NOW);
        for (State state : List.of(State.DELIVERED, State.CANCELLED, State.DROPPED)) {
            add(state, NOW);
        }
        run(() -> {
            sharing()
                    .addDisclosure(disclosure(
                            tenant, UUID.randomUUID(), subject, "other", NOW, State.PARKED, NOW, Optional.empty()));
            sharing()
                    .addDisclosure(disclosure(
                            otherTenant, UUID.randomUUID(), subject, "acme", NOW, State.QUEUED, NOW, Optional.empty()));
        });
        assertThat(in(() -> sharing().backlog(tenant)))
                .containsOnly(Map.entry("acme", new Backlog(2, 1)), Map.entry("other", new Backlog(0, 1)));
        assertThat(in(() -> sharing().backlog(otherTenant))).containsOnly(Map.entry("acme", new Backlog(1, 0)));
    }

    @Test
    void unfinishedOnesOfAPersonAreQueuedSendingOrParked() {
        UUID queued = add(State.QUEUED, NOW);
        UUID sending = add(State.SENDING, NOW, Optional.of(NOW.plusSeconds(60)));
        UUID parked = add(State.PARKED, NOW);
        for (State state : List.of(State.DELIVERED, State.CANCELLED, State.DROPPED)) {
            add(state, NOW);
        }
        run(() -> sharing()
                .addDisclosure(disclosure(
                        tenant,
                        UUID.randomUUID(),
                        SubjectId.random(),
                        "acme",
                        NOW,
                        State.QUEUED,
                        NOW,
                        Optional.empty())));
        assertThat(in(() -> ids(sharing().lockUnfinished(tenant, subject))))
                .containsExactlyInAnyOrder(queued, sending, parked);
        assertThat(in(() -> sharing().lockUnfinished(otherTenant, subject))).isEmpty();
    }

    @Test
    void tellsWhenTheNextIsDueOrAClaimLapses() {
        assertThat(in(() -> sharing().nextDue(tenant, "acme"))).isEmpty();
        add(State.PARKED, NOW.minusSeconds(100));
        add(State.QUEUED, NOW.plusSeconds(20));
        assertThat(in(() -> sharing().nextDue(tenant, "acme"))).contains(NOW.plusSeconds(20));
        add(State.SENDING, NOW.minusSeconds(5), Optional.of(NOW.plusSeconds(10)));
        assertThat(in(() -> sharing().nextDue(tenant, "acme"))).contains(NOW.plusSeconds(10));
        add(State.QUEUED, NOW.minusSeconds(3));
        assertThat(in(() -> sharing().nextDue(tenant, "acme"))).contains(NOW.minusSeconds(3));
        assertThat(in(() -> sharing().nextDue(otherTenant, "acme"))).isEmpty();
    }

    @Test
    void pagesThroughThePersonsDisclosuresNewestFirst() {
        UUID low = new UUID(1, 5);
        UUID middle = new UUID(Long.MAX_VALUE, 5);
        UUID high = new UUID(Long.MIN_VALUE, 5);
        UUID older = new UUID(-1, -1);
        UUID newer = new UUID(0, 1);
        run(() -> {
            for (UUID id : List.of(middle, low, high)) {
                sharing().addDisclosure(createdAt(id, NOW));
            }
            sharing().addDisclosure(createdAt(older, NOW.minusNanos(1000)));
            sharing().addDisclosure(createdAt(newer, NOW.plusNanos(1000)));
            sharing()
                    .addDisclosure(disclosure(
                            tenant,
                            UUID.randomUUID(),
                            SubjectId.random(),
                            "acme",
                            NOW,
                            State.QUEUED,
                            NOW,
                            Optional.empty()));
        });
        assertThat(page(Optional.empty(), 10)).containsExactly(newer, high, middle, low, older);
        assertThat(page(Optional.empty(), 2)).containsExactly(newer, high);
        assertThat(page(Optional.of(new Position(NOW, high)), 2)).containsExactly(middle, low);
        assertThat(page(Optional.of(new Position(NOW, low)), 2)).containsExactly(older);
        assertThat(page(Optional.of(new Position(NOW.minusNanos(1000), older)), 2))
                .isEmpty();
        assertThat(in(() -> sharing().ofSubject(otherTenant, subject, Optional.empty(), 10)))
                .isEmpty();
    }

    private StoredDisclosure createdAt(UUID id, Instant created) {
        return disclosure(tenant, id, subject, "acme", created, State.DELIVERED, NOW, Optional.empty());
    }

    private List<UUID> page(Optional<Position> before, int limit) {
        return in(() -> sharing().ofSubject(tenant, subject, before, limit).stream()
                .map(Disclosure::id)
                .toList());
    }

    @Test
    void listsOneStateOldestFirst() {
        UUID second = UUID.randomUUID();
        UUID first = UUID.randomUUID();
        run(() -> {
            sharing().addDisclosure(createdAt(second, NOW));
            sharing().addDisclosure(createdAt(first, NOW.minusSeconds(1)));
        });
        add(State.PARKED, NOW);
        assertThat(in(() -> sharing().inState(tenant, State.DELIVERED, 10)))
                .extracting(Disclosure::id)
                .containsExactly(first, second);
        assertThat(in(() -> sharing().inState(tenant, State.DELIVERED, 1)))
                .extracting(Disclosure::id)
                .containsExactly(first);
        assertThat(in(() -> sharing().inState(otherTenant, State.DELIVERED, 10)))
                .isEmpty();
    }
}
