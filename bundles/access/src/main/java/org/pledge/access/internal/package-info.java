/** Credentials in memory over a store of keyed hashes, and requests that may be repeated. */
package org.pledge.access.internal;
