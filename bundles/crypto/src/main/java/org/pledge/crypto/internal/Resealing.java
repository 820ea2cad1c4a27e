package org.pledge.crypto.internal;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer.Place;
import org.pledge.crypto.spi.TombstoneStore.Owner;
import org.pledge.visitor.spi.HeldRecords;
import org.pledge.visitor.spi.LinkStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Seals what stays of a person's fields, and of what their devices did, under new keys; in the current transaction. */
final class Resealing {
    private static final Logger LOG = LoggerFactory.getLogger(Resealing.class);
    private static final String ENTITY = "person";

    private final DefaultSealer sealer;
    private final HeldRecords records;
    private final Clock clock;

    /** @param sealer one that leaves no tombstones */
    Resealing(DefaultSealer sealer, LinkStore links, Clock clock) {
        this.sealer = sealer;
        this.records = new HeldRecords(links, sealer);
        this.clock = clock;
    }

    /** What stays and can be opened; the key that it was sealed under is destroyed. */
    Map<String, byte[]> anew(Owner owner, Set<String> names, Map<String, byte[]> sealed) {
        SubjectId person = SubjectId.of(owner.id());
        Map<String, byte[]> plain = new HashMap<>();
        try {
            sealed.forEach((name, bytes) -> {
                if (names.contains(name)) {
                    Place place = new Place(owner.tenant(), person, ENTITY, name);
                    open(place, bytes).ifPresentOrElse(opened -> plain.put(name, opened), () -> unreadable(name));
                }
            });
            setAside(owner.tenant(), person, names);
            sealer.destroyKey(owner.tenant(), person);
            Map<String, byte[]> anew = new HashMap<>();
            plain.forEach((name, bytes) ->
                    anew.put(name, sealer.seal(new Place(owner.tenant(), person, ENTITY, name), bytes)));
            return anew;
        } finally {
            plain.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
        }
    }

    private void setAside(TenantId tenant, SubjectId person, Set<String> names) {
        AtomicInteger lost = new AtomicInteger();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        records.setAside(tenant, person, names, now, (place, bytes) -> {
            Optional<byte[]> plain = open(place, bytes);
            lost.addAndGet(plain.isEmpty() ? 1 : 0);
            return plain;
        });
        if (lost.get() > 0) {
            LOG.error("{} records of a restored person's devices, which a hold keeps, do not open and are lost.", lost);
        }
    }

    /** What nobody can open any more, as its epoch's key is destroyed, is no loss to add to. */
    private Optional<byte[]> open(Place place, byte[] sealed) {
        try {
            return Optional.of(sealer.open(place, sealed));
        } catch (PledgeException e) {
            if (e.kind() != PledgeException.Kind.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        } catch (SecurityException e) {
            return Optional.empty();
        }
    }

    private static void unreadable(String field) {
        LOG.error("The field {} of a restored person, which a hold keeps, does not open and is lost.", field);
    }
}
