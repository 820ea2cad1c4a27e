/** What the stores on EclipseLink are made of: a database that keeps what it acknowledges, and its transactions. */
package org.pledge.database;
