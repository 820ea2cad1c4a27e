package org.pledge.crypto.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.crypto.Sealer.Place;
import org.pledge.crypto.spi.TombstoneStore.Owner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Seals what stays of a person's fields under a new key, in the current transaction. */
final class Resealing {
    private static final Logger LOG = LoggerFactory.getLogger(Resealing.class);
    private static final String ENTITY = "person";

    private final DefaultSealer sealer;

    /** @param sealer one that leaves no tombstones */
    Resealing(DefaultSealer sealer) {
        this.sealer = sealer;
    }

    /** What stays and can be opened; the key that it was sealed under is destroyed. */
    Map<String, byte[]> anew(Owner owner, Set<String> names, Map<String, byte[]> sealed) {
        SubjectId person = SubjectId.of(owner.id());
        Map<String, byte[]> plain = new HashMap<>();
        try {
            sealed.forEach((name, bytes) -> {
                if (names.contains(name)) {
                    open(new Place(owner.tenant(), person, ENTITY, name), bytes, plain);
                }
            });
            sealer.destroyKey(owner.tenant(), person);
            Map<String, byte[]> anew = new HashMap<>();
            plain.forEach((name, bytes) ->
                    anew.put(name, sealer.seal(new Place(owner.tenant(), person, ENTITY, name), bytes)));
            return anew;
        } finally {
            plain.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
        }
    }

    /** What nobody can open any more, as its epoch's key is destroyed, is no loss to add to. */
    private void open(Place place, byte[] sealed, Map<String, byte[]> plain) {
        try {
            plain.put(place.column(), sealer.open(place, sealed));
        } catch (PledgeException e) {
            if (e.kind() != PledgeException.Kind.NOT_FOUND) {
                throw e;
            }
            unreadable(place);
        } catch (SecurityException e) {
            unreadable(place);
        }
    }

    private static void unreadable(Place place) {
        LOG.error("The field {} of a restored person, which a hold keeps, does not open and is lost.", place.column());
    }
}
