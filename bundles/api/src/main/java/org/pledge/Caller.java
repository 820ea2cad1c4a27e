package org.pledge;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is acting, as established by a credential and never by the content of a request.
 *
 * @param tenant whose data the caller acts on
 * @param name the credential's name, safe to record: never a person's name or address
 * @param holder who acts through it, in lower case: callers with the same holder are the same person
 * @param roles what the caller is trusted with now
 * @param duty further roles that wait until the holder has accepted a duty of confidentiality, if any do
 */
public record Caller(TenantId tenant, String name, String holder, Set<Role> roles, Optional<Duty> duty) {
    /**
     * What keeps roles from being active.
     *
     * @param roles those of the caller that wait; at least one
     * @param promises the promises behind it, such as {@code AI-31}
     * @param remedy how to accept the duty
     */
    public record Duty(Set<Role> roles, List<String> promises, String remedy) {
        /** Keeps immutable copies. */
        public Duty {
            roles = Set.copyOf(roles);
            promises = List.copyOf(promises);
        }
    }

    /** Keeps an immutable copy of the roles, and the holder in lower case. */
    public Caller {
        holder = holder.toLowerCase(Locale.ROOT);
        roles = Set.copyOf(roles);
    }

    /** A caller whose roles are all active. */
    public Caller(TenantId tenant, String name, String holder, Set<Role> roles) {
        this(tenant, name, holder, roles, Optional.empty());
    }

    /** A caller who is told from others by name alone. */
    public Caller(TenantId tenant, String name, Set<Role> roles) {
        this(tenant, name, name, roles);
    }

    /** The platform itself, acting on its own schedule. */
    public static Caller system(TenantId tenant) {
        return new Caller(tenant, "system", Set.of(Role.OPERATOR));
    }

    /**
     * The same caller, of whose roles some wait until the holder has accepted a duty of confidentiality.
     *
     * @param bound the roles that take it; those that the caller has not are left out
     * @param promises the promises behind it
     * @param remedy how to accept it
     */
    public Caller waiting(Collection<Role> bound, List<String> promises, String remedy) {
        Set<Role> waiting = roles.stream().filter(bound::contains).collect(Collectors.toSet());
        if (waiting.isEmpty()) {
            return this;
        }
        Set<Role> active = roles.stream().filter(role -> !bound.contains(role)).collect(Collectors.toSet());
        return new Caller(tenant, name, holder, active, Optional.of(new Duty(waiting, promises, remedy)));
    }

    /** The same caller with every role that was given, active or not: for what comes before the duty is accepted. */
    public Caller asAppointed() {
        return duty.map(waiting -> new Caller(
                        tenant,
                        name,
                        holder,
                        Stream.of(roles, waiting.roles()).flatMap(Set::stream).collect(Collectors.toSet())))
                .orElse(this);
    }

    /**
     * Passes when the caller has at least one of the roles, and it is active.
     *
     * @throws PledgeException of kind {@code DENIED} otherwise, naming the roles that would do; where one only waits
     *     for a duty to be accepted, with the promises behind that
     */
    public void require(Role... anyOf) {
        if (Arrays.stream(anyOf).noneMatch(roles::contains)) {
            if (duty.isPresent() && Arrays.stream(anyOf).anyMatch(duty.get().roles()::contains)) {
                throw new PledgeException(
                                PledgeException.Kind.DENIED,
                                "your role is not active: you have not accepted the duty of confidentiality")
                        .because(duty.get().promises())
                        .takes(List.of(anyOf))
                        .remedy(duty.get().remedy());
            }
            throw new PledgeException(
                            PledgeException.Kind.DENIED, "this takes one of the roles " + Arrays.toString(anyOf))
                    .takes(List.of(anyOf))
                    .remedy("Ask an administrator for a credential with such a role.");
        }
    }

    /**
     * Passes when the caller has at least one of the roles, or is a partner that asks on its own behalf.
     *
     * @param partner whom the request concerns
     * @throws PledgeException of kind {@code DENIED} otherwise
     */
    public void requireOrBe(String partner, Role... anyOf) {
        if (roles.contains(Role.PARTNER) && Arrays.stream(anyOf).noneMatch(roles::contains)) {
            if (!name.equals(partner)) {
                throw new PledgeException(PledgeException.Kind.DENIED, "a partner may ask on its own behalf only")
                        .takes(List.of(anyOf))
                        .remedy("Use the credential that is named like the partner.");
            }
            return;
        }
        require(anyOf);
    }
}
