/** What people ask for under their rights, and by when they have to be answered. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.rights;
