/** The signature of partners that are reached over HTTP; each connector's bundle holds its own copy. */
package org.pledge.connectors.parts.signature;
