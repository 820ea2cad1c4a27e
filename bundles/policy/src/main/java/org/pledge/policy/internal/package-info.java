/**
 * Policy packs: how their text becomes rules, and rules become answers.
 *
 * <p>The form of a pack is published as {@code org/pledge/policy/pack.schema.json}.
 */
package org.pledge.policy.internal;
