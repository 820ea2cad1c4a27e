/** What may leave with a company that is sold, and what people can say against it. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.ownership;
