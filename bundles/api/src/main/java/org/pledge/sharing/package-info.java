/** The gate, partners and their agreements, legal cases, and disclosures. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.sharing;
