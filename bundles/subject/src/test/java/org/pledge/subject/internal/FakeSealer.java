package org.pledge.subject.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.store.Transactions;

/** Turns every bit around, puts the place in front, and remembers whose key was destroyed. */
final class FakeSealer implements Sealer {
    final Set<SubjectId> destroyed = new HashSet<>();
    private final Transactions transactions;

    FakeSealer(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public byte[] seal(Place place, byte[] plain) {
        byte[] header = header(place);
        byte[] sealed = Arrays.copyOf(header, header.length + plain.length);
        for (int i = 0; i < plain.length; i++) {
            sealed[header.length + i] = (byte) ~plain[i];
        }
        return sealed;
    }

    @Override
    public byte[] open(Place place, byte[] sealed) {
        if (destroyed.contains(place.subject())) {
            throw new PledgeException(PledgeException.Kind.NOT_FOUND, "the key is destroyed");
        }
        byte[] header = header(place);
        if (!Arrays.equals(header, Arrays.copyOf(sealed, header.length))) {
            throw new SecurityException("another place");
        }
        byte[] plain = Arrays.copyOfRange(sealed, header.length, sealed.length);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) ~plain[i];
        }
        return plain;
    }

    @Override
    public void destroyKey(TenantId tenant, SubjectId subject) {
        transactions.afterCommit(() -> destroyed.add(subject));
    }

    private static byte[] header(Place place) {
        return (place + "|").getBytes(UTF_8);
    }
}
