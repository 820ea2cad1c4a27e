/** Checks of what partner files say; each connector's bundle holds its own copy. */
package org.pledge.connectors.parts.check;
