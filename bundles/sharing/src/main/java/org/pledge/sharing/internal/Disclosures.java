package org.pledge.sharing.internal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pledge.audit.Leaf;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.SharingService.State;
import org.pledge.sharing.spi.SharingStore.StoredDisclosure;

/** The states a disclosure goes through, and the leaves that tell of them. */
final class Disclosures {
    static final String SYSTEM = "system";
    static final String CONSENT = "consent";
    static final String CONSENT_TO_TRANSFER = "consent-to-transfer";
    private static final byte[] NOTHING = {};

    private Disclosures() {}

    static StoredDisclosure claimed(StoredDisclosure stored, Instant until) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(before, before.fields(), State.SENDING, before.attempts() + 1, before.answer(), before.deadline()),
                stored.supplied(),
                stored.nextAttempt(),
                Optional.of(until));
    }

    static StoredDisclosure narrowed(StoredDisclosure stored, Set<String> fields) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(before, fields, before.state(), before.attempts(), before.answer(), before.deadline()),
                stored.supplied(),
                stored.nextAttempt(),
                stored.claimedUntil());
    }

    static StoredDisclosure queued(StoredDisclosure stored, OptionalInt answer, Instant next, Instant deadline) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(before, before.fields(), State.QUEUED, before.attempts(), answer, deadline),
                stored.supplied(),
                next,
                Optional.empty());
    }

    /** The claim is taken back as if it had not been. */
    static StoredDisclosure givenBack(StoredDisclosure stored, Instant next) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(before, before.fields(), State.QUEUED, before.attempts() - 1, before.answer(), before.deadline()),
                stored.supplied(),
                next,
                Optional.empty());
    }

    /** It waits for an operator, and keeps what it needs to be queued again. */
    static StoredDisclosure parked(StoredDisclosure stored, OptionalInt answer) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(before, before.fields(), State.PARKED, before.attempts(), answer, before.deadline()),
                stored.supplied(),
                stored.nextAttempt(),
                Optional.empty());
    }

    /** It ends without delivery; the values that came with it are forgotten. */
    static StoredDisclosure ended(StoredDisclosure stored, State state) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(before, before.fields(), state, before.attempts(), before.answer(), before.deadline()),
                NOTHING,
                stored.nextAttempt(),
                Optional.empty());
    }

    /** As {@link #ended}, for a try that was stopped before anything could leave; it does not count. */
    static StoredDisclosure unsent(StoredDisclosure stored) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                copy(
                        before,
                        before.fields(),
                        State.CANCELLED,
                        before.attempts() - 1,
                        before.answer(),
                        before.deadline()),
                NOTHING,
                stored.nextAttempt(),
                Optional.empty());
    }

    static StoredDisclosure delivered(StoredDisclosure stored, OptionalInt answer, Instant at) {
        Disclosure before = stored.disclosure();
        return new StoredDisclosure(
                new Disclosure(
                        before.id(),
                        before.tenant(),
                        before.subject(),
                        before.partner(),
                        before.purpose(),
                        before.fields(),
                        before.basis(),
                        before.promises(),
                        before.policyVersion(),
                        before.legalCase(),
                        State.DELIVERED,
                        before.attempts(),
                        answer,
                        before.created(),
                        before.deadline(),
                        Optional.of(at)),
                NOTHING,
                stored.nextAttempt(),
                Optional.empty());
    }

    private static Disclosure copy(
            Disclosure before, Set<String> fields, State state, int attempts, OptionalInt answer, Instant deadline) {
        return new Disclosure(
                before.id(),
                before.tenant(),
                before.subject(),
                before.partner(),
                before.purpose(),
                fields,
                before.basis(),
                before.promises(),
                before.policyVersion(),
                before.legalCase(),
                state,
                attempts,
                answer,
                before.created(),
                deadline,
                before.delivered());
    }

    static Leaf leaf(
            Leaf.Act act,
            Disclosure disclosure,
            String actor,
            List<String> promises,
            Instant at,
            Map<String, String> more) {
        Map<String, String> details = new LinkedHashMap<>(more);
        details.put("disclosure", disclosure.id().toString());
        details.put("partner", disclosure.partner());
        details.put("purpose", disclosure.purpose());
        details.putAll(ListedDetails.of("fields", disclosure.fields().stream()));
        details.put("basis", disclosure.basis());
        details.put("attempts", Integer.toString(disclosure.attempts()));
        disclosure.legalCase().ifPresent(id -> details.put("case", id.toString()));
        return new Leaf(disclosure.tenant(), at, act, actor, Optional.of(disclosure.subject()), promises, details);
    }
}
