/**
 * Backups of both databases, and their restore.
 *
 * <h2>A file, format 1</h2>
 *
 * <table>
 *   <caption>The parts of a file</caption>
 *   <tr><th>bytes</th><th>part</th></tr>
 *   <tr><td>8</td><td>{@code PLEDGEBK}</td></tr>
 *   <tr><td>1</td><td>format version, 1</td></tr>
 *   <tr><td>1</td><td>{@code D}: data; {@code K}: wrapped keys</td></tr>
 *   <tr><td>16</td><td>the first of SHA-256(backup public key)</td></tr>
 *   <tr><td>32</td><td>ephemeral X25519 public key (RFC 7748)</td></tr>
 *   <tr><td>n</td><td>segments</td></tr>
 * </table>
 *
 * <p>The file's key is {@code HKDF-SHA-256(X25519(ephemeral, backup key), salt = ephemeral public key || backup public
 * key, info = "pledge backup 1" || the 58 bytes of the header, 32)}. Segments are those of the STREAM construction
 * (Hoang, Reyhanitabar, Rogaway, Vizár 2015): 64 KiB of plain text each, only the last may be shorter; AES-256-GCM with a
 * tag of 16 bytes and the nonce {@code number of the segment (11 bytes, big-endian) || 1 for the last, otherwise 0}. A
 * segment that is altered, moved, left out or added does not open, and neither does a file that ends early.
 *
 * <h2>What is in it</h2>
 *
 * <p>Big-endian numbers, text as a length and UTF-8. First the format, the backup's name, when it was made. Then the
 * vault's database and the main one: its changes of schema, and table by table the columns with their types, rows, the
 * number of rows and a SHA-256 over them. At the end the number of all rows.
 */
package org.pledge.backup.internal;
