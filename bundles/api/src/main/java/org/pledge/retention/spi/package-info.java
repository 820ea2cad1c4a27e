/** What retention needs: those who hold data that leaves on time, and a store. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.retention.spi;
