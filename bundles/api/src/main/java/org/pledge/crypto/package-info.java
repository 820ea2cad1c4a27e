/** Sealing of personal data and keyed lookup tokens. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.crypto;
