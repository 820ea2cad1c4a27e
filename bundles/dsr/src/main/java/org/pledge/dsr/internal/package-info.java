/** Requests of data subjects by the protocols that others speak. */
package org.pledge.dsr.internal;
