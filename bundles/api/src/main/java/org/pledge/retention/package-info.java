/** Data that leaves on time, and what a legal hold keeps from leaving. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.retention;
