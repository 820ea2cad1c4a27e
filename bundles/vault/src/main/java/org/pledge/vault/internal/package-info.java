/** Cards, their tokens, movements of money and reveals. A card number is only ever in arrays that are wiped. */
package org.pledge.vault.internal;
