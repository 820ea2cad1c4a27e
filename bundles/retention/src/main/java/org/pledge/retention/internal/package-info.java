/** Data leaves on time; legal holds keep what must stay. */
package org.pledge.retention.internal;
