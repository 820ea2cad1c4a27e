package org.pledge.store.jpa.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.crypto.spi.TombstoneStore.Kind;
import org.pledge.crypto.spi.TombstoneStore.Owner;
import org.pledge.crypto.spi.TombstoneStore.Tombstone;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.database.Database;
import org.pledge.database.TestDatabase;
import org.pledge.inquiry.InquiryService.Inquiry;
import org.pledge.policy.Policy.Holder;
import org.pledge.rights.RightsService.Evidence;
import org.pledge.rights.spi.EmailChangeStore.EmailChange;
import org.pledge.rights.spi.LoginStore.Login;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.subject.spi.SubjectStore.Mark;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.pledge.visitor.spi.LinkStore.StoredLink;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

/** Tombstones on both databases. */
final class TombstoneStoreTest {
    private static final TenantId TENANT =
            new TenantId("t" + UUID.randomUUID().toString().substring(0, 8));
    private static final Instant AT = Instant.parse("2026-11-22T10:00:00.000001Z");

    @TempDir
    private Path folder;

    @Test
    void keepsTombstonesAndRemovesWhoCameBackOnH2() {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            keepsTombstonesAndRemovesWhoCameBack(test);
        }
    }

    @Test
    void keepsTombstonesAndRemovesWhoCameBackOnPostgresql() {
        keepsTombstonesAndRemovesWhoCameBack(TestStores.UNIT.postgresql());
    }

    private static Tombstone tombstone(int number) {
        return new Tombstone(TENANT, "%064d".formatted(number), AT);
    }

    private static void keepsTombstonesAndRemovesWhoCameBack(TestDatabase test) {
        try (Database database = test.open()) {
            JpaTransactions transactions = new JpaTransactions(database);
            JpaTombstoneStore store = new JpaTombstoneStore(transactions);
            JpaWrappedKeyStore keys = new JpaWrappedKeyStore(transactions);
            SubjectId back = SubjectId.random();
            SubjectId stays = SubjectId.random();
            transactions.required(() -> {
                keys.putSubjectKey(TENANT, back, new WrappedKey("2026-11", new byte[40]));
                keys.putSubjectKey(TENANT, stays, new WrappedKey("2026-11", new byte[40]));
                store.put(tombstone(2));
                store.put(tombstone(1));
                store.put(tombstone(2));
            });
            List<Tombstone> first = transactions.required(() -> store.tombstones(Optional.empty(), 1000));
            assertThat(first).containsSubsequence(tombstone(1), tombstone(2));
            assertThat(transactions.required(() -> store.tombstones(Optional.of(tombstone(1)), 1000)))
                    .contains(tombstone(2))
                    .doesNotContain(tombstone(1));
            Owner owner = new Owner(TENANT, back.toUuid(), Optional.empty());
            assertThat(transactions.required(() -> store.owners(Optional.empty(), 1000)))
                    .contains(owner, new Owner(TENANT, stays.toUuid(), Optional.empty()));
            assertThat(transactions.required(() -> store.owners(Optional.of(owner), 1000)))
                    .doesNotContain(owner);
            transactions.required(() -> store.removeRestored(owner, tombstone(3)));
            assertThat(transactions.required(() -> keys.subjectKey(TENANT, back)))
                    .isEmpty();
            assertThat(transactions.required(() -> keys.subjectKey(TENANT, stays)))
                    .isPresent();
            assertThat(transactions.required(() -> store.unrecorded(10, Set.of())))
                    .containsExactly(tombstone(3));
            assertThat(transactions.required(() -> store.unrecorded(10, Set.of(TENANT))))
                    .isEmpty();
            transactions.required(() -> store.recorded(tombstone(3)));
            assertThat(transactions.required(() -> store.unrecorded(10, Set.of())))
                    .isEmpty();
        }
    }

    @Test
    void anEndIsFinalAndAChangeFollowsTheLastOneOnH2() {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            anEndIsFinalAndAChangeFollowsTheLastOne(test);
        }
    }

    @Test
    void anEndIsFinalAndAChangeFollowsTheLastOneOnPostgresql() {
        anEndIsFinalAndAChangeFollowsTheLastOne(TestStores.UNIT.postgresql());
    }

    private static void anEndIsFinalAndAChangeFollowsTheLastOne(TestDatabase test) {
        try (Database database = test.open()) {
            JpaTransactions transactions = new JpaTransactions(database);
            JpaTombstoneStore store = new JpaTombstoneStore(transactions);
            TenantId tenant = TENANT;
            for (Set<String> kept : List.of(Set.of("email", "phone"), Set.of("phone"))) {
                Tombstone changed = new Tombstone(tenant, "c".repeat(64), AT, Kind.CHANGED, kept);
                transactions.required(() -> store.put(changed));
                assertThat(transactions.required(() -> store.tombstones(Optional.empty(), 1000)))
                        .contains(changed);
            }
            Set<String> many =
                    IntStream.range(0, 1000).mapToObj(each -> "field-" + each).collect(Collectors.toSet());
            Tombstone longest = new Tombstone(tenant, "c".repeat(64), AT, Kind.CHANGED, many);
            SubjectId person = SubjectId.random();
            Removal removal = new Removal(tenant, person, AT, 1, many, many);
            JpaSubjectStore subjects = new JpaSubjectStore(transactions);
            transactions.required(() -> {
                store.put(longest);
                subjects.addRemoval(removal);
            });
            transactions.required(() -> {
                assertThat(store.tombstones(Optional.empty(), 1000)).contains(longest);
                assertThat(subjects.removals(tenant, person)).containsExactly(removal);
            });
            Tombstone ended = new Tombstone(tenant, "c".repeat(64), AT);
            transactions.required(() -> store.put(ended));
            transactions.required(() -> store.put(new Tombstone(tenant, "c".repeat(64), AT, Kind.CHANGED, Set.of())));
            assertThat(transactions.required(() -> store.tombstones(Optional.empty(), 1000)))
                    .contains(ended)
                    .filteredOn(each -> each.token().startsWith("c"))
                    .hasSize(1);
        }
    }

    @Test
    void removesWhatSpeaksOfWhoCameBackAndKeepsWhatAHoldKeepsOnH2() {
        try (TestDatabase test = TestStores.UNIT.h2(folder)) {
            removesWhatSpeaksOfWhoCameBackAndKeepsWhatAHoldKeeps(test);
        }
    }

    @Test
    void removesWhatSpeaksOfWhoCameBackAndKeepsWhatAHoldKeepsOnPostgresql() {
        removesWhatSpeaksOfWhoCameBackAndKeepsWhatAHoldKeeps(TestStores.UNIT.postgresql());
    }

    private static void removesWhatSpeaksOfWhoCameBackAndKeepsWhatAHoldKeeps(TestDatabase test) {
        try (Database database = test.open()) {
            JpaTransactions transactions = new JpaTransactions(database);
            JpaTombstoneStore store = new JpaTombstoneStore(transactions);
            JpaSubjectStore subjects = new JpaSubjectStore(transactions);
            JpaInquiryStore inquiries = new JpaInquiryStore(transactions);
            JpaConsentStore consents = new JpaConsentStore(transactions);
            JpaPassStore passes = new JpaPassStore(transactions);
            JpaEmailChangeStore changes = new JpaEmailChangeStore(transactions);
            JpaLoginStore logins = new JpaLoginStore(transactions);
            JpaLinkStore links = new JpaLinkStore(transactions);
            SubjectId account = SubjectId.random();
            SubjectId gone = SubjectId.random();
            SubjectId held = SubjectId.random();
            SubjectId stays = SubjectId.random();
            List<SubjectId> all = List.of(gone, held, stays);
            transactions.required(() -> {
                subjects.addAccount(new StoredAccount(TENANT, account, "personal", Holder.INDIVIDUAL, "EU", 1));
                for (SubjectId each : all) {
                    byte[] token = each.toUuid().toString().substring(0, 32).getBytes(StandardCharsets.US_ASCII);
                    subjects.addPerson(new StoredPerson(TENANT, each, account, Set.of("owner"), all.indexOf(each)));
                    subjects.putField(TENANT, each, "email", new byte[] {1});
                    subjects.putField(TENANT, each, "phone", new byte[] {1});
                    subjects.putTokens(TENANT, each, "email", List.of(token));
                    inquiries.putInquiry(new Inquiry(
                            UUID.randomUUID(), TENANT, each, AT, "somebody", Optional.empty(), Optional.empty()));
                    consents.putAuthorisation(new Authorisation(
                            TENANT,
                            each,
                            "marketing",
                            SubjectId.random(),
                            Evidence.CALL,
                            AT,
                            "somebody",
                            AT.plusSeconds(60),
                            Optional.empty()));
                    passes.addPass(new Pass(TENANT, token, each, true, AT.plusSeconds(60)), AT);
                    changes.putEmailChange(new EmailChange(TENANT, each, token, token, 0, AT.plusSeconds(60)), AT);
                    logins.putLogin(new Login(TENANT, each, token, token, token));
                    StoredLink link = new StoredLink(TENANT, UUID.randomUUID(), each, token, AT);
                    links.addLink(link);
                    links.addRecords(List.of(new StoredRecord(
                            TENANT, UUID.randomUUID(), LocalDate.EPOCH, link.id(), each, "pages", new byte[] {1})));
                }
            });
            Owner back = new Owner(TENANT, gone.toUuid(), Optional.empty());
            Owner reduced = new Owner(TENANT, held.toUuid(), Optional.empty());
            Tombstone changed = new Tombstone(TENANT, "d".repeat(64), AT, Kind.CHANGED, Set.of("email"));
            transactions.required(() -> {
                store.removeRestored(back, tombstone(4));
                assertThat(store.sealed(reduced)).containsOnlyKeys("email", "phone");
                store.reduceRestored(reduced, changed, Map.of("email", new byte[] {2}));
            });
            transactions.required(() -> {
                assertThat(subjects.person(TENANT, gone)).isEmpty();
                assertThat(subjects.fields(TENANT, held)).containsOnlyKeys("email");
                assertThat(subjects.fields(TENANT, held).get("email")).containsExactly(2);
                assertThat(subjects.marks(TENANT, held)).containsExactly(Mark.ERASED);
                assertThat(subjects.removals(TENANT, held))
                        .containsExactly(new Removal(TENANT, held, AT, 1, Set.of("phone", "pages"), Set.of("email")));
                assertThat(subjects.person(TENANT, held).orElseThrow().roles()).isEmpty();
                assertThat(store.owners(Optional.empty(), 1000))
                        .contains(new Owner(TENANT, held.toUuid(), Optional.empty(), true));
                assertThat(store.unrecorded(1000, Set.of())).contains(changed, tombstone(4));
                store.recorded(changed);
                store.recorded(tombstone(4));
                for (SubjectId each : all) {
                    byte[] token = each.toUuid().toString().substring(0, 32).getBytes(StandardCharsets.US_ASCII);
                    int rows = each.equals(stays) ? 1 : 0;
                    assertThat(subjects.having(TENANT, token)).hasSize(rows);
                    assertThat(inquiries.inquiries(TENANT, each))
                            .extracting(Inquiry::closed)
                            .isEqualTo(
                                    each.equals(gone)
                                            ? List.of()
                                            : List.of(each.equals(held) ? Optional.of(AT) : Optional.empty()));
                    assertThat(consents.authorisations(TENANT, each)).hasSize(each.equals(gone) ? 0 : 1);
                    assertThat(passes.removePass(TENANT, token)).isEqualTo(rows == 1);
                    assertThat(changes.emailChange(TENANT, each).isPresent()).isEqualTo(rows == 1);
                    assertThat(logins.login(TENANT, token).isPresent()).isEqualTo(rows == 1);
                    assertThat(links.links(TENANT, each)).hasSize(rows);
                }
            });
        }
    }
}
