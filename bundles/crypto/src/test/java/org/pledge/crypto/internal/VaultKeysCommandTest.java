package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.PledgeException;
import org.pledge.store.memory.MemoryVault;

final class VaultKeysCommandTest {
    private static final Pattern SHARE = Pattern.compile("(?:(?:[0-9A-HJKMNP-TV-Z]{5}[-\n]){4}){4}");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final MemoryVault vault = new MemoryVault();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Optional<VaultKeysCommand.Person> person, String... args) {
        return new VaultKeysCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        person)
                .run(args);
    }

    /** Types what a test says, one after the other, looking at what was printed so far. */
    private static final class Typist implements VaultKeysCommand.Person {
        private final Deque<Supplier<String>> texts = new ArrayDeque<>();

        Typist types(Supplier<String> text) {
            texts.add(text);
            return this;
        }

        @Override
        public void ready() {}

        @Override
        public Optional<char[]> secret(String prompt) {
            return Optional.ofNullable(texts.poll()).map(text -> text.get().toCharArray());
        }
    }

    private int renew(Typist typist, String... more) {
        List<String> args = new ArrayList<>(List.of("--keystore", file().toString(), "--renew", "yes"));
        args.addAll(List.of(more));
        return run(Optional.of(typist), args.toArray(String[]::new));
    }

    private boolean opens(String... typed) {
        Vaults.SetClock clock = new Vaults.SetClock("2026-11-22T10:00:00Z");
        VaultKeyRing ring = Vaults.ring(new SharedRoot(new SharedKeyStore(file()), clock), vault, clock);
        for (String each : typed) {
            ring.unseal(each.toCharArray());
        }
        return ring.status().open();
    }

    private int make(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = "--keystore";
        args[1] = file().toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return run(Optional.empty(), args);
    }

    private Path file() {
        return folder.resolve("keys").resolve("vault.p12");
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private List<String> shares() {
        return SHARE.matcher(said()).results().map(MatchResult::group).toList();
    }

    @Test
    void printsThreeSharesOfWhichTwoOpenTheVault() {
        assertThat(make()).isZero();
        assertThat(said())
                .contains(
                        "Share 1 of 3", "Share 2 of 3", "Share 3 of 3", "any 2 open the vault", "For one person alone");
        assertThat(shares()).hasSize(3).doesNotHaveDuplicates();
        assertThat(opens(shares().get(2), shares().get(0))).isTrue();
    }

    @Test
    void makesAsManySharesAsAskedFor() {
        assertThat(make("--shares", "5", "--needed", "4")).isZero();
        assertThat(shares()).hasSize(5);
        assertThat(said()).contains("any 4 of the 5 shares open it");
    }

    @Test
    void showsEachShareAloneToAPerson() {
        assertThat(run(Optional.of(new Typist()), "--keystore", file().toString()))
                .isZero();
        String[] screens = said().split("\033\\[H\033\\[2J\033\\[3J");
        assertThat(screens).hasSize(4);
        for (int i = 0; i < 3; i++) {
            assertThat(screens[i]).contains("Share " + (i + 1) + " of 3", "press Enter");
            assertThat(SHARE.matcher(screens[i]).results()).hasSize(1);
        }
        assertThat(SHARE.matcher(screens[3]).results()).isEmpty();
    }

    @Test
    void neverReplacesKeys() throws IOException {
        assertThat(make()).isZero();
        byte[] before = Files.readAllBytes(file());
        assertThat(make()).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("was made already");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        assertThat(shares()).hasSize(3);
    }

    @Test
    void makesNoKeysBesideTheDescriptionOfOthers() throws IOException {
        assertThat(make()).isZero();
        Files.delete(file());
        assertThat(make()).isEqualTo(1);
        assertThat(file()).doesNotExist();
    }

    @Test
    void newSharesTakeThePlaceOfTheEarlierOnes() {
        make();
        List<String> old = shares();
        assertThat(opens(old.get(0), old.get(1)))
                .as("and the database knows the root key")
                .isTrue();
        Typist typist = new Typist()
                .types(() -> "mistyped")
                .types(() -> old.get(2))
                .types(() -> old.get(1))
                .types(() -> shares().get(3))
                .types(() -> old.get(0))
                .types(() -> shares().get(4))
                .types(() -> shares().get(7));
        assertThat(renew(typist, "--shares", "5", "--needed", "3"))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains("16 groups", "of another set");
        List<String> renewed = shares().subList(3, 8);
        assertThat(opens(renewed.get(1), renewed.get(2), renewed.get(4))).isTrue();
        assertThatThrownBy(() -> opens(old.get(0)))
                .isInstanceOf(PledgeException.class)
                .hasMessageContaining("another set");
        assertThat(file().getParent().toFile().list()).containsExactlyInAnyOrder("vault.p12", "vault.p12.shares");
    }

    @Test
    void theEarlierSharesStayGoodUntilTheNewOnesAreShown() {
        make();
        List<String> old = shares();
        Typist typist =
                new Typist().types(() -> old.get(0)).types(() -> old.get(1)).types(() -> shares().get(3));
        assertThat(renew(typist)).isEqualTo(1);
        assertThat(opens(old.get(0), old.get(2))).isTrue();
        Typist again = new Typist()
                .types(() -> old.get(0))
                .types(() -> old.get(1))
                .types(() -> shares().get(6))
                .types(() -> shares().get(8));
        assertThat(renew(again)).isZero();
        assertThat(opens(shares().get(7), shares().get(8))).isTrue();
    }

    @Test
    void newSharesNeedTheEarlierOnesAndATerminal() {
        make();
        List<String> old = shares();
        assertThat(renew(new Typist().types(() -> old.get(0)))).isEqualTo(1);
        assertThat(shares()).hasSize(3);
        assertThat(run(Optional.empty(), "--keystore", file().toString(), "--renew", "yes"))
                .isEqualTo(2);
        assertThat(run(Optional.of(new Typist()), "--keystore", "none", "--renew", "yes"))
                .isEqualTo(1);
    }

    @Test
    void saysWhatItDoesNotUnderstand() {
        for (String[] args : new String[][] {
            {},
            {"--shares", "3"},
            {"--keystore"},
            {"--keystore", "x", "--shares", "1"},
            {"--keystore", "x", "--shares", "10"},
            {"--keystore", "x", "--shares", "2", "--needed", "3"},
            {"--keystore", "x", "--needed", "1"},
            {"--keystore", "x", "--renew", "no"},
            {"--other", "x"},
            {"--pkcs11", "x"}
        }) {
            assertThat(run(Optional.empty(), args)).as(String.join(" ", args)).isEqualTo(2);
        }
        assertThat(Path.of("x")).doesNotExist();
        assertThat(run(Optional.empty(), "--help")).isZero();
        assertThat(said()).contains("pledge vault-keys");
    }
}
