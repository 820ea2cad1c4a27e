/**
 * Message templates are plain text with a head, as docs/messages.md describes; each is held to the policy when it is read
 * and again whenever a message is sent.
 */
package org.pledge.notices.internal;
