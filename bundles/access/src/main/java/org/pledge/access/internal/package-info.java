/** Credentials in memory over a store of keyed hashes, second factors, and requests that may be repeated. */
package org.pledge.access.internal;
