/** How requests are recorded, verified, timed and answered. */
package org.pledge.rights.internal;
