/** Credentials, second factors, and requests that may be repeated. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.access;
