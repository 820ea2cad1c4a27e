/**
 * Keys, sealed records and lookup tokens: of people's data as described here, and of cards under a root key of their own
 * as docs/vault-keys.md describes, which differs in labels and in how the root key is come by.
 *
 * <h2>Keys</h2>
 *
 * <p>A PKCS#12 key store holds two keys of 256 random bits: {@code pledge-root} (AES) and {@code pledge-lookup}
 * (HMAC-SHA-256). From them follow
 *
 * <ul>
 *   <li>one <em>epoch key</em> a month (UTC): 32 random bytes, stored wrapped under the root key with AES-KWP (RFC
 *       5649);
 *   <li>one <em>tenant key</em> per epoch and tenant: {@code HKDF(epoch key, no salt, fields("pledge tenant key 1",
 *       tenant), 32)}, never stored;
 *   <li>one <em>data key</em> per data subject: 32 random bytes, stored wrapped under the tenant key of the month in
 *       which it was made, or was last wrapped anew, with AES-KWP;
 *   <li>one <em>lookup key</em> per tenant and use: {@code HKDF(lookup key, no salt, fields("pledge tenant token 1",
 *       tenant, use), 32)}; and per use of the platform: {@code HKDF(lookup key, no salt, fields("pledge platform token
 *       1", use), 32)}, never stored.
 * </ul>
 *
 * <p>HKDF is HKDF-SHA-256 (RFC 5869). {@code fields(a, b, …)} is, for each part, its length in bytes as a four-byte
 * big-endian number and the part; text is UTF-8. A lookup token is {@code HMAC-SHA-256(lookup key, value)}.
 *
 * <p>Under the epoch name {@code 0000-00} stands a key that wraps nothing: it shows at start whether this key store
 * belongs to this database.
 *
 * <h2>A sealed record, format 1</h2>
 *
 * <table>
 *   <caption>The parts of a record</caption>
 *   <tr><th>bytes</th><th>part</th></tr>
 *   <tr><td>1</td><td>format version, 1</td></tr>
 *   <tr><td>16</td><td>salt: fresh random bytes</td></tr>
 *   <tr><td>32</td><td>key commitment</td></tr>
 *   <tr><td>n + 16</td><td>AES-256-GCM (NIST SP 800-38D) ciphertext and tag</td></tr>
 * </table>
 *
 * <p>{@code HKDF(data key, salt, fields("pledge record 1"), 76)} gives the record key (32 bytes), the nonce (12 bytes)
 * and the key commitment (32 bytes), in this order. No record key is used twice, so no nonce can repeat under one key.
 * Associated data is {@code fields(tenant, entity, column, subject as 16 bytes, version as one byte)}: a record that
 * was moved to another place does not open. The commitment is compared in constant time before anything is decrypted,
 * so that no record opens under two keys.
 *
 * <h2>Not guaranteed</h2>
 *
 * <p>The length of a value shows. An older record put back in the place it came from opens. Java may copy keys while it
 * works with them; what is ours is wiped after use.
 */
package org.pledge.crypto.internal;
