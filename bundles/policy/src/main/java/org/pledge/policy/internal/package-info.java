/**
 * Policy packs: how their text becomes rules, and rules become answers.
 *
 * <p>The form of a pack is published as {@code etc/policies/pack.schema.json}.
 */
package org.pledge.policy.internal;
