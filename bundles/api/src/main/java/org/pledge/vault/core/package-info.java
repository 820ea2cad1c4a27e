/**
 * The one place where a card number leaves the vault: the payment gateway. One bundle beside the vault may import this
 * package.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.vault.core;
