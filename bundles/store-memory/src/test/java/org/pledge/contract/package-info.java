/** What every store must do, whatever it keeps its data in. */
package org.pledge.contract;
