/** Policy packs as compiled, immutable rules, and the decision they lead to. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.pledge.policy;
