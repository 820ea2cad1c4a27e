package org.pledge.vault;

/** A card network, told by the issuer identification number (ISO/IEC 7812-1). */
public enum Network {
    /** Visa. */
    VISA,
    /** Mastercard, its 2-series included. */
    MASTERCARD,
    /** American Express. */
    AMEX,
    /** Discover. */
    DISCOVER,
    /** JCB. */
    JCB,
    /** Diners Club. */
    DINERS,
    /** UnionPay. */
    UNIONPAY,
    /** Maestro. */
    MAESTRO
}
