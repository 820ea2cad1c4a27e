package org.pledge.vault.internal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.VaultKeys;

/** A key ring for tests: the contract of the real one, with keys in maps. */
final class TestRing implements CardSealer, VaultKeys {
    static final int SHARES = 2;

    private static final byte[] OKP_HEAD = HexFormat.of().parseHex("302a300506032b656e032100"); // RFC 8410, 4

    private final SecureRandom random = new SecureRandom();
    private final Map<UUID, byte[]> cardKeys = new HashMap<>();
    private final Map<String, PrivateKey> intake = new HashMap<>();
    private final List<CardSealer.IntakeKey> published = new ArrayList<>();
    private final byte[] lookup = random(random);
    /** Happens whenever a number was opened. */
    Runnable opened = () -> {};

    private boolean open = true;
    private int shares;
    private int epochs = 1;

    TestRing() {
        makeIntakeKey();
    }

    void makeIntakeKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            String kid = "kid-" + (published.size() + 1);
            intake.put(kid, pair.getPrivate());
            ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
            published.replaceAll(key -> new CardSealer.IntakeKey(
                    key.kid(), key.x(), key.y(), key.made(), key.retired().or(() -> Optional.of(Instant.EPOCH))));
            published.add(
                    0,
                    new CardSealer.IntakeKey(
                            kid,
                            fixed(point.getAffineX()),
                            fixed(point.getAffineY()),
                            Instant.EPOCH,
                            Optional.empty()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Publishes one on X25519, too. */
    void makeX25519Key() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] number = Arrays.copyOfRange(encoded, OKP_HEAD.length, encoded.length);
            intake.put("okp-1", pair.getPrivate());
            published.add(new CardSealer.IntakeKey("okp-1", number, new byte[0], Instant.EPOCH, Optional.empty()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes what is encrypted to the public key of this one. */
    void take(String kid, PrivateKey key) {
        intake.put(kid, key);
        published.add(new CardSealer.IntakeKey(kid, new byte[32], new byte[32], Instant.EPOCH, Optional.empty()));
    }

    static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static byte[] random(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }

    private void requireOpen() {
        if (!open) {
            throw new PledgeException(Kind.UNAVAILABLE, "the vault is sealed");
        }
    }

    int keysLeft() {
        return cardKeys.size();
    }

    private static byte[] place(Place place) {
        return (place.tenant() + "/" + place.card() + "/" + place.entity() + "/" + place.column())
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized byte[] seal(Place place, byte[] plain) {
        requireOpen();
        byte[] key = cardKeys.computeIfAbsent(place.card(), id -> random(random));
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(place(place));
            byte[] sealed = cipher.doFinal(plain);
            byte[] all = Arrays.copyOf(nonce, 12 + sealed.length);
            System.arraycopy(sealed, 0, all, 12, sealed.length);
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Map<Place, byte[]> sealNew(Map<Place, byte[]> plain) {
        Map<Place, byte[]> all = new HashMap<>();
        plain.forEach((place, each) -> all.put(place, seal(place, each)));
        return all;
    }

    @Override
    public synchronized byte[] open(Place place, byte[] sealed) {
        requireOpen();
        byte[] key = cardKeys.get(place.card());
        if (key == null) {
            throw new PledgeException(Kind.NOT_FOUND, "the card's key is destroyed");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, sealed, 0, 12));
            cipher.updateAAD(place(place));
            byte[] plain = cipher.doFinal(sealed, 12, sealed.length - 12);
            if (place.column().equals("number")) {
                opened.run();
            }
            return plain;
        } catch (GeneralSecurityException e) {
            throw new SecurityException("altered", e);
        }
    }

    @Override
    public synchronized void destroyKey(TenantId tenant, UUID card) {
        cardKeys.remove(card);
    }

    @Override
    public byte[] token(TenantId tenant, String use, byte[] value) {
        requireOpen();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(lookup, "HmacSHA256"));
            mac.update((tenant + "/" + use + "/").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<CardSealer.IntakeKey> intakeKeys() {
        requireOpen();
        return List.copyOf(published);
    }

    @Override
    public byte[] agree(String kid, byte[] x, byte[] y) {
        requireOpen();
        try {
            if (y.length == 0) {
                byte[] encoded = Arrays.copyOf(OKP_HEAD, OKP_HEAD.length + x.length);
                System.arraycopy(x, 0, encoded, OKP_HEAD.length, x.length);
                KeyAgreement agreement = KeyAgreement.getInstance("X25519");
                agreement.init(intake.get(kid));
                agreement.doPhase(
                        KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded)), true);
                return agreement.generateSecret();
            }
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(intake.get(kid));
            agreement.doPhase(
                    KeyFactory.getInstance("EC")
                            .generatePublic(
                                    new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class))),
                    true);
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new PledgeException(Kind.INVALID, "this is not encrypted to a key that the vault takes");
        }
    }

    @Override
    public VaultKeys.Status status() {
        return new VaultKeys.Status(open, false, shares, SHARES);
    }

    @Override
    public VaultKeys.Status unseal(char[] share) {
        String text = new String(share);
        Arrays.fill(share, '\0');
        if (!text.startsWith("share-")) {
            throw new PledgeException(Kind.INVALID, "the share is mistyped");
        }
        shares++;
        open = shares >= SHARES;
        return status();
    }

    @Override
    public VaultKeys.Status seal() {
        open = false;
        shares = 0;
        return status();
    }

    @Override
    public List<WrappingKey> wrappingKeys() {
        return List.of(new WrappingKey("2026-11." + epochs, Instant.EPOCH, cardKeys.size(), true));
    }

    @Override
    public WrappingKey rotate() {
        epochs++;
        makeIntakeKey();
        return wrappingKeys().get(0);
    }

    @Override
    public long rewrap(LongConsumer progress) {
        progress.accept(cardKeys.size());
        return cardKeys.size();
    }
}
