/** Figures about the visits of sites, counted without anybody's identity. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.visitor;
