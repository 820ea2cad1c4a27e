package org.pledge.visitor.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.visitor.spi.LinkStore.StoredLink;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

/**
 * What a legal hold keeps of the records of somebody who is removed: sealed anew, under a key of its own for each
 * category and a link that no device has, so that the person's key and links can go. Every method joins the current
 * transaction of {@code store}.
 */
public record HeldRecords(LinkStore store, Sealer sealer) {
    private static final String ENTITY = "device-record";
    private static final int PAGE = 500;
    private static final int TOKEN_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Opens a record under the person's key; empty for one that is left out. */
    public interface Opening {
        /** The plain bytes, which are wiped after use. */
        Optional<byte[]> open(Sealer.Place place, byte[] sealed);
    }

    /** Where a record is sealed. */
    public static Sealer.Place place(TenantId tenant, SubjectId subject, UUID id, String category) {
        return new Sealer.Place(tenant, subject, ENTITY, category + "/" + id);
    }

    /** Whose the records of a category are while they are kept of somebody who was removed. */
    public static SubjectId aside(SubjectId person, String category) {
        return SubjectId.of(UUID.nameUUIDFromBytes((ENTITY + "/" + category + "/" + person).getBytes(UTF_8)));
    }

    /**
     * The categories of which there are records of a person, set aside or not; whatever the policy has become, for what
     * an earlier one had recorded has to leave, too.
     *
     * @param removals what was removed of the person, with what was kept
     */
    public Set<String> categories(TenantId tenant, SubjectId person, List<Removal> removals) {
        Set<String> categories = new TreeSet<>();
        store.links(tenant, person)
                .forEach(link -> categories.addAll(
                        store.counts(tenant, person, link.id()).keySet()));
        removals.stream()
                .flatMap(removal -> removal.kept().stream())
                .distinct()
                .filter(category ->
                        !store.links(tenant, aside(person, category)).isEmpty())
                .forEach(categories::add);
        return categories;
    }

    /** Before the person's key is destroyed; once their links are gone there is nothing left to set aside. */
    public void setAside(TenantId tenant, SubjectId person, Set<String> kept, Instant now, Opening opening) {
        if (store.links(tenant, person).isEmpty()) {
            return;
        }
        int read = 0;
        List<StoredRecord> page;
        do {
            page = store.records(tenant, person, read, PAGE);
            List<StoredRecord> copies = new ArrayList<>();
            for (StoredRecord one : page) {
                if (kept.contains(one.category())) {
                    opening.open(place(tenant, person, one.id(), one.category()), one.sealed())
                            .ifPresent(plain -> copies.add(copy(one, plain, linkOf(one, now))));
                }
            }
            store.addRecords(copies);
            read += page.size();
        } while (page.size() == PAGE);
    }

    private StoredLink linkOf(StoredRecord one, Instant now) {
        SubjectId aside = aside(one.subject(), one.category());
        return store.links(one.tenant(), aside).stream().findFirst().orElseGet(() -> {
            StoredLink link = new StoredLink(one.tenant(), UUID.randomUUID(), aside, noDevice(), now);
            store.addLink(link);
            return link;
        });
    }

    /** Keyed hashes of devices never meet it. */
    private static byte[] noDevice() {
        byte[] token = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(token);
        return token;
    }

    private StoredRecord copy(StoredRecord one, byte[] plain, StoredLink link) {
        UUID id = UUID.randomUUID();
        try {
            return new StoredRecord(
                    one.tenant(),
                    id,
                    one.day(),
                    link.id(),
                    link.subject(),
                    one.category(),
                    sealer.seal(place(one.tenant(), link.subject(), id, one.category()), plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /** Makes what was set aside of some categories unreadable; the next sweep removes it. */
    public void release(TenantId tenant, SubjectId person, Collection<String> categories) {
        for (String category : categories) {
            SubjectId aside = aside(person, category);
            store.erase(tenant, aside);
            sealer.destroyKey(tenant, aside);
        }
    }
}
