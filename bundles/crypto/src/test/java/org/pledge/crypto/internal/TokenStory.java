package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.KeyGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.crypto.VaultKeys.Status;
import org.pledge.crypto.VaultKeys.WrappingKey;
import org.pledge.store.memory.MemoryVault;

/** What is expected of a vault whose root key is in a token; a program of its own. */
final class TokenStory {
    static final List<String> STEPS = List.of(
            "the command makes the key once",
            "it opens with the PIN of a file",
            "the token wraps",
            "nothing wrapped can be altered or moved",
            "sealing logs out",
            "keys are wrapped anew",
            "it opens with a PIN that is typed",
            "another key of the token is refused",
            "a key that can be taken out is refused");
    private static final Place PLACE = new Place(new TenantId("kx"), new UUID(1, 2), "card", "number");
    private static final byte[] PLAIN = Fields.utf8("no real number");

    private final String library;
    private final String slot;
    private final Path pinFile;
    private final MemoryVault store = new MemoryVault();
    private final Vaults.SetClock clock = new Vaults.SetClock("2026-11-22T10:00:00Z");
    private int done;

    private TokenStory(String library, String slot, String pinFile) {
        this.library = library;
        this.slot = slot;
        this.pinFile = Path.of(pinFile);
    }

    public static void main(String[] args) throws GeneralSecurityException {
        new TokenStory(args[0], args[1], args[2]).run();
    }

    private void done() {
        System.out.println("step: " + STEPS.get(done++));
    }

    private TokenRootKey.Place place(String label) {
        return new TokenRootKey.Place(Path.of(library), slot, label);
    }

    private static void assertRefused(ThrowingCallable work, PledgeException.Kind kind) {
        assertThatThrownBy(work).isInstanceOfSatisfying(PledgeException.class, e -> assertThat(e.kind())
                .isEqualTo(kind));
    }

    private void run() throws GeneralSecurityException {
        assertThat(make("pledge-vault-root")).isZero();
        assertThat(make("pledge-vault-root")).isEqualTo(1);
        assertThat(make("another")).isZero();
        done();

        VaultKeyRing ring = Vaults.ring(new TokenRoot(place("pledge-vault-root"), Optional.of(pinFile)), store, clock);
        DefaultCardSealer sealer = new DefaultCardSealer(ring, store, store);
        assertThat(ring.status()).isEqualTo(new Status(true, false, 0, 0));
        byte[] sealed = sealer.seal(PLACE, PLAIN);
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        assertThat(sealer.agree(
                        sealer.intakeKeys().get(0).kid(),
                        sealer.intakeKeys().get(0).x(),
                        sealer.intakeKeys().get(0).y()))
                .hasSize(32);
        done();

        store.required(() -> assertThat(store.epochKeys()).hasSize(2).allSatisfy(each -> assertThat(each.wrapped())
                .startsWith(TokenRootKey.FORM)
                .hasSize(61)));
        done();

        ring.deactivate();
        char[] pin = TokenRoot.read(pinFile);
        try (TokenRootKey root = TokenRootKey.open(place("pledge-vault-root"), pin)) {
            byte[] wrapped = root.wrap("epoch key", "2026-11.1", SecretBytes.of(new byte[32]));
            assertThat(root.unwrap("epoch key", "2026-11.1", wrapped).getEncoded())
                    .isEqualTo(new byte[32]);
            assertThat(root.wrap("epoch key", "2026-11.1", SecretBytes.of(new byte[32])))
                    .isNotEqualTo(wrapped);
            assertThatThrownBy(() -> root.unwrap("epoch key", "2026-11.2", wrapped))
                    .isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> root.unwrap("intake key", "2026-11.1", wrapped))
                    .isInstanceOf(SecurityException.class);
            for (int i = 0; i < wrapped.length; i++) {
                byte[] altered = wrapped.clone();
                altered[i] ^= 1;
                assertThatThrownBy(() -> root.unwrap("epoch key", "2026-11.1", altered))
                        .isInstanceOf(SecurityException.class);
            }
        }
        done();

        assertThat(ring.status().open()).isFalse();
        assertRefused(() -> sealer.open(PLACE, sealed), PledgeException.Kind.UNAVAILABLE);
        assertThat(ring.unseal(new char[0]).open()).isTrue();
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        done();

        ring.rotate();
        assertThat(ring.rewrap(count -> {})).isEqualTo(1);
        assertThat(ring.wrappingKeys()).extracting(WrappingKey::name).containsExactly("2026-11.2");
        assertThat(sealer.open(PLACE, sealed)).isEqualTo(PLAIN);
        ring.deactivate();
        done();

        VaultKeyRing typed = Vaults.ring(new TokenRoot(place("pledge-vault-root"), Optional.empty()), store, clock);
        assertThat(typed.status()).isEqualTo(new Status(false, false, 0, 1));
        assertRefused(() -> typed.unseal("000000".toCharArray()), PledgeException.Kind.INVALID);
        assertThat(typed.unseal(pin.clone())).isEqualTo(new Status(true, false, 0, 1));
        assertThat(new DefaultCardSealer(typed, store, store).open(PLACE, sealed))
                .isEqualTo(PLAIN);
        typed.deactivate();
        done();

        VaultKeyRing other = Vaults.ring(new TokenRoot(place("another"), Optional.empty()), store, clock);
        assertRefused(() -> other.unseal(pin.clone()), PledgeException.Kind.CONFLICT);
        VaultKeyRing none = Vaults.ring(new TokenRoot(place("none"), Optional.empty()), store, clock);
        assertRefused(() -> none.unseal(pin.clone()), PledgeException.Kind.CONFLICT);
        VaultKeyRing away = Vaults.ring(
                new TokenRoot(new TokenRootKey.Place(Path.of("/no/such.so"), "", "none"), Optional.empty()),
                store,
                clock);
        assertRefused(() -> away.unseal(pin.clone()), PledgeException.Kind.UNAVAILABLE);
        done();

        makeLoose(pin);
        VaultKeyRing loose = Vaults.ring(new TokenRoot(place("loose"), Optional.empty()), new MemoryVault(), clock);
        assertThatThrownBy(() -> loose.unseal(pin.clone()))
                .isInstanceOf(PledgeException.class)
                .hasMessageContaining("no AES key that stays in the token");
        done();
    }

    private int make(String label) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int code = new VaultKeysCommand(out, out, Optional.empty())
                .run("--pkcs11", library, "--slot", slot, "--label", label, "--pin", pinFile.toString());
        System.out.println(said.toString(StandardCharsets.UTF_8));
        return code;
    }

    private void makeLoose(char[] pin) throws GeneralSecurityException {
        var provider = Security.getProvider("SunPKCS11")
                .configure("--name = Loose\nlibrary = " + library + "\nslot = " + slot + "\n"
                        + "attributes(generate, CKO_SECRET_KEY, CKK_AES) = {\n"
                        + "  CKA_SENSITIVE = false\n  CKA_EXTRACTABLE = true\n}\n");
        try {
            KeyStore token = KeyStore.getInstance("PKCS11", provider);
            token.load(null, pin);
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(256);
            token.setKeyEntry("loose", generator.generateKey(), null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
