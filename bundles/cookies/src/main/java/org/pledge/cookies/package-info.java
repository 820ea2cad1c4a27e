/** Which cookies may be set, by a register, their content and what the visitor said. */
package org.pledge.cookies;
