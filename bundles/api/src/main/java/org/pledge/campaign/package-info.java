/** What people are asked when a policy changes materially, and what they answered. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.campaign;
