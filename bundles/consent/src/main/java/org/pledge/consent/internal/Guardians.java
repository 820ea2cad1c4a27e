package org.pledge.consent.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.DENIED;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.consent.ConsentService.Grant;
import org.pledge.consent.ConsentService.Guardian;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/**
 * What guardians authorise for children (GDPR Article 8(1)). A child is who has an authorisation that has not reached
 * its end, taken back or not: nobody below the age of consent is registered without one.
 */
record Guardians(
        ConsentStore store, SubjectStore people, PolicyService policies, AuditLog audit, Transactions transactions) {
    /** When this child may consent alone; empty for everybody else. */
    Optional<Instant> endOfChildhood(TenantId tenant, SubjectId person, Instant now) {
        return ofChild(tenant, person, now).stream().map(Authorisation::until).findFirst();
    }

    private List<Authorisation> ofChild(TenantId tenant, SubjectId person, Instant now) {
        return store.authorisations(tenant, person).stream()
                .filter(one -> one.until().isAfter(now))
                .toList();
    }

    /** When consent ends: a child's with the authorisation without which it is refused. Needs the person's lock. */
    Optional<Instant> endOfConsent(Caller caller, SubjectId subject, Grant grant, Instant now) {
        if (policies.versions(caller.tenant()).stream()
                .allMatch(policy -> policy.minimumAgeWithGuardian().isEmpty())) {
            return grant.expires();
        }
        List<Authorisation> ofChild = ofChild(caller.tenant(), subject, now);
        if (ofChild.isEmpty()) {
            return grant.expires();
        }
        Instant until = ofChild.stream()
                .filter(one -> one.purpose().equals(grant.purpose()) && one.stands(now))
                .findFirst()
                .orElseThrow(() -> refused(caller, subject, grant.purpose(), now))
                .until();
        return Optional.of(grant.expires().filter(until::isAfter).orElse(until));
    }

    private PledgeException refused(Caller caller, SubjectId child, String purpose, Instant now) {
        List<String> promises = promises(policies, caller.tenant());
        Leaf leaf = new Leaf(
                caller.tenant(),
                now,
                Act.REFUSED,
                caller.name(),
                Optional.of(child),
                promises,
                Map.of("rule", "NO_GUARDIAN", "purpose", purpose));
        transactions.afterRollback(() -> transactions.required(() -> audit.append(leaf)));
        return new PledgeException(
                        DENIED,
                        "purpose: no guardian authorised it for this child (" + String.join(", ", promises) + ")")
                .because(promises)
                .remedy("Ask the guardian, then record a yes: consent:authorise --tenant " + caller.tenant()
                        + " SUBJECT GUARDIAN EVIDENCE " + purpose);
    }

    /** Needs the child's lock, or a child whom nobody else knows yet. */
    List<Authorisation> record(Caller caller, SubjectId child, Instant until, Guardian guardian, Instant now) {
        TenantId tenant = caller.tenant();
        Policy policy = policies.current(tenant);
        require(
                policy.minimumAgeWithGuardian().isPresent(),
                CONFLICT,
                "guardian: the policy in force lets no guardian agree",
                "Nobody below the age of consent can be kept: rights:minor-known removes them.");
        require(
                !guardian.purposes().isEmpty()
                        && guardian.purposes().stream()
                                .allMatch(name -> DefaultConsentService.hasPurpose(policy, name)),
                INVALID,
                "purposes: at least one is needed, and the policy has not all of these",
                "Name purposes that policy:show lists.");
        require(
                people.knows(tenant, guardian.guardian()),
                NOT_FOUND,
                "guardian: no such person",
                "Register the guardian first; check the identifier.");
        require(
                !guardian.guardian().equals(child)
                        && endOfChildhood(tenant, guardian.guardian(), now).isEmpty(),
                CONFLICT,
                "guardian: is a child",
                "Name a person who is of age.");
        List<Authorisation> given = guardian.purposes().stream()
                .sorted()
                .map(purpose -> new Authorisation(
                        tenant,
                        child,
                        purpose,
                        guardian.guardian(),
                        guardian.evidence(),
                        now,
                        caller.name(),
                        until,
                        Optional.empty()))
                .toList();
        given.forEach(store::putAuthorisation);
        append(
                caller,
                Act.GUARDIAN_AUTHORISED,
                given,
                Map.of(
                        "guardian", guardian.guardian().toString(),
                        "evidence", guardian.evidence().name(),
                        "purposes", String.join(",", new TreeSet<>(guardian.purposes()))),
                now);
        return given;
    }

    /** The authorisations that stand, of one purpose or all; never none. */
    List<Authorisation> standing(TenantId tenant, SubjectId child, Optional<String> purpose, Instant now) {
        List<Authorisation> standing = store.authorisations(tenant, child).stream()
                .filter(one ->
                        one.stands(now) && purpose.map(one.purpose()::equals).orElse(true))
                .toList();
        require(
                !standing.isEmpty(),
                NOT_FOUND,
                "no such authorisation stands; nothing was recorded",
                "consent:authorisations lists those of a child.");
        return standing;
    }

    /** Needs the child's lock. */
    void takeBack(Caller caller, List<Authorisation> standing, Instant now) {
        standing.forEach(one -> store.putAuthorisation(new Authorisation(
                one.tenant(),
                one.child(),
                one.purpose(),
                one.guardian(),
                one.evidence(),
                one.given(),
                one.givenBy(),
                one.until(),
                Optional.of(now))));
        String purposes = standing.stream().map(Authorisation::purpose).collect(Collectors.joining(","));
        append(caller, Act.AUTHORISATION_WITHDRAWN, standing, Map.of("purposes", purposes), now);
    }

    private void append(Caller caller, Act act, List<Authorisation> of, Map<String, String> details, Instant now) {
        audit.append(new Leaf(
                caller.tenant(),
                now,
                act,
                caller.name(),
                Optional.of(of.get(0).child()),
                promises(policies, caller.tenant()),
                details));
    }

    /** The promises behind the ages of the last policy that let guardians agree. */
    static List<String> promises(PolicyService policies, TenantId tenant) {
        return policies.versions(tenant).stream()
                .filter(policy -> policy.minimumAgeWithGuardian().isPresent())
                .max(Comparator.comparingInt(Policy::version))
                .map(Policy::minimumAgePromises)
                .orElse(List.of());
    }

    private static void require(boolean condition, PledgeException.Kind kind, String text, String remedy) {
        if (!condition) {
            throw new PledgeException(kind, text).remedy(remedy);
        }
    }
}
