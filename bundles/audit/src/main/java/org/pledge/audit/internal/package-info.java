/**
 * The audit log: how a leaf becomes bytes, and how leaves become a chain.
 *
 * <h2>A leaf, format 1</h2>
 *
 * <p>One byte with the value 1, then fields. A field is its length in bytes as a four-byte big-endian number, and that
 * many bytes; text is UTF-8. A list is its size as a four-byte big-endian number, and its fields.
 *
 * <ol>
 *   <li>tenant, text
 *   <li>time, eight bytes: microseconds since 1970-01-01T00:00:00Z, big-endian
 *   <li>act, text: the name of the constant
 *   <li>actor, text
 *   <li>subject, 16 bytes, or none where the act concerns nobody
 *   <li>promises, a list of texts in the order of the leaf
 *   <li>details, a list of texts: key, value, key, value; keys ascend by their UTF-16 code units
 * </ol>
 *
 * <p>A leaf has exactly one such form, and only that form can be read.
 *
 * <h2>The chain</h2>
 *
 * <p>{@code leaf hash = SHA-256(0x00 || leaf)}, as in RFC 6962 section 2.1, so that a Merkle tree can be built over the
 * same leaves. {@code chain(n) = SHA-256(0x01 || chain(n - 1) || leaf hash(n))}; before the first leaf stand 32 zero
 * bytes. A chain shows that an entry was altered, moved or taken out of the middle; that entries are missing at its end
 * shows only against a head that somebody kept.
 */
package org.pledge.audit.internal;
