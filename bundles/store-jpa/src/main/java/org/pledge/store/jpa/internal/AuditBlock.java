package org.pledge.store.jpa.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.pledge.audit.spi.AuditStore.Link;

/**
 * Links that follow each other, packed into one row: for each its leaf's identifier (8 bytes), its hash (32 bytes), the
 * length of its content (4 bytes) and its content.
 */
record AuditBlock(long lastPosition, int links, byte[] packed) {
    private static final int HASH_BYTES = 32;
    private static final int LINK_BYTES = Long.BYTES + HASH_BYTES + Integer.BYTES;
    /** Far below what one column of H2 takes. */
    private static final int MOST_BYTES = 65_536;

    /** Blocks of at most 64 KiB each, or of one link. */
    static List<AuditBlock> pack(List<Link> links) {
        List<AuditBlock> blocks = new ArrayList<>();
        int from = 0;
        while (from < links.size()) {
            int to = from + 1;
            int bytes = bytes(links.get(from));
            while (to < links.size()
                    && links.get(to).position() == links.get(to - 1).position() + 1
                    && bytes + bytes(links.get(to)) <= MOST_BYTES) {
                bytes += bytes(links.get(to));
                to++;
            }
            blocks.add(packed(links.subList(from, to), bytes));
            from = to;
        }
        return blocks;
    }

    private static int bytes(Link link) {
        return LINK_BYTES + link.content().length;
    }

    private static AuditBlock packed(List<Link> links, int bytes) {
        ByteBuffer out = ByteBuffer.allocate(bytes);
        for (Link link : links) {
            if (link.chain().length != HASH_BYTES) {
                throw new IllegalArgumentException("a link's hash has 32 bytes");
            }
            out.putLong(link.leafId())
                    .put(link.chain())
                    .putInt(link.content().length)
                    .put(link.content());
        }
        return new AuditBlock(links.get(links.size() - 1).position(), links.size(), out.array());
    }

    /** The links in their order; what somebody altered may come out wrong, too few or too many, but never fails. */
    List<Link> unpack() {
        List<Link> links = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(packed);
        long position = lastPosition - links() + 1;
        while (in.remaining() >= LINK_BYTES) {
            long leaf = in.getLong();
            byte[] chain = new byte[HASH_BYTES];
            in.get(chain);
            int length = in.getInt();
            byte[] content = new byte[Math.max(0, Math.min(length, in.remaining()))];
            in.get(content);
            links.add(new Link(position++, leaf, content, chain));
        }
        return links;
    }
}
