package org.pledge.crypto.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;

/** Lookup tokens under keys derived from the root of lookup keys. */
@Component(service = LookupTokens.class)
public final class DefaultLookupTokens implements LookupTokens {
    private static final byte[] NO_SALT = new byte[0];

    private final RootKeys roots;
    private final Hmac hmac = new Hmac();

    /** Uses the platform's keys, once those who came back are removed. */
    @Activate
    public DefaultLookupTokens(@Reference RootKeys roots, @Reference SubjectTombstones removed) {
        this(roots);
    }

    /** Uses the platform's keys. */
    DefaultLookupTokens(RootKeys roots) {
        this.roots = roots;
    }

    @Override
    public byte[] token(TenantId tenant, String use, byte[] value) {
        return token(Fields.of("pledge tenant token 1", tenant.value(), use), value);
    }

    @Override
    public byte[] platformToken(String use, byte[] value) {
        return token(Fields.of("pledge platform token 1", use), value);
    }

    private byte[] token(byte[] info, byte[] value) {
        try (SecretBytes root = roots.lookup();
                SecretBytes key = SecretBytes.of(hmac.hkdf(root, NO_SALT, info, Hmac.BYTES))) {
            return hmac.hmac(key, value);
        }
    }
}
