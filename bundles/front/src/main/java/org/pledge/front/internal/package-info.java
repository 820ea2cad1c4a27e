/** What every HTTP request passes first. */
package org.pledge.front.internal;
