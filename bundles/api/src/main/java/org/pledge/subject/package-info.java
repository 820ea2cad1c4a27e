/** Accounts, people and contact persons: what may be collected about them. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.subject;
