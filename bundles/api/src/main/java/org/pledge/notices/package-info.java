/** Messages to people: templates, the gate in front of sending, and unsubscribing. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.notices;
