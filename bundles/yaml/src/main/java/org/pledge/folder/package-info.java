/** Lets the files dropped into a folder take effect; part of the bundles that have such a folder. */
package org.pledge.folder;
