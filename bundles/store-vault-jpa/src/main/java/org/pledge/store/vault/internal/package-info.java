/** The vault's stores on EclipseLink, in a database of their own. */
package org.pledge.store.vault.internal;
