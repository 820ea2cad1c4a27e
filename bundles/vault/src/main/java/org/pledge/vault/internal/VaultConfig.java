package org.pledge.vault.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Settings of the vault. */
@ObjectClassDefinition(name = "Pledge: vault")
public @interface VaultConfig {
    /** The PID of these settings. */
    String PID = "org.pledge.vault";

    /** How long a security code waits in memory for its one authorisation. */
    @AttributeDefinition(name = "Minutes a security code lives")
    int code_minutes() default 10;

    /** How long a request to reveal lives, from its opening. */
    @AttributeDefinition(name = "Minutes a request to reveal lives")
    int reveal_minutes() default 15;

    /** From where a number may be looked at: addresses or networks such as {@code 10.1.2.0/24}. */
    @AttributeDefinition(name = "Addresses a number may be looked at from")
    String[] reveal_addresses() default {"127.0.0.1", "::1"};

    /** How long evidence against a chargeback can be handed in. */
    @AttributeDefinition(name = "Days for evidence against a chargeback")
    int evidence_days() default 20;

    /** How long evidence is kept after the time in which it can be handed in. */
    @AttributeDefinition(name = "Days evidence is kept after its deadline")
    int evidence_kept_days() default 180;

    /** After how long without an answer a movement that was sent is in doubt; longer than the gateway waits. */
    @AttributeDefinition(name = "Seconds until a sent movement is in doubt")
    int sent_seconds() default 120;

    /** How long after a movement came in doubt it is asked for; doubles up to an hour. */
    @AttributeDefinition(name = "Seconds until a movement in doubt is asked for")
    int ask_seconds() default 5;

    /** How long the vault's own record of acts is kept; the audit log keeps its own. */
    @AttributeDefinition(name = "Months the record of acts is kept")
    int record_months() default 12;
}
