/** Counts and ages of what is open, for monitoring; nothing about anybody. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.metrics;
