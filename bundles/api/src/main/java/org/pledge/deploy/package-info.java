/** Which files dropped into the running platform may take effect. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.deploy;
