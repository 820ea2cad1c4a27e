package org.pledge;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who is acting, as established by a credential and never by the content of a request.
 *
 * @param tenant whose data the caller acts on
 * @param name the credential's name, safe to record: never a person's name or address
 * @param holder who acts through it, in lower case: callers with the same holder are the same person
 * @param roles what the caller is trusted with
 */
public record Caller(TenantId tenant, String name, String holder, Set<Role> roles) {
    /** Keeps an immutable copy of the roles, and the holder in lower case. */
    public Caller {
        holder = holder.toLowerCase(Locale.ROOT);
        roles = Set.copyOf(roles);
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
     * Passes when the caller has at least one of the roles.
     *
     * @throws PledgeException of kind {@code DENIED} otherwise, naming the roles that would do
     */
    public void require(Role... anyOf) {
        if (Arrays.stream(anyOf).noneMatch(roles::contains)) {
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
