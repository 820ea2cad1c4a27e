/** What the vault needs from its store, which sees sealed bytes only. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.vault.spi;
