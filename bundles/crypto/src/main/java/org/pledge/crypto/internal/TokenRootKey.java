package org.pledge.crypto.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.security.UnrecoverableKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.security.auth.login.LoginException;
import org.pledge.PledgeException;

/** A root key that never leaves a PKCS#11 token; the token wraps by AES-256-GCM, the use and the name associated. */
final class TokenRootKey implements RootKey {
    static final byte FORM = 2;
    private static final int KEY_BITS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Where the key is.
     *
     * @param library the token's PKCS#11 library
     * @param slot the slot's number; empty for the first slot
     * @param label the key's
     */
    record Place(Path library, String slot, String label) {
        private String configuration() {
            return "--name = PledgeVault\nlibrary = " + library + "\n"
                    + (slot.isBlank() ? "slotListIndex = 0\n" : "slot = " + slot.strip() + "\n")
                    + "attributes(generate, CKO_SECRET_KEY, CKK_AES) = {\n"
                    + "  CKA_SENSITIVE = true\n  CKA_EXTRACTABLE = false\n"
                    + "  CKA_ENCRYPT = true\n  CKA_DECRYPT = true\n}\n";
        }
    }

    private final Provider provider;
    private final Key key;

    private TokenRootKey(Provider provider, Key key) {
        this.provider = provider;
        this.key = key;
    }

    /**
     * Logs in to the token.
     *
     * @param pin remains the caller's to wipe
     * @throws PledgeException saying what to do, when the key cannot be reached
     */
    static TokenRootKey open(Place place, char[] pin) {
        Provider provider = provider(place);
        try {
            Key key = login(provider, pin).getKey(place.label(), null);
            if (key == null) {
                logout(provider);
                throw refused("the token has no key " + place.label())
                        .remedy("Make it: pledge vault-keys --pkcs11 LIBRARY.");
            }
            if (key.getEncoded() != null || !"AES".equals(key.getAlgorithm())) {
                logout(provider);
                throw refused("the key " + place.label() + " is no AES key that stays in the token")
                        .remedy("Make another: pledge vault-keys --pkcs11 LIBRARY --label NAME.");
            }
            return new TokenRootKey(provider, key);
        } catch (GeneralSecurityException | ProviderException e) {
            throw unreachable();
        }
    }

    /** Makes the key, which can never be taken out of the token. */
    static void make(Place place, char[] pin) {
        Provider provider = provider(place);
        try {
            KeyStore token = login(provider, pin);
            if (token.containsAlias(place.label())) {
                throw refused("the token has a key " + place.label() + " already")
                        .remedy("Use it, or choose another label.");
            }
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(KEY_BITS);
            SecretKey made = generator.generateKey();
            token.setKeyEntry(place.label(), made, null, null);
        } catch (GeneralSecurityException | ProviderException e) {
            throw unreachable();
        } finally {
            logout(provider);
        }
    }

    private static Provider provider(Place place) {
        Provider base = Security.getProvider("SunPKCS11");
        if (base == null) {
            throw refused("this Java runtime has no PKCS#11")
                    .remedy("Use a JDK 17 with the module jdk.crypto.cryptoki.");
        }
        try {
            return base.configure(place.configuration());
        } catch (InvalidParameterException | ProviderException e) {
            throw unreachable();
        }
    }

    private static KeyStore login(Provider provider, char[] pin) throws GeneralSecurityException {
        try {
            KeyStore token = KeyStore.getInstance("PKCS11", provider);
            token.load(null, pin);
            return token;
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException || e.getCause() instanceof LoginException) {
                throw new PledgeException(PledgeException.Kind.INVALID, "the token refused the PIN")
                        .remedy("Check the PIN; a token locks itself after a few wrong ones.");
            }
            throw unreachable();
        }
    }

    private static PledgeException refused(String text) {
        return new PledgeException(PledgeException.Kind.CONFLICT, text);
    }

    private static PledgeException unreachable() {
        return new PledgeException(PledgeException.Kind.UNAVAILABLE, "the PKCS#11 token cannot be reached")
                .remedy("Check library and slot in org.pledge.vault.keys, and that the token is there.");
    }

    @Override
    public byte[] wrap(String use, String name, SecretBytes each) {
        byte[] nonce = new byte[Gcm.NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] plain = each.getEncoded();
        try {
            byte[] wrapped = run(Cipher.ENCRYPT_MODE, nonce, use, name, plain);
            return ByteBuffer.allocate(1 + nonce.length + wrapped.length)
                    .put(FORM)
                    .put(nonce)
                    .put(wrapped)
                    .array();
        } catch (GeneralSecurityException | ProviderException e) {
            throw unreachable();
        } finally {
            SecretBytes.wipe(plain);
        }
    }

    @Override
    public SecretBytes unwrap(String use, String name, byte[] wrapped) {
        if (wrapped.length < 1 + Gcm.NONCE_BYTES + Gcm.TAG_BYTES || wrapped[0] != FORM) {
            throw RootKey.refusal();
        }
        ByteBuffer in = ByteBuffer.wrap(wrapped, 1, wrapped.length - 1);
        byte[] nonce = new byte[Gcm.NONCE_BYTES];
        byte[] ciphertext = new byte[in.remaining() - nonce.length];
        in.get(nonce).get(ciphertext);
        try {
            return SecretBytes.of(run(Cipher.DECRYPT_MODE, nonce, use, name, ciphertext));
        } catch (AEADBadTagException e) {
            throw RootKey.refusal();
        } catch (GeneralSecurityException | ProviderException e) {
            throw unreachable();
        }
    }

    private byte[] run(int mode, byte[] nonce, String use, String name, byte[] input) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * Gcm.TAG_BYTES, nonce));
        } catch (InvalidKeyException e) {
            throw unreachable();
        }
        cipher.updateAAD(Fields.of("pledge vault wrap 2", use, name));
        return cipher.doFinal(input);
    }

    @Override
    public void close() {
        logout(provider);
    }

    private static void logout(Provider provider) {
        try {
            ((AuthProvider) provider).logout();
        } catch (LoginException e) {
            throw unreachable();
        }
    }
}
