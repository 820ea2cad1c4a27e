/** Gathers what is held about a person, and seals it for them. */
package org.pledge.answers.internal;
