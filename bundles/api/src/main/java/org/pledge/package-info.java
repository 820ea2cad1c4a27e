/** What every bundle shares: identifiers, callers and refusals. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge;
