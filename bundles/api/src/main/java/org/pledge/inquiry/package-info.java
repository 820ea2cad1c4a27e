/** Inquiries of people, and what may leave because of one only while it is open. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.inquiry;
