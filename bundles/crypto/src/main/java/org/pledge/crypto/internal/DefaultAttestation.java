package org.pledge.crypto.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.crypto.Attestation;
import org.pledge.crypto.spi.AttestationKeyStore;
import org.pledge.crypto.spi.AttestationKeyStore.StoredKey;
import org.pledge.store.Transactions;

/** Signs with one Ed25519 key per tenant, wrapped under a key that follows from the root. */
@Component(service = Attestation.class)
public final class DefaultAttestation implements Attestation {
    private static final String ALGORITHM = "Ed25519";
    private static final Pattern TYPE = Pattern.compile("[a-z0-9+.-]{1,64}");
    private static final byte[] NO_SALT = new byte[0];
    private static final int KEY_BYTES = 32;
    /** What an X.509 encoding of such a key has before it (RFC 8410). */
    private static final int X509_PREFIX = 12;

    private final RootKeys roots;
    private final Transactions transactions;
    private final AttestationKeyStore store;
    private final Clock clock;
    private final KeyWrap wrap = new KeyWrap();
    private final Hmac hmac = new Hmac();

    /** Uses the platform's keys. */
    @Activate
    public DefaultAttestation(
            @Reference RootKeys roots, @Reference Transactions transactions, @Reference AttestationKeyStore store) {
        this(roots, transactions, store, Clock.systemUTC());
    }

    DefaultAttestation(RootKeys roots, Transactions transactions, AttestationKeyStore store, Clock clock) {
        this.roots = roots;
        this.transactions = transactions;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public String sign(TenantId tenant, String type, byte[] json) {
        if (!TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("type: takes 1 to 64 of a-z, 0-9 and + . -");
        }
        return transactions.required(() -> {
            StoredKey key = store.attestationKeys(tenant).stream().findFirst().orElseGet(() -> made(tenant));
            String header = "{\"alg\":\"EdDSA\",\"kid\":\"" + key.kid() + "\",\"typ\":\"" + type + "\"}";
            String signed = base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(json);
            return signed + "." + base64(signature(key, signed.getBytes(StandardCharsets.US_ASCII)));
        });
    }

    @Override
    public List<PublicKey> keys(TenantId tenant) {
        return transactions.required(() -> store.attestationKeys(tenant)).stream()
                .map(key -> new PublicKey(key.kid(), key.publicKey()))
                .toList();
    }

    private StoredKey made(TenantId tenant) {
        KeyPair pair = generated();
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(encoded, X509_PREFIX, X509_PREFIX + KEY_BYTES);
        try (SecretBytes under = under(tenant);
                SecretBytes plain = SecretBytes.of(pair.getPrivate().getEncoded())) {
            StoredKey key = new StoredKey(
                    tenant,
                    thumbprint(x),
                    x,
                    wrap.wrap(under, plain),
                    clock.instant().truncatedTo(ChronoUnit.MICROS));
            store.addAttestationKey(key);
            return key;
        }
    }

    private byte[] signature(StoredKey key, byte[] input) {
        try (SecretBytes under = under(key.tenant());
                SecretBytes plain = wrap.unwrap(under, key.wrapped())) {
            byte[] encoded = plain.getEncoded();
            try {
                PrivateKey signer = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initSign(signer);
                signature.update(input);
                return signature.sign();
            } finally {
                SecretBytes.wipe(encoded);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a statement could not be signed", e);
        }
    }

    private SecretBytes under(TenantId tenant) {
        try (SecretBytes root = roots.root()) {
            return SecretBytes.of(
                    hmac.hkdf(root, NO_SALT, Fields.of("pledge attestation key 1", tenant.value()), KEY_BYTES));
        }
    }

    private static KeyPair generated() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks Ed25519", e);
        }
    }

    /** RFC 7638: over the required members in the order of their names. */
    private static String thumbprint(byte[] x) {
        String members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + base64(x) + "\"}";
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
