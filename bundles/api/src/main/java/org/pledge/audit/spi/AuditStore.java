package org.pledge.audit.spi;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.TenantId;

/** Keeps leaves and their chain. Every method joins the current transaction. */
public interface AuditStore {
    /**
     * A leaf as stored.
     *
     * @param id given by the store on {@link #add}, ascending in the order of adding; commits may appear out of order
     * @param content the canonical bytes
     */
    record StoredLeaf(TenantId tenant, long id, byte[] content) {}

    /** A link of the chain, with the leaf's content. */
    record Link(long position, long leafId, byte[] content, byte[] chain) {}

    /** Adds a leaf that has no place in the chain yet. */
    void add(TenantId tenant, byte[] content);

    /** Adds several leaves of a tenant, in their order. */
    default void addAll(TenantId tenant, List<byte[]> contents) {
        contents.forEach(content -> add(tenant, content));
    }

    /** Up to {@code limit} committed leaves of a tenant without a place in the chain, by ascending id. */
    List<StoredLeaf> unchained(TenantId tenant, int limit);

    /** The last link of a tenant's chain; takes the lock under which links are added. */
    Optional<Link> lockHead(TenantId tenant);

    /** Gives leaves, in the order of {@code links}, their place at the end of a tenant's chain. */
    void link(TenantId tenant, List<Link> links);

    /** Links from {@code fromPosition} upwards, at most {@code limit}. */
    List<Link> links(TenantId tenant, long fromPosition, int limit);

    /** The newest links first, at most {@code limit}. */
    List<Link> newest(TenantId tenant, int limit);

    /** Every tenant that has a leaf. */
    Set<TenantId> tenants();
}
