package org.pledge;

/** What a caller may be trusted with; the rules of each act name the roles it takes. */
public enum Role {
    /** Reads configuration, policies and counts; never personal data. */
    VIEWER,
    /** Runs the platform day by day: subjects, consents, disclosures. */
    OPERATOR,
    /** Privacy officer: policies, legal cases and their approval, exceptions to promises. */
    OFFICER,
    /** May take part in revealing a card; holds key shares. */
    CUSTODIAN,
    /** Connects partners and routes; never reads personal data. */
    INTEGRATOR,
    /** Reads the audit record and verifies it. */
    AUDITOR,
    /** A partner's system: asks for decisions and receives what was disclosed to it. */
    PARTNER,
    /** Administrator of the shell: issues and revokes credentials. No credential holds it, only a login. */
    ADMIN
}
