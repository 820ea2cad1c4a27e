/** Grants, withdrawals and acceptances, and the in-memory view that decisions read. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.consent;
