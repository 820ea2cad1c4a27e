package org.pledge.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;

/** Asserts refusals. */
final class Refused {
    private Refused() {}

    static PledgeException with(Kind kind, ThrowingCallable call) {
        PledgeException refusal = catchThrowableOfType(PledgeException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        assertThat(refusal.getMessage() + refusal.remedy()).doesNotContain(Jwe.VISA, Jwe.AMEX, Jwe.HOLDER, "Canary");
        assertThat(refusal.getCause()).isNull();
        return refusal;
    }
}
