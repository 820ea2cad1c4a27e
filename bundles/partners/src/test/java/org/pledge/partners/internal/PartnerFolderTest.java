package org.pledge.partners.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.sharing.Partner;
import org.pledge.store.Transactions;

@Timeout(60)
class PartnerFolderTest {
    private static final TenantId KORAX = new TenantId("korax");
    private static final String REST = PartnerTextTest.TEXT
            .replace("connector: sftp", "connector: rest")
            .replace("sftp://127.0.0.1:2222/inbox", "https://partner.example/inbox");

    @TempDir
    Path scratch;

    private final FakePartners partners = new FakePartners();
    private final List<Leaf> leaves = new CopyOnWriteArrayList<>();
    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicReference<Optional<ArtifactTrust>> trust =
            new AtomicReference<>(Optional.of(this::trustedIfSigned));
    private final List<PartnerFolder> open = new ArrayList<>();
    private Path directory = Path.of("");

    @BeforeEach
    void create() throws IOException {
        directory = Files.createDirectory(scratch.resolve("partners"));
    }

    @AfterEach
    void close() {
        open.forEach(PartnerFolder::stop);
    }

    private Verdict trustedIfSigned(Path file, byte[] content, Target target) {
        checks.incrementAndGet();
        assertThat(target).isEqualTo(Target.PARTNER);
        return Files.exists(file.resolveSibling(file.getFileName() + ".sig"))
                ? new Verdict.Trusted("key", 1)
                : new Verdict.Refused(Reason.UNSIGNED, "there is no signature. Sign it.");
    }

    private PartnerFolder watch() {
        return watch(10);
    }

    private PartnerFolder watch(long pollMillis) {
        PartnerFolder folder = new PartnerFolder(
                partners,
                partners.policies(),
                new Record(),
                new Direct(),
                trust::get,
                scratch.resolve("known"),
                directory,
                pollMillis,
                Clock.systemUTC(),
                () -> {});
        open.add(folder);
        return folder;
    }

    private Path file(String name) {
        return directory.resolve(name + ".partner.yaml");
    }

    private Path note(String name) {
        return directory.resolve(name + ".partner.yaml.refused");
    }

    private void drop(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name + ".partner.yaml.sig"), "signed");
        Files.writeString(file(name), text);
    }

    private Optional<Partner> partner() {
        return partners.find(KORAX, "parcel-post");
    }

    private String noteOf(String name) throws IOException {
        await().until(() -> Files.exists(note(name)) && Files.size(note(name)) > 0);
        return Files.readString(note(name));
    }

    @Test
    void aDroppedFileRegistersItsPartner() throws IOException {
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        assertThat(partner().orElseThrow().endpoint()).hasToString("https://partner.example/inbox");
        assertThat(note("parcel-post")).doesNotExist();
    }

    @Test
    void filesThatAreThereAtTheStartAreInForceAtOnce() throws IOException {
        drop("parcel-post", REST);
        FileTime before = FileTime.from(Instant.now().minusSeconds(60));
        Files.setLastModifiedTime(file("parcel-post"), before);
        Files.setLastModifiedTime(directory.resolve("parcel-post.partner.yaml.sig"), before);
        watch(30_000).stop();
        assertThat(partner()).isPresent();
    }

    @Test
    void aFileThatWasJustWrittenIsLookedAtTwice() throws IOException {
        drop("parcel-post", REST);
        watch(3_600_000).stop();
        assertThat(partner()).isEmpty();
    }

    @Test
    void theSameContentDoesNothingAndAnotherReplaces() throws IOException {
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        Files.setLastModifiedTime(
                file("parcel-post"), FileTime.from(Instant.now().minusSeconds(60)));
        await().until(() -> checks.get() == 2);
        drop("parcel-post", REST.replace("/inbox", "/in"));
        await().until(() -> partner().orElseThrow().version() == 2);
        assertThat(partners.changes).containsExactly("put parcel-post", "put parcel-post");
    }

    @Test
    void aFileTakesOverAPartnerThatWasRegisteredElsewhere() throws IOException {
        Partner registered =
                PartnerText.read("x", REST.replace("/inbox", "/rest")).partner().orElseThrow();
        partners.put(new Caller(KORAX, "ines", Set.of(Role.INTEGRATOR)), registered, OptionalLong.empty());
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().orElseThrow().version() == 2);
        assertThat(partner().orElseThrow().endpoint()).hasToString("https://partner.example/inbox");
    }

    @Test
    void aRefusedFileIsNotedAndRecordedOnceAndThePartnerStays() throws IOException {
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        drop("parcel-post", REST.replace("region: US", "zone: US"));
        assertThat(noteOf("parcel-post"))
                .contains("parcel-post.partner.yaml:10: agreement.zone: the key 'zone' is not known here.")
                .endsWith("Partner parcel-post of korax stays as it was. Correct the file and save it again.\n");
        assertThat(partner().orElseThrow().version()).isEqualTo(1);
        assertThat(leaves).singleElement().satisfies(leaf -> {
            assertThat(leaf.act()).isEqualTo(Leaf.Act.PARTNER_REFUSED);
            assertThat(leaf.details()).containsEntry("file", "parcel-post.partner.yaml");
        });
        drop("parcel-post", REST);
        await().until(() -> Files.notExists(note("parcel-post")));
    }

    @Test
    void aRefusalByTheServiceIsNotedAtItsLine() throws IOException {
        watch();
        drop("parcel-post", REST.replace("retries: 3", "password: 3"));
        assertThat(noteOf("parcel-post"))
                .isEqualTo("parcel-post.partner.yaml:6: settings.password: settings.password would hold a secret. "
                        + "Name its file.\nNo partner is registered. Correct the file and save it again.\n");
        await().until(() -> leaves.size() == 1);
        assertThat(leaves.get(0).tenant()).isEqualTo(KORAX);
    }

    @Test
    void aRemovedFileSuspendsItsPartnerAndItStaysSuspended() throws IOException {
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        Files.delete(file("parcel-post"));
        await().until(() -> partner().orElseThrow().suspended());
        drop("parcel-post", REST.replace("/inbox", "/in"));
        await().until(() -> partner().orElseThrow().endpoint().getPath().equals("/in"));
        assertThat(partner().orElseThrow().suspended()).isTrue();
        assertThat(partners.changes).containsExactly("put parcel-post", "suspend parcel-post", "put parcel-post");
    }

    @Test
    void aFileThatWasRemovedWhileNobodyWatchedIsMissed() throws IOException {
        PartnerFolder before = watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        before.stop();
        Files.delete(file("parcel-post"));
        watch();
        await().until(() -> partner().orElseThrow().suspended());
    }

    @Test
    void aFileThatDescribesAnotherPartnerNowSuspendsTheFirst() throws IOException {
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        drop("parcel-post", REST.replace("name: parcel-post", "name: swift-post"));
        await().until(() -> partner().orElseThrow().suspended());
        assertThat(partners.find(KORAX, "swift-post").orElseThrow().suspended()).isFalse();
    }

    @Test
    void twoFilesForOnePartnerAreOneTooMany() throws IOException {
        watch();
        drop("a", REST);
        await().until(() -> partner().isPresent());
        drop("b", REST.replace("/inbox", "/b"));
        assertThat(noteOf("b"))
                .startsWith("b.partner.yaml:2: name: name is that of a partner that a.partner.yaml describes.");
        assertThat(partner().orElseThrow().version()).isEqualTo(1);
        Files.delete(file("a"));
        await().until(() -> partner().orElseThrow().endpoint().getPath().equals("/b"));
        assertThat(note("b")).doesNotExist();
    }

    @Test
    void anUnsignedFileIsRefusedUntilItsSignatureComes() throws IOException {
        watch();
        Files.writeString(file("parcel-post"), REST);
        assertThat(noteOf("parcel-post"))
                .isEqualTo("parcel-post.partner.yaml: UNSIGNED: there is no signature. Sign it.\n"
                        + "No partner is registered.\n");
        await().until(() -> checks.get() == 1);
        assertThat(leaves).as("the refusal is recorded by whoever checks").isEmpty();
        Files.writeString(directory.resolve("parcel-post.partner.yaml.sig"), "signed");
        await().until(() -> partner().isPresent() && Files.notExists(note("parcel-post")));
        assertThat(checks).hasValue(2);
    }

    @Test
    void aPartnerIsSuspendedAtTheNextStartWhenItsKeyIsNoLongerTrusted() throws IOException {
        PartnerFolder first = watch();
        drop("post-file", REST);
        await().until(() -> partner().isPresent());
        assertThat(first.file(KORAX, "parcel-post")).contains("post-file.partner.yaml");
        assertThat(first.file(KORAX, "nobody")).isEmpty();
        first.stop();

        trust.set(Optional.of(refusing(true)));
        watch();

        await().until(() -> partner().orElseThrow().suspended());
        assertThat(noteOf("post-file"))
                .isEqualTo("post-file.partner.yaml: UNTRUSTED_KEY: no valid key. Sign it.\n"
                        + "Partner parcel-post of korax is suspended, because the key it rested on is no longer trusted."
                        + " Sign the file with a trusted key, then: partner:resume\n");
    }

    @Test
    void aFileOfAStrangersKeyLeavesAPartnerAsItWas() throws IOException {
        watch();
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());

        trust.set(Optional.of(refusing(false)));
        drop("parcel-post", REST.replace("/inbox", "/other"));

        assertThat(noteOf("parcel-post")).endsWith("Partner parcel-post of korax stays as it was.\n");
        assertThat(partner().orElseThrow().suspended()).isFalse();
        assertThat(partner().orElseThrow().endpoint().getPath()).isEqualTo("/inbox");
    }

    /** Trusts no key now; earlier it trusted the one that signed what is in force, or still does. */
    private static ArtifactTrust refusing(boolean lapsed) {
        return new ArtifactTrust() {
            @Override
            public Verdict check(Path file, byte[] content, Target target) {
                return new Verdict.Refused(Reason.UNTRUSTED_KEY, "no valid key. Sign it.");
            }

            @Override
            public List<Signed> active() {
                return List.of(
                        new Signed(Target.ROUTE, "post-file.partner.yaml", 1, "a", false),
                        new Signed(Target.PARTNER, "post-file.partner.yaml", 1, "a", !lapsed),
                        new Signed(Target.PARTNER, "parcel-post.partner.yaml", 1, "a", !lapsed));
            }
        };
    }

    @Test
    void nothingTakesEffectWhileNobodyCanTellSignedFilesFromOthers() throws IOException {
        ArtifactTrust later = trust.getAndSet(Optional.empty()).orElseThrow();
        watch();
        drop("parcel-post", REST);
        assertThat(noteOf("parcel-post"))
                .contains("Start the bundle org.pledge.deploy.")
                .contains("It is tried again by itself.");
        assertThat(partner()).isEmpty();
        trust.set(Optional.of(later));
        await().until(() -> partner().isPresent() && Files.notExists(note("parcel-post")));
    }

    @Test
    void aFileWaitsForThePolicyOfItsTenant() throws IOException {
        partners.tenants.clear();
        watch();
        drop("parcel-post", REST);
        assertThat(noteOf("parcel-post"))
                .startsWith("parcel-post.partner.yaml:0: (text): korax has no policy in force. See policy:list")
                .endsWith("No partner is registered. It is tried again by itself.\n");
        partners.tenants.add("korax");
        await().until(() -> partner().isPresent() && Files.notExists(note("parcel-post")));
        assertThat(leaves).isEmpty();
    }

    @Test
    void aFileThatCameBeforeItsPackIsRegisteredOnceThatIsInForce() throws IOException {
        partners.recipients.clear();
        watch();
        drop("parcel-post", REST);
        assertThat(noteOf("parcel-post")).contains("recipient is not one of the policy's recipients.");
        int seen = checks.get();
        await().until(() -> checks.get() > seen + 3);
        assertThat(partners.refusals).as("asked once under each policy").hasValue(1);
        assertThat(leaves).hasSize(1);

        partners.inForce.set("the next version, for somebody else");
        await().until(() -> partners.refusals.get() == 2);
        assertThat(leaves).hasSize(1);

        partners.recipients.add(
                PartnerText.read("x", REST).partner().orElseThrow().recipient());
        partners.inForce.set("the version that names it");
        await().until(() -> partner().isPresent() && Files.notExists(note("parcel-post")));
    }

    @Test
    void aFileWaitsForItsConnector() throws IOException {
        watch();
        drop("parcel-post", PartnerTextTest.TEXT);
        assertThat(noteOf("parcel-post"))
                .startsWith("parcel-post.partner.yaml:4: connector: connector is not one of those that are installed.")
                .endsWith("It is tried again by itself.\n");
        partners.connectors.add("sftp");
        await().until(() -> partner().isPresent());
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        watch();
        Files.writeString(directory.resolve("partner.schema.json"), "{}");
        Files.createDirectory(directory.resolve("folder.partner.yaml"));
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
        try (var files = Files.list(directory)) {
            assertThat(files.filter(each -> each.toString().endsWith(".refused")))
                    .isEmpty();
        }
    }

    @Test
    void aDirectoryMayComeLater() throws IOException {
        Files.delete(directory);
        watch();
        Files.createDirectory(directory);
        drop("parcel-post", REST);
        await().until(() -> partner().isPresent());
    }

    @Test
    void theNoteGoesWithARefusedFile() throws IOException {
        watch();
        drop("parcel-post", "nonsense");
        noteOf("parcel-post");
        Files.delete(file("parcel-post"));
        await().until(() -> Files.notExists(note("parcel-post")));
    }

    /** Runs work at once. */
    private static final class Direct implements Transactions {
        @Override
        public <T> T required(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }

        @Override
        public void afterRollback(Runnable action) {}
    }

    private final class Record implements AuditLog {
        @Override
        public void append(Leaf leaf) {
            leaves.add(leaf);
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            return List.of();
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new UnsupportedOperationException();
        }
    }
}
