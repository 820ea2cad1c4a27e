/** The envelope of partners that take JSON; each connector's bundle holds its own copy. */
package org.pledge.connectors.parts.event;
