/** The billing vault as front ends see it: no type of this package holds a card number. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.vault;
