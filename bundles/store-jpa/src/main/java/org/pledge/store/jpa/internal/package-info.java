/** Every store on EclipseLink, for H2 and PostgreSQL. */
package org.pledge.store.jpa.internal;
