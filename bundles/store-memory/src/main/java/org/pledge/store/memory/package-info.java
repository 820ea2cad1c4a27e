/** Every store in maps, for unit tests of the bundles above. */
package org.pledge.store.memory;
