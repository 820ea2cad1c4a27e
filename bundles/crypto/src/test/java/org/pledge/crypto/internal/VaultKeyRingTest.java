package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.crypto.VaultKeys.Status;
import org.pledge.crypto.VaultKeys.WrappingKey;
import org.pledge.store.memory.MemoryVault;

final class VaultKeyRingTest {
    private static final Place PLACE = new Place(new TenantId("kx"), new UUID(1, 2), "card", "number");
    private static final byte[] PLAIN = Fields.utf8("no real number");
    private static final Status CLOSED = new Status(false, false, 0, 2);
    private static final Status OPEN = new Status(true, false, 0, 2);

    @TempDir
    Path folder;

    private final Vaults.SetClock clock = new Vaults.SetClock("2026-11-22T10:00:00Z");
    private final MemoryVault store = new MemoryVault();
    private SharedKeyStore file;
    private List<String> shares;
    private VaultKeyRing ring;

    @BeforeEach
    void make() throws IOException {
        file = new SharedKeyStore(folder.resolve("keys/vault.p12"));
        shares = made(file, 3, 2);
        ring = ring();
    }

    private static List<String> made(SharedKeyStore store, int count, int needed) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Share each : store.make(count, needed)) {
            texts.add(String.valueOf(each.print()));
        }
        return texts;
    }

    private VaultKeyRing ring() {
        return Vaults.ring(new SharedRoot(file, clock), store, clock);
    }

    private Status give(int share) {
        return ring.unseal(shares.get(share - 1).toCharArray());
    }

    private DefaultCardSealer sealer() {
        return new DefaultCardSealer(ring, store, store);
    }

    private static void assertRefused(ThrowingCallable work, PledgeException.Kind kind, String says) {
        assertThatThrownBy(work).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e).hasMessageContaining(says);
            assertThat(e.remedy()).isNotBlank();
        });
    }

    private static void assertInvalid(ThrowingCallable work, String says) {
        assertRefused(work, PledgeException.Kind.INVALID, says);
    }

    @Test
    void anyTwoOfThreeSharesOpenIt() {
        give(1);
        give(3);
        byte[] sealed = sealer().seal(PLACE, PLAIN);
        for (int[] pair : new int[][] {{1, 2}, {2, 1}, {2, 3}, {3, 1}}) {
            assertThat(ring.seal()).isEqualTo(CLOSED);
            assertThat(give(pair[0])).isEqualTo(new Status(false, false, 1, 2));
            assertThat(ring.status()).isEqualTo(new Status(false, false, 1, 2));
            assertThat(give(pair[1])).isEqualTo(OPEN);
            assertThat(sealer().open(PLACE, sealed)).isEqualTo(PLAIN);
        }
        assertThat(give(3)).as("a share too many is harmless").isEqualTo(OPEN);
    }

    @Test
    void itIsSealedAfterARestart() {
        give(1);
        give(2);
        ring.deactivate();
        ring = ring();
        assertThat(ring.status()).isEqualTo(CLOSED);
        assertRefused(() -> sealer().seal(PLACE, PLAIN), PledgeException.Kind.UNAVAILABLE, "the vault is sealed");
    }

    @Test
    void aShareIsWipedWhetherItIsTakenOrNot() {
        char[] taken = shares.get(0).toCharArray();
        ring.unseal(taken);
        char[] refused = shares.get(0).toCharArray();
        assertThatThrownBy(() -> ring.unseal(refused)).isInstanceOf(PledgeException.class);
        assertThat(taken).containsOnly('\0');
        assertThat(refused).containsOnly('\0');
        give(2);
        char[] late = shares.get(2).toCharArray();
        ring.unseal(late);
        assertThat(late).containsOnly('\0');
    }

    @Test
    void aMistypedShareLeavesTheEarlierOnes() {
        give(1);
        String wrong = shares.get(1).replace(shares.get(1).charAt(0), '3');
        assertInvalid(() -> ring.unseal(wrong.toCharArray()), "mistyped");
        assertInvalid(() -> ring.unseal(new char[0]), "16 groups");
        assertThat(ring.status().sharesGiven()).isEqualTo(1);
        assertThat(give(2)).isEqualTo(OPEN);
    }

    @Test
    void theSameShareTwiceIsRefusedAndLeavesTheEarlierOnes() {
        give(1);
        assertInvalid(() -> give(1), "share 1 was given already");
        assertThat(give(2)).isEqualTo(OPEN);
    }

    @Test
    void aShareOfAnotherSetIsRefusedAlsoAsTheFirst() throws IOException {
        List<String> others = made(new SharedKeyStore(folder.resolve("other.p12")), 3, 2);
        assertInvalid(() -> ring.unseal(others.get(0).toCharArray()), "of another set");
        give(1);
        assertInvalid(() -> ring.unseal(others.get(1).toCharArray()), "of another set");
        Files.delete(folder.resolve("keys/vault.p12.shares"));
        assertInvalid(() -> ring.unseal(others.get(1).toCharArray()), "of another set");
        assertThat(give(2)).isEqualTo(OPEN);
    }

    @Test
    void itOpensWithoutTheFileThatDescribesTheShares() throws IOException {
        Files.delete(folder.resolve("keys/vault.p12.shares"));
        assertThat(ring.status()).isEqualTo(CLOSED);
        give(3);
        assertThat(give(1)).isEqualTo(OPEN);
    }

    @Test
    void sharesThatDoNotOpenItAreAllForgottenAndThatIsSaid() {
        Share forged = Share.read(shares.get(1).toCharArray());
        byte[] value = forged.value().getEncoded();
        value[5] ^= 1;
        char[] text = new Share(forged.set(), forged.needed(), forged.index(), SecretBytes.of(value)).print();
        give(1);
        assertInvalid(() -> ring.unseal(text), "all of them were forgotten");
        assertThat(ring.status()).isEqualTo(CLOSED);
        give(1);
        assertThat(give(2)).isEqualTo(OPEN);
    }

    @Test
    void sealingForgetsTheSharesGivenSoFar() {
        give(1);
        assertThat(ring.seal()).isEqualTo(CLOSED);
        assertThat(give(2).open()).isFalse();
    }

    @Test
    void sharesThatWaitTooLongAreForgotten() {
        give(1);
        clock.pass(Duration.ofMinutes(29));
        ring.sweep();
        assertThat(ring.status().sharesGiven()).isEqualTo(1);
        clock.pass(Duration.ofMinutes(1));
        ring.sweep();
        assertThat(ring.status().sharesGiven()).isZero();
    }

    @Test
    void withoutAKeyStoreItSaysHowToMakeOne() throws IOException {
        Files.delete(file.file());
        assertRefused(() -> give(1), PledgeException.Kind.CONFLICT, "key store is not there");
        assertThat(ring.status().open()).isFalse();
    }

    @Test
    void aKeyStoreOfAnotherDatabaseIsRefused() throws IOException {
        give(1);
        give(2);
        sealer().seal(PLACE, PLAIN);
        ring.deactivate();
        file = new SharedKeyStore(folder.resolve("other.p12"));
        shares = made(file, 3, 2);
        ring = ring();
        give(1);
        assertRefused(() -> give(2), PledgeException.Kind.CONFLICT, "another database");
        assertThat(ring.status()).isEqualTo(CLOSED);
    }

    @Test
    void nineOfNineSharesWork() throws IOException {
        file = new SharedKeyStore(folder.resolve("nine.p12"));
        shares = made(file, 9, 9);
        ring = ring();
        for (int i = 1; i < 9; i++) {
            assertThat(give(i)).isEqualTo(new Status(false, false, i, 9));
        }
        assertThat(give(9).open()).isTrue();
    }

    @Test
    void developmentKeysOpenAloneAndSaySo() {
        file = new SharedKeyStore(folder.resolve("never-made.p12"));
        Path keystore = folder.resolve("keys/vault-development.p12");
        ring = Vaults.ring(new DevelopmentRoot(keystore), store, clock);
        assertThat(ring.status()).isEqualTo(new Status(true, true, 0, 0));
        byte[] sealed = sealer().seal(PLACE, PLAIN);
        assertThat(ring.seal()).isEqualTo(new Status(false, true, 0, 0));
        ring.sweep();
        assertThat(ring.status().open()).as("what a person sealed stays sealed").isFalse();
        assertThat(ring.unseal(new char[0]).open()).isTrue();
        ring.deactivate();
        ring = Vaults.ring(new DevelopmentRoot(keystore), store, clock);
        assertThat(sealer().open(PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void developmentKeysThatAreGoneAreNotReplacedWhereThereIsData() throws IOException {
        Path keystore = folder.resolve("keys/vault-development.p12");
        Vaults.ring(new DevelopmentRoot(keystore), store, clock).deactivate();
        Files.delete(keystore);
        Files.delete(folder.resolve("keys/vault-development.p12.pin"));
        ring = Vaults.ring(new DevelopmentRoot(keystore), store, clock);
        assertThat(ring.status().open()).isFalse();
        assertThat(keystore).doesNotExist();
        assertRefused(() -> ring.unseal(new char[0]), PledgeException.Kind.CONFLICT, "do not open");
    }

    @Test
    void rotatingNamesTheNextKeyOfTheMonth() {
        give(1);
        give(2);
        assertThat(ring.wrappingKeys()).isEmpty();
        sealer().seal(PLACE, PLAIN);
        assertThat(ring.wrappingKeys()).extracting(WrappingKey::name).containsExactly("2026-11.1");
        for (int i = 2; i <= 11; i++) {
            assertThat(ring.rotate().name()).isEqualTo("2026-11." + i);
        }
        sealer().seal(new Place(PLACE.tenant(), new UUID(1, 3), "card", "number"), PLAIN);
        List<WrappingKey> keys = ring.wrappingKeys();
        assertThat(keys).hasSize(11);
        assertThat(keys.get(0).name()).isEqualTo("2026-11.11");
        assertThat(keys.get(0).cards()).isEqualTo(1);
        assertThat(keys).filteredOn(WrappingKey::current).containsExactly(keys.get(0));
        assertThat(keys.get(10).name()).isEqualTo("2026-11.1");
        assertThat(keys.get(10).cards()).isEqualTo(1);
        clock.set("2026-12-05T00:00:00Z");
        assertThat(ring.wrappingKeys()).noneMatch(WrappingKey::current);
        assertThat(ring.rotate().name()).isEqualTo("2026-12.1");
        clock.set("2026-11-30T00:00:00Z");
        assertThat(ring.rotate().name()).as("a clock that is set back").isEqualTo("2026-12.2");
        ring.seal();
        assertThat(ring.wrappingKeys()).as("what is known without a key").hasSize(13);
    }

    @Test
    void keysInMemoryHaveATime() {
        FakeRoot root = new FakeRoot(SecretBytes.random(32));
        ring = Vaults.ring(root, store, clock);
        byte[] sealed = sealer().seal(PLACE, PLAIN);
        store.required(() -> store.removeCardKey(PLACE.tenant(), PLACE.card()));
        assertThat(sealer().open(PLACE, sealed)).as("from memory").isEqualTo(PLAIN);
        clock.pass(Duration.ofMinutes(1));
        assertRefusedAsDeleted(sealed);
    }

    private void assertRefusedAsDeleted(byte[] sealed) {
        assertThatThrownBy(() -> sealer().open(PLACE, sealed))
                .isInstanceOfSatisfying(
                        PledgeException.class, e -> assertThat(e.kind()).isEqualTo(PledgeException.Kind.NOT_FOUND));
    }

    /** The defaults, but for some. */
    private static VaultKeyRing.Config config(Map<String, ?> set) {
        return (VaultKeyRing.Config) Proxy.newProxyInstance(
                VaultKeyRing.Config.class.getClassLoader(),
                new Class<?>[] {VaultKeyRing.Config.class},
                (proxy, method, arguments) ->
                        set.containsKey(method.getName()) ? set.get(method.getName()) : method.getDefaultValue());
    }

    @Test
    void withoutAConfigurationItNeedsCustodians() {
        assertThat(VaultKeyRing.source(config(Map.of()), clock)).isInstanceOf(SharedRoot.class);
        ring = new VaultKeyRing(config(Map.of("keystore", file.file().toString())), store, store);
        assertThat(ring.status()).isEqualTo(CLOSED);
        give(2);
        assertThat(give(3)).isEqualTo(OPEN);
        ring.deactivate();
        assertThat(ring.status()).isEqualTo(CLOSED);
    }

    @Test
    void theConfigurationNamesTheKindOfKeys() {
        String keystore = folder.resolve("development.p12").toString();
        ring = new VaultKeyRing(config(Map.of("keys", "development", "keystore", keystore)), store, store);
        assertThat(ring.status()).isEqualTo(new Status(true, true, 0, 0));
        ring.deactivate();
        Map<String, String> token =
                Map.of("keys", "pkcs11", "pkcs11_library", "/no/such.so", "pkcs11_pinFile", "/none");
        assertThat(VaultKeyRing.source(config(token), clock).opensAlone()).isTrue();
        ring = new VaultKeyRing(config(token), store, store);
        assertThat(ring.status()).as("the token is away").isEqualTo(new Status(false, false, 0, 0));
        ring.deactivate();
        for (Map<String, ?> wrong : List.of(
                Map.of("keys", "pkcs11"),
                Map.of("keys", "PKCS12"),
                Map.of("keys", ""),
                Map.of("intake_hours", -1),
                Map.of("rewrap_batch", 0))) {
            assertThatThrownBy(() -> new VaultKeyRing(config(wrong), store, store))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("org.pledge.vault.keys");
        }
    }

    @Test
    void onlyTheOwnerCanReadTheKeyStore() throws IOException {
        assertThat(OwnerOnlyFile.isOpenToOthers(file.file())).isFalse();
        assertThat(Files.readString(folder.resolve("keys/vault.p12.shares")))
                .contains("shares = 3", "needed = 2")
                .doesNotContain(Arrays.asList(shares.get(0).split("[-\n]")));
    }
}
