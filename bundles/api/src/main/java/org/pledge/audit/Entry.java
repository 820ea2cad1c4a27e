package org.pledge.audit;

/**
 * A leaf in its final place.
 *
 * @param position from 0, without gaps, per tenant
 * @param leaf the act
 * @param chain the hash over the previous entry's hash and this leaf, 32 bytes as lower-case hexadecimal
 */
public record Entry(long position, Leaf leaf, String chain) {}
