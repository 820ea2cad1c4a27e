/** The answers to people who ask what is held about them, as files that only they can open. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.answers;
