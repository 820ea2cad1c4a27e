package org.pledge.sharing.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;

/** Puts the place before the inverted bytes, so that a record opens in its own place only. */
final class FakeSealer implements Sealer {
    private final Set<SubjectId> destroyed = ConcurrentHashMap.newKeySet();

    @Override
    public byte[] seal(Place place, byte[] plain) {
        byte[] prefix = place.toString().getBytes(StandardCharsets.UTF_8);
        byte[] sealed = Arrays.copyOf(prefix, prefix.length + plain.length);
        for (int i = 0; i < plain.length; i++) {
            sealed[prefix.length + i] = (byte) ~plain[i];
        }
        return sealed;
    }

    @Override
    public byte[] open(Place place, byte[] sealed) {
        if (destroyed.contains(place.subject())) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, "the key is destroyed");
        }
        byte[] prefix = place.toString().getBytes(StandardCharsets.UTF_8);
        if (!Arrays.equals(prefix, Arrays.copyOf(sealed, prefix.length))) {
            throw new SecurityException("another place");
        }
        byte[] plain = Arrays.copyOfRange(sealed, prefix.length, sealed.length);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) ~plain[i];
        }
        return plain;
    }

    @Override
    public void destroyKey(TenantId tenant, SubjectId subject) {
        destroyed.add(subject);
    }
}
