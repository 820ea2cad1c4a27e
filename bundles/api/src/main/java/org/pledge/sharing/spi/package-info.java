/** What the sharing bundle needs from a store. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.sharing.spi;
