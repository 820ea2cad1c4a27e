/** Visits, counted without anybody's identity. */
package org.pledge.visitor.internal;
